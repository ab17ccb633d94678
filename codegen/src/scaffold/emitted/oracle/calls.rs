//! Where the oracle meets the generated client: values go in by name, what comes back is JSON or bytes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::bodies::{self, Kind, Parts};
use super::check::Given;
use super::document::{Document, Media};
use super::json;
use super::random::Random;

/// The values of one request, as the client takes them.
#[derive(Debug)]
pub struct Values {
    parameters: Vec<(String, String, Value)>,
    body: Option<Value>,
    bytes: Vec<u8>,
    taken: RefCell<BTreeSet<String>>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The type of a value does not take it: where, and why.
    NotBuilt(String, String),
    /// The client refused to send, could not read the answer or took it for an error.
    Failed(String),
    Nothing,
    Json(Value),
    Bytes(Vec<u8>),
}

/// A call that goes on.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Outcome>> + 'a>>;

/// An operation of the client: method and template as the document has them, and what calls it.
pub type Entry<C> = (&'static str, &'static str, for<'a> fn(&'a C, &'a Values) -> Calling<'a>);

impl Values {
    /// What was handed in, with files as the client's type has them.
    pub fn of(document: &Document, given: &Given<'_>, random: &mut Random) -> Self {
        let parameters = given.values.iter();
        let parameters = parameters.map(|(it, value)| {
            let value = match it.allow_reserved && it.place == "query" && it.media.is_none() {
                true => written_by_caller(value, false),
                false => value.clone(),
            };
            (it.place.clone(), it.name.clone(), value)
        });
        let (mut body, mut bytes) = (None, Vec::new());
        if let Some((media, value)) = &given.body {
            let kind = bodies::kind(document, media);
            bytes = match kind {
                Kind::Bytes => bodies::bytes(value),
                Kind::Text => plain(value).into_bytes(),
                _ => value.to_string().into_bytes(),
            };
            body = Some(match kind {
                Kind::Form | Kind::Multipart => as_fields(document, media, value, random),
                _ => value.clone(),
            });
        }
        Self { parameters: parameters.collect(), body, bytes, taken: RefCell::default() }
    }

    /// The value of a parameter, if it is set.
    ///
    /// # Errors
    /// A type that does not take it.
    pub fn take<T: DeserializeOwned>(&self, place: &str, name: &str) -> Result<Option<T>, Outcome> {
        let mut all = self.parameters.iter();
        let Some((.., value)) = all.find(|it| (it.0.as_str(), it.1.as_str()) == (place, name))
        else {
            return Ok(None);
        };
        let at = format!("{place} {name}");
        self.taken.borrow_mut().insert(at.clone());
        decoded(value).map(Some).map_err(|error| Outcome::NotBuilt(at, error))
    }

    /// The body, if it is set.
    ///
    /// # Errors
    /// A type that does not take it.
    pub fn body<T: DeserializeOwned>(&self) -> Result<Option<T>, Outcome> {
        let Some(value) = &self.body else { return Ok(None) };
        self.taken.borrow_mut().insert("body".to_owned());
        decoded(value).map(Some).map_err(|error| Outcome::NotBuilt("body".to_owned(), error))
    }

    /// Whether the body is null, and no value of its type is: there is another setter for that.
    pub fn is_null_of<T: DeserializeOwned>(&self) -> bool {
        let is_it = self.body == Some(Value::Null) && decoded::<T>(&Value::Null).is_err();
        if is_it {
            self.taken.borrow_mut().insert("body".to_owned());
        }
        is_it
    }

    /// The body as bytes, if it is set.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.taken.borrow_mut().insert("body".to_owned());
        self.body.as_ref().map(|_| self.bytes.clone())
    }

    /// What no setter took: the client has none for it.
    pub fn left(&self) -> Vec<String> {
        let taken = self.taken.borrow();
        let set = self.parameters.iter().map(|(place, name, _)| format!("{place} {name}"));
        let set = set.chain(self.body.as_ref().map(|_| "body".to_owned()));
        set.filter(|at| !taken.contains(at)).collect()
    }
}

