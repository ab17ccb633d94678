//! What 3.0 does not have outside of schemas, and what it requires there.

use serde_json::{Value, json};

use super::Fields;
use crate::document::set;
use crate::document::visit::{self, Kind};
use crate::document::{path_items, pointer};
use crate::report::{Log, Rule};

/// The rules that loosen something else than a schema.
pub(crate) const RULES_BESIDE_SCHEMAS: [&Rule; 4] =
    [&OTHER_DIALECT, &WEBHOOKS, &INFO_SUMMARY, &MUTUAL_TLS];

pub(super) const DIALECT: Rule =
    Rule::translated("json-schema-dialect", "`jsonSchemaDialect` of 2020-12", "the only dialect");
pub(super) const OTHER_DIALECT: Rule = Rule::loosened(
    "json-schema-dialect",
    "`jsonSchemaDialect` of another draft",
    "read as 2020-12",
);
pub(super) const WEBHOOKS: Rule =
    Rule::loosened("webhooks", "`webhooks`", "none; a client does not call them");
pub(super) const INFO_SUMMARY: Rule = Rule::loosened("info-summary", "`info.summary`", "none");
pub(super) const LICENSE: Rule =
    Rule::translated("license-identifier", "`license.identifier`", "its url");
pub(super) const MUTUAL_TLS: Rule = Rule::loosened(
    "mutual-tls",
    "`mutualTLS`",
    "the client is given its certificate by whoever makes it",
);
pub(super) const REFERENCE_SUMMARY: Rule = Rule::translated(
    "ref-summary",
    "`summary` and `description` beside the `$ref` of what is no schema",
    "what is referred to has its own",
);
pub(super) const REQUIRED_FIELD: Rule = Rule::translated(
    "demanded-field",
    "a response without description, a parameter without schema, an operation without responses",
    "empty ones",
);

/// Lowers everything that is no schema.
pub(super) fn lower(document: &mut Value, log: &mut Log) {
    dialect(document, log);
    path_items::inline(document, log);
    if take(document, "", "webhooks").is_some() {
        log.add(&WEBHOOKS, "/webhooks", "3.0 has none; a client does not call them");
    }
    if take(document, "/info", "summary").is_some() {
        log.add(&INFO_SUMMARY, "/info/summary", "3.0 has no summary here");
    }
    take(document, "/components", "pathItems");
    if let Some(Value::String(identifier)) = take(document, "/info/license", "identifier") {
        let url = format!("https://spdx.org/licenses/{identifier}");
        if let Some(license) = document.pointer_mut("/info/license") {
            set(license, "url", url);
        }
        log.add(&LICENSE, "/info/license", "the SPDX identifier became its url");
    }
    mutual_tls(document, log);
    visit::each_mut(document, |kind, at, node| {
        if let Value::Object(fields) = node
            && kind != Kind::Schema
        {
            reference_summary(kind, fields, at, log);
            required_field(kind, fields, at, log);
        }
    });
}

/// Removes a field of the object at a pointer.
fn take(document: &mut Value, pointer: &str, key: &str) -> Option<Value> {
    document.pointer_mut(pointer)?.as_object_mut()?.shift_remove(key)
}

/// Schemas are read as 2020-12, whatever dialect the document names.
fn dialect(document: &mut Value, log: &mut Log) {
    const AT: &str = "/jsonSchemaDialect";
    let Some(dialect) = take(document, "", AT.trim_start_matches('/')) else { return };
    let dialect = dialect.as_str().unwrap_or_default().trim_end_matches('#');
    if dialect.ends_with("2020-12/schema") || dialect.contains("/oas/3.1/dialect/") {
        log.add(&DIALECT, AT, "3.0 has one dialect");
    } else {
        log.add(&OTHER_DIALECT, AT, format!("`{dialect}` is read as 2020-12"));
    }
}

/// Removes schemes of client certificates, which belong to the connection and not to a request.
fn mutual_tls(document: &mut Value, log: &mut Log) {
    const SCHEMES: &str = "/components/securitySchemes";
    let Some(Value::Object(schemes)) = document.pointer_mut(SCHEMES) else { return };
    let mut removed = Vec::new();
    schemes.retain(|name, scheme| {
        let is_tls = scheme.get("type") == Some(&json!("mutualTLS"));
        if is_tls {
            removed.push(name.clone());
            let at = pointer::join(SCHEMES, name);
            log.add(&MUTUAL_TLS, at, "3.0 has none: give the client its certificate");
        }
        !is_tls
    });
    visit::each_mut(document, |kind, _, node| {
        if matches!(kind, Kind::Document | Kind::Operation)
            && let Some(Value::Array(requirements)) = node.get_mut("security")
        {
            for requirement in requirements.iter_mut().filter_map(Value::as_object_mut) {
                requirement.retain(|name, _| !removed.contains(name));
            }
        }
    });
}

/// A reference of 3.1 may have a summary and a description.
fn reference_summary(kind: Kind, fields: &mut Fields, at: &str, log: &mut Log) {
    if kind == Kind::PathItem || fields.len() < 2 || !fields.contains_key("$ref") {
        return;
    }
    fields.retain(|key, _| key == "$ref");
    log.add(&REFERENCE_SUMMARY, at, "3.0 has no words beside `$ref`");
}

/// Fields that 3.0 requires, and that not every exporter writes.
fn required_field(kind: Kind, fields: &mut Fields, at: &str, log: &mut Log) {
    if fields.contains_key("$ref") {
        return;
    }
    let (field, value) = match kind {
        Kind::Response => ("description", json!("")),
        Kind::Operation => ("responses", json!({})),
        Kind::Parameter | Kind::Header if !fields.contains_key("content") => ("schema", json!({})),
        _ => return,
    };
    if fields.contains_key(field) {
        return;
    }
    fields.insert(field.to_owned(), value);
    log.add(&REQUIRED_FIELD, at, format!("`{field}` is missing"));
}
