//! JSON bodies: decoded into their types, and where one field does not fit, without that field.
//!
//! Schemas of answers are written after a sample or two. One field that another answer has otherwise must
//! not make the answer to a write unreadable: the field is left out, as if the server had not sent it, and
//! its name is kept ([`Misfit`]). Where the type cannot do without it, what holds the field is left out;
//! if that is the whole body, decoding fails. No value is ever made up.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::Segment;

use super::json_text::Step;
use super::mend::{MOST, mended};
use crate::error::escaped;
use crate::info::OperationInfo;

/// A field of a response that does not fit its type, and was left out.
///
/// Holds names that the document declares, and kinds of values; no value.
///
/// ```
/// use openapi_client_runtime::{Misfit, ResponseValue};
///
/// fn is_complete<T>(response: &ResponseValue<T>) -> bool {
///     !response.misfits().iter().map(Misfit::path).any(|path| path.starts_with("results"))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    path: String,
    reason: String,
}

impl Misfit {
    pub(crate) fn new(path: String, reason: String) -> Self {
        Self { path, reason }
    }

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
///
/// ```
/// use openapi_client_runtime::Response;
///
/// fn name(response: &Response) -> Option<String> {
///     let name = response.json::<String>();
///     name.inspect_err(|error| eprintln!("at `{}`: {}", error.path(), error.reason())).ok()
/// }
/// ```
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

/// A body without its byte order mark, which is no part of JSON (RFC 8259, section 8.1).
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A value, and what of the body is not in it.
pub(crate) type Decoded<T> = (T, Vec<Misfit>);

/// Decodes a body; a strict one fails where anything does not fit.
#[inline]
pub(crate) fn decode<T: DeserializeOwned>(
    body: &[u8],
    info: &OperationInfo,
    is_strict: bool,
) -> Result<Decoded<T>, DecodeError> {
    let body = without_mark(body);
    if body.is_empty() {
        return Err(DecodeError::whole("no body"));
    }
    match serde_json::from_slice(body) {
        Ok(value) => Ok((value, Vec::new())),
        Err(_) => decode_in_part(body, info, is_strict),
    }
}

/// Decodes what fits of a body that does not fit as a whole.
#[cold]
fn decode_in_part<T: DeserializeOwned>(
    body: &[u8],
    info: &OperationInfo,
    is_strict: bool,
) -> Result<Decoded<T>, DecodeError> {
    // A number that is too large, or half of a surrogate pair, is JSON and no value.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        return Err(DecodeError::whole(format!("not JSON: {}", reason(&error, info))));
    }
    mended(body.to_vec(), info, if is_strict { 0 } else { MOST })
}

/// A failure, where it is.
pub(crate) struct Failed {
    pub steps: Vec<Step>,
    pub reason: String,
    /// Whether it is the text that no value can hold, not the value that does not fit.
    pub is_text: bool,
    /// Whether it is nested deeper than anything is read.
    pub is_too_deep: bool,
}

pub(crate) fn at_path<T: DeserializeOwned>(body: &[u8], info: &OperationInfo) -> Result<T, Failed> {
    let mut json = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // A variant of an enum is no step: it is a part of what holds it.
        let steps = error.path().iter().map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } => Some(Step::Name(key.clone())),
            _ => None,
        });
        let reason = reason(error.inner(), info);
        // Of a name that is there twice, nobody knows which value it is.
        let message = message(error.inner());
        let twice = message.strip_prefix("duplicate field `").and_then(|it| it.strip_suffix('`'));
        let twice = twice.map(|name| Step::Name(name.to_owned()));
        let (is_text, is_too_deep) =
            (!error.inner().is_data(), message == "recursion limit exceeded");
        Failed { steps: steps.chain(twice).collect(), reason, is_text, is_too_deep }
    })
}

