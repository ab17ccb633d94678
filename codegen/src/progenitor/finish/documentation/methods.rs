//! The documentation of methods, and of the setters of their arguments.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::{File, ImplItem, ImplItemFn, Item, Type};

use super::document;
use crate::bounds::{MAX_ARGUMENTS, MAX_PROSE};
use crate::describe::is_label;
use crate::document::node::Node;
use crate::document::operations::{OperationNode, operations};
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::prose::documentation;
use crate::progenitor::{Code, named_operations, shape, template};

/// What the code has of an operation.
#[derive(Default)]
struct Method {
    /// The arguments that must be set, each with its type; none of which the type is unknown.
    arguments: Vec<(String, Option<Type>)>,
    /// The names of the others.
    optional: Vec<String>,
    /// What it returns, and the body of its errors.
    results: Option<(Type, Type)>,
    /// The functions that make streams of all pages, or of the items on them.
    streams: Vec<String>,
    /// How many setters have been documented.
    documented: usize,
}

/// Writes the documentation of all methods; how many, and how many setters.
///
/// # Errors
/// An operation without a method.
pub(super) fn write(code: &mut Code<'_>) -> Result<(usize, usize)> {
    let declared = declared(code);
    let mut methods = BTreeMap::new();
    for (id, builder) in shape::builders(code.file) {
        let arguments = declared.get(&id).map(Vec::as_slice).unwrap_or_default();
        methods.insert(id, method(builder, arguments));
    }
    let documented: usize = methods.values().map(|method| method.documented).sum();
    let mut texts = BTreeMap::new();
    for (id, operation) in lowered(code) {
        let Some(method) = methods.get(&id) else { continue };
        texts.insert(id.clone(), screen(&id, &operation, method, code.settings.library.as_deref()));
    }
    let mut written = std::collections::BTreeSet::new();
    for function in client_methods(code.file) {
        let name = function.sig.ident.to_string();
        if let Some(text) = texts.get(&name) {
            function.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
            function.attrs.insert(0, template::documentation(text));
            written.insert(name);
        }
    }
    code.check_edited(super::DOCUMENTATION.id, &written)?;
    Ok((written.len(), documented))
}

/// A declared argument: its name in Rust, its words, and whether it must be set.
struct Argument {
    name: String,
    words: String,
    is_required: bool,
}

/// The arguments of each operation, as progenitor got them.
fn declared(code: &Code<'_>) -> BTreeMap<String, Vec<Argument>> {
    let operations = named_operations(code.document).into_iter();
    let declared = operations.filter_map(|(id, operation)| {
        let node = OperationNode::at(code.document, operation)?;
        let parameters = node.parameters().into_iter().filter_map(|parameter| {
            Some(Argument {
                name: method_name(parameter.name()?),
                words: parameter.node.text("description").unwrap_or_default().trim().to_owned(),
                is_required: parameter.node.flag("required"),
            })
        });
        let body = node.node.get("requestBody").map(|body| Argument {
            name: "body".to_owned(),
            words: body.text("description").unwrap_or_default().trim().to_owned(),
            is_required: body.flag("required"),
        });
        Some((id, parameters.chain(body).collect()))
    });
    declared.collect()
}

/// The operations of the document before it was prepared, by the names of their methods.
pub(in crate::progenitor::finish) fn lowered<'c>(
    code: &Code<'c>,
) -> Vec<(String, OperationNode<'c>)> {
    let document: &'c Value = code.lowered;
    let ids = &code.plan.operation_ids;
    let named = operations(document).into_iter().filter_map(|operation| {
        let id = operation.id(document)?;
        let name = method_name(ids.get(id).map_or(id, String::as_str));
        Some((name, OperationNode::at(document, operation)?))
    });
    named.collect()
}

/// Documents the setters of an operation, and tells what it takes and returns.
fn method(builder: &mut syn::ItemImpl, declared: &[Argument]) -> Method {
    let mut method = Method::default();
    for member in &mut builder.items {
        let ImplItem::Fn(function) = member else { continue };
        let name = function.sig.ident.to_string();
        if name == shape::SEND {
            method.results = shape::result_types(function);
        }
        if shape::returns_a_stream(function) {
            method.streams.push(name.clone());
        }
        let Some(argument) = declared.iter().find(|it| it.name == name) else { continue };
        let ty = shape::setter_type(function);
        let words = match (&ty, argument.words.is_empty()) {
            (Some(ty), true) => format!("The {}: {}.", name.replace('_', " "), linked(ty)),
            _ => argument.words.clone(),
        };
        method.documented += usize::from(document(&mut function.attrs, &words));
        match argument.is_required {
            true => method.arguments.push((name, ty)),
            false => method.optional.push(name),
        }
    }
    method
}

/// The methods of the client that make builders.
fn client_methods(file: &mut File) -> impl Iterator<Item = &mut ImplItemFn> {
    let clients = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() && shape::owner(item) == "Client" => Some(item),
        _ => None,
    });
    let members = clients.flat_map(|item| item.items.iter_mut());
    members.filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// All that a method says.
