//! Parts of a document that no code is made of. openapiv3 reads them all the same, and stumbles.

use serde_json::{Map, Value};

use super::Prepared;
use crate::document::visit::{self, Kind};

/// Takes them out.
pub(super) fn prepare(prepared: &mut Prepared) {
    let _ = visit::each_mut(&mut prepared.document, |kind, _, node| {
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
                keep_what_matters_of(fields.get_mut("info"));
            }
        }
        Ok::<_, std::convert::Infallible>(())
    });
}

fn keep_what_matters_of(info: Option<&mut Value>) {
    if let Some(Value::Object(info)) = info {
        let matters = |key: &str| ["title", "version", "description"].contains(&key);
        let kept: Map<_, _> =
            std::mem::take(info).into_iter().filter(|(key, _)| matters(key)).collect();
        *info = kept;
    }
}
