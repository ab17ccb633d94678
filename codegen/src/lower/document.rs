//! What 3.0 does not have outside of schemas, and what it demands there.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use crate::document::path_items;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::Log;

/// The rules that loosen something else than a schema.
pub const BESIDE_SCHEMAS: [&str; 4] = [DIALECT, WEBHOOKS, INFO_SUMMARY, MUTUAL_TLS];

const DIALECT: &str = "json-schema-dialect";
const WEBHOOKS: &str = "webhooks";
const INFO_SUMMARY: &str = "info-summary";
const MUTUAL_TLS: &str = "mutual-tls";

/// Lowers everything that is no schema.
pub fn lower(document: &mut Value, log: &mut Log) {
    dialect(document, log);
    for at in path_items::inline(document) {
        log.add("path-item", &*at, "what it refers to was put here");
    }
    let Some(root) = document.as_object_mut() else { return };
    if root.shift_remove("webhooks").is_some() {
        log.loosen(WEBHOOKS, "/webhooks", "3.0 has none; a client does not call them");
    }
    if let Some(Value::Object(info)) = root.get_mut("info")
        && info.shift_remove("summary").is_some()
    {
        log.loosen(INFO_SUMMARY, "/info/summary", "3.0 has no summary here");
    }
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.shift_remove("pathItems");
    }
    if let Some(Value::Object(license)) = document.pointer_mut("/info/license")
        && let Some(Value::String(identifier)) = license.shift_remove("identifier")
    {
        license.insert("url".to_owned(), json!(format!("https://spdx.org/licenses/{identifier}")));
        log.add("license-identifier", "/info/license", "the SPDX identifier became its url");
    }
    mutual_tls(document, log);
    let _ = visit::each_mut(document, |kind, at, node| {
        if let Value::Object(fields) = node
            && kind != Kind::Schema
        {
            beside_reference(kind, fields, at, log);
            demanded(kind, fields, at, log);
        }
        Ok::<_, Infallible>(())
    });
}

/// Schemas are read as 2020-12, whatever else the document says they are.
fn dialect(document: &mut Value, log: &mut Log) {
    const AT: &str = "/jsonSchemaDialect";
    let dialect = document.as_object_mut().and_then(|root| root.shift_remove(&AT[1..]));
    let Some(dialect) = dialect else { return };
    let dialect = dialect.as_str().unwrap_or_default().trim_end_matches('#');
    let is_known = dialect.ends_with("2020-12/schema") || dialect.contains("/oas/3.1/dialect/");
    match is_known {
        true => log.add(DIALECT, AT, "3.0 has one dialect"),
        false => log.loosen(DIALECT, AT, format!("`{dialect}` is read as 2020-12")),
    }
}

/// A client certificate is shown by the connection; no request says that it is required.
fn mutual_tls(document: &mut Value, log: &mut Log) {
    let schemes = document.pointer_mut("/components/securitySchemes");
    let Some(Value::Object(schemes)) = schemes else { return };
    let is_tls = |scheme: &Value| scheme.get("type") == Some(&json!("mutualTLS"));
    let names: Vec<_> =
        schemes.iter().filter(|(_, scheme)| is_tls(scheme)).map(|(name, _)| name.clone()).collect();
    if names.is_empty() {
        return;
    }
    for name in &names {
        schemes.shift_remove(name);
        let at = pointer::join("/components/securitySchemes", name);
        log.loosen(MUTUAL_TLS, &at, "3.0 has none: give the client its certificate");
    }
    let _ = visit::each_mut(document, |kind, _, node| {
        if matches!(kind, Kind::Document | Kind::Operation)
            && let Some(Value::Array(requirements)) = node.get_mut("security")
        {
            for requirement in requirements.iter_mut().filter_map(Value::as_object_mut) {
                requirement.retain(|name, _| !names.contains(name));
            }
        }
        Ok::<_, Infallible>(())
    });
}

/// 3.1 lets a reference have words of its own.
fn beside_reference(kind: Kind, fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if kind == Kind::PathItem || fields.len() < 2 || !fields.contains_key("$ref") {
        return;
    }
    fields.retain(|key, _| key == "$ref");
    log.add("ref-summary", at, "3.0 has no words beside `$ref`");
}

/// Fields that every document must have, and that not every exporter writes.
fn demanded(kind: Kind, fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if fields.contains_key("$ref") {
        return;
    }
    let (field, value) = match kind {
        Kind::Response if !fields.contains_key("description") => ("description", json!("")),
        Kind::Operation if !fields.contains_key("responses") => ("responses", json!({})),
        Kind::Parameter | Kind::Header
            if !fields.contains_key("schema") && !fields.contains_key("content") =>
        {
            ("schema", json!({}))
        }
        _ => return,
    };
    fields.insert(field.to_owned(), value);
    log.add("demanded-field", at, format!("`{field}` is missing"));
}
