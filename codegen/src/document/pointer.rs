//! JSON Pointers (RFC 6901), and the local references that are made of them.

use percent_encoding::percent_decode_str;
use serde_json::Value;

#[cfg(feature = "commands")]
use super::node::Node;

/// Escapes one reference token.
pub fn escape(token: &str) -> String {
    let mut escaped = String::with_capacity(token.len());
    push_escaped(&mut escaped, token);
    escaped
}

fn push_escaped(text: &mut String, token: &str) {
    // Few have something to escape: every node of a document is named by such a pointer.
    if !token.bytes().any(|sign| sign == b'~' || sign == b'/') {
        return text.push_str(token);
    }
    for sign in token.chars() {
        match sign {
            '~' => text.push_str("~0"),
            '/' => text.push_str("~1"),
            sign => text.push(sign),
        }
    }
}

/// Undoes [`escape`].
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The value at a place, as [`Value::pointer`] has it, which copies each token twice.
pub(crate) fn at<'d>(document: &'d Value, pointer: &str) -> Option<&'d Value> {
    if pointer.is_empty() {
        return Some(document);
    }
    let mut tokens = pointer.strip_prefix('/')?.split('/');
    tokens.try_fold(document, |value, token| match value {
        Value::Object(fields) if token.contains('~') => fields.get(&unescape(token)),
        Value::Object(fields) => fields.get(token),
        Value::Array(items) if token.len() == 1 || !token.starts_with(['0', '+']) => {
            items.get(token.parse::<usize>().ok()?)
        }
        _ => None,
    })
}

/// The pointer of a child.
pub fn join(parent: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + token.len() + 1);
    pointer.push_str(parent);
    push(&mut pointer, token);
    pointer
}

/// Goes on to a child.
pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    push_escaped(pointer, token);
}

/// The pointer of the place where deserializing failed.
pub fn of_path(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |at, step| match step {
        Segment::Map { key } => join(&at, key),
        Segment::Seq { index } => format!("{at}/{index}"),
        _ => at,
    })
}

/// The pointer inside a local reference (`#/components/schemas/Pet`), percent-decoded.
pub fn of_reference(reference: &str) -> Option<String> {
    reference.strip_prefix('#').map(percent_decoded)
}

/// The same place through no reference: where what it leads to is written. The part of it that the document
/// does not have stays as it is.
#[cfg(feature = "commands")]
pub(crate) fn followed(document: &Value, pointer: &str) -> String {
    let Some(mut node) = Node::at(document, "").map(Node::resolved) else {
        return pointer.to_owned();
    };
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        // The last step names what is written there, be it a reference.
        let is_last = steps.peek().is_none();
        let place = format!("{}/{step}", node.pointer);
        match Node::at(document, &place) {
            Some(_) if is_last => return place,
            Some(next) => node = next.resolved(),
            None => return steps.fold(place, |place, step| format!("{place}/{step}")),
        }
    }
    node.pointer
}

/// A part of a URL without percent-encoding.
pub(crate) fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The reference to a component.
pub fn to_component(section: &str, name: &str) -> String {
    format!("#/components/{section}/{}", escape(name))
}

/// The component that a discriminator's mapping leads to: by a reference, or by its bare name.
pub fn mapped_component(target: &str) -> String {
    component_of(target).map_or_else(|| target.to_owned(), |(_, name)| name)
}

/// Section and name when a reference names a component.
pub fn component_of(reference: &str) -> Option<(String, String)> {
    let pointer = of_reference(reference)?;
    let (section, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
    (!name.contains('/')).then(|| (section.to_owned(), unescape(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_as_serde_json_finds_it() {
        let document = json!({ "a/b": { "c~d": [[1], "x"], "": 2, "0": 3 }, "e": null });
        let pointers = [
            "",
            "/",
            "a",
            "/e",
            "/e/",
            "/a~1b",
            "/a~1b/c~0d/0/0",
            "/a~1b/c~0d/00",
            "/a~1b/c~0d/+1",
            "/a~1b/c~0d/2",
            "/a~1b/c~0d/-",
            "/a~1b/",
            "/a~1b/0",
            "/a~1b/c~0d/",
            "/a~1b/c~0d/1/x",
        ];
        for pointer in pointers {
            assert_eq!(at(&document, pointer), document.pointer(pointer), "{pointer}");
        }
    }
}
