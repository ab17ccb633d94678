//! Bodies: what a media type is, and what a raw body has against the value that must be in it.

use serde_json::{Map, Value};

use super::document::{Document, Media};
use super::generate::is_binary;
use super::json;
use super::merge::{each, flat, types};
use super::multipart::{self, Part};
use super::random::Random;
use super::same::{difference, same_text, short};
use super::styles::{self, Pairs, Style};

/// What a body is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        name if is_json(name) => Kind::Json,
        "*/*" | "application/*" if !is_file => Kind::Json,
        "text/event-stream" => Kind::Bytes,
        name if name.starts_with("text/") => Kind::Text,
        _ => Kind::Bytes,
    }
}

/// Whether a media type is one of JSON.
pub fn is_json(media: &str) -> bool {
    let name = essence(media);
    name == "application/json" || name == "text/json" || name.ends_with("+json")
}

/// What a body is sent as: of a range, the media type that nothing more is known of.
pub fn sent_as(document: &Document, media: &Media) -> String {
    let name = essence(&media.name);
    match kind(document, media) {
        _ if !name.contains('*') => media.name.clone(),
        Kind::Json => "application/json".to_owned(),
        _ if name.starts_with("text/") => "text/plain".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// Of several media types, the client has the one whose rank is the lowest.
pub fn rank(document: &Document, media: &Media) -> (u8, u64) {
    let name = essence(&media.name);
    let rank = match (kind(document, media), name.as_str()) {
        (Kind::Json, "application/json" | "application/*" | "*/*") => 0,
        (Kind::Json, _) => 1,
        (Kind::Multipart, _) => 2,
        (Kind::Form, _) => 3,
        (_, "application/octet-stream") => 4,
        (_, "text/plain") => 5,
        _ => 6,
    };
    (rank, media.position)
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

/// What the schema of a field of a form may be.
pub fn field_schemas(document: &Document, media: &Media, name: &str) -> Vec<Map<String, Value>> {
    let schema = media.schema.as_ref().and_then(|at| document.root.pointer(at));
    let wholes = schema.map(|schema| each(document, schema)).unwrap_or_default();
    let declared = wholes.iter().filter_map(|whole| whole.get("properties")?.get(name));
    let rest = wholes.iter().filter_map(|whole| whole.get("additionalProperties"));
    let mut found: Vec<_> = declared.collect();
    if found.is_empty() {
        found = rest.collect();
    }
    found.into_iter().flat_map(|field| each(document, field)).collect()
}

/// What the parts of a field may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub file: bool,
    pub other: bool,
    pub several: bool,
}

impl Parts {
    /// Of a field of a form.
    pub fn of(document: &Document, media: &Media, name: &str) -> Self {
        let mut parts = Self::default();
        for schema in field_schemas(document, media, name) {
            parts.add(document, &schema, true);
        }
        parts
    }

    fn add(&mut self, document: &Document, schema: &Map<String, Value>, lists: bool) {
        let kinds = schema.get("type").map(types).unwrap_or_default();
        let is_list = kinds.iter().any(|ty| ty == "array") || schema.contains_key("items");
        match schema.get("items") {
            _ if is_binary(schema) => self.file = true,
            _ if kinds == ["null"] => {}
            Some(items) if is_list && lists => {
                self.several = true;
                each(document, items).iter().for_each(|it| self.add(document, it, false));
            }
            _ => self.other = true,
        }
    }

    /// Whether a value is handed in as a file. Where it may be something else as well, it is one if it has
    /// bytes that no text of these tests is made of alone.
    pub fn is_file(self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        let is_of_bytes = !text.is_ascii() && text.chars().all(|c| u32::from(c) <= 0xff);
        self.file && (!self.other || is_of_bytes)
    }
}

fn fault_of_parts(
    document: &Document,
    media: &Media,
    value: &Value,
    mut parts: Vec<Part>,
) -> Option<String> {
    for (name, value) in fields(value) {
        let kind = Parts::of(document, media, name);
        let of_name = |part: &Part| part.name == *name;
        let found: Vec<_> = parts.extract_if(.., |part| of_name(part)).collect();
        let said = media.encoding.get(name).and_then(|it| it.get("contentType"));
        let said = said.and_then(Value::as_str);
        let is_one = |part: &Part, value: &Value| is_part(part, value, kind.is_file(value), said);
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
        let mut all = said.split(',').map(str::trim);
        // Of ranges alone nobody knows which, unless the file says it.
        let is_unknown = part.media.is_none() && all.clone().all(|one| one.contains('*'));
        is_unknown || all.any(|one| fault_of_media(one, part.media.as_deref()).is_none())
    });
    let text = String::from_utf8_lossy(&part.body);
    let is_value = match value {
        _ if file => part.file.is_some() && part.body == bytes(value),
        // What has a file name is a file.
        _ if part.file.is_some() => false,
        Value::String(value) if !is_json => same_text(value, &text),
        _ if is_json => {
            json::parse(&part.body).is_ok_and(|found| difference(value, &found).is_none())
        }
        value => styles::is_text_of(&text, value),
    };
    is_said && is_value
}