/// With `allowReserved`, it is for the caller to encode what has another meaning where it stands.
fn written_by_caller(value: &Value, is_inside: bool) -> Value {
    match value {
        Value::String(text) => {
            let code = |text: String, c: char| text.replace(c, &format!("%{:02X}", u32::from(c)));
            let signs = if is_inside { "%&+," } else { "%&+" };
            signs.chars().fold(text.clone(), code).into()
        }
        Value::Array(items) => items.iter().map(|item| written_by_caller(item, true)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            fields.map(|(name, value)| (name.clone(), written_by_caller(value, true))).collect()
        }
        plain => plain.clone(),
    }
}

/// A plain value as text.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A decimal is a text where a number cannot be one of its type.
fn decoded<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    let of_text = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
    let first = of_text(&value.to_string());
    first.or_else(|error| of_text(&decimals_as_texts(value).to_string()).map_err(|_: String| error))
}

fn decimals_as_texts(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Array(items) => items.iter().map(decimals_as_texts).collect(),
        value => value.clone(),
    }
}

/// A decoded answer, encoded again.
pub fn encoded(value: &impl serde::Serialize) -> Outcome {
    let text = serde_json::to_vec(value).map_err(|error| error.to_string());
    match text.and_then(|text| json::parse(&text)) {
        Ok(value) => Outcome::Json(value),
        Err(error) => Outcome::Failed(format!("it cannot be encoded again: {error}")),
    }
}

/// All bytes of an answer that is a stream.
pub async fn collected<B: AsRef<[u8]>, E: std::fmt::Debug>(
    pieces: impl futures_util::Stream<Item = Result<B, E>>,
) -> Outcome {
    use futures_util::TryStreamExt;
    let all = pieces.try_fold(Vec::new(), |mut all, piece| async move {
        all.extend_from_slice(piece.as_ref());
        Ok(all)
    });
    all.await.map_or_else(|error| Outcome::Failed(format!("{error:?}")), Outcome::Bytes)
}

/// A form as the client's type has it: a file is its bytes, with a name and a media type, and a decimal a text.
fn as_fields(document: &Document, media: &Media, value: &Value, random: &mut Random) -> Value {
    let Some(fields) = value.as_object() else { return value.clone() };
    let fields = fields.iter().map(|(name, value)| {
        let parts = Parts::of(document, media, name);
        let has_media = media.encoding.get(name).is_some_and(|it| it.get("contentType").is_some());
        let mut part = |value: &Value| part(parts, value, has_media, random);
        let value = match value {
            Value::Array(items) if parts.file => items.iter().map(part).collect(),
            value if parts.file && parts.several => json!([part(value)]),
            value if parts.file => part(value),
            value => {
                let schemas = bodies::field_schemas(document, media, name);
                let is_decimal = schemas.iter().any(|schema| {
                    let items = schema.get("items").and_then(|items| items.get("format"));
                    schema.get("format").or(items).is_some_and(|format| format == "decimal")
                });
                if is_decimal { decimals_as_texts(value) } else { value.clone() }
            }
        };
        (name.clone(), value)
    });
    Value::Object(fields.collect())
}

/// A part that may be a file, as the client's type has it: the bytes, and a name if it is one.
fn part(parts: Parts, value: &Value, has_media: bool, random: &mut Random) -> Value {
    if !parts.is_file(value) {
        return json!({ "bytes": plain(value).into_bytes() });
    }
    let mut file = Map::new();
    file.insert("bytes".to_owned(), json!(bodies::bytes(value)));
    if !has_media && random.one_in(2) {
        file.insert("contentType".to_owned(), "image/png".into());
    }
    // Without a name, a server takes a field of unknown type for a text.
    file.insert("fileName".to_owned(), "a b.png".into());
    Value::Object(file)
}
