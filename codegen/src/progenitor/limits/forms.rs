//! The fields of a form, and which of them are files, however the document says so: through references,
//! `allOf`, alternatives, null and lists. A form has no null: a field that may be null may be absent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::resolve;
use crate::bounds::MAX_FORM_MERGE_DEPTH;
use crate::document::pointer;
use crate::document::set;
use crate::progenitor::schema::{self, ALTERNATIVES, list, text};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const ALTERNATIVE_FORMS: Rule = Rule::loosened(
    "form-alternatives",
    "alternatives of a form",
    "one form with the fields of all; required are those that each of them requires",
);
pub(in crate::progenitor) const FILE_OR_OTHER: Rule = Rule::translated(
    "file-or-text",
    "a part that is a file or something else",
    "a `FilePart`: a file if it has a name, else its bytes alone",
);

pub(in crate::progenitor) const PART_MEDIA_TYPES: Rule = Rule::translated(
    "part-media-types",
    "`contentType` of a part with several media types, or a range of them",
    "the first that is no range, unless a file brings one",
);

/// What the parts of one field are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kind {
    /// Whether they may be files.
    pub(super) file: bool,
    /// Whether they may be something else.
    pub(super) other: bool,
    /// Whether there may be several.
    several: bool,
}

/// A form as its schema describes it.
#[derive(Debug, Default)]
struct Fields {
    properties: Map<String, Value>,
    required: Vec<Value>,
    rest: Option<Value>,
    has_alternatives: bool,
}

/// A schema with the fields of a form, also of those that `allOf` and alternatives have.
pub(super) fn fields(document: &Value, schema: &Value, log: &mut Log, at: &str) -> Value {
    let fields = collect(document, schema, MAX_FORM_MERGE_DEPTH);
    if fields.has_alternatives {
        log.add(&ALTERNATIVE_FORMS, at, "a form of all alternatives' fields");
    }
    let description = text(resolve(document, schema), "description").unwrap_or("A form.");
    let mut form = json!({
        "type": "object",
        "description": description,
        "properties": fields.properties,
        "required": fields.required,
    });
    if let Some(rest) = fields.rest {
        set(&mut form, "additionalProperties", rest);
    }
    form
}

fn collect(document: &Value, schema: &Value, depth: usize) -> Fields {
    let mut fields = Fields::default();
    for part in schema::merged_to(document, schema, depth) {
        fields.properties.extend(
            schema::entries(part, "properties").map(|(name, it)| (name.clone(), it.clone())),
        );
        fields.required.extend_from_slice(list(part, "required"));
        // What says nothing of the others stands behind what does.
        let rest = part.get("additionalProperties").filter(|it| it.is_object());
        if rest.is_some_and(|rest| *rest != json!({})) || fields.rest.is_none() {
            fields.rest = rest.cloned().or(fields.rest);
        }
        for key in ALTERNATIVES {
            let all = list(part, key).iter().filter(|_| depth > 0);
            fields.add_alternatives(
                all.map(|it| collect(document, it, depth.saturating_sub(1))).collect(),
            );
        }
    }
    fields
}

impl Fields {
    /// Adds what alternatives have. A field that differs between them is any of theirs.
    fn add_alternatives(&mut self, mut all: Vec<Fields>) {
        all.retain(|it| !it.properties.is_empty() || !it.required.is_empty());
        let Some(first) = all.first() else { return };
        let by_all = first
            .required
            .iter()
            .filter(|name| all.iter().all(|other| other.required.contains(name)));
        let by_all: Vec<_> = by_all.cloned().collect();
        self.required.extend(
            by_all.into_iter().filter(|it| !self.required.contains(it)).collect::<Vec<_>>(),
        );
        let mut of_alternatives: Map<String, Value> = Map::new();
        for one in &mut all {
            // A condition on fields has none of its own.
            self.has_alternatives |= !one.properties.is_empty();
            for (name, new) in std::mem::take(&mut one.properties) {
                match of_alternatives.get_mut(&name) {
                    Some(known) if *known != new => {
                        *known = json!({ "anyOf": [known.take(), new] })
                    }
                    Some(_) => {}
                    None => drop(of_alternatives.insert(name, new)),
                }
            }
        }
        for (name, new) in of_alternatives {
            self.properties.entry(name).or_insert(new);
        }
    }
}