fn screen(
    id: &str,
    operation: &OperationNode<'_>,
    method: &Method,
    library: Option<&str>,
) -> String {
    let node = &operation.node;
    let summary = node.text("summary").unwrap_or_default().trim().trim_end_matches(['.', ',']);
    let mut parts = vec![documentation(summary)];
    parts.push(documentation(&prose(node.text("description").unwrap_or_default(), summary)));
    parts.push(takes_and_returns(method));
    parts.push(failures(operation, method));
    parts.push(example(id, method, library));
    let label = format!("`{}`", operation.operation.label());
    let address = node.get("externalDocs").and_then(|docs| docs.text("url").map(str::to_owned));
    parts.push(match address {
        Some(address) => format!("{label}: <{address}>"),
        None => label,
    });
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// What the operation does: its description before the first table, as much as fits.
fn prose(description: &str, summary: &str) -> String {
    let mut lines = Vec::new();
    for line in description.trim().lines() {
        if line.trim_start().starts_with('|') || lines.len() == MAX_PROSE {
            // A heading of what follows says nothing without it.
            while lines.last().is_some_and(|last: &&str| is_heading(last)) {
                lines.pop();
            }
            lines.extend(["", "The page says more."]);
            break;
        }
        lines.push(line.trim_end());
    }
    let text = lines.join("\n");
    if text.trim_end_matches('.') == summary { String::new() } else { text }
}

fn is_heading(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || is_label(line)
}

fn takes_and_returns(method: &Method) -> String {
    let code = |name: &String| format!("`{name}`");
    let arguments = method.arguments.iter().map(|(name, ty)| match ty {
        Some(ty) if name == "body" => format!("`{name}`, {}", linked(ty)),
        _ => code(name),
    });
    let arguments: Vec<_> = arguments.collect();
    let optional: Vec<_> = method.optional.iter().map(code).collect();
    let mut said = Vec::new();
    if !arguments.is_empty() {
        said.push(format!("Takes {}.", several(&arguments)));
    }
    if !optional.is_empty() {
        said.push(format!("May take {}.", several(&optional)));
    }
    if let Some((value, _)) = &method.results {
        said.push(format!("Returns {}.", linked(value)));
    }
    if !method.streams.is_empty() {
        let streams: Vec<_> = method.streams.iter().map(code).collect();
        said.push(format!(
            "That is one page: all come by {} instead of `send`.",
            several(&streams)
        ));
    }
    said.join(" ")
}

/// `a`, `b` and `c`.
fn several(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        all if all.len() > MAX_ARGUMENTS => {
            let first = all.get(..MAX_ARGUMENTS).unwrap_or_default().join(", ");
            format!("{first} and {} more", all.len() - MAX_ARGUMENTS)
        }
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// A type as a link, if it is one of the client's.
fn linked(ty: &Type) -> String {
    let written = shape::text_of(ty).replace("super::types::", "types::");
    let name = written.strip_prefix("types::");
    let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    match name.filter(|name| is_plain(name)) {
        Some(name) => format!("[`types::{name}`]"),
        None if written == "()" => "nothing".to_owned(),
        None => {
            let path = ["::std::string::", "::std::vec::", "::std::option::"];
            format!("`{}`", path.iter().fold(written, |text, path| text.replace(path, "")))
        }
    }
}

/// The documented errors by status.
fn failures(operation: &OperationNode<'_>, method: &Method) -> String {
    let responses = operation.node.get("responses");
    let responses: Vec<(&str, Node<'_>)> = responses.iter().flat_map(Node::fields).collect();
    let is_error = |status: &str| !status.starts_with(['1', '2', '3']);
    let errors = responses.iter().filter(|(status, _)| is_error(status));
    let errors = errors.map(|(status, response)| {
        let response = response.clone().resolved();
        let words = response.text("description").unwrap_or_default();
        let words = words.lines().next().unwrap_or_default().trim().trim_end_matches('.');
        format!("{status} {words}").trim().to_owned()
    });
    let errors: Vec<_> = errors.collect();
    let body = method.results.as_ref().map(|(_, error)| linked(error));
    match (errors.is_empty(), body.filter(|body| body != "nothing")) {
        (true, _) => String::new(),
        (false, Some(body)) => format!("Errors: {}; with {body}.", several(&errors)),
        (false, None) => format!("Errors: {}.", several(&errors)),
    }
}

/// A call, which is compiled as a test where the crate's name is known.
fn example(id: &str, method: &Method, library: Option<&str>) -> String {
    let chain: String =
        method.arguments.iter().map(|(name, _)| format!("    .{name}({name})\n")).collect();
    let call = format!("let response = client\n    .{id}()\n{chain}    .send()\n    .await;\n");
    let types = method.arguments.iter().map(|(name, ty)| {
        let ty = shape::text_of(ty.as_ref()?).replace("super::types::", "types::");
        Some(format!(", {name}: {ty}"))
    });
    let types: Option<String> = types.collect();
    match (library, types) {
        (Some(library), Some(types)) => format!(
            "```no_run\n# #[allow(unused_imports)]\n# use {library}::types;\n\
             # async fn example(client: {library}::Client{types}) {{\n{call}# }}\n```"
        ),
        _ => format!("```ignore\n{call}```"),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn prose_ends_before_the_first_table() {
        let text = "Makes a pet.\n\n**Body:**\n\n| a | b |\n|---|---|\n| c | d |";
        assert_eq!(prose(text, "Make"), "Makes a pet.\n\nThe page says more.");
        assert_eq!(prose("Make a pet.", "Make a pet"), "");
    }

    #[test]
    fn a_type_of_the_client_is_a_link() {
        assert_eq!(linked(&parse_quote!(types::Pet)), "[`types::Pet`]");
        let list = parse_quote!(::std::vec::Vec<types::Pet>);
        assert_eq!(linked(&list), "`Vec<types::Pet>`");
        assert_eq!(linked(&parse_quote!(())), "nothing");
    }

    #[test]
    fn many_arguments_are_counted() {
        let names: Vec<_> = (0..MAX_ARGUMENTS + 2).map(|index| index.to_string()).collect();
        assert!(several(&names).ends_with(" and 2 more"));
    }
}
