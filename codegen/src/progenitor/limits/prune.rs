//! Parts of a document that no code is generated from. openapiv3 refuses a document for what is
//! invalid in them all the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Prepared;
use crate::document::pointer::{self, mapped_component};
use crate::document::visit::{self, Kind};
use crate::progenitor::schema::SCHEMAS;
use crate::report::Rule;

pub(in crate::progenitor) const UNUSED: Rule = Rule::translated(
    "unused",
    "webhooks in 3.0, callbacks, links, headers of responses, and whatever else no code is made of",
    "none, whether or not it is valid",
);

pub(in crate::progenitor) const UNUSED_SCHEMA: Rule = Rule::translated(
    "unused-schema",
    "a component that no parameter, no body and no other type refers to",
    "none: it would be a type that nothing takes or returns",
);

/// Removes them.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = &mut *prepared;
    visit::each_mut(document, |kind, at, node| {
        let unused: &[&str] = match kind {
            Kind::Document => &["webhooks", "servers", "security", "tags", "externalDocs"],
            Kind::Components => &["callbacks", "examples", "headers", "links", "securitySchemes"],
            Kind::PathItem => &["servers", "summary", "description"],
            Kind::Operation => &["callbacks", "security", "servers", "externalDocs"],
            Kind::Parameter | Kind::MediaType => &["example", "examples"],
            Kind::Response => &["headers", "links"],
            Kind::Schema => &["externalDocs", "xml"],
            _ => &[],
        };
        if let Value::Object(fields) = node {
            for key in unused {
                let Some(value) = fields.shift_remove(*key) else { continue };
                if let Some(note) = note(kind, key, &value) {
                    log.add(&UNUSED, pointer::join(at, key), note);
                }
            }
            for key in ["summary", "description"] {
                if fields.get(key).is_some_and(|text| !text.is_string()) {
                    fields.shift_remove(key);
                }
            }
            if kind == Kind::Document {
                prune_info(fields.get_mut("info"));
            }
        }
    });
    unused_schemas(prepared);
}

/// What a caller may look for, where it is.
fn note(kind: Kind, key: &str, value: &Value) -> Option<String> {
    let names: Vec<_> = value.as_object()?.keys().map(|name| format!("`{name}`")).collect();
    let place = match (kind, key) {
        (Kind::Response, "headers") => "no fields: the answer's `headers()` has them as texts",
        (_, "links") => "the client follows none",
        (Kind::Operation, "callbacks") | (_, "webhooks") => "a client is not called",
        _ => return None,
    };
    (!names.is_empty()).then(|| format!("{}: {place}", names.join(", ")))
}

/// Removes schemas that nothing leads to from an operation. Before edits of their types are planned.
pub(super) fn unused_schemas(prepared: &mut Prepared) {
    let used = used_schemas(&prepared.document);
    let Some(Value::Object(schemas)) = prepared.document.pointer_mut(SCHEMAS) else { return };
    let unused: Vec<_> = schemas.keys().filter(|name| !used.contains(*name)).cloned().collect();
    // One by one, each would move all that come after it.
    schemas.retain(|name, _| used.contains(name));
    for name in unused {
        let note = "no operation has it in a parameter or a body";
        prepared.log.add(&UNUSED_SCHEMA, pointer::join(SCHEMAS, &name), note);
    }
}

/// The names of the schemas that operations lead to. Components of other kinds are inside of operations
/// that have them.
fn used_schemas(document: &Value) -> BTreeSet<String> {
    let (mut seen, mut used) = (BTreeSet::new(), BTreeSet::new());
    let mut rest: Vec<_> = document.get("paths").into_iter().collect();
    while let Some(node) = rest.pop() {
        match node {
            Value::Object(fields) => {
                rest.extend(fields.values());
                let mapping = fields.get("discriminator").and_then(|it| it.get("mapping"));
                let mapped = mapping.and_then(Value::as_object).into_iter().flatten();
                let mapped = mapped.filter_map(|(_, target)| target.as_str());
                let names = mapped.map(mapped_component).map(|name| ("schemas".to_owned(), name));
                for (section, name) in names.chain(fields.get("$ref").and_then(component)) {
                    let target =
                        document.get("components").and_then(|all| all.get(&section)?.get(&name));
                    if let Some(target) = target
                        && seen.insert((section.clone(), name.clone()))
                    {
                        rest.push(target);
                        if section == "schemas" {
                            used.insert(name);
                        }
                    }
                }
            }
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    used
}

/// Section and name of the component that a reference leads to, or into.
fn component(reference: &Value) -> Option<(String, String)> {
    let target = pointer::of_reference(reference.as_str()?)?;
    let mut steps = target.strip_prefix("/components/")?.split('/').map(pointer::unescape);
    steps.next().zip(steps.next())
}

/// Leaves what the generated code shows of a document's `info`.
fn prune_info(info: Option<&mut Value>) {
    if let Some(Value::Object(info)) = info {
        info.retain(|key, _| ["title", "version", "description"].contains(&key.as_str()));
    }
}
