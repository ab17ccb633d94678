//! The tables against the schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check::Report;
use super::finding::Kind;
use super::mend::Mend;
use super::mends;
use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;
use crate::drift::requirement;
use crate::syntax::number;
use crate::tables::row::{self, Entry, Row};
use crate::tables::words::Need;
use crate::tables::{Placed, Side};

/// Compares one placed table with the object that it describes.
pub(super) fn table(report: &mut Report<'_, '_>, placed: &Placed<'_>) {
    let Some(schema) = &placed.schema else { return };
    let object = object_of(schema.clone());
    let is_written = |name: &str| object.properties.contains_key(name);
    let entries = row::entries(&placed.table.rows, &is_written);
    let is_response = matches!(placed.side, Side::Response(_));
    let envelope = placed.envelope.as_str();
    let mut comparison = Comparison { report, is_response, envelope };
    comparison.object(&entries, schema.clone(), &placed.name);
}

/// Compares the value of a parameter with the row that describes it.
pub(super) fn value(report: &mut Report<'_, '_>, row: &Row, name: &str, schema: &Node<'_>) {
    let field = Field { row, name: name.to_owned() };
    let mut comparison = Comparison { report, is_response: false, envelope: "" };
    comparison.value(&field, &MergedSchema::of(schema.clone()));
}

struct Comparison<'c, 'r, 'd> {
    report: &'c mut Report<'r, 'd>,
    is_response: bool,
    /// What stands around the object in the document and not in the table: `data.`
    envelope: &'c str,
}

/// A row of a table, and the name of its field from the body down: `request.companyInfo.name`.
struct Field<'r> {
    row: &'r Row,
    name: String,
}

