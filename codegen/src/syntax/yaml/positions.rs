//! Where in a text each node of its YAML stands.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, Span};

use crate::document::pointer;

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// Counted from 1.
    pub(crate) line: usize,
    /// Counted from 0.
    pub(crate) column: usize,
}

/// The list or mapping that is being read, and where its next child is.
enum Open {
    Sequence { at: String, next: usize },
    Mapping { at: String, key: Option<(String, Position)> },
}

/// The positions of all nodes by JSON Pointer: of a value in a mapping, its key's. A text that does not
/// parse has those up to the fault.
pub(crate) fn positions(text: &str) -> BTreeMap<String, Position> {
    let mut positions = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        match event {
            Event::SequenceEnd | Event::MappingEnd => drop(open.pop()),
            Event::SequenceStart(..) => {
                if let Some(at) = place(&mut open, None, span, &mut positions) {
                    open.push(Open::Sequence { at, next: 0 });
                }
            }
            Event::MappingStart(..) => {
                if let Some(at) = place(&mut open, None, span, &mut positions) {
                    open.push(Open::Mapping { at, key: None });
                }
            }
            Event::Scalar(text, ..) => drop(place(&mut open, Some(&text), span, &mut positions)),
            Event::Alias(_) => drop(place(&mut open, Some(""), span, &mut positions)),
            _ => {}
        }
    }
    positions
}

/// The pointer of a node, which is noted; nothing for a key.
fn place(
    open: &mut [Open],
    scalar: Option<&str>,
    span: Span,
    positions: &mut BTreeMap<String, Position>,
) -> Option<String> {
    let here = Position { line: span.start.line(), column: span.start.col() };
    let (at, position) = match open.last_mut() {
        None => (String::new(), here),
        Some(Open::Sequence { at, next }) => {
            *next += 1;
            (format!("{at}/{}", *next - 1), here)
        }
        Some(Open::Mapping { at, key }) => match key.take() {
            None => {
                *key = Some((scalar.unwrap_or_default().to_owned(), here));
                return None;
            }
            Some((key, position)) => (pointer::join(at, &key), position),
        },
    };
    positions.insert(at.clone(), position);
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_at_their_keys_and_items_at_their_start() {
        let text = "a:\n- b: 1\n  c: {d: 2}\n-  e\n";
        let found = positions(text);
        let place = |at: &str| (found[at].line, found[at].column);
        assert_eq!((place("/a"), place("/a/0"), place("/a/0/c")), ((1, 0), (2, 2), (3, 2)));
        assert_eq!((place("/a/0/c/d"), place("/a/1")), ((3, 6), (4, 3)));
    }
}
