//! The mend of each finding of a table's row.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::check::Report;
use super::described::{self, Owner};
use super::mend::{Answer, Edit, Mend, Reason};
use super::naming;
use super::shown::{self, Shown};
use crate::document::merged::{MergedSchema, object_of};
use crate::document::set;
use crate::document::{operations, pointer};
use crate::tables::row::{Entry, Row};
use crate::tables::words::Need;

/// Reasons for which the document stays as it is, whoever the vendor is.
const LENIENT: &str =
    "Responses are read leniently: a value of another form must not make one fail.";
const SHOWN: &str = "The table lacks it, but every example has it.";
const TABLE_IS_WRONG: &str =
    "The table says another type; every example is what the document says.";

/// The place of a schema itself, whatever refers to it.
fn place(schema: &MergedSchema<'_>) -> String {
    schema.node.clone().resolved().pointer
}

/// A field that the table has and the schema has not.
pub(super) fn missing(
    report: &Report<'_, '_>,
    entry: &Entry<'_>,
    name: &str,
    object: &MergedSchema<'_>,
    is_response: bool,
) -> Mend {
    let about = naming::about(report.operation);
    let owner = Owner { about: &about, is_request: !is_response };
    let mut schema = described::field(entry, owner);
    let is_object = entry.row.json_type() == Some("object") && entry.children.is_empty();
    match report.parts.get(name) {
        Some(part) if entry.children.is_empty() => {
            schema = part.clone();
            let name = naming::type_of_part(&about, &entry.name, is_response);
            set(&mut schema, "x-schema-name", name);
        }
        _ => {}
    }
    let shown = Shown::of(report.page, report.operation, name);
    if is_object && schema.get("properties").is_none() && shown.values.is_empty() {
        // Nothing says which fields it has; another operation may.
        return Mend::default().asking(Reason::NoEvidence, like_others(report, entry, object));
    }
    let schema = super::infer::completed(report, name, schema);
    let purpose = if is_response { "missing response fields" } else { "missing request fields" };
    let object_place = place(object);
    let update = json!({ &*entry.name: schema });
    let mend =
        Mend::edits([Edit::update(purpose, pointer::join(&object_place, "properties"), update)]);
    let need = entry.row.need();
    match need {
        _ if is_response || entry.is_implied => mend,
        Need::Always => {
            let required = require(report, name, object, &entry.name);
            Mend { edits: [mend.edits, required.edits].concat(), ..required }
        }
        Need::If { field, value } => {
            let conditional = require_if(report, name, object, (&field, &value));
            let question = conditional.question;
            Mend { question, ..Mend::edits([mend.edits, conditional.edits].concat()) }
        }
        _ => mend,
    }
}

/// The objects of the same name that other operations take: what the field may be as well.
fn like_others(
    report: &Report<'_, '_>,
    entry: &Entry<'_>,
    object: &MergedSchema<'_>,
) -> Vec<Answer> {
    let mut sides = Vec::new();
    for operation in operations::nodes(report.operation.node.document) {
        let schema = operation.request_schema().map(object_of);
        let property =
            schema.and_then(|schema| schema.properties.get(entry.name.as_str()).cloned());
        let Some(reference) = property.and_then(|property| property.text("$ref")) else { continue };
        let update = json!({ entry.name.as_str(): { "$ref": reference } });
        let place = pointer::join(&place(object), "properties");
        let says = format!("the same object as in {}", operation.label());
        sides.push(Answer::of(says, [Edit::update("missing request fields", place, update)]));
    }
    if !sides.is_empty() {
        sides.push(Answer::leave("leave it out"));
    }
    sides
}

/// A field that the schema has and no table.
pub(super) fn undocumented(report: &Report<'_, '_>, name: &str) -> Mend {
    let shown = Shown::of(report.page, report.operation, name);
    match (shown.values.is_empty(), shown.absent) {
        (false, 0) => Mend::explained(SHOWN),
        (false, _) => Mend::explained("The table lacks it, but examples have it."),
        _ => Mend::asked(Reason::NoEvidence),
    }
}

pub(super) fn unrequire(is_response: bool, object: &MergedSchema<'_>, name: &str) -> Mend {
    Mend::edits([Edit::unrequire(is_response, &place(object), name)])
}