/// Declares the files of a form as such; which parts are a file or something else.
pub(super) fn declare_files(
    document: &Value,
    form: &mut Value,
    file: &Value,
) -> Vec<(String, Kind)> {
    let (mut files, mut nullable) = (Vec::new(), Vec::new());
    for (name, field) in form["properties"].as_object_mut().into_iter().flatten() {
        let kind = kind(document, field, MAX_FORM_MERGE_DEPTH);
        if kind.file {
            if is_nullable(document, field, MAX_FORM_MERGE_DEPTH) {
                nullable.push(json!(name));
            }
            *field = kind.declared(file, text(resolve(document, field), "description"));
            files.push((name.clone(), kind));
        }
    }
    if let Some(required) = form["required"].as_array_mut() {
        required.retain(|name| !nullable.contains(name));
    }
    files
}

impl Kind {
    /// The schema of a field of this kind.
    pub(super) fn declared(self, file: &Value, description: Option<&str>) -> Value {
        if !self.several {
            return file.clone();
        }
        let mut declared = json!({ "type": "array", "items": file });
        if let Some(description) = description {
            set(&mut declared, "description", description);
        }
        declared
    }

    fn or(self, other: Self) -> Self {
        Self {
            file: self.file || other.file,
            other: self.other || other.other,
            several: self.several || other.several,
        }
    }
}

/// What the parts of a field with a schema are.
pub(super) fn kind(document: &Value, schema: &Value, depth: usize) -> Kind {
    let other = Kind { other: true, ..Kind::default() };
    let Some(deeper) = depth.checked_sub(1) else { return other };
    let parts = schema::merged_to(document, schema, depth);
    if parts.iter().any(|part| text(part, "format") == Some("binary")) {
        return Kind { file: true, ..Kind::default() };
    }
    let of_alternatives = ALTERNATIVES.iter().flat_map(|key| {
        let all = parts.iter().flat_map(|part| list(part, key));
        all.filter(|it| !super::nulls::is_null(resolve(document, it)))
    });
    let of_alternatives: Vec<_> = of_alternatives.map(|it| kind(document, it, deeper)).collect();
    // An alternative that only restricts the file or list beside it is none of its own.
    if let Some(items) = parts.iter().find_map(|part| part.get("items")) {
        let items = kind(document, items, deeper);
        return Kind { several: true, ..items };
    }
    of_alternatives.into_iter().reduce(Kind::or).unwrap_or(other)
}

/// Whether a schema takes null.
fn is_nullable(document: &Value, schema: &Value, depth: usize) -> bool {
    let Some(deeper) = depth.checked_sub(1) else { return false };
    let parts = schema::merged_to(document, schema, depth);
    parts.iter().any(|part| {
        part.get("nullable") == Some(&json!(true))
            || ALTERNATIVES.iter().flat_map(|key| list(part, key)).any(|it| {
                super::nulls::is_null(resolve(document, it)) || is_nullable(document, it, deeper)
            })
    })
}

/// Tells which parts of a form are a file or something else.
pub(super) fn tell(files: &[(String, Kind)], log: &mut Log, at: &str) {
    for (name, _) in files.iter().filter(|(_, kind)| kind.other) {
        log.add(&FILE_OR_OTHER, pointer::join(at, name), "a file if it has a name");
    }
}

/// The media types of parts. Of a list it is the first: without any, a part would be plain text (RFC 7578, section 4.4).
pub(super) fn media_types(
    encoding: &Map<String, Value>,
    log: &mut Log,
    at: &str,
) -> BTreeMap<String, String> {
    let mut media_types = BTreeMap::new();
    for (field, encoding) in encoding {
        let Some(listed) = text(encoding, "contentType") else { continue };
        let mut each = listed.split(',').map(str::trim);
        let chosen = each.find(|it| !it.contains('*') && !it.is_empty()).map(str::to_owned);
        if listed.contains([',', '*']) {
            let sent = chosen.as_deref().unwrap_or("none");
            let note = format!("`{field}` is of {listed}: {sent}, unless a file brings one");
            log.add(&PART_MEDIA_TYPES, at, note);
        }
        media_types.extend(chosen.map(|chosen| (field.clone(), chosen)));
    }
    media_types
}
