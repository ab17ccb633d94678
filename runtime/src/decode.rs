//! JSON bodies: decoded into their types, and where one field does not fit, without that field.
//!
//! Schemas of answers are written after a sample or two. One field that another answer has otherwise must
//! not make the answer to a write unreadable: the field is left out, as if the server had not sent it, and
//! its name is kept ([`Misfit`]). Where the type cannot do without it, what holds the field is left out;
//! if that is the whole body, decoding fails. No value is ever made up.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use crate::info::OperationInfo;

/// How many fields of one body may not fit.
const MOST: usize = 64;

/// A field of a response that does not fit its type, and was left out.
///
/// Holds names that the document declares, and kinds of values; no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    path: String,
    reason: String,
}

impl Misfit {
    /// The path to the field: `results[0].success`; `*` stands for a name that the document does not
    /// declare.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What does not fit.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at `{}`: {}", self.path, self.reason)
    }
}

/// Why a body is not what is documented. Holds no value of the body, only where and what kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    reason: String,
}

impl DecodeError {
    fn whole(reason: impl Into<String>) -> Self {
        Self { path: ".".to_owned(), reason: reason.into() }
    }

    pub(crate) fn at(path: String, reason: &str) -> Self {
        Self { path, reason: reason.to_owned() }
    }

    /// The path to the field: `results[0].id`; `.` is the whole body, and `*` stands for a name that the
    /// document does not declare.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What does not fit.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "." => f.write_str(&self.reason),
            path => write!(f, "at `{path}`: {}", self.reason),
        }
    }
}

impl std::error::Error for DecodeError {}

/// A value, and what of the body is not in it.
pub(crate) type Decoded<T> = (T, Vec<Misfit>);

/// Decodes a body; a strict one fails where anything does not fit.
pub(crate) fn decode<T: DeserializeOwned>(
    body: &[u8],
    info: &OperationInfo,
    is_strict: bool,
) -> Result<Decoded<T>, DecodeError> {
    // A byte order mark is no part of JSON (RFC 8259, section 8.1).
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.is_empty() {
        return Err(DecodeError::whole("no body"));
    }
    match serde_json::from_slice(body) {
        Ok(value) => return Ok((value, Vec::new())),
        Err(error) if !error.is_data() => return Err(DecodeError::whole(reason(&error))),
        Err(_) => {}
    }
    without_misfits(body.to_vec(), info, if is_strict { 0 } else { MOST })
}

/// Decodes a body again and again, each time without the field that did not fit.
fn without_misfits<T: DeserializeOwned>(
    mut body: Vec<u8>,
    info: &OperationInfo,
    most: usize,
) -> Result<Decoded<T>, DecodeError> {
    let mut misfits: Vec<Misfit> = Vec::new();
    // The first reason is the one to tell: what comes after it may follow from it.
    let mut first = None;
    loop {
        let failed = match at_path(&body) {
            Ok(value) => return Ok((value, misfits)),
            Err(failed) => failed,
        };
        let misfit = Misfit { path: shown(&failed.steps, info), reason: failed.reason };
        let error = DecodeError { path: misfit.path.clone(), reason: misfit.reason.clone() };
        let first = first.get_or_insert(error);
        if misfits.len() >= most {
            return Err(first.clone());
        }
        match remove(&body, &failed.steps) {
            Some(without) => body = without,
            None => return Err(first.clone()),
        }
        // What is left out together with what holds it is one misfit.
        misfits.retain(|other| !is_inside(&other.path, &misfit.path));
        misfits.push(misfit);
    }
}

fn is_inside(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// A failure, where it is.
struct Failed {
    steps: Vec<Step>,
    reason: String,
}

/// One step down a body.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

fn at_path<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failed> {
    let mut json = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // A variant of an enum is no step: it is a part of what holds it.
        let steps = error.path().iter().map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Name(key.clone())),
            _ => None,
        });
        let reason = reason(error.inner());
        // Of a name that is there twice, nobody knows which value it is.
        let twice = reason.strip_prefix("duplicate field `").and_then(|it| it.strip_suffix('`'));
        let twice = twice.map(|name| Step::Name(name.to_owned()));
        Failed { steps: steps.chain(twice).collect(), reason }
    })
}

/// A path of names that the document declares.
fn shown(steps: &[Step], info: &OperationInfo) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Index(index) => text += &format!("[{index}]"),
            Step::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text += info.declared(name).unwrap_or("*");
            }
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// JSON text without what is at a path; none if that is the whole of it.
///
/// The text is edited, not a tree of values: numbers keep the digits that they were sent with.
fn remove(body: &[u8], steps: &[Step]) -> Option<Vec<u8>> {
    let (step, deeper) = steps.split_first()?;
    match step {
        Step::Name(name) => {
            let mut fields = serde_json::from_slice::<Fields>(body).ok()?.0;
            // Of a name that is there twice, all go.
            fields.retain_mut(|(field, value)| field != name || keep(value, deeper));
            written(
                '{',
                '}',
                fields.iter().map(|(name, value)| {
                    format!("{}:{value}", serde_json::Value::from(name.as_str()))
                }),
            )
        }
        Step::Index(index) => {
            let items = serde_json::from_slice::<Vec<&RawValue>>(body).ok()?;
            let mut items: Vec<_> = items.into_iter().map(|item| item.get().to_owned()).collect();
            let mut keep_it = true;
            if let Some(item) = items.get_mut(*index) {
                keep_it = keep(item, deeper);
            }
            if !keep_it {
                items.remove(*index);
            }
            written('[', ']', items.into_iter())
        }
    }
}

/// Edits a value; whether anything is left of it.
fn keep(value: &mut String, steps: &[Step]) -> bool {
    match remove(value.as_bytes(), steps).map(String::from_utf8) {
        Some(Ok(without)) => {
            *value = without;
            true
        }
        _ => false,
    }
}

fn written(open: char, close: char, parts: impl Iterator<Item = String>) -> Option<Vec<u8>> {
    let inside = parts.collect::<Vec<_>>().join(",");
    Some(format!("{open}{inside}{close}").into_bytes())
}

/// The fields of an object in their order, each value as it is written.
struct Fields(Vec<(String, String)>);

impl<'j> Deserialize<'j> for Fields {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object).map(Self)
    }
}

struct Object;

impl<'j> Visitor<'j> for Object {
    type Value = Vec<(String, String)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            fields.push((name, value.get().to_owned()));
        }
        Ok(fields)
    }
}

/// serde_json's words without the values that it quotes.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if !error.is_data() {
        return format!("not JSON: {message} (line {}, column {})", error.line(), error.column());
    }
    if ["missing field", "duplicate field"].iter().any(|safe| message.starts_with(safe)) {
        return message.to_owned();
    }
    // `invalid type: string "…", expected a boolean`
    let mut parts = message.rsplitn(2, ", expected ");
    let (expected, found) = (parts.next(), parts.next());
    let kind = found.and_then(|found| found.strip_prefix("invalid type: "));
    let kind = kind.and_then(|kind| kind.split(['"', '`']).next()).map(str::trim);
    match (kind, expected) {
        (Some(kind), Some(expected)) => format!("{kind} where {expected} is expected"),
        _ => "a value that is not allowed here".to_owned(),
    }
}
