//! Exact decimals: `format: decimal` of a number or a text, as the OpenAPI Format Registry has it. typify
//! makes a float of the one, which loses digits, and any text of the other.

mod flat;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Item, Path, Type, parse_quote};

pub(in crate::progenitor) use flat::FLAT;

use super::{Prepared, resolve};
use crate::document::pointer;
use crate::document::set;
use crate::document::visit::{each_schema_mut, has_schema};
use crate::error::Result;
use crate::progenitor::names::type_name;
use crate::progenitor::schema::{self, ANNOTATIONS, is_assertion, text};
use crate::progenitor::{Code, each, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const DECIMAL: Rule = Rule::translated(
    "decimal",
    "`format: decimal` of a number or a text",
    "an exact decimal, sent as a JSON number or a JSON text; see docs/money.md",
);
pub(in crate::progenitor) const UNCHECKED: Rule = Rule::loosened(
    "decimal-bounds",
    "`minimum`, `maximum`, `enum`, `pattern` and the like of a decimal",
    "not checked",
);
pub(in crate::progenitor) const OTHER_TYPE: Rule = Rule::loosened(
    "decimal-type",
    "`format: decimal` of anything but a number or a text, such as an integer",
    "the format says nothing: set the type as well",
);
/// The value of `format`.
const FORMAT: &str = "decimal";

/// The types that have this format, and what typify is told to make of each.
pub(in crate::progenitor) const TYPES: [(&str, &str); 2] =
    [("number", "types::decimal::Number"), ("string", "types::decimal::Text")];

/// Whether a schema has the format.
pub(super) fn is_marked(keywords: &Map<String, Value>) -> bool {
    keywords.get("format").and_then(Value::as_str) == Some(FORMAT)
}

/// The schema that typify makes a decimal of; nothing else may stand in it.
pub(in crate::progenitor) fn plain(ty: &str) -> Value {
    json!({ "type": ty, "format": FORMAT })
}

/// Removes what else is said of decimals, for typify would make another type of it.
pub(super) fn prepare(prepared: &mut Prepared) {
    if !has_schema(&prepared.document, is_marked) {
        return;
    }
    let before = prepared.document.clone();
    let Prepared { document, log, .. } = prepared;
    let mut has_decimals = false;
    each_schema_mut(document, |at, keywords| {
        let Some(ty) = type_of(&before, keywords) else {
            if is_marked(keywords) && !keywords.contains_key("$ref") {
                let is = keywords.get("type").and_then(Value::as_str).unwrap_or("no type");
                log.add(&OTHER_TYPE, at, format!("{is}: neither a number nor a text"));
            }
            return;
        };
        has_decimals = true;
        for key in take_assertions(keywords) {
            log.add(&UNCHECKED, pointer::join(at, &key), "of a decimal: not checked");
        }
        if let Value::Object(plain) = plain(ty) {
            keywords.extend(plain);
        }
        log.add(&DECIMAL, at, format!("an exact decimal, as a JSON {}", in_json(ty)));
    });
    if has_decimals {
        each_schema_mut(document, |_, keywords| drop_bounds_of_float(keywords));
    }
}

fn in_json(ty: &str) -> &str {
    if ty == "string" { "text" } else { ty }
}

/// The type of a schema that stands for a decimal: that of its own, or of a part of its `allOf`.
fn type_of(document: &Value, keywords: &Map<String, Value>) -> Option<&'static str> {
    if keywords.contains_key("$ref") {
        return None;
    }
    let schema = Value::Object(keywords.clone());
    let parts = schema::merged(document, &schema);
    parts.iter().find(|part| text(part, "format") == Some(FORMAT))?;
    let ty = parts.iter().find_map(|part| text(part, "type"))?;
    TYPES.iter().map(|(name, _)| *name).find(|name| *name == ty)
}

/// Removes what restricts the values beside type and format; its keywords.
fn take_assertions(keywords: &mut Map<String, Value>) -> Vec<String> {
    let mut taken = Vec::new();
    keywords.retain(|key, _| {
        let is_kept = ANNOTATIONS.contains(&key.as_str()) || key == "x-personal";
        if is_assertion(key) && !["type", "format", "allOf"].contains(&key.as_str()) {
            taken.push(key.clone());
        }
        is_kept && key != "discriminator"
    });
    taken
}

/// Removes the bounds of a float, of which typify makes nothing. It would merge them with a decimal of the
/// same name in another part of an `allOf`.
fn drop_bounds_of_float(keywords: &mut Map<String, Value>) {
    if keywords.get("type").and_then(Value::as_str) == Some("number") {
        for key in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] {
            keywords.shift_remove(key);
        }
    }
}

/// Makes a text of a decimal, of a list of decimals, or of what refers to one: what is no JSON, as a
/// parameter is, has no numbers.
pub(super) fn write_as_text(document: &Value, schema: &mut Value) {
    let target = resolve(document, schema);
    if target.as_object().is_some_and(is_marked) {
        let annotations = target.as_object().cloned().unwrap_or_default();
        *schema = Value::Object(annotations);
        set(schema, "type", "string");
    } else if text(target, "type") == Some("array")
        && let Some(items) = target.get("items")
    {
        let mut items = items.clone();
        write_as_text(document, &mut items);
        if target.get("items") != Some(&items) {
            let mut list = target.clone();
            set(&mut list, "items", items);
            *schema = list;
        }
    }
}