/// A path of names that the document declares.
pub(crate) fn shown(steps: &[Step], info: &OperationInfo) -> String {
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

/// serde_json's words without the place, which it adds itself.
fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// The kinds of values that serde names; what else it names may be a value.
const KINDS: [&str; 10] = [
    "array",
    "boolean",
    "byte array",
    "character",
    "floating point",
    "integer",
    "map",
    "null",
    "sequence",
    "string",
];

/// serde_json's words without the values that it quotes.
fn reason(error: &serde_json::Error, info: &OperationInfo) -> String {
    let message = message(error);
    if !error.is_data() {
        // These words are the library's alone.
        return format!("{message} (line {}, column {})", error.line(), error.column());
    }
    for words in ["missing field", "duplicate field"] {
        let name = message.strip_prefix(words).and_then(|rest| rest.strip_prefix(" `"));
        if let Some(name) = name.and_then(|rest| rest.strip_suffix('`')) {
            return format!("{words} `{}`", info.declared(name).unwrap_or("*"));
        }
    }
    // `invalid type: string "…", expected a boolean`
    let mut parts = message.rsplitn(2, ", expected ");
    let (expected, found) = (parts.next(), parts.next());
    let kind = found.and_then(|found| found.strip_prefix("invalid type: "));
    let kind = kind.and_then(|kind| kind.split(['"', '`']).next()).map(str::trim);
    match (kind.filter(|kind| KINDS.contains(kind)), expected) {
        (Some(kind), Some(expected)) => format!("{kind} where {} is expected", escaped(expected)),
        _ => "a value that is not allowed here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::answer::json_text::tests::json;
    use crate::info::Repeat;

    const INFO: OperationInfo =
        OperationInfo::new("get", "/", Repeat::Safe).fields(&["id", "name", "rate", "tags"]);

    #[derive(Debug, Deserialize, PartialEq)]
    struct Customer {
        id: u32,
        name: Option<String>,
        rate: Option<f64>,
        #[serde(default)]
        tags: Vec<Tag>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Tag {
        id: u32,
    }

    fn tolerant(body: &str) -> Result<(Customer, Vec<String>), String> {
        let decoded = decode::<Customer>(body.as_bytes(), &INFO, false);
        let shown = |misfits: Vec<Misfit>| misfits.iter().map(ToString::to_string).collect();
        decoded.map(|(value, misfits)| (value, shown(misfits))).map_err(|error| error.to_string())
    }

    /// The misfits of a body that is read nevertheless.
    fn misfits(body: &str) -> Vec<String> {
        tolerant(body).unwrap().1
    }

    #[test]
    fn what_fits_is_kept() {
        let (customer, misfits) = tolerant(r#"{"id":1,"name":[],"rate":0.5,"more":"x"}"#).unwrap();
        assert_eq!((customer.id, customer.name, customer.rate), (1, None, Some(0.5)));
        assert_eq!(misfits, ["at `name`: sequence where a string is expected"]);
    }

    #[test]
    fn what_cannot_do_without_a_field_is_left_out_as_a_whole() {
        let (customer, misfits) =
            tolerant(r#"{"id":1,"tags":[{"id":1},{"id":"x"},{"id":3}]}"#).unwrap();
        assert_eq!(customer.tags, [Tag { id: 1 }, Tag { id: 3 }]);
        assert_eq!(misfits, ["at `tags[1]`: missing field `id`"]);
    }

    #[test]
    fn the_whole_body_cannot_be_left_out() {
        assert_eq!(tolerant(r#"{"name":"x"}"#).unwrap_err(), "missing field `id`");
        let wrong = tolerant(r#"{"id":null}"#).unwrap_err();
        assert_eq!(wrong, "at `id`: null where u32 is expected");
    }

    #[test]
    fn a_strict_body_fails_where_anything_does_not_fit() {
        let body = br#"{"id":1,"name":[]}"#;
        let error = decode::<Customer>(body, &INFO, true).unwrap_err();
        assert_eq!((error.path(), error.reason()), ("name", "sequence where a string is expected"));
    }

    #[test]
    fn a_field_that_is_there_twice_is_left_out() {
        assert_eq!(
            misfits(r#"{"id":1,"name":"a","name":"b"}"#),
            ["at `name`: duplicate field `name`"]
        );
        assert!(tolerant(r#"{"id":1,"id":2}"#).is_err());
    }

    #[test]
    fn text_and_numbers_that_no_type_can_hold_are_left_out() {
        let half = misfits(r#"{"id":1,"name":"Ada \ud83d"}"#);
        assert!(half[0].starts_with("at `name`: ") && !half[0].contains("Ada"), "{half:?}");
        assert!(
            misfits(r#"{"id":1,"rate":1e999}"#)[0].starts_with("at `rate`: number out of range")
        );
    }

    #[test]
    fn a_body_that_is_no_json_is_told_without_its_text() {
        for body in ["Ada", "{\"Ada\"", "{\"id\":1} Ada", "\u{feff}\u{feff}{\"id\":1}", "'Ada'"] {
            let error = tolerant(body).unwrap_err();
            assert!(error.starts_with("not JSON: ") && !error.contains("Ada"), "{error}");
        }
        assert_eq!(tolerant("").unwrap_err(), "no body");
        assert_eq!(tolerant("\u{feff}").unwrap_err(), "no body");
        assert_eq!(tolerant("\u{feff}{\"id\":1}").unwrap().0.id, 1);
    }

    /// Values that try to be taken for the words of the library.
    #[test]
    fn no_value_is_shown_whatever_it_looks_like() {
        let hostile = [
            ", expected Ada at line 1 column 2",
            "x, expected Ada",
            "\\\", expected Ada",
            "missing field `Ada`",
            "duplicate field `Ada`",
            " at line 1 column 1",
            "invalid type: Ada, expected Ada",
            "`Ada",
            "Ada\\n\\u001b[2J",
        ];
        for value in hostile {
            for body in [
                format!(r#"{{"id":"{value}"}}"#),
                format!(r#"{{"id":{{"{value}":1}}}}"#),
                format!(r#"{{"id":1,"name":["{value}"]}}"#),
                format!(r#"{{"id":1,"tags":{{"{value}":[]}}}}"#),
                format!(r#""{value}""#),
            ] {
                let shown = match tolerant(&body) {
                    Ok((_, misfits)) => misfits.join("\n"),
                    Err(error) => error,
                };
                assert!(!shown.contains("Ada") && !shown.contains('\u{1b}'), "{body}: {shown}");
            }
        }
    }

    /// A type that repeats its value, as the errors of some types do.
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Echo;

    impl TryFrom<String> for Echo {
        type Error = String;

        fn try_from(value: String) -> Result<Self, String> {
            Err(value)
        }
    }

    #[test]
    fn no_value_is_shown_that_a_type_repeats() {
        let all = [
            "missing field `Ada`",
            "duplicate field `Ada`",
            "invalid type: Ada, expected x",
            "Ada",
        ];
        for value in all {
            let body = serde_json::to_vec(&[value]).unwrap();
            let error = decode::<Vec<Echo>>(&body, &INFO, true).unwrap_err();
            assert!(!error.to_string().contains("Ada"), "{error}");
        }
    }

    #[test]
    fn more_misfits_than_anybody_reads_are_an_error() {
        let tags =
            |number: usize| format!(r#"{{"id":1,"tags":[{}]}}"#, vec!["0"; number].join(","));
        assert_eq!(misfits(&tags(MOST)).len(), MOST);
        assert!(tolerant(&tags(MOST + 1)).is_err());
    }

    #[test]
    fn text_that_is_not_utf_8_is_left_out_and_nothing_else() {
        let read = |body: &[u8]| decode::<Customer>(body, &INFO, false).unwrap();
        let (customer, misfits) = read(b"{\"id\":1,\"name\":\"Ren\xe9\",\"rate\":0.5}");
        assert_eq!((customer.id, customer.name, customer.rate), (1, None, Some(0.5)));
        assert_eq!(misfits.iter().map(Misfit::path).collect::<Vec<_>>(), ["name"]);
        let (customer, misfits) = read(b"{\"id\":1,\"more\":\"Ren\xe9\",\"name\":[],\"rate\":0.5}");
        assert_eq!((customer.id, customer.name, customer.rate), (1, None, Some(0.5)));
        assert_eq!(misfits.iter().map(Misfit::path).collect::<Vec<_>>(), ["name"]);
    }

    #[test]
    fn a_name_that_is_no_text_is_left_out_and_nothing_else() {
        let bodies: [&[u8]; 2] = [
            b"{\"id\":1,\"Ren\xe9\":\"Ada\",\"tags\":[{\"id\":2,\"\xe9\":1}]}",
            br#"{"id":1,"Ada \ud83d":"Ada","tags":[{"id":2,"\ud83d":1}]}"#,
        ];
        for body in bodies {
            let (customer, misfits) = decode::<Customer>(body, &INFO, false).unwrap();
            assert_eq!((customer.id, customer.tags), (1, vec![Tag { id: 2 }]));
            assert_eq!(misfits.iter().map(Misfit::path).collect::<Vec<_>>(), ["*", "tags[0].*"]);
            assert!(!format!("{misfits:?}").contains("Ada"), "{misfits:?}");
        }
    }

    #[test]
    fn each_item_that_is_left_out_is_told_by_where_it_was_sent() {
        let body = r#"{"id":1,"tags":[{"id":"x"},{"id":"y"},{"id":3},0,{"id":4},{"id":"z"}]}"#;
        let (customer, misfits) = tolerant(body).unwrap();
        assert_eq!(customer.tags, [Tag { id: 3 }, Tag { id: 4 }]);
        let expected = [
            "at `tags[0]`: missing field `id`",
            "at `tags[1]`: missing field `id`",
            "at `tags[3]`: integer where struct Tag is expected",
            "at `tags[5]`: missing field `id`",
        ];
        assert_eq!(misfits, expected);
    }

    #[test]
    fn a_list_of_which_every_item_is_odd_is_read() {
        let customers: Vec<_> = (0..2_000)
            .map(|id| format!(r#"{{"id":{id},"name":[],"tags":[{{"id":1}},{{"id":""}}]}}"#))
            .collect();
        let body = format!("[{}]", customers.join(","));
        let (read, misfits) = decode::<Vec<Customer>>(body.as_bytes(), &INFO, false).unwrap();
        let ids = read.iter().map(|customer| customer.id);
        assert!(ids.eq(0..2_000) && read.iter().all(|customer| customer.tags == [Tag { id: 1 }]));
        assert_eq!(misfits.len(), 4_000);
        assert_eq!(
            (misfits[2_468].path(), misfits[2_469].path()),
            ("[1234].name", "[1234].tags[1]")
        );
    }

    /// A type whose only field may hold anything.
    #[derive(Debug, Deserialize, PartialEq)]
    struct Any {
        name: Option<serde_json::Value>,
    }

    #[test]
    fn what_is_nested_too_deep_is_left_out_as_a_whole() {
        let deep = format!("{}1{}", "[1,".repeat(100_000), "]".repeat(100_000));
        let body = format!(r#"{{"name":{deep}}}"#);
        let (any, misfits) = decode::<Any>(body.as_bytes(), &INFO, false).unwrap();
        assert_eq!((any.name, misfits[0].path()), (None, "name"));
        assert!(misfits[0].reason().starts_with("recursion limit exceeded"), "{misfits:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn decoding_never_panics_and_never_makes_up_a_value(json in json(), name in "[a-z]{1,4}") {
            let json = json.text();
            let body = format!(r#"{{"id":7,"{name}":{json},"tags":[{json}]}}"#);
            let decoded = decode::<Customer>(body.as_bytes(), &INFO, false);
            if let Ok((customer, misfits)) = decoded {
                prop_assert_eq!(customer.id, 7);
                prop_assert!(customer.tags.is_empty());
                prop_assert!(!misfits.is_empty());
            }
        }
    }
}
