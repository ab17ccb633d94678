//! From the events of a parser to JSON. What aliases stand for is counted, for a page of a few
//! lines can ask for more than there is memory.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value};

use super::scalar;
use crate::bounds::{MAX_ALIAS_GROWTH, MAX_NESTING};
use crate::syntax::{SyntaxError, number};

/// Parses one document.
pub fn load(text: &str) -> Result<Value, SyntaxError> {
    let spare = text.len().saturating_mul(MAX_ALIAS_GROWTH).saturating_add(1 << 16);
    let mut loader = Loader { open: Vec::new(), root: None, anchors: HashMap::new(), spare };
    for event in Parser::new_from_str(text) {
        let (event, at) = event.map_err(|error| SyntaxError {
            message: error.info().to_owned(),
            line: Some(error.marker().line()),
        })?;
        loader
            .take(event)
            .map_err(|message| SyntaxError { message, line: Some(at.start.line()) })?;
    }
    Ok(loader.root.unwrap_or_default())
}

/// What is read so far.
struct Loader {
    open: Vec<Open>,
    root: Option<Value>,
    /// What an alias stands for, and its size.
    anchors: HashMap<usize, (Value, usize)>,
    /// What aliases may still add.
    spare: usize,
}

/// A list or a mapping that is not at its end.
struct Open {
    anchor: usize,
    size: usize,
    node: Node,
}

enum Node {
    Sequence(Vec<Value>),
    Mapping { entries: Map<String, Value>, key: Option<Key>, merged: Vec<Value> },
}

/// The key whose value comes next.
enum Key {
    Text(String),
    /// `<<`: the entries of the value belong to the mapping.
    Merge,
}

type Outcome<T = ()> = Result<T, String>;

impl Loader {
    fn take(&mut self, event: Event<'_>) -> Outcome {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => Err("more than one document".into()),
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref())
            }
            Event::Alias(anchor) => {
                let Some((value, size)) = self.anchors.get(&anchor) else {
                    return Err("an alias of what it is inside of".into());
                };
                let (value, size) = (value.clone(), *size);
                self.spend(size)?;
                self.place(value, size)
            }
            Event::SequenceStart(anchor, _) => self.start(anchor, Node::Sequence(Vec::new())),
            Event::MappingStart(anchor, _) => {
                let (entries, key, merged) = (Map::new(), None, Vec::new());
                self.start(anchor, Node::Mapping { entries, key, merged })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Outcome {
        number::check_text(text)?;
        let is_plain = style == ScalarStyle::Plain;
        if let Some(Open { node: Node::Mapping { key: key @ None, .. }, .. }) = self.open.last_mut()
        {
            let is_merge = is_plain && text == "<<";
            *key = Some(if is_merge { Key::Merge } else { Key::Text(text.to_owned()) });
            return self.keep(anchor, &Value::String(text.to_owned()), text.len());
        }
        let tag = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
        let value = match tag {
            Some("str") => Value::String(text.to_owned()),
            None if !is_plain => Value::String(text.to_owned()),
            _ => scalar::resolve(text)?,
        };
        self.keep(anchor, &value, text.len() + 1)?;
        self.place(value, text.len() + 1)
    }

    fn start(&mut self, anchor: usize, node: Node) -> Outcome {
        if self.open.len() == MAX_NESTING {
            return Err(format!("nested deeper than {MAX_NESTING} levels"));
        }
        if let Some(Open { node: Node::Mapping { key: None, .. }, .. }) = self.open.last() {
            return Err("a key that is a list or a mapping".into());
        }
        self.open.push(Open { anchor, size: 1, node });
        Ok(())
    }

    fn end(&mut self) -> Outcome {
        let Some(Open { anchor, size, node }) = self.open.pop() else { return Ok(()) };
        let value = match node {
            Node::Sequence(items) => Value::Array(items),
            Node::Mapping { mut entries, merged, .. } => {
                for value in merged {
                    merge(&mut entries, value)?;
                }
                Value::Object(entries)
            }
        };
        self.keep(anchor, &value, size)?;
        self.place(value, size)
    }

    /// Puts a complete value where it belongs.
    fn place(&mut self, value: Value, size: usize) -> Outcome {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        open.size += size;
        match &mut open.node {
            Node::Sequence(items) => items.push(value),
            Node::Mapping { entries, key, merged } => match (key.take(), value) {
                // An alias in the place of a key.
                (None, Value::String(text)) => *key = Some(Key::Text(text)),
                (None, _) => return Err("a key that is a list or a mapping".into()),
                (Some(Key::Merge), value) => merged.push(value),
                (Some(Key::Text(name)), _) if entries.contains_key(&name) => {
                    return Err(format!("duplicate key `{name}`"));
                }
                (Some(Key::Text(name)), value) => {
                    open.size += name.len() + 1;
                    entries.insert(name, value);
                }
            },
        }
        Ok(())
    }

    /// Remembers what an anchor names.
    fn keep(&mut self, anchor: usize, value: &Value, size: usize) -> Outcome {
        if anchor != 0 {
            self.spend(size)?;
            self.anchors.insert(anchor, (value.clone(), size));
        }
        Ok(())
    }

    fn spend(&mut self, size: usize) -> Outcome {
        self.spare = self.spare.checked_sub(size).ok_or("aliases repeat too much")?;
        Ok(())
    }
}

/// Adds the entries of a merged mapping, or of several, that are not there.
fn merge(entries: &mut Map<String, Value>, value: Value) -> Outcome {
    let several = match value {
        Value::Array(several) => several,
        one => vec![one],
    };
    for one in several {
        let Value::Object(others) = one else { return Err("`<<` of what is no mapping".into()) };
        for (name, value) in others {
            entries.entry(name).or_insert(value);
        }
    }
    Ok(())
}
