//! The tables against the schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::operation::Operation;
use super::place::{Placed, Side};
use super::tables::{Need, Row};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::syntax::number;

/// Compares one placed table with the object that it describes.
pub(super) fn table(operation: &Operation<'_>, placed: &Placed<'_>, found: &mut Vec<Finding>) {
    let Some(schema) = &placed.schema else { return };
    let mut comparison = Comparison { operation, side: placed.side, found };
    comparison.object(&placed.table.rows, schema.clone(), &placed.name);
}

struct Comparison<'c, 'd> {
    operation: &'c Operation<'d>,
    side: Side,
    found: &'c mut Vec<Finding>,
}

/// What a row says and where it belongs.
struct Field<'r> {
    row: &'r Row,
    /// `request.companyInfo.name`
    name: String,
}

impl Comparison<'_, '_> {
    fn object(&mut self, rows: &[Row], schema: Node<'_>, name: &str) {
        let object = object_of(schema);
        let mut documented = BTreeSet::new();
        let mut rest = rows;
        while let [row, after @ ..] = rest {
            // Rows that hang below this one describe its fields.
            let below = after.iter().take_while(|below| below.depth > row.depth).count();
            let (nested, next) = after.split_at(below);
            documented.insert(row.name.as_str());
            let field = Field { row, name: format!("{name}.{}", row.name) };
            match object.properties.get(row.name.as_str()) {
                None => self.missing(&field, &object),
                Some(property) => {
                    self.field(&field, &object, property);
                    if !nested.is_empty() {
                        self.object(nested, property.clone(), &field.name);
                    }
                }
            }
            rest = next;
        }
        for (property, node) in &object.properties {
            if !documented.contains(property) {
                self.undocumented(property, node, &object, name);
            }
        }
    }

    fn missing(&mut self, field: &Field<'_>, object: &MergedSchema<'_>) {
        let document = format!("no property `{}`", field.row.name);
        let place = object.node.place("properties");
        let correction = format!("add `{}` to `properties`", field.row.name);
        self.add(Kind::MissingField, &field.name, place, &field.row.quote, document, correction);
    }

    fn undocumented(
        &mut self,
        property: &str,
        node: &Node<'_>,
        object: &MergedSchema<'_>,
        name: &str,
    ) {
        let required = object.required.contains(property);
        let name = format!("{name}.{property}");
        let word = if required { "required" } else { "optional" };
        let document = format!("property `{property}`, {word}");
        let none = format!("no row `{property}`");
        let correction = format!("document `{property}`, or remove it from `properties`");
        let at = node.pointer.as_str();
        self.add(Kind::UndocumentedField, &name, at, &none, document, correction);
        if required {
            let document = format!("`{property}` is required");
            let correction = format!("take `{property}` out of `required`");
            let place = object.node.place("required");
            self.add(Kind::Required, &name, place, &none, document, correction);
        }
    }

    fn field(&mut self, field: &Field<'_>, object: &MergedSchema<'_>, property: &Node<'_>) {
        self.required(field, object);
        let schema = MergedSchema::of(property.clone());
        self.kind(field, &schema);
        self.values(field, &schema);
        self.format(field, &schema);
    }

    fn required(&mut self, field: &Field<'_>, object: &MergedSchema<'_>) {
        let is = object.required.contains(field.row.name.as_str());
        let name = &field.row.name;
        let need = match field.row.need() {
            // A table of a response says nothing of this; but what only some callers must send
            // cannot be in every response.
            Need::Unsaid if self.side.is_response() => self.operation.need_in_request(&field.name),
            need => need,
        };
        let said = match field.row.need() {
            Need::Unsaid => self.operation.quote_in_request(&field.name),
            _ => field.row.quote.clone(),
        };
        let place = object.node.place("required");
        let (document, correction) = match need {
            Need::Always if !is && !self.side.is_response() => {
                (format!("`{name}` is optional"), format!("add `{name}` to `required`"))
            }
            Need::Never | Need::Sometimes if is => {
                (format!("`{name}` is required"), format!("take `{name}` out of `required`"))
            }
            Need::If { .. } if is => (
                format!("`{name}` is always required"),
                format!("take `{name}` out of `required`, and require it by `if` and `then`"),
            ),
            Need::If { field: other, value }
                if !self.side.is_response()
                    && !requires_if(object.node.value, name, &other, &value) =>
            {
                let condition = format!("`if` {other} is {value}, `then` require `{name}`");
                (format!("`{name}` is optional, whatever `{other}` is"), format!("add {condition}"))
            }
            _ => return,
        };
        self.add(Kind::Required, &field.name, place, &said, document, correction);
    }

