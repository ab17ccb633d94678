//! Documented examples as values of their types: a function for each in the module `examples` of the mocks.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{FnArg, ImplItem, ImplItemFn, Item, Type, parse_quote};

use super::Source;
use super::fits::fits;
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::{OperationNode, nodes};
use crate::progenitor::names::{method_name, type_name};
use crate::progenitor::shape;
use crate::report::{Log, Rule};
use crate::syntax::json;

pub(in crate::progenitor::finish) const EXAMPLE: Rule = Rule::translated(
    "mock-example",
    "an example of a JSON body that is what its schema says, where there are mocks",
    "a function in `mock::examples` that returns it with its type",
);

/// The types of an operation's bodies: that of its request, and those of its responses by status.
#[derive(Default)]
struct Bodies {
    request: Option<Type>,
    responses: BTreeMap<String, Type>,
}

/// Adds the module, if there are such examples.
pub(super) fn add(file: &mut syn::File, source: &Source<'_>, crate_path: &str, log: &mut Log) {
    let Ok(crate_path) = syn::parse_str::<syn::Path>(crate_path) else { return };
    let mut taken = BTreeSet::new();
    let mut functions = Vec::new();
    for operation in nodes(source.lowered) {
        let Some(id) = operation.node.text("operationId") else { continue };
        let id = source.plan.operation_ids.get(id).map_or(id, String::as_str);
        let operation_name = method_name(id);
        let bodies = bodies(file, &operation_name);
        for (kind, ty, holder) in shown(&operation, bodies) {
            let base = format!("{operation_name}_{kind}");
            let what = format!("{} of `{}`", described(&kind), operation.operation.label());
            for Example { name, value } in fitting(&holder) {
                let free = numbered(&base).find(|name| taken.insert(name.clone()));
                let Some(free) = free else { continue };
                log.add(&EXAMPLE, &holder.pointer, free.as_str());
                functions.push(function(&format_ident!("{free}"), &ty, &what, &name, &value));
            }
        }
    }
    if functions.is_empty() {
        return;
    }
    file.items.push(parse_quote! {
        pub mod examples {
            //! What the documentation shows, with its type: for `then` the answers, for `when` and for calls
            //! the requests. An example that is not what its own schema says is not here.

            use #crate_path::*;

            #(#functions)*
        }
    });
}

/// The name, and that name with a number: `show_pet_200`, `show_pet_200_2`.
fn numbered(name: &str) -> impl Iterator<Item = String> {
    let others = (2..).map(move |number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(others)
}

fn described(kind: &str) -> String {
    match kind {
        "request" => "A body of a request".to_owned(),
        "default" => "An answer with a status that is not documented".to_owned(),
        status => format!("An answer with {}", status.to_uppercase()),
    }
}

fn function(name: &Ident, ty: &Type, what: &str, example: &str, value: &Value) -> TokenStream {
    let example = example.replace('`', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    let words = format!(" {what}, as the documentation shows it: `{example}`.");
    let text = raw(json::print(value).trim_end());
    quote! {
        #[doc = #words]
        pub fn #name() -> #ty {
            ::openapi_client_runtime::mock::example(#text)
        }
    }
}

/// A literal that shows a text as it is.
fn raw(text: &str) -> Literal {
    let marks = (1..).map(|count| "#".repeat(count));
    let marks = marks.take(text.len() + 1).find(|marks| !text.contains(&format!("\"{marks}")));
    let marks = marks.unwrap_or_default();
    let written = format!("r{marks}\"{text}\"{marks}");
    written.parse().unwrap_or_else(|_| Literal::string(text))
}

/// The bodies of an operation that have examples and a type: what each is called, and where it is.
fn shown<'d>(operation: &OperationNode<'d>, bodies: Bodies) -> Vec<(String, Type, Node<'d>)> {
    let request = bodies.request.and_then(|ty| {
        let media = media_type::json(&operation.node.get("requestBody")?.get("content")?)?;
        Some(("request".to_owned(), ty, media))
    });
    let responses = operation.node.get("responses");
    let responses = responses.iter().flat_map(Node::fields).filter_map(|(status, response)| {
        let kind = status.to_lowercase();
        let media = media_type::json(&response.resolved().get("content")?)?;
        Some((kind.clone(), bodies.responses.get(&kind)?.clone(), media))
    });
    request.into_iter().chain(responses).collect()
}

struct Example {
    name: String,
    value: Value,
}

/// The examples of a media type that are what its schema says, each value once.
fn fitting(media: &Node<'_>) -> Vec<Example> {
    let Some(schema) = media.get("schema") else { return Vec::new() };
    let mut all = media_type::examples(media);
    if all.is_empty() {
        all.extend(schema.value.get("example").map(|value| ("example of the schema", value)));
    }
    let mut seen = BTreeSet::new();
    let fitting = all.into_iter().filter_map(|(name, value)| {
        let value = if fits(&schema, value) { value.clone() } else { inside(&schema, value)? };
        seen.insert(value.to_string()).then(|| Example { name: name.to_owned(), value })
    });
    fitting.collect()
}

/// The JSON in a text, which some exporters write, if that fits.
fn inside(schema: &Node<'_>, value: &Value) -> Option<Value> {
    let value = json::parse(value.as_str()?).ok()?;
    fits(schema, &value).then_some(value)
}

/// The types that the mock of an operation takes.
fn bodies(file: &mut syn::File, operation: &str) -> Bodies {
    let Some(helpers) = shape::module(&mut file.items, "operations") else {
        return Bodies::default();
    };
    let functions_of = |suffix: &str| {
        let name = type_name(&format!("{operation}-{suffix}"));
        let implemented = helpers.iter().filter_map(|item| match item {
            Item::Impl(item) if shape::owner(item) == name => Some(&item.items),
            _ => None,
        });
        let functions = implemented.flatten().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function.clone()),
            _ => None,
        });
        functions.collect::<Vec<_>>()
    };
    let request = functions_of("when").iter().find(|it| it.sig.ident == "body").and_then(value);
    let responses = functions_of("then");
    let responses = responses.iter().filter_map(|it| Some((status(it)?, value(it)?)));
    Bodies { request, responses: responses.collect() }
}

/// The status that a helper answers with, as a document has it, in lower case.
fn status(function: &ImplItemFn) -> Option<String> {
    let name = function.sig.ident.to_string();
    let takes_status = function.sig.inputs.len() > 2;
    let ranges = [
        ("informational", "1xx"),
        ("success", "2xx"),
        ("redirect", "3xx"),
        ("client_error", "4xx"),
        ("server_error", "5xx"),
        ("default_response", "default"),
    ];
    if takes_status {
        let range = ranges.iter().find(|(function, _)| name == *function);
        return range.map(|(_, range)| (*range).to_owned());
    }
    let body = function.block.to_token_stream().to_string();
    let code = body.split("status (").nth(1)?.split("u16").next()?;
    Some(code.trim().to_owned())
}

/// The type of the argument `value`, owned.
fn value(function: &ImplItemFn) -> Option<Type> {
    let typed = function.sig.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(typed) if typed.pat.to_token_stream().to_string() == "value" => {
            Some(&*typed.ty)
        }
        _ => None,
    });
    match typed? {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(_) => None,
            elem if shape::text_of(elem) == "str" => None,
            elem => Some(elem.clone()),
        },
        ty => Some(ty.clone()),
    }
}
