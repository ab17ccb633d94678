//! Bodies: what a media type is, and what a raw body has against the value that must be in it.

use serde_json::{Map, Value};

use super::document::{Document, Media};
use super::generate::is_binary;
use super::json;
use super::merge::flat;
use super::multipart::{self, Part};
use super::random::Random;
use super::same::{difference, same_text, short};
use super::styles::{self, Pairs, Style};

/// What a body is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

/// Type and subtype of a media type, in lower case.
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The kind of a media type with a schema.
pub fn kind(document: &Document, media: &Media) -> Kind {
    let name = essence(&media.name);
    let schema = media.schema.as_ref().and_then(|at| document.root.pointer(at));
    let schema = schema.and_then(|schema| flat(document, schema, &mut Random::new(0)));
    let is_file = schema.is_none_or(|schema| is_binary(&schema));
    match name.as_str() {
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        name if name == "application/json" || name == "text/json" || name.ends_with("+json") => {
            Kind::Json
        }
        "*/*" | "application/*" if !is_file => Kind::Json,
        "text/event-stream" => Kind::Bytes,
        name if name.starts_with("text/") => Kind::Text,
        _ => Kind::Bytes,
    }
}

/// What a media type that was sent has against the documented one.
pub fn fault_of_media(documented: &str, sent: Option<&str>) -> Option<String> {
    let Some(sent) = sent else { return Some(format!("none for {documented}")) };
    let (wanted, found) = (essence(documented), essence(sent));
    let is_in_range = match wanted.strip_suffix('*') {
        Some(range) if wanted != "*/*" => found.starts_with(range),
        Some(_) => true,
        None => wanted == found,
    };
    let parameters = |media: &str| -> Vec<String> {
        let all =
            media.split(';').skip(1).map(|it| it.replace([' ', '"'], "").to_ascii_lowercase());
        all.collect()
    };
    let sent_parameters = parameters(sent);
    let has_all = parameters(documented).iter().all(|wanted| sent_parameters.contains(wanted));
    let is_right = is_in_range && has_all && !found.contains('*');
    (!is_right).then(|| format!("{documented} was sent as {sent}"))
}

/// What a raw body has against a value.
pub fn fault(
    document: &Document,
    media: &Media,
    value: &Value,
    content_type: &str,
    raw: &[u8],
) -> Option<String> {
    match kind(document, media) {
        Kind::Json => match json::parse(raw) {
            Ok(found) => difference(value, &found),
            Err(error) => Some(format!("no JSON: {error}")),
        },
        Kind::Form => match std::str::from_utf8(raw) {
            Ok(raw) => fault_of_form(media, value, raw),
            Err(error) => Some(error.to_string()),
        },
        // Nothing is what the client makes of a form without a part.
        Kind::Multipart if raw.is_empty() && fields(value).next().is_none() => None,
        Kind::Multipart => match multipart::parse(content_type, raw) {
            Ok(parts) => fault_of_parts(document, media, value, parts),
            Err(error) => Some(error),
        },
        Kind::Text => {
            let found = String::from_utf8_lossy(raw);
            let is_same = styles::is_text_of(&found, value);
            (!is_same).then(|| format!("{} was sent as {found:?}", short(value)))
        }
        Kind::Bytes => (raw != bytes(value)).then(|| format!("other bytes than {}", short(value))),
    }
}

