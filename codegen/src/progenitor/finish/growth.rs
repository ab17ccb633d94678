//! What may get more without breaking a caller, and what does nothing when it is dropped.

use syn::{Attribute, Fields, Item, Visibility, parse_quote};

use crate::error::Result;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const GROWTH: Rule = Rule::translated(
    "growth",
    "types, unless the settings ask for `progenitor-client`",
    "`#[non_exhaustive]`: another field or value breaks no caller; builders make them",
);
pub(in crate::progenitor) const UNSENT: Rule = Rule::translated(
    "unsent",
    "builders, unless the settings ask for `progenitor-client`",
    "`#[must_use]`: one that is dropped has done nothing",
);

/// Adds the attributes.
///
/// # Errors
/// None.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if code.settings.runtime == Runtime::ProgenitorClient {
        return Ok(());
    }
    if let Some(types) = shape::module(&mut code.file.items, "types") {
        let attribute = parse_quote!(#[non_exhaustive]);
        let places = types.iter_mut().filter_map(|item| grow(item, &attribute));
        places.for_each(|name| log.add(&GROWTH, format!("types::{name}"), "may grow"));
        let unused = "a builder is for a setter or a call; `try_into` makes the value";
        must_use(shape::module(types, "builder"), unused, "types::builder", log);
    }
    let unused = "a call does nothing until `send`";
    must_use(shape::module(&mut code.file.items, "builder"), unused, "builder", log);
    Ok(())
}

/// Lets a type grow that callers could write as a literal or match; its name.
fn grow(item: &mut Item, attribute: &Attribute) -> Option<String> {
    let (name, visibility, attributes) = match item {
        Item::Struct(item) if has_public_field(&item.fields) => {
            (&item.ident, &item.vis, &mut item.attrs)
        }
        Item::Enum(item) => (&item.ident, &item.vis, &mut item.attrs),
        _ => return None,
    };
    let is_public = matches!(visibility, Visibility::Public(_));
    let grows = |it: &Attribute| it.path().is_ident("non_exhaustive");
    if !is_public || attributes.iter().any(grows) {
        return None;
    }
    attributes.push(attribute.clone());
    Some(name.to_string())
}

fn has_public_field(fields: &Fields) -> bool {
    let is_public = |field: &syn::Field| matches!(field.vis, Visibility::Public(_));
    match fields {
        // One without fields may get some.
        Fields::Named(fields) => fields.named.is_empty() || fields.named.iter().any(is_public),
        Fields::Unnamed(fields) => fields.unnamed.iter().any(is_public),
        Fields::Unit => false,
    }
}

fn must_use(items: Option<&mut Vec<Item>>, unused: &str, path: &str, log: &mut Log) {
    let attribute: Attribute = parse_quote!(#[must_use = #unused]);
    for builder in items.into_iter().flat_map(|items| shape::structs(items)) {
        builder.attrs.push(attribute.clone());
        log.add(&UNSENT, format!("{path}::{}", builder.ident), "must be used");
    }
}
