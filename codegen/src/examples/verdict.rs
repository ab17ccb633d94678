//! The verdict on a documented value. The audit and a generated crate's tests both ask here, so that
//! they cannot disagree about one example.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::undescribed::undescribed;
use super::validator::validator;
use crate::audit::form::{self, form};
use crate::document::node::Node;
use crate::document::pointer;
use crate::syntax::{json, number};

/// A value, and what its schema has against it.
pub(crate) struct Verdict {
    /// The value: what is inside, if a text holds the JSON that the schema describes.
    pub(crate) value: Value,
    /// Whether a validator can be made of the schema; if not, no field is refused.
    pub(crate) has_validator: bool,
    /// Nothing, if the value is what the schema says.
    pub(crate) misfits: Vec<Misfit>,
}

/// A place where a value is not what its schema says.
pub(crate) struct Misfit {
    pub(crate) kind: MisfitKind,
    /// JSON Pointer of the field in the value.
    pub(crate) field: String,
    /// The same as it is told.
    pub(crate) told: String,
    /// JSON Pointer of the schema, or of the properties, in the document.
    pub(crate) schema: String,
    /// What the schema says of the field.
    pub(crate) reason: String,
    /// The same with the form of the value in its place.
    pub(crate) form: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MisfitKind {
    /// A required field is not there.
    Missing,
    /// The schema refuses the value.
    Refused,
    /// No property describes the field.
    Undescribed,
}

/// A validator may quote the whole value.
const LONGEST_REASON: usize = 160;

/// Judges a value.
pub(crate) fn judge(schema: &Node<'_>, value: &Value) -> Verdict {
    Judge::of(schema.clone()).judge(value)
}

/// Judges many values by one schema.
pub(crate) struct Judge<'d> {
    schema: Node<'d>,
    validator: Option<Validator>,
}

impl<'d> Judge<'d> {
    /// Makes the validator of a schema, which takes longer than to judge a value.
    pub(crate) fn of(schema: Node<'d>) -> Self {
        Self { validator: validator(&schema), schema }
    }

    /// The schema.
    pub(crate) fn schema(&self) -> &Node<'d> {
        &self.schema
    }

    /// Judges a value.
    pub(crate) fn judge(&self, value: &Value) -> Verdict {
        let Self { schema, validator } = self;
        let is_valid = |value: &Value| {
            let value = number::without_texts(value.clone());
            validator.as_ref().is_none_or(|validator| validator.is_valid(&value))
        };
        // Exporters put JSON into a text.
        let inside = value.as_str().and_then(|text| json::parse(text).ok());
        let inside = inside.filter(|inside: &Value| inside.is_object() || inside.is_array());
        let has_fields =
            ["properties", "items", "allOf"].iter().any(|key| schema.get(key).is_some());
        let value = match inside {
            Some(inside) if has_fields || !is_valid(value) => inside,
            _ => value.clone(),
        };
        let plain = number::without_texts(value.clone());
        let refused = validator.iter().flat_map(|validator| validator.iter_errors(&plain));
        let refused = refused.map(|error| misfit(&error, &schema.pointer));
        let misfits = refused.chain(undescribed(schema.clone(), &plain)).collect();
        Verdict { value, has_validator: validator.is_some(), misfits }
    }
}

fn misfit(error: &ValidationError<'_>, schema: &str) -> Misfit {
    let at = error.instance_path().to_string();
    let shown = form(error.instance());
    let masked = || error.masked_with(shown.clone()).to_string();
    let (kind, field, reason, masked) = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (MisfitKind::Missing, pointer::join(&at, name), error.to_string(), masked())
        }
        // The document may say `oneOf`.
        ValidationErrorKind::AnyOf { .. } => {
            let none = |value: &str| format!("{value} fits no alternative");
            (MisfitKind::Refused, at, none(&error.instance().to_string()), none(&shown))
        }
        // The validator masks what is inside of an object, but not the names there.
        ValidationErrorKind::PropertyNames { error: inner } => {
            let masked = inner.masked_with(form(inner.instance())).to_string();
            (MisfitKind::Refused, at, error.to_string(), masked)
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let names: Vec<_> =
                unexpected.iter().map(|it| format!("`{}`", form::name(it))).collect();
            let masked = format!("no other properties are allowed: {}", names.join(", "));
            (MisfitKind::Refused, at, error.to_string(), masked)
        }
        _ => (MisfitKind::Refused, at, error.to_string(), masked()),
    };
    let [reason, form] = [reason, masked].map(|it| it.chars().take(LONGEST_REASON).collect());
    Misfit { kind, told: field.clone(), field, schema: schema.to_owned(), reason, form }
}

/// Whether a value is what the schema says.
pub(crate) fn fits(schema: &Node<'_>, value: &Value) -> bool {
    let verdict = judge(schema, value);
    verdict.has_validator && verdict.misfits.is_empty()
}