/// The bytes of a text whose characters are their numbers.
pub fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The fields of a form: texts, lists as pairs of one name, objects as JSON, unless `encoding` says otherwise.
fn fault_of_form(media: &Media, value: &Value, raw: &str) -> Option<String> {
    let mut pairs = Pairs::of(raw);
    for (name, value) in fields(value) {
        let encoding = media.encoding.get(name);
        let text = |key: &str| encoding.and_then(|it| it.get(key));
        let style = text("style").and_then(Value::as_str);
        let explode = text("explode").and_then(Value::as_bool);
        let has_style = style.is_some() || explode.is_some();
        let style = style.unwrap_or("form");
        let explode = explode.unwrap_or(style == "form");
        let fault = match value {
            Value::Object(_) if !has_style => is_one_json(&pairs.take(name), value),
            Value::Array(items) if !styles::is_defined(value) => {
                let found = pairs.take(name);
                let is_right = found.len() == items.len()
                    && found
                        .iter()
                        .zip(items)
                        .all(|(raw, item)| is_one_json(&[raw], item).is_none());
                (!is_right).then(|| format!("{}: {found:?}", short(value)))
            }
            value => styles::fault_of_pairs(
                &mut pairs,
                Style { name, style, explode, plus: true },
                Some(value),
            ),
        };
        if let Some(fault) = fault {
            return Some(format!("{name}: {fault}"));
        }
    }
    let left = pairs.left();
    (!left.is_empty()).then(|| format!("more than was given: {left:?}"))
}

fn is_one_json(found: &[&str], value: &Value) -> Option<String> {
    let [raw] = found else { return Some(format!("{}: {found:?}", short(value))) };
    match json::parse(styles::decoded(raw, true).as_bytes()) {
        Ok(found) => difference(value, &found),
        Err(error) => Some(format!("{}: {raw:?} is no JSON: {error}", short(value))),
    }
}

/// The schema of each field of a form.
pub fn field_schema(document: &Document, media: &Media, name: &str) -> Map<String, Value> {
    let schema = media.schema.as_ref().and_then(|at| document.root.pointer(at));
    let schema = schema.and_then(|schema| flat(document, schema, &mut Random::new(0)));
    let schema = schema.unwrap_or_default();
    let field = schema.get("properties").and_then(|fields| fields.get(name));
    let field = field.or_else(|| schema.get("additionalProperties"));
    field.and_then(|field| flat(document, field, &mut Random::new(0))).unwrap_or_default()
}

/// Whether a field is a file, and whether it is a list of files.
pub fn is_file(document: &Document, media: &Media, name: &str) -> (bool, bool) {
    let schema = field_schema(document, media, name);
    let items = schema.get("items").and_then(|items| flat(document, items, &mut Random::new(0)));
    (is_binary(&schema), items.is_some_and(|items| is_binary(&items)))
}

fn fault_of_parts(
    document: &Document,
    media: &Media,
    value: &Value,
    mut parts: Vec<Part>,
) -> Option<String> {
    for (name, value) in fields(value) {
        let (file, files) = is_file(document, media, name);
        let of_name = |part: &Part| part.name == *name;
        let found: Vec<_> = parts.extract_if(.., |part| of_name(part)).collect();
        let said = media.encoding.get(name).and_then(|it| it.get("contentType"));
        let said = said.and_then(Value::as_str);
        let is_one = |part: &Part, value: &Value| is_part(part, value, file || files, said);
        let is_right = match (value, found.as_slice()) {
            (value, [one]) if is_one(one, value) => true,
            (Value::Array(items), found) => {
                found.len() == items.len()
                    && found.iter().zip(items).all(|(part, item)| is_one(part, item))
            }
            _ => false,
        };
        if !is_right {
            return Some(format!("{name}: {} was sent as {found:?}", short(value)));
        }
    }
    (!parts.is_empty()).then(|| format!("more than was given: {parts:?}"))
}

fn is_part(part: &Part, value: &Value, file: bool, said: Option<&str>) -> bool {
    let kind = part.media.as_deref().map(essence);
    let is_json =
        kind.as_deref().is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"));
    let is_said = said.is_none_or(|said| {
        said.split(',').any(|one| fault_of_media(one.trim(), part.media.as_deref()).is_none())
    });
    let text = String::from_utf8_lossy(&part.body);
    let is_value = match value {
        _ if file => part.file.is_some() && part.body == bytes(value),
        Value::String(value) if !is_json => same_text(value, &text),
        _ if is_json => {
            json::parse(&part.body).is_ok_and(|found| difference(value, &found).is_none())
        }
        value => styles::is_text_of(&text, value),
    };
    is_said && is_value
}
