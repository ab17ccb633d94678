//! What differs between two documents and is judged by no rule: whoever reads the report decides what it means.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::count::Words;
use crate::document::pointer;
use crate::document::structure::{self, Holds};
use crate::document::visit::Kind;
use crate::syntax::number;

/// A change that no rule judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// JSON Pointer, the same in both documents.
    pub place: String,
    /// What was there; nothing if it is new.
    pub was: Option<Value>,
    /// What is there; nothing if it is gone.
    pub is: Option<Value>,
}

/// The fields that no rule reads. Those for people are compared as documentation, all others by the rules of what they
/// are in.
fn is_unjudged(kind: Kind, key: &str) -> bool {
    match kind {
        Kind::Document => ["webhooks", "jsonSchemaDialect"].contains(&key),
        Kind::Components => ["callbacks", "links"].contains(&key),
        Kind::Operation => key == "callbacks",
        Kind::Response => key == "links",
        Kind::Schema => IN_SCHEMAS.contains(&key),
        Kind::Flow => ["authorizationUrl", "refreshUrl"].contains(&key),
        _ => false,
    }
}

/// What of a schema is for other formats than JSON, or says what references mean.
const IN_SCHEMAS: [&str; 10] = [
    "xml",
    "id",
    "$id",
    "$schema",
    "$vocabulary",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
];

/// All such changes of a document.
pub(super) fn find(old: &Value, new: &Value) -> Vec<Unjudged> {
    let mut comparison = Comparison { was: Words::of(old), is: Words::of(new), found: Vec::new() };
    comparison.objects(Kind::Document, "", old, new);
    comparison.found
}

/// The dialect of a document that names none.
const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/base";

struct Comparison<'d> {
    was: Words<'d>,
    is: Words<'d>,
    found: Vec<Unjudged>,
}

impl<'d> Comparison<'d> {
    fn objects(&mut self, kind: Kind, at: &str, old: &'d Value, new: &'d Value) {
        let (Some(was), Some(is)) = (old.as_object(), new.as_object()) else { return };
        let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for key in keys {
            let (was, is) = (was.get(key), is.get(key));
            if was.zip(is).is_some_and(|(was, is)| number::are_equal(was, is)) {
                continue;
            }
            let at = pointer::join(at, key);
            let field = structure::field(kind, key);
            let is_map = matches!(field, Some(Holds::Map(_)));
            // What no standard has, extensions among it, means what its reader knows.
            if field.is_none() || is_unjudged(kind, key) {
                self.tell(at, is_map, was, is);
            } else if let (Some(holds), Some(was), Some(is)) = (field, was, is) {
                self.below(holds, &at, was, is);
            }
        }
    }

    /// Tells a change of more than documentation and the names of what is referred to.
    fn tell(&mut self, place: String, is_map: bool, was: Option<&'d Value>, is: Option<&'d Value>) {
        let said = |words: &mut Words<'d>, value: Option<&'d Value>| {
            value.map(|it| words.hash(it, is_map))
        };
        let is_same = said(&mut self.was, was) == said(&mut self.is, is);
        let is_default = [was, is].into_iter().flatten().all(|it| it == DIALECT);
        if !is_same && !is_default {
            self.found.push(Unjudged { place, was: was.cloned(), is: is.cloned() });
        }
    }

    /// What is there on both sides; what came or went is judged as a whole.
    fn below(&mut self, holds: Holds, at: &str, was: &'d Value, is: &'d Value) {
        match holds {
            Holds::Map(kind) => {
                for (key, was) in was.as_object().into_iter().flatten() {
                    if let Some(is) = is.get(key) {
                        self.objects(kind, &pointer::join(at, key), was, is);
                    }
                }
            }
            Holds::List(kind) | Holds::OneOrList(kind) if was.is_array() => {
                let both =
                    was.as_array().into_iter().flatten().zip(is.as_array().into_iter().flatten());
                for (index, (was, is)) in both.enumerate() {
                    self.objects(kind, &format!("{at}/{index}"), was, is);
                }
            }
            Holds::One(kind) | Holds::OneOrFlag(kind) | Holds::OneOrList(kind) => {
                self.objects(kind, at, was, is);
            }
            _ => {}
        }
    }
}
