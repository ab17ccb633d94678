//! The client of the generated crate, and what its calls have in common.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::parse_quote;

use crate::progenitor::prose::plain;
use crate::progenitor::{Code, shape};

/// The client, with stand-ins for what is the API's.
const CLIENT: &str = include_str!("../../emitted/client.rs");

/// Declares them at the root.
pub(super) fn declare(code: &mut Code<'_>, fields: &BTreeSet<String>, errors: &BTreeSet<String>) {
    let title = code.lowered.pointer("/info/title").and_then(Value::as_str).unwrap_or_default();
    let title = plain(title)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(['`', '"', '\\'], "'");
    let title = if title.is_empty() { "an API".to_owned() } else { format!("the {title}") };
    let library = code.settings.library.as_deref().unwrap_or("client");
    let variables = library.to_uppercase();
    // Errors of one type have it for a default; those of nothing are no type.
    let mut errors = errors.iter().filter(|error| *error != "()");
    let problem = match (errors.next(), errors.next()) {
        (Some(error), None) if error.starts_with("types::") => error.as_str(),
        _ => "()",
    };
    let is_union =
        |name: &str| code.plan.unions.iter().any(|union| name == format!("types::{}", union.name));
    let problem = if is_union(problem) { "()" } else { problem };
    let text = CLIENT
        .replace("the Pet API", &title)
        .replace("PETS", &variables)
        .replace("super::types::Problem", problem);
    let mut items = vec![parse_quote! {
        #[allow(unused_imports)]
        use ::openapi_client_runtime::generated::encode_path;
    }];
    items.extend(shape::emitted(&text).items);
    let names = fields.iter();
    items.push(parse_quote! {
        /// The names of fields that the document declares, sorted: no other name of a response is shown.
        const FIELDS: &[&str] = &[#(#names),*];
    });
    code.file.items.splice(0..0, items);
}