impl Comparison<'_, '_, '_> {
    fn object(&mut self, entries: &[Entry<'_>], schema: Node<'_>, name: &str) {
        let object = object_of(schema);
        let mut documented = BTreeSet::new();
        for entry in entries {
            documented.insert(entry.name.as_str());
            let field = Field { row: entry.row, name: format!("{name}.{}", entry.name) };
            match property(&object, &entry.name) {
                None => self.missing(entry, &field, &object),
                Some(property) => {
                    if !entry.is_implied {
                        self.field(&entry.name, &field, &object, &property);
                    }
                    if !entry.children.is_empty() {
                        self.object(&entry.children, property, &field.name);
                    }
                }
            }
        }
        for (property, node) in &object.properties {
            if !documented.contains(property) {
                self.undocumented(property, node, &object, name);
            }
        }
    }

    fn missing(&mut self, entry: &Entry<'_>, field: &Field<'_>, object: &MergedSchema<'_>) {
        let name = &entry.name;
        let document = format!("no property `{name}`");
        let correction = format!("add `{name}` to `properties`");
        let place = object.node.place("properties");
        let mend = mends::missing(self.report, entry, &field.name, object, self.is_response);
        self.add(Kind::MissingField, field, place, document, correction, mend);
    }

    fn undocumented(
        &mut self,
        property: &str,
        node: &Node<'_>,
        object: &MergedSchema<'_>,
        name: &str,
    ) {
        let required = object.required.contains(property);
        let row = Row { quote: format!("no row `{property}`"), ..Row::default() };
        let field = Field { row: &row, name: format!("{name}.{property}") };
        let document = format!("property `{property}`, {}", requirement(required));
        let correction = format!("document `{property}`, or remove it from `properties`");
        let mend = mends::undocumented(self.report, &field.name);
        self.add(Kind::UndocumentedField, &field, &node.pointer, document, correction, mend);
        if required {
            let document = format!("`{property}` is required");
            let correction = format!("take `{property}` out of `required`");
            let place = object.node.place("required");
            let mend = mends::unrequire(self.is_response, object, property);
            self.add(Kind::Required, &field, place, document, correction, mend);
        }
    }

    fn field(
        &mut self,
        name: &str,
        field: &Field<'_>,
        object: &MergedSchema<'_>,
        property: &Node<'_>,
    ) {
        self.required(name, field, object);
        self.value(field, &MergedSchema::of(property.clone()));
    }

    fn value(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        self.json_type(field, schema);
        self.values(field, schema);
        self.format(field, schema);
        // What a response leaves out says the vendor's default to nobody.
        if !self.is_response {
            self.default(field, schema);
        }
    }

    fn required(&mut self, name: &str, field: &Field<'_>, object: &MergedSchema<'_>) {
        // Only a table of a request says what must be sent. What only some callers must send
        // cannot be in every response, so a response is held against the table of its request.
        let row = match field.row.need() {
            Need::Unstated if self.is_response => self.request_row(&field.name),
            _ => Some(field.row.clone()),
        };
        let Some(row) = row else { return };
        let is_required = object.required.contains(name);
        let is_response = self.is_response;
        let (document, correction, mend) = match row.need() {
            Need::Always if !is_required && !is_response => (
                format!("`{name}` is optional"),
                format!("add `{name}` to `required`"),
                mends::require(self.report, &field.name, object, name),
            ),
            Need::Never | Need::Sometimes if is_required => (
                format!("`{name}` is required"),
                format!("take `{name}` out of `required`"),
                mends::unrequire(is_response, object, name),
            ),
            Need::If { field: other, value } if is_required => (
                format!("`{name}` is always required"),
                format!("take `{name}` out of `required`, and require it by `if` and `then`"),
                mends::require_if(self.report, &field.name, object, (&other, &value)),
            ),
            Need::If { field: other, value }
                if !is_response && !requires_if(object.node.value, name, &other, &value) =>
            {
                let condition = format!("`if` {other} is {value}, `then` require `{name}`");
                (
                    format!("`{name}` is optional, whatever `{other}` is"),
                    format!("add {condition}"),
                    mends::require_if(self.report, &field.name, object, (&other, &value)),
                )
            }
            _ => return,
        };
        let field = Field { row: &row, name: field.name.clone() };
        let place = object.node.place("required");
        self.add(Kind::Required, &field, place, document, correction, mend);
    }

    /// What the tables of the request say of a field that a response repeats.
    fn request_row(&self, name: &str) -> Option<Row> {
        let path = name.split_once('.')?.1;
        let path = path.strip_prefix(self.envelope).unwrap_or(path);
        self.report.request_rows.get(path).cloned()
    }

    fn json_type(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let (Some(documented), Some(is)) = (field.row.json_type(), schema.kind()) else { return };
        let place = &schema.node.pointer;
        // An integer cuts an amount of money short, and a number rounds it.
        if field.row.is_money() && documented == "number" {
            let is_text = is == "string";
            if is_text && !mends::shows_decimal_texts(self.report, &field.name) {
                let correction = format!("type {documented}, or {is} in the table");
                let mend = mends::type_of(self.report, &field.name, schema, documented);
                self.add(Kind::Type, field, place, format!("type {is}"), correction, mend);
            } else if schema.text("format") != Some("decimal") && !is_whole(schema) {
                let wanted = if is_text { "string" } else { "number" };
                let correction = format!("type {wanted}, format decimal");
                let mend = mends::money(schema, wanted);
                self.add(Kind::Money, field, place, format!("type {is}"), correction, mend);
            }
        } else if documented != is && !(documented == "number" && is == "integer") {
            // JSON has one kind of number.
            let correction = format!("type {documented}, or {is} in the table");
            let mend = mends::type_of(self.report, &field.name, schema, documented);
            self.add(Kind::Type, field, place, format!("type {is}"), correction, mend);
        }
    }

    fn values(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let listed = field.row.values();
        let documented: BTreeSet<String> = listed.iter().cloned().collect();
        let items = schema.applicator("items").filter(|_| schema.kind() == Some("array"));
        let items = items.map(MergedSchema::of);
        let schema = items.as_ref().unwrap_or(schema);
        let declared = strings(schema);
        // Only texts are compared: a flag has no others, and numbers have no enum here.
        let is_text = schema.kind().is_none_or(|kind| kind == "string");
        if documented.is_empty() || documented == declared || !is_text {
            return;
        }
        let list =
            |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(", ");
        let document = match declared.is_empty() {
            true => "any value".to_owned(),
            false => format!("enum: {}", list(&declared)),
        };
        let correction = format!("enum: [{}]", list(&documented));
        let place = &schema.node.pointer;
        let mend = mends::values(self.report, &field.name, schema, (&listed, &declared));
        self.add(Kind::Values, field, place, document, correction, mend);
    }

    fn format(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let Some(documented) = field.row.format() else { return };
        // Of a list, the words may be about its items.
        if schema.kind().is_some_and(|kind| kind != "string") {
            return;
        }
        let (is_there, correction) = match documented {
            "ISO 3166-1 alpha-2" => (limits_length(schema, 2), "pattern: ^[A-Z]{2}$".to_owned()),
            "ISO 4217" => (limits_length(schema, 3), "pattern: ^[A-Z]{3}$".to_owned()),
            format => (schema.text("format") == Some(format), format!("format: {format}")),
        };
        if !is_there {
            let document = match schema.text("format") {
                Some(format) => format!("format {format}"),
                None => format!("any {}", schema.kind().unwrap_or("value")),
            };
            let mend = mends::format(self.report, &field.name, schema, documented);
            let place = &schema.node.pointer;
            self.add(Kind::Format, field, place, document, correction, mend);
        }
    }

    fn default(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let Some(documented) = field.row.default_value() else { return };
        let declared = schema.first("default").map(|value| match value.as_str() {
            Some(text) => number::text(value).unwrap_or_else(|| text.to_owned()),
            None => number::text(value).unwrap_or_else(|| value.to_string()),
        });
        if declared.as_deref() != Some(&documented) {
            let mend = mends::default(field.row, schema, &documented, declared.is_some());
            let document = declared.map_or("no default".to_owned(), |is| format!("default {is}"));
            let correction = format!("default: {documented}");
            let place = &schema.node.pointer;
            self.add(Kind::Default, field, place, document, correction, mend);
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        field: &Field<'_>,
        pointer: impl Into<String>,
        document: String,
        correction: String,
        mend: Mend,
    ) {
        let quote = &field.row.quote;
        self.report.add(kind, &field.name, pointer, quote, document, correction, mend);
    }
}

/// A property of an object, or of one of its alternatives.
fn property<'d>(object: &MergedSchema<'d>, name: &str) -> Option<Node<'d>> {
    let own = object.properties.get(name).cloned();
    own.or_else(|| {
        let alternatives = object.unions.iter().flat_map(Node::items).map(object_of);
        alternatives.into_iter().find_map(|part| part.properties.get(name).cloned())
    })
}

