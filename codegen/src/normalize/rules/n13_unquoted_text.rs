//! N13: a text that is written without quotes and reads as a number or a flag, such as
//! `version: 1.10`, or a value of a schema of texts. It is the text as it is written.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::normalize::Mending;
use crate::report::{Log, Rule};
use crate::syntax::number;
use crate::syntax::yaml::{self, Position};

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N13 unquoted-text",
    "a text that is written without quotes and reads as a number or a flag, such as `version: 1.10`",
    "the text, as it is written",
);

/// The objects that hold no schemas, and which of their fields are texts (`*` is any entry).
const PLACES: [(&str, &[&str]); 3] = [
    ("/info", &["title", "summary", "description", "version", "termsOfService"]),
    ("/tags/*", &["name", "description"]),
    ("/servers/*", &["url", "description"]),
];

/// Tags may be lists of lists (N5).
const LISTS: usize = 2;

/// Makes texts of numbers and flags where OpenAPI has texts, or lists of them.
pub(in crate::normalize) fn mend(page: &mut Mending, text: &str) {
    let source = Source { text, positions: OnceCell::new() };
    let mut mend_fields = |at: &str, node: &mut Value, keys: &[&str], lists| {
        for key in keys {
            if let Some(field) = node.get_mut(*key) {
                mend_field(&pointer::join(at, key), field, lists, &source, &mut page.log);
            }
        }
    };
    for (place, keys) in PLACES {
        let (holder, is_list) =
            place.strip_suffix("/*").map_or((place, false), |holder| (holder, true));
        match page.document.pointer_mut(holder) {
            Some(Value::Array(entries)) if is_list => {
                for (index, entry) in entries.iter_mut().enumerate() {
                    mend_fields(&format!("{holder}/{index}"), entry, keys, 0);
                }
            }
            Some(object) if !is_list => mend_fields(holder, object, keys, 0),
            _ => {}
        }
    }
    let of_texts = components_of_texts(&page.document);
    visit::each_mut(&mut page.document, |kind, at, node| {
        mend_fields(at, node, texts_of(kind), LISTS);
        if matches!(kind, Kind::Parameter | Kind::Header | Kind::MediaType)
            && node.get("schema").is_some_and(|it| is_of_texts(it) || of_texts.contains(it))
        {
            mend_fields(at, node, &["example"], 0);
            let examples = node.get_mut("examples").and_then(Value::as_object_mut);
            for (name, example) in examples.into_iter().flatten() {
                let at = pointer::join(&pointer::join(at, "examples"), name);
                mend_fields(&at, example, &["value"], 0);
            }
        }
        if kind == Kind::Schema && is_of_texts(node) {
            mend_fields(at, node, &["const", "default", "example"], 0);
            mend_fields(at, node, &["enum", "examples"], 1);
        }
    });
}

/// The fields of a node that are texts, or lists of texts.
fn texts_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Operation => &["operationId", "summary", "description", "tags"],
        Kind::Parameter => &["name", "description"],
        Kind::PathItem | Kind::Example => &["summary", "description"],
        Kind::RequestBody | Kind::Response | Kind::Header | Kind::Link => &["description"],
        Kind::Schema => &["title", "description", "required", "pattern", "format"],
        Kind::Variable => &["default", "enum", "description"],
        Kind::Contact | Kind::License => &["name"],
        _ => &[],
    }
}

/// References to components that take texts.
fn components_of_texts(document: &Value) -> Vec<Value> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let of_texts = schemas.into_iter().flatten().filter(|(_, schema)| is_of_texts(schema));
    let references = of_texts.map(|(name, _)| pointer::to_component("schemas", name));
    references.map(|reference| serde_json::json!({ "$ref": reference })).collect()
}

/// Whether a schema takes texts, and neither numbers nor flags.
fn is_of_texts(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => {
            types.iter().any(|name| name == "string")
                && types.iter().all(|name| name == "string" || name == "null")
        }
        Some(name) => name == "string",
        None => false,
    }
}

/// The text of the page, which knows how a flag is written: `True` is one as well.
struct Source<'t> {
    text: &'t str,
    positions: OnceCell<BTreeMap<String, Position>>,
}

impl Source<'_> {
    /// A flag as the line says it on which its key is, or it is itself in a list.
    fn flag(&self, at: &str, flag: bool) -> String {
        let name = flag.to_string();
        let position = self.positions.get_or_init(|| yaml::positions(self.text)).get(at);
        let line =
            position.and_then(|it| Some((self.text.lines().nth(it.line.checked_sub(1)?)?, it)));
        let rest = line.map(|(line, it)| line.chars().skip(it.column).collect::<String>());
        let rest = rest.unwrap_or_default();
        let mut words = rest.split(|c: char| !c.is_alphanumeric());
        words.find(|word| word.eq_ignore_ascii_case(&name)).map_or(name.clone(), str::to_owned)
    }
}

/// Mends a text, or those in so many lists in each other.
fn mend_field(at: &str, field: &mut Value, lists: usize, source: &Source<'_>, log: &mut Log) {
    let text = match *field {
        Value::Array(ref mut items) if lists > 0 => {
            for (index, item) in items.iter_mut().enumerate() {
                mend_field(&format!("{at}/{index}"), item, lists - 1, source, log);
            }
            return;
        }
        Value::Bool(flag) => Some(source.flag(at, flag)),
        ref other => number::text(other),
    };
    if let Some(text) = text {
        log.add(&RULE, at, format!("`{text}`, as it is written"));
        *field = Value::String(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Stage;

    #[test]
    fn a_flag_is_the_text_that_is_written() {
        let text = "components: {schemas: {A: {type: string, enum: [True, no, FALSE, true]}}}";
        let document = yaml::parse(text).unwrap();
        let mut page = Mending { document, log: Log::new(Stage::Normalize) };
        mend(&mut page, text);
        let values = page.document.pointer("/components/schemas/A/enum");
        assert_eq!(values, Some(&serde_json::json!(["True", "no", "FALSE", "true"])));
    }
}
