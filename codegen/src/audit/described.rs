//! The schemas that rows of tables describe.

use serde_json::{Map, Value, json};

use super::naming;
use crate::tables::row::{Entry, Row};
use crate::tables::words::Need;

/// Whose field a schema is of, for the names of its types.
#[derive(Clone, Copy)]
pub(super) struct Owner<'o> {
    /// What the operation is about: `Customer`.
    pub(super) about: &'o str,
    pub(super) is_request: bool,
}

/// The object that rows describe. Only a request's table says what must be sent.
pub(super) fn object(entries: &[Entry<'_>], owner: Owner<'_>) -> Value {
    let fields = entries.iter().map(|entry| (entry.name.clone(), field(entry, owner)));
    let properties: Map<String, Value> = fields.collect();
    let is_always = |entry: &&Entry<'_>| {
        owner.is_request && !entry.is_implied && entry.row.need() == Need::Always
    };
    let required: Vec<_> = entries.iter().filter(is_always).map(|it| it.name.as_str()).collect();
    match required.is_empty() {
        true => json!({ "type": "object", "properties": properties }),
        false => json!({ "type": "object", "properties": properties, "required": required }),
    }
}

/// The schema of one field. Its row's words are added by `describe`, whoever adds the field.
pub(super) fn field(entry: &Entry<'_>, owner: Owner<'_>) -> Value {
    let row = entry.row;
    let kind = if entry.is_implied { None } else { row.json_type() };
    let nested = (!entry.children.is_empty()).then(|| object(&entry.children, owner));
    let mut schema = match (kind, nested) {
        (Some("array"), nested) => {
            json!({ "type": "array", "items": nested.unwrap_or_else(|| json!({})) })
        }
        (_, Some(nested)) => nested,
        (Some(kind), None) => json!({ "type": kind }),
        (None, None) => json!({}),
    };
    if entry.is_implied {
        return schema;
    }
    if let (Some(fields), Value::Object(schema)) =
        (constraints(&entry.name, row, owner), &mut schema)
    {
        schema.extend(fields);
    }
    schema
}

/// What a row says of a value beside its type.
fn constraints(name: &str, row: &Row, owner: Owner<'_>) -> Option<Map<String, Value>> {
    let fields = match (row.json_type(), row.format()) {
        (Some("string"), Some(format)) => return format_of(format, owner.is_request),
        (Some("string"), None) if !row.values().is_empty() => {
            return Some(values(name, &row.values(), owner));
        }
        (Some("number"), _) if row.is_money() => json!({ "format": "decimal" }),
        _ => return None,
    };
    fields.as_object().cloned()
}

/// The keywords of a documented format. A response is not held to a form that its client has no use for.
pub(super) fn format_of(format: &str, is_request: bool) -> Option<Map<String, Value>> {
    let fields = match format {
        "ISO 3166-1 alpha-2" if is_request => json!({
            "x-schema-name": "CountryCode",
            "pattern": "^[A-Z]{2}$",
        }),
        "ISO 4217" if is_request => json!({
            "x-schema-name": "CurrencyCode",
            "pattern": "^[A-Z]{3}$",
        }),
        "ISO 3166-1 alpha-2" | "ISO 4217" => return None,
        format => json!({ "format": format }),
    };
    fields.as_object().cloned()
}

/// The keywords of a list of values: closed in a request; in a response any other is kept, since the vendor
/// may add one.
pub(super) fn values(name: &str, values: &[String], owner: Owner<'_>) -> Map<String, Value> {
    let name = naming::type_of_field(owner.about, name);
    let fields = match owner.is_request {
        true => json!({ "x-schema-name": name, "enum": values }),
        false => json!({
            "x-schema-name": format!("{name}OrUnknown"),
            "anyOf": [
                { "x-schema-name": name, "type": "string", "enum": values },
                { "type": "string" },
            ],
        }),
    };
    fields.as_object().cloned().unwrap_or_default()
}