/// The strings that a schema lists, also where it allows others as well.
fn strings(schema: &MergedSchema<'_>) -> BTreeSet<String> {
    let alternatives = schema.unions.iter().flat_map(Node::items).map(MergedSchema::of);
    let lists = alternatives.filter_map(|part| part.list("enum")).chain(schema.list("enum"));
    lists.flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Whether a schema says that its numbers are whole in a way that was meant.
fn is_whole(schema: &MergedSchema<'_>) -> bool {
    schema.first("multipleOf").is_some()
}

fn limits_length(schema: &MergedSchema<'_>, length: u64) -> bool {
    schema.first("maxLength").and_then(number::as_u64) == Some(length)
        || schema.keywords.contains_key("pattern")
        || schema.keywords.contains_key("enum")
}

/// Whether a schema requires a field if another has a value, as `if` and `then`.
fn requires_if(schema: &Value, field: &str, other: &str, value: &str) -> bool {
    let has = |list: &Value, wanted: &str| {
        list.as_array().is_some_and(|items| items.iter().any(|item| item == wanted))
    };
    let requires = |schema: &Value| {
        let required = schema.pointer("/then/required");
        let condition = schema.pointer(&format!("/if/properties/{other}"));
        required.is_some_and(|names| has(names, field))
            && condition.is_some_and(|condition| {
                let is_it = |is: &Value| match is.as_str() {
                    Some(text) => text == value,
                    None => serde_json::from_str::<Value>(value).is_ok_and(|typed| typed == *is),
                };
                condition.get("const").is_some_and(is_it)
                    || condition.get("enum").is_some_and(|values| has(values, value))
            })
    };
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    std::iter::once(schema).chain(parts).any(requires)
}
