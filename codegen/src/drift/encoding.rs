//! How the fields of a form and its parts are written: the `encoding` of a media type.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::{Places, pairs, places_or};
use super::schema::{self, NO_LONGER_READ};
use super::sets::Form;
use super::wire::Reporter;
use crate::document::is_3_0;
use crate::document::media_type::{self, FORM};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;

/// Compares two media types of forms. Of any other, the encoding is ignored.
pub(super) fn compare(report: &mut Reporter<'_>, name: &str, old: &Node<'_>, new: &Node<'_>) {
    let is_form = match media_type::essence(name).as_str() {
        FORM => true,
        "multipart/form-data" => false,
        _ => return,
    };
    let place = || Places::fields(old, new, "encoding");
    for (field, was, is) in pairs(fields(old, is_form), fields(new, is_form)) {
        let (Some(was), Some(is)) = (was, is) else { continue };
        for (key, was, is) in
            was.written.iter().zip(&is.written).map(|(was, is)| (was.0, &was.1, &is.1))
        {
            if was != is {
                let note = format!("`{key}` of `{field}` was {was}, is {is}");
                report.breaking("part-style", place(), note);
            }
        }
        if !is_form {
            media_types(report, &field, [&was.media_types, &is.media_types], place());
            headers(report, &field, &was, &is);
        }
    }
}

/// What is known of a field.
struct Field<'d> {
    /// The pointer of its encoding, or of where that would be.
    place: String,
    /// How it is written, by the fields that say so; none of a part of a multipart body in 3.0, which ignores them.
    written: Vec<(&'static str, String)>,
    media_types: BTreeSet<String>,
    headers: BTreeMap<String, Node<'d>>,
}

/// The fields that the schema describes.
fn fields<'d>(media: &Node<'d>, is_form: bool) -> BTreeMap<String, Field<'d>> {
    let encoding = media.get("encoding");
    let schema = media.get("schema").map(MergedSchema::of);
    let properties = schema.into_iter().flat_map(|schema| schema.properties);
    let fields = properties.map(|(name, schema)| {
        let own = encoding.as_ref().and_then(|encoding| encoding.get(name));
        let text = |key: &str| own.as_ref().and_then(|own| own.text(key));
        let field = |key: &str| Some(own.as_ref()?.value.get(key)?.to_string());
        let media_types = text("contentType").map_or_else(|| usual(&schema), str::to_owned);
        let headers = own.as_ref().and_then(|own| own.get("headers"));
        let headers = headers.iter().flat_map(Node::fields);
        let headers = headers.map(|(name, node)| (name.to_lowercase(), node.resolved()));
        let field = Field {
            place: pointer::join(&media.place("encoding"), name),
            written: written(field, is_form, is_3_0(media.document)),
            media_types: media_types.split(',').map(media_type::canonical).collect(),
            headers: headers.filter(|(name, _)| name != "content-type").collect(),
        };
        (name.to_owned(), field)
    });
    fields.collect()
}

/// How a field is written, defaults written out. A part of a multipart body is a text of its media type unless one of
/// these is there (OpenAPI 3.1, section 4.8.15).
fn written(
    field: impl Fn(&str) -> Option<String>,
    is_form: bool,
    is_3_0: bool,
) -> Vec<(&'static str, String)> {
    const KEYS: [&str; 3] = ["style", "explode", "allowReserved"];
    let is_said = KEYS.iter().any(|key| field(key).is_some());
    if !is_form && is_3_0 {
        return Vec::new();
    }
    let is_written = is_form || is_said;
    let style = field("style").unwrap_or_else(|| "\"form\"".to_owned());
    let usual = |key: &str| match key {
        _ if !is_written => "nothing".to_owned(),
        "style" => style.clone(),
        "explode" => (style == "\"form\"").to_string(),
        _ => false.to_string(),
    };
    KEYS.iter().map(|key| (*key, field(key).unwrap_or_else(|| usual(key)))).collect()
}

/// The media type of a part that names none.
fn usual(schema: &Node<'_>) -> String {
    let schema = MergedSchema::of(schema.clone());
    match (schema.kind(), schema.applicator("items")) {
        (Some("array"), Some(items)) => usual(&items),
        (Some("object"), _) => media_type::JSON.to_owned(),
        (Some("string"), _) if schema.text("format") == Some("binary") => {
            "application/octet-stream".to_owned()
        }
        (Some(_), _) => "text/plain".to_owned(),
        (None, _) => "application/octet-stream".to_owned(),
    }
}

/// A server that takes fewer media types refuses what clients send.
fn media_types(
    report: &mut Reporter<'_>,
    field: &str,
    [was, is]: [&BTreeSet<String>; 2],
    place: Places<'_>,
) {
    const RULE: &str = "part-content-type";
    let covers = |all: &BTreeSet<String>, one: &String| {
        all.iter().any(|it| it == one || media_type::is_in_range(one, it))
    };
    let note = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join(", ");
    let note = format!("`{field}` was {}, is {}", note(was), note(is));
    if !was.iter().all(|one| covers(is, one)) {
        report.breaking(RULE, place, note);
    } else if !is.iter().all(|one| covers(was, one)) {
        report.compatible(RULE, place, note);
    }
}

fn headers(report: &mut Reporter<'_>, field: &str, old: &Field<'_>, new: &Field<'_>) {
    const RULE: &str = "part-header";
    for (name, was, is) in pairs(old.headers.clone(), new.headers.clone()) {
        let place = places_or([&was, &is], [old, new].map(|field| field.place.clone()));
        let required =
            |header: &Option<Node<'_>>| header.as_ref().is_some_and(|it| it.flag("required"));
        let flags = (required(&was), required(&is));
        let added = format!("`{field}` needs the header `{name}`");
        let removed = format!("`{field}` no longer needs the header `{name}`");
        report.restriction(RULE, flags, [added.as_str(), removed.as_str()], place.clone());
        match (was, is) {
            (Some(old), Some(new)) => {
                if let Some((old, new)) = old.written("schema").zip(new.written("schema")) {
                    schema::compare(report, old, new, Form::Text);
                }
            }
            (None, _) if !flags.1 => {
                report.compatible(RULE, place, format!("`{field}` may have the header `{name}`"));
            }
            (Some(_), None) if !flags.0 => {
                let note = format!("the header `{name}` of `{field}` removed{NO_LONGER_READ}");
                report.breaking(RULE, place, note);
            }
            _ => {}
        }
    }
}
