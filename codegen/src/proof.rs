//! The proof of a crate: every documented JSON body goes through its generated type and comes back
//! as the same value. What contradicts the page's own schema is the page's fault, and listed.

use std::collections::BTreeMap;

use quote::quote;
use serde::Serialize;
use serde_json::Value;
use syn::{ImplItem, Item, Type};

use crate::audit;
use crate::generate::method_name;
use crate::output::Files;
use crate::pipeline::Outcome;
use crate::vendor::Upstream;

/// What is known of the pages' examples.
#[derive(Debug, Default, Serialize)]
pub struct Examples {
    /// Bodies that the pages show.
    pub total: usize,
    /// Those that the crate's tests take through their types and back.
    pub tested: usize,
    /// Those that are not what their own page's schema says.
    pub mismatched: Vec<Mismatch>,
    /// Those that have no type: bytes, or an operation that is left out.
    pub untyped: Vec<String>,
    #[serde(skip)]
    tests: Vec<Test>,
}

/// An example against its page's schema.
#[derive(Debug, Serialize)]
pub struct Mismatch {
    /// The page.
    pub page: String,
    /// The example.
    pub example: String,
    /// JSON Pointer of the field.
    pub field: String,
    /// What the schema says of it.
    pub reason: String,
}

#[derive(Debug)]
struct Test {
    name: String,
    ty: String,
    value: Value,
}

/// Judges the examples of all pages.
pub fn examples(outcome: &Outcome, pages: &[Upstream]) -> Examples {
    let mut examples = Examples::default();
    let patched = outcome.documents.iter().find(|(name, _)| name.starts_with("3-"));
    let Some((_, document)) = patched else { return examples };
    let types = types(&outcome.client);
    for page in pages {
        for body in audit::bodies(document, page) {
            examples.total += 1;
            let id = method_name(&body.operation_id);
            let ty = types.get(&(id.clone(), body.is_request));
            if let Some((field, reason)) = body.misfits.into_iter().next() {
                let (page, example) = (page.slug.clone(), body.name);
                examples.mismatched.push(Mismatch { page, example, field, reason });
            } else if let Some(ty) = ty {
                examples.tested += 1;
                let side = if body.is_request { "request" } else { "response" };
                let name = format!("{id}_{side}_{}", examples.total);
                examples.tests.push(Test { name, ty: ty.clone(), value: body.value });
            } else {
                examples.untyped.push(format!("{}: {}", page.slug, body.name));
            }
        }
    }
    examples
}

/// The types of bodies, by operation and whether it is the request's.
fn types(client: &str) -> BTreeMap<(String, bool), String> {
    let mut types = BTreeMap::new();
    let Ok(file) = syn::parse_file(client) else { return types };
    let builders = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
        _ => None,
    });
    for item in builders.into_iter().flat_map(|(_, items)| items) {
        let Item::Impl(item) = item else { continue };
        let functions = item.items.iter().filter_map(|member| match member {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        });
        let functions: Vec<_> = functions.collect();
        let find = |name: &str| functions.iter().find(|function| function.sig.ident == name);
        let Some(send) = find("send") else { continue };
        let Some(id) = crate::refine::operation_of(&send.block) else { continue };
        let body = find("body").map(|body| quote!(#body).to_string());
        if let Some(ty) = body.as_deref().and_then(|text| named(text, "TryInto < types :: ")) {
            types.insert((id.clone(), true), ty);
        }
        let output = &send.sig.output;
        let output = quote!(#output).to_string();
        if let Some(ty) = named(&output, "ResponseValue < types :: ") {
            types.insert((id, false), ty);
        }
    }
    types
}

/// `types::Name` after some text, if that is all there is.
fn named(text: &str, before: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    let name = rest.split_whitespace().next()?;
    let ty: Type = syn::parse_str(&format!("types::{name}")).ok()?;
    Some(quote!(#ty).to_string().replace(' ', ""))
}

impl Examples {
    /// The tests of the crate, and the bodies that they read.
    pub fn files(&self, library: &str, folder: &std::path::Path, files: &mut Files) {
        if self.tests.is_empty() {
            return;
        }
        let mut text = HEAD.replace("LIBRARY", library);
        for Test { name, ty, value } in &self.tests {
            let body = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
            files.add(folder.join(format!("tests/examples/{name}.json")), body);
            text += &format!(
                "\n#[test]\nfn {name}() {{\n    round_trip::<{ty}>(include_str!(\"examples/{name}.json\"));\n}}\n"
            );
        }
        for Mismatch { page, example, field, reason } in &self.mismatched {
            let reason = reason.replace('\n', " ");
            text += &format!(
                "\n// Not tested, since the page contradicts itself: {page}, {example}, {field}: {reason}\n"
            );
        }
        files.add(folder.join("tests/examples.rs"), text);
    }
}

const HEAD: &str = r#"//! @generated by `cargo xtask codegen --out`.
//!
//! Every JSON body that the documentation shows, decoded into its type and encoded again: nothing
//! lost, nothing invented. A field that is null is one that is not set.

use LIBRARY::types;
use serde_json::Value;

fn round_trip<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) {
    let documented: Value = serde_json::from_str(text).unwrap();
    let decoded: T = serde_json::from_str(text).unwrap();
    assert_eq!(set(serde_json::to_value(&decoded).unwrap()), set(documented));
}

/// What is set.
fn set(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, set(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(set).collect(),
        value => value,
    }
}
"#;
