//! What a page says of itself, at a path into its body. The text is read, not a tree of values: a cursor
//! that is a number keeps its digits.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::answer::Response;
use crate::answer::without_mark;
use crate::paging::PagesError;

/// A path into a JSON body.
pub type Path = &'static [Step];

/// One step down a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The field of a name.
    Name(&'static str),
    /// The item at an index; a negative one counts from the end, -1 is the last item.
    At(i64),
}

/// A path as people write it.
pub(crate) fn shown(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::At(index) => text += &format!("[{index}]"),
            Step::Name(name) if text.is_empty() => text += name,
            Step::Name(name) => text += &format!(".{name}"),
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// What is at a path; nothing for null and for what is absent.
pub(crate) fn find<'b>(path: &[Step], response: &'b Response) -> Option<&'b str> {
    let body = without_mark(response.body());
    let mut text = std::str::from_utf8(body).ok()?.trim();
    for step in path {
        text = match step {
            Step::Name(name) => {
                let fields: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
                fields.get(*name)?.get()
            }
            Step::At(index) => {
                let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                let length = i64::try_from(items.len()).ok()?;
                let index = if *index < 0 { length.checked_add(*index)? } else { *index };
                items.get(usize::try_from(index).ok()?)?.get()
            }
        };
    }
    Some(text).filter(|text| *text != "null")
}

/// How many items there are at a path; none for something that is no list. A list that is null or absent
/// is empty.
pub(crate) fn count(path: &[Step], response: &Response) -> Option<u64> {
    let Some(text) = find(path, response) else { return Some(0) };
    let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    u64::try_from(items.len()).ok()
}

/// The text or number at a path, and whether it is a number; none for nothing and an empty text.
pub(crate) fn text(
    path: &[Step],
    response: &Response,
) -> Result<Option<(String, bool)>, PagesError> {
    let Some(json) = find(path, response) else { return Ok(None) };
    let (text, is_number) = match json.chars().next() {
        Some('"') => {
            let text: String = serde_json::from_str(json).map_err(|_| PagesError::Unreadable)?;
            (text, false)
        }
        Some('-' | '0'..='9') => (json.to_owned(), true),
        _ => return Err(PagesError::Unreadable),
    };
    Ok(Some((text, is_number)).filter(|(text, _)| !text.is_empty()))
}

/// The number at a path, also where it is written as a text.
pub(crate) fn number(path: &[Step], response: &Response) -> Option<u64> {
    text(path, response).ok()??.0.trim().parse().ok()
}

/// The yes or no at a path, also where it is written as a text.
pub(crate) fn flag(path: &[Step], response: &Response) -> Option<bool> {
    match find(path, response)?.trim_matches('"') {
        "true" | "True" | "1" => Some(true),
        "false" | "False" | "0" => Some(false),
        _ => None,
    }
}