/// A field that the table of the request says is always sent.
pub(super) fn require(
    report: &Report<'_, '_>,
    field: &str,
    object: &MergedSchema<'_>,
    name: &str,
) -> Mend {
    let edit = Edit::require(false, &place(object), name);
    let shown = Shown::of(report.page, report.operation, field);
    if shown.absent == 0 {
        return Mend::edits([edit]);
    }
    let leave = format!("leave `{name}` optional: what the page itself shows can be sent");
    let sides = vec![Answer::of(format!("require `{name}`"), [edit]), Answer::leave(leave)];
    Mend::default().asking(Reason::EvidenceDisagrees, sides)
}

/// A field that is required if another has a value. A response is read leniently: it just is not required.
pub(super) fn require_if(
    report: &Report<'_, '_>,
    field: &str,
    object: &MergedSchema<'_>,
    (other, value): (&str, &str),
) -> Mend {
    let (is_response, at) = (field.starts_with("response"), place(object));
    let name = field.rsplit('.').next().unwrap_or(field);
    let mut edits = Vec::new();
    if object.required.contains(name) {
        edits.push(Edit::unrequire(is_response, &at, name));
    }
    if is_response {
        return Mend::edits(edits);
    }
    let Some(constant) = constant(report, field, object, (other, value)) else {
        // The condition is on something that no field says.
        return Mend::edits(edits).asking(Reason::NoEvidence, Vec::new());
    };
    let condition = json!({
        "if": { "properties": { other: { "const": constant } }, "required": [other] },
        "then": { "required": [name] },
    });
    let node = object.node.clone().resolved();
    // Of several conditions, each is a part of `allOf`.
    let update = match node.value.get("if").is_some() || node.value.get("allOf").is_some() {
        true => json!({ "allOf": [condition] }),
        false => condition,
    };
    let edit = Edit::update("conditional request fields", at, update);
    let holder = field.rsplit_once('.').map_or(field, |(holder, _)| holder);
    let holders = Shown::of(report.page, report.operation, &format!("{holder}.{other}"));
    let breaks = holders
        .holders
        .iter()
        .any(|it| it.get(other).is_some_and(|is| *is == constant) && it.get(name).is_none());
    if !breaks {
        edits.push(edit);
        return Mend::edits(edits);
    }
    let leave = Answer::leave(format!("leave `{name}` optional: an example omits it"));
    let answers =
        vec![Answer::of(format!("require `{name}` if `{other}` is {value}"), [edit]), leave];
    Mend::edits(edits).asking(Reason::EvidenceDisagrees, answers)
}

/// The value of another field, as its schema has it; none if the page lists others for it.
fn constant(
    report: &Report<'_, '_>,
    field: &str,
    object: &MergedSchema<'_>,
    (other, value): (&str, &str),
) -> Option<Value> {
    let path = field.split_once('.').map_or("", |(_, path)| path);
    let path = path.rsplit_once('.').map_or(String::new(), |(holder, _)| format!("{holder}."));
    let listed = report.request_rows.get(&format!("{path}{other}")).map(Row::values);
    if listed.is_some_and(|listed| !listed.is_empty() && !listed.iter().any(|it| it == value)) {
        return None;
    }
    let schema = MergedSchema::of(object.properties.get(other)?.clone());
    match schema.kind() {
        Some(kind @ ("boolean" | "integer" | "number")) => {
            let typed = serde_json::from_str::<Value>(value).ok();
            typed.filter(|typed| shown::is_of(typed, kind))
        }
        _ => Some(json!(value)),
    }
}

/// A table that says another type than the schema.
pub(super) fn type_of(
    report: &Report<'_, '_>,
    name: &str,
    schema: &MergedSchema<'_>,
    documented: &str,
) -> Mend {
    let shown = Shown::of(report.page, report.operation, name);
    let is = schema.kind().unwrap_or_default();
    let edit = Edit::update("types", place(schema), json!({ "type": documented }));
    let is_deep = ["object", "array"].iter().any(|kind| [is, documented].contains(kind));
    match (
        shown.all(|value| shown::is_of(value, documented)),
        shown.all(|value| shown::is_of(value, is)),
    ) {
        (true, false) if !is_deep => Mend::edits([edit]),
        (false, true) => Mend::explained(TABLE_IS_WRONG),
        _ if is_deep => Mend::asked(Reason::TwoReadings),
        _ => {
            let reason = match shown.values.is_empty() {
                true => Reason::TwoReadings,
                false => Reason::EvidenceDisagrees,
            };
            let leave = Answer::leave(format!("leave it a {is}"));
            Mend::default()
                .asking(reason, vec![Answer::of(format!("type {documented}"), [edit]), leave])
        }
    }
}

