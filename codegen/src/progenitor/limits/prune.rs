//! Parts of a document that no code is generated from. openapiv3 refuses a document for what is
//! invalid in them all the same.

use serde_json::Value;

use super::Prepared;
use crate::document::visit::{self, Kind};
use crate::report::Rule;

pub(in crate::progenitor) const UNUSED: Rule = Rule::translated(
    "unused",
    "callbacks, links, headers of responses, and whatever else no code is made of",
    "none, whether or not it is valid",
);

/// Removes them.
pub(super) fn prepare(prepared: &mut Prepared) {
    visit::each_mut(&mut prepared.document, |kind, _, node| {
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
                fields.shift_remove(*key);
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
}

/// Leaves what the generated code shows of a document's `info`.
fn prune_info(info: Option<&mut Value>) {
    if let Some(Value::Object(info)) = info {
        info.retain(|key, _| ["title", "version", "description"].contains(&key.as_str()));
    }
}