/// Whether a type is an exact decimal.
pub(super) fn is_decimal(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if is_path(&path.path))
}

/// Whether code has decimals. typify makes them of a format that few documents have, which is looked for first.
pub(super) fn are_in(document: &Value, items: &[Item]) -> bool {
    has_schema(document, is_marked) && are_in_code(items)
}

/// Whether code has decimals, under the paths that typify writes.
fn are_in_code(items: &[Item]) -> bool {
    struct Found(bool);
    impl<'a> Visit<'a> for Found {
        fn visit_path(&mut self, path: &'a Path) {
            self.0 |= is_path(path);
            visit::visit_path(self, path);
        }
    }
    let mut found = Found(false);
    items.iter().for_each(|item| found.visit_item(item));
    found.0
}

/// Whether a type has decimals in it, under the same paths.
fn are_in_type(ty: &Type) -> bool {
    let ty = ty.clone();
    are_in_code(&[parse_quote! { type It = #ty; }])
}

/// Whether a path leads from the root of the client to the types of decimals.
fn is_path(path: &Path) -> bool {
    let start = path.segments.iter().map(|segment| &segment.ident).take(2);
    path.segments.len() == 3 && start.zip(["types", FORMAT]).all(|(ident, name)| ident == name)
}

/// The function of `emitted/multipart.rs` that writes a value into a form.
const ADD_TO_FORM: &str = "add_to_form";

/// Adds the types of decimals to the client, if it has some.
///
/// # Errors
/// A client without types.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if !are_in(code.document, &code.file.items) {
        return Ok(());
    }
    for item in shape::module(&mut code.file.items, "parameters").into_iter().flatten() {
        let function = parse_quote! { super::types::decimal::to_value };
        each::path(&mut |path| refuse_floats(path, &function)).visit_item_mut(item);
    }
    let document = code.document;
    let Some(types) = shape::module(&mut code.file.items, "types") else {
        return Err(shape::no_place(DECIMAL.id, "types"));
    };
    check_fields(document, types)?;
    flat::finish(types, log)?;
    for item in types.iter_mut() {
        match item {
            Item::Mod(module) if module.ident == "builder" => {
                let decimals = parse_quote! { super::decimal };
                each::path(&mut |path| shorten(path, &decimals)).visit_item_mod_mut(module);
            }
            item => {
                let decimals = parse_quote! { decimal };
                each::path(&mut |path| shorten(path, &decimals)).visit_item_mut(item);
                if matches!(item, Item::Fn(function) if function.sig.ident == ADD_TO_FORM) {
                    let function = parse_quote! { decimal::to_value };
                    each::path(&mut |path| refuse_floats(path, &function)).visit_item_mut(item);
                }
            }
        }
    }
    let emitted = shape::emitted(include_str!("../../emitted/decimal.rs"));
    let (attributes, items) = (outer(emitted.attrs), emitted.items);
    types.push(parse_quote! { #(#attributes)* pub mod decimal { #(#items)* } });
    Ok(())
}

/// Checks that fields whose schemas are decimals have types of decimals.
///
/// # Errors
/// One that is a float or any text: digits would be lost where the document promises that none is.
fn check_fields(document: &Value, types: &[Item]) -> Result<()> {
    let mut components = BTreeMap::new();
    for (name, component) in schema::components(document) {
        components.entry(type_name(name)).or_insert(component);
    }
    for item in types {
        let Item::Struct(item) = item else { continue };
        let Some(component) = components.get(&item.ident.to_string()) else { continue };
        for (name, property) in schema::entries(component, "properties") {
            let is_decimal = property.as_object().is_some_and(is_marked);
            let field = item.fields.iter().find(|field| shape::wire_name(field) == *name);
            if is_decimal && field.is_some_and(|field| !shape::mentions(&field.ty, FORMAT)) {
                return Err(shape::no_place(DECIMAL.id, &format!("types::{}.{name}", item.ident)));
            }
        }
    }
    Ok(())
}

/// Attributes as they stand before a module.
fn outer(mut attributes: Vec<syn::Attribute>) -> Vec<syn::Attribute> {
    for attribute in &mut attributes {
        attribute.style = syn::AttrStyle::Outer;
    }
    attributes
}

/// Shortens a path to decimals, which typify writes as from the root of the client.
fn shorten(path: &mut Path, module: &Path) {
    if is_path(path) {
        let rest = path.segments.iter().skip(2);
        *path = parse_quote! { #module #(::#rest)* };
    }
}

/// Replaces `serde_json::to_value`, which makes floats of decimals, by what refuses those that are none.
fn refuse_floats(path: &mut Path, function: &Path) {
    let is_it = |(segment, name): (&syn::PathSegment, _)| segment.ident == name;
    if path.segments.len() == 2 && path.segments.iter().zip(["serde_json", "to_value"]).all(is_it) {
        path.clone_from(function);
    }
}
