//! What a page says of itself, at a path into its body. The text is read, not a tree of values: a cursor
//! that is a number keeps its digits, and a text that is not in UTF-8 hides nothing else.

use crate::answer::json_text::parts;
use crate::answer::{Response, without_mark};
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
pub(crate) fn find<'b>(path: &[Step], response: &'b Response) -> Option<&'b [u8]> {
    let body = without_mark(response.body());
    let mut found = 0..body.len();
    for step in path {
        let parts = parts(body, found.start)?;
        let part = match step {
            Step::Name(name) => {
                // Of a name that is there twice, the last one counts.
                parts.iter().rev().find(|part| part.name(body).is_some_and(|it| it == *name))?
            }
            Step::At(index) => {
                let length = i64::try_from(parts.len()).ok()?;
                let index = if *index < 0 { length.checked_add(*index)? } else { *index };
                parts.get(usize::try_from(index).ok()?).filter(|part| part.is_item())?
            }
        };
        found = part.value.clone();
    }
    body.get(found).map(<[u8]>::trim_ascii).filter(|json| *json != b"null")
}

/// How many items there are at a path; none for something that is no list. A list that is null or absent
/// is empty.
pub(crate) fn count(path: &[Step], response: &Response) -> Option<u64> {
    let Some(json) = find(path, response) else { return Some(0) };
    let items = parts(json, 0).filter(|_| json.starts_with(b"["))?;
    u64::try_from(items.len()).ok()
}

/// The text or number at a path, and whether it is a number; none for nothing and an empty text.
pub(crate) fn text(
    path: &[Step],
    response: &Response,
) -> Result<Option<(String, bool)>, PagesError> {
    let Some(json) = find(path, response) else { return Ok(None) };
    let unreadable = || PagesError::Unreadable;
    let (text, is_number) = match json.first() {
        Some(b'"') => (serde_json::from_slice(json).map_err(|_| unreadable())?, false),
        Some(b'-' | b'0'..=b'9') => {
            (String::from_utf8(json.to_vec()).map_err(|_| unreadable())?, true)
        }
        _ => return Err(unreadable()),
    };
    Ok(Some((text, is_number)).filter(|(text, _)| !text.is_empty()))
}

/// The number at a path, also where it is written as a text.
pub(crate) fn number(path: &[Step], response: &Response) -> Option<u64> {
    text(path, response).ok()??.0.trim().parse().ok()
}

/// The yes or no at a path, also where it is written as a text.
pub(crate) fn flag(path: &[Step], response: &Response) -> Option<bool> {
    match std::str::from_utf8(find(path, response)?).ok()?.trim_matches('"') {
        "true" | "True" | "1" => Some(true),
        "false" | "False" | "0" => Some(false),
        _ => None,
    }
}