/// Whether every value that is shown of a field is a decimal number in a text.
pub(super) fn shows_decimal_texts(report: &Report<'_, '_>, name: &str) -> bool {
    let shown = Shown::of(report.page, report.operation, name);
    shown.all(|value| value.as_str().is_some_and(is_decimal))
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// An amount of money: exact, by the format of the OpenAPI Format Registry.
pub(super) fn money(schema: &MergedSchema<'_>, wanted: &str) -> Mend {
    let mut update = json!({ "format": "decimal" });
    if schema.kind() != Some(wanted) {
        update = json!({ "type": wanted, "format": "decimal" });
    }
    Mend::edits([Edit::update("money", place(schema), update)])
}

/// Values that a table lists.
pub(super) fn values(
    report: &Report<'_, '_>,
    name: &str,
    schema: &MergedSchema<'_>,
    (listed, declared): (&[String], &BTreeSet<String>),
) -> Mend {
    let about = naming::about(report.operation);
    let owner = Owner { about: &about, is_request: !name.starts_with("response") };
    let last = name.rsplit(['.', ' ']).next().unwrap_or(name);
    let update = described::values(last, listed, owner);
    let edit = Edit::update("documented values", place(schema), Value::Object(update));
    let shown = Shown::of(report.page, report.operation, name);
    let is_other = |value: &Value| {
        value.as_str().is_some_and(|text| !listed.iter().any(|listed| listed == text))
    };
    if declared.is_empty() && !shown.any(is_other) {
        return Mend::edits([edit]);
    }
    if declared.is_empty() {
        let sides = vec![
            Answer::of(format!("only {}", listed.join(", ")), [edit]),
            Answer::leave("leave it any text, as an example has another value"),
        ];
        return Mend::default().asking(Reason::EvidenceDisagrees, sides);
    }
    let all: Vec<_> =
        declared.iter().chain(listed.iter().filter(|it| !declared.contains(*it))).collect();
    let more: Vec<_> = listed.iter().filter(|it| !declared.contains(*it)).collect();
    let mut sides = vec![Answer::leave("leave the values of the document")];
    if !more.is_empty() && schema.first("enum").is_some() {
        let add = Edit::update("documented values", place(schema), json!({ "enum": more }));
        let all = all.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ");
        sides.insert(0, Answer::of(format!("the values of both: {all}"), [add]));
    }
    Mend::default().asking(Reason::EvidenceDisagrees, sides)
}

/// A format that a row names.
pub(super) fn format(
    report: &Report<'_, '_>,
    name: &str,
    schema: &MergedSchema<'_>,
    documented: &str,
) -> Mend {
    let is_request = !name.starts_with("response");
    let Some(update) = described::format_of(documented, is_request) else {
        return Mend::explained(LENIENT);
    };
    let pattern = update.get("pattern").and_then(Value::as_str);
    let pattern = pattern.and_then(|pattern| regress::Regex::new(pattern).ok());
    let edit = Edit::update("formats", place(schema), Value::Object(update));
    let shown = Shown::of(report.page, report.operation, name);
    let is_other = |value: &Value| match (value.as_str(), &pattern) {
        (Some(text), Some(pattern)) => pattern.find(text).is_none(),
        (Some(text), None) => shown::format_of(text) != Some(documented),
        (None, _) => true,
    };
    match shown.any(is_other) {
        false => Mend::edits([edit]),
        true => {
            let leave = Answer::leave("leave it any text, as an example is of another form");
            let sides = vec![Answer::of(format!("the format {documented}"), [edit]), leave];
            Mend::default().asking(Reason::EvidenceDisagrees, sides)
        }
    }
}

/// What is taken where nothing is sent.
pub(super) fn default(
    row: &Row,
    schema: &MergedSchema<'_>,
    documented: &str,
    is_declared: bool,
) -> Mend {
    if is_declared {
        return Mend::asked(Reason::EvidenceDisagrees);
    }
    let kind = schema.kind().unwrap_or("string");
    if row.json_type().is_some_and(|documented| documented != kind) {
        return Mend::asked(Reason::WaitsForAnother);
    }
    let value = match kind {
        "string" => Some(json!(documented)),
        _ => serde_json::from_str::<Value>(documented).ok().filter(|it| shown::is_of(it, kind)),
    };
    match value {
        Some(value) => {
            Mend::edits([Edit::update("defaults", place(schema), json!({ "default": value }))])
        }
        None => Mend::asked(Reason::TwoReadings),
    }
}
