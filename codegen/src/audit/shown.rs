//! What a page's examples show of one field.

use serde_json::{Map, Value};

use super::traffic;
use crate::document::operations::OperationNode;
use crate::syntax::number;
use crate::vendor::Upstream;

/// The values of a field in the examples of a page.
#[derive(Debug, Default)]
pub(super) struct Shown<'e> {
    pub(super) values: Vec<&'e Value>,
    /// The objects that have it.
    pub(super) holders: Vec<&'e Map<String, Value>>,
    /// How often the object that could hold it is shown without it.
    pub(super) absent: usize,
}

impl<'e> Shown<'e> {
    /// `name` is the field's in findings: `request.companyInfo.name`, `response 200.data.id`.
    pub(super) fn of(page: &'e Upstream, operation: &OperationNode<'_>, name: &str) -> Self {
        let (side, path) = name.split_once('.').unwrap_or((name, ""));
        let status = side.strip_prefix("response ").and_then(|status| status.parse::<u16>().ok());
        let mut shown = Self::default();
        for example in traffic::examples(page, operation) {
            let of = example.status.or_else(|| operation.success());
            let body = match status {
                None => example.request.as_ref(),
                Some(status) => example.response.as_ref().filter(|_| of == Some(status)),
            };
            if let Some(value) = body.and_then(|body| body.json()) {
                shown.walk(value, path);
            }
        }
        shown
    }

    fn walk(&mut self, value: &'e Value, path: &str) {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, path)),
            Value::Object(fields) => match fields.get(name) {
                Some(field) if rest.is_empty() => {
                    self.values.push(field);
                    self.holders.push(fields);
                }
                Some(field) => self.walk(field, rest),
                None if rest.is_empty() => self.absent += 1,
                None => {}
            },
            _ => {}
        }
    }

    /// Whether it is shown, and every time as this says.
    pub(super) fn all(&self, is_so: impl Fn(&Value) -> bool) -> bool {
        !self.values.is_empty() && self.values.iter().all(|value| is_so(value))
    }

    pub(super) fn any(&self, is_so: impl Fn(&Value) -> bool) -> bool {
        self.values.iter().any(|value| is_so(value))
    }
}

/// Whether a value is of a type of JSON Schema. A whole number is a `number` as well.
pub(super) fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        "number" => number::value(value).is_some(),
        "integer" => number::value(value).is_some_and(|number| number.is_i64() || number.is_u64()),
        _ => false,
    }
}

/// The format of JSON Schema that a text is of, where its form leaves no doubt.
pub(super) fn format_of(text: &str) -> Option<&'static str> {
    let has_form = |form: &str| {
        let same = |(one, other): (char, char)| match other {
            '0' => one.is_ascii_digit(),
            'x' => one.is_ascii_hexdigit(),
            other => one == other,
        };
        text.chars().count() == form.len() && text.chars().zip(form.chars()).all(same)
    };
    if has_form("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") {
        Some("uuid")
    } else if has_form("0000-00-00") {
        Some("date")
    } else if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
        Some("date-time")
    } else {
        None
    }
}