    fn kind(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let (Some(said), Some(is)) = (field.row.json_type(), schema.kind()) else { return };
        // JSON has one kind of number.
        let same = said == is || (said == "number" && is == "integer");
        if !same {
            let document = format!("type {is}");
            let correction = format!("type {said}, or {is} in the table");
            let at = schema.node.pointer.as_str();
            let quote = &field.row.quote;
            self.add(Kind::Type, &field.name, at, quote, document, correction);
        }
    }

    fn values(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let said: BTreeSet<String> = field.row.values().into_iter().collect();
        if said.is_empty() {
            return;
        }
        let is: BTreeSet<String> = strings(schema);
        if said != is {
            let list = |values: &BTreeSet<String>| {
                values.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
            };
            let document = match is.is_empty() {
                true => "any value".to_owned(),
                false => format!("enum: {}", list(&is)),
            };
            let correction = format!("enum: [{}]", list(&said));
            let at = schema.node.pointer.as_str();
            let quote = &field.row.quote;
            self.add(Kind::Values, &field.name, at, quote, document, correction);
        }
    }

    fn format(&mut self, field: &Field<'_>, schema: &MergedSchema<'_>) {
        let Some(said) = field.row.format() else { return };
        let (is_there, correction) = match said {
            "ISO 3166-1 alpha-2" => (limits_length(schema, 2), "pattern: ^[A-Z]{2}$".to_owned()),
            "ISO 4217" => (limits_length(schema, 3), "pattern: ^[A-Z]{3}$".to_owned()),
            format => (schema.text("format") == Some(format), format!("format: {format}")),
        };
        if !is_there {
            let document = match schema.text("format") {
                Some(format) => format!("format {format}"),
                None => format!("any {}", schema.kind().unwrap_or("value")),
            };
            let at = schema.node.pointer.as_str();
            let quote = &field.row.quote;
            self.add(Kind::Format, &field.name, at, quote, document, correction);
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        name: &str,
        at: impl Into<String>,
        documentation: &str,
        document: String,
        correction: String,
    ) {
        let documentation = documentation.to_owned();
        let id = self.operation.id(kind, name);
        let pointer = at.into();
        self.found.push(Finding { id, kind, pointer, documentation, document, correction });
    }
}

/// An array of objects is described by the fields of one.
pub(super) fn object_of(schema: Node<'_>) -> MergedSchema<'_> {
    let flat = MergedSchema::of(schema);
    match flat.applicator("items") {
        Some(items) if flat.properties.is_empty() => MergedSchema::of(items),
        _ => flat,
    }
}

/// The strings that a schema lists, also where it allows others as well.
fn strings(schema: &MergedSchema<'_>) -> BTreeSet<String> {
    let alternatives = schema.unions.iter().flat_map(Node::items).map(MergedSchema::of);
    let lists = alternatives.filter_map(|part| part.list("enum")).chain(schema.list("enum"));
    lists.flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn limits_length(schema: &MergedSchema<'_>, length: u64) -> bool {
    let limit = schema.keywords.get("maxLength").and_then(|values| number::as_u64(values.first()?));
    limit == Some(length)
        || schema.keywords.contains_key("pattern")
        || schema.keywords.contains_key("enum")
}

/// Whether a schema requires a field if another has a value, as `if` and `then`.
fn requires_if(schema: &Value, field: &str, other: &str, value: &str) -> bool {
    let lists = |schema: &Value| {
        let required = schema.pointer("/then/required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|name| name == field))
    };
    let tests = |schema: &Value| {
        let test = schema.pointer(&format!("/if/properties/{other}"));
        let is = |test: &Value| {
            test.get("const").is_some_and(|is| is == value)
                || test
                    .get("enum")
                    .and_then(Value::as_array)
                    .is_some_and(|all| all.iter().any(|is| is == value))
        };
        test.is_some_and(is)
    };
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    (lists(schema) && tests(schema)) || parts.into_iter().any(|part| lists(part) && tests(part))
}
