//! Schemas as sets of values: whether one takes whatever another takes. What says the same in other words is
//! equal here: `minimum: 1` of an integer and `exclusiveMinimum: 0`, an enum and a `oneOf` of constants.

mod apart;
mod part;
mod shape;
mod unchanged;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use part::{Kind, Overlap, Part, is_same};
use shape::Shape;
use unchanged::Unchanged;

use crate::document::node::Node;

/// How a set of values has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same values.
    Equal,
    /// Fewer, and no others.
    Narrower,
    /// More, and all that were.
    Wider,
    /// Others, or it cannot be told.
    Other,
}

/// What values travel as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// JSON.
    Json,
    /// A text, as in a path or a header: whatever is written as a number is a text as well.
    Text,
    /// Texts under one name, each time again: one value is a list of one.
    Repeated,
}

/// How much of a schema is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// All of it. A property that only one side describes makes them differ.
    Whole,
    /// Not the schemas of properties and items, nor which of them there are and must be: these are compared one by one.
    Own,
}

/// What is known of the sets of values of two documents.
pub(super) struct Sets {
    unchanged: Unchanged,
    /// What is proven or not, for all questions. A schema is told by its address, which is its own as long as the
    /// documents are borrowed by who asks.
    known: HashMap<Question, bool>,
}

/// Whether what fits all of some schemas fits all of others, by their addresses, and as what values travel.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    hidden: &'static str,
    forms: (Form, Form),
    one: Vec<usize>,
    other: Vec<usize>,
}

fn addresses(schemas: &[Node<'_>]) -> Vec<usize> {
    schemas.iter().map(|node| std::ptr::from_ref(node.value).addr()).collect()
}

impl Sets {
    pub(super) fn of(old: &Value, new: &Value) -> Self {
        Self { unchanged: Unchanged::of(old, new), known: HashMap::new() }
    }

    /// Whether two schemas, and all that they lead to, are the same text.
    pub(super) fn is_unchanged(&self, old: &Node<'_>, new: &Node<'_>) -> bool {
        self.unchanged.is(old.value, new.value)
    }

    /// What became of a schema's values. `hidden` is the mark of properties that do not travel this way.
    pub(super) fn relation(
        &mut self,
        old: &Node<'_>,
        new: &Node<'_>,
        (form, depth): (Form, Depth),
        hidden: &'static str,
    ) -> Relation {
        let mut is_within = |one: &Node<'_>, other: &Node<'_>| {
            let mut proof =
                Proof { form, depth, hidden, sets: self, assuming: Vec::new(), left: MAX_STEPS };
            let is_within =
                proof.shapes(std::slice::from_ref(one), std::slice::from_ref(other), form);
            if proof.left == 0 {
                // What was not looked at is not known.
                self.known.clear();
            }
            is_within
        };
        match (is_within(new, old), is_within(old, new)) {
            (true, true) => Relation::Equal,
            (true, false) => Relation::Narrower,
            (false, true) => Relation::Wider,
            (false, false) => Relation::Other,
        }
    }
}

/// How many schemas are looked at before a question stays open.
const MAX_STEPS: usize = 20_000;

/// A proof that whatever one schema takes another takes. What is not proven is not so.
struct Proof<'s> {
    form: Form,
    depth: Depth,
    hidden: &'static str,
    sets: &'s mut Sets,
    /// What is assumed while it is being proven, as a schema may hold itself, and what was proven since, which may
    /// rest on it.
    assuming: Vec<Question>,
    left: usize,
}

impl Proof<'_> {
    /// Whether what fits all of the one list fits all of the other.
    fn schemas(&mut self, one: &[Node<'_>], other: &[Node<'_>], form: Form) -> bool {
        if other.is_empty() || self.are_unchanged(one, other) {
            return true;
        }
        let (hidden, forms) = (self.hidden, (self.form, form));
        let question = Question { hidden, forms, one: addresses(one), other: addresses(other) };
        if let Some(known) = self.sets.known.get(&question) {
            return *known;
        }
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        self.sets.known.insert(question.clone(), true);
        let before = self.assuming.len();
        self.assuming.push(question.clone());
        let outer = std::mem::replace(&mut self.depth, Depth::Whole);
        let is_within = self.shapes(one, other, form);
        self.depth = outer;
        if !is_within {
            for proven in self.assuming.drain(before..) {
                self.sets.known.remove(&proven);
            }
            self.sets.known.insert(question, false);
        }
        is_within
    }

    fn are_unchanged(&self, one: &[Node<'_>], other: &[Node<'_>]) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| self.sets.is_unchanged(one, other))
    }

    fn shapes(&mut self, one: &[Node<'_>], other: &[Node<'_>], form: Form) -> bool {
        let (one, other) = (Shape::of(one, self.hidden), Shape::of(other, self.hidden));
        if one.is_unknown || other.is_unknown {
            return false;
        }
        let mut parts =
            one.parts.iter().flat_map(|(kind, parts)| parts.iter().map(|it| (*kind, it)));
        parts.all(|(kind, part)| self.part(kind, part, &other, form))
    }

    /// Whether one of the alternatives takes all values of a part.
    fn part(&mut self, kind: Kind, part: &Part<'_>, other: &Shape<'_>, form: Form) -> bool {
        let same: &[Part<'_>] = other.parts.get(&kind).map_or(&[], Vec::as_slice);
        let texts: &[Part<'_>] = other.parts.get(&Kind::String).map_or(&[], Vec::as_slice);
        let as_text = |value: &Value| match value {
            Value::Number(_) | Value::Bool(_) if form != Form::Json => {
                let text = Value::String(value.to_string());
                texts.iter().any(|other| other.admits(&text))
            }
            _ => false,
        };
        let is_taken =
            |value: &Value| same.iter().any(|other| other.admits(value)) || as_text(value);
        if part.values.as_ref().is_some_and(|values| values.iter().all(is_taken)) {
            return true;
        }
        if same.iter().any(|other| self.is_within(kind, part, other)) {
            return true;
        }
        let is_scalar = !matches!(kind, Kind::Array | Kind::Object);
        let is_text = form != Form::Json && matches!(kind, Kind::Number | Kind::Boolean);
        let is_any = |part: &Part<'_>| part.values.is_none() && part.is_unlimited();
        if is_text && texts.iter().any(is_any) {
            return true;
        }
        form == Form::Repeated && is_scalar && self.is_list_of_one(kind, part, other)
    }

    fn is_list_of_one(&mut self, kind: Kind, part: &Part<'_>, other: &Shape<'_>) -> bool {
        let lists = other.parts.get(&Kind::Array).into_iter().flatten();
        lists.into_iter().any(|list| {
            let is_one = list.least.get("minItems").is_none_or(|least| least.value <= 1.0)
                && list.most.get("maxItems").is_none_or(|most| most.value >= 1.0)
                && list.contains.is_empty();
            let items = Shape::of(&list.schemas_at(Some(0)), self.hidden);
            is_one && !items.is_unknown && self.part(kind, part, &items, Form::Text)
        })
    }

    fn is_within(&mut self, kind: Kind, part: &Part<'_>, other: &Part<'_>) -> bool {
        if let Some(listed) = &other.values
            && !part.values.as_ref().is_some_and(|values| {
                values.iter().all(|value| listed.iter().any(|it| is_same(it, value)))
            })
        {
            return false;
        }
        let is_known = |format: &String| {
            let narrower = match format.as_str() {
                "int64" => "int32",
                "double" => "float",
                other => other,
            };
            part.formats.contains(format) || part.formats.contains(narrower)
        };
        part.keeps_bounds_of(other)
            && other.formats.iter().all(is_known)
            && other.patterns.is_subset(&part.patterns)
            && other.others.is_subset(&part.others)
            && (part.overlap, other.overlap) != (Some(Overlap::Taken), Some(Overlap::Refused))
            && self.keeps_nots(kind, part, other)
            && match kind {
                Kind::Array => self.is_list_within(part, other),
                Kind::Object => self.is_object_within(part, other),
                _ => true,
            }
    }

    /// What the other excludes is excluded: it is no value of that type, or part of what is.
    fn keeps_nots(&mut self, kind: Kind, part: &Part<'_>, other: &Part<'_>) -> bool {
        other.nots.iter().all(|not| {
            let excluded = Shape::of(std::slice::from_ref(not), self.hidden);
            let own = |own: &Node<'_>| {
                self.schemas(std::slice::from_ref(not), std::slice::from_ref(own), Form::Json)
            };
            !excluded.parts.contains_key(&kind) || part.nots.iter().any(own)
        })
    }

    fn is_list_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        let form = if self.form == Form::Json { Form::Json } else { Form::Text };
        let most = part.most.get("maxItems").map_or(f64::INFINITY, |most| most.value);
        let listed = part.first.len().max(other.first.len());
        let is_compared =
            self.depth == Depth::Own && !part.items.is_empty() && !other.items.is_empty();
        let mut places = (0..listed).map(Some).chain((!is_compared).then_some(None));
        let items = places.all(|place| {
            let is_there = place.unwrap_or(listed) as f64 + 1.0 <= most;
            !is_there || self.schemas(&part.schemas_at(place), &other.schemas_at(place), form)
        });
        items
            && other.contains.iter().all(|contains| {
                let wanted = std::slice::from_ref(&contains.schema);
                let has_least = contains.least <= 0.0
                    || part.contains.iter().any(|own| {
                        own.least >= contains.least
                            && self.schemas(std::slice::from_ref(&own.schema), wanted, Form::Json)
                    });
                let has_most = contains.most.is_none_or(|most| {
                    part.contains.iter().any(|own| {
                        own.most.is_some_and(|own| own <= most)
                            && self.schemas(wanted, std::slice::from_ref(&own.schema), Form::Json)
                    })
                });
                has_least && has_most
            })
    }

    /// Names are texts, whatever else their schemas take.
    fn are_names_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        let (own, wanted) = (Shape::of(&part.names, ""), Shape::of(&other.names, ""));
        if own.is_unknown || wanted.is_unknown {
            return false;
        }
        let own = own.parts.get(&Kind::String).cloned().unwrap_or_default();
        own.iter().all(|part| self.part(Kind::String, part, &wanted, Form::Json))
    }

    fn is_object_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        let is_open = |part: &Part<'_>| part.rest.is_empty() && part.by_pattern.is_empty();
        if self.depth == Depth::Own {
            let is_compared = !part.rest.is_empty() && !other.rest.is_empty();
            // A property that several parts describe is compared as what all of them say.
            let names = part.properties.keys().chain(other.properties.keys());
            let several = names.filter(|name| {
                let count = |part: &Part<'_>| part.schemas_of(name).len();
                part.properties.contains_key(*name)
                    && other.properties.contains_key(*name)
                    && (count(part) > 1 || count(other) > 1)
            });
            let several: HashSet<_> = several.collect();
            return (is_compared || self.is_rest_within(part, other))
                && self.are_patterns_within(part, other)
                && several.into_iter().all(|name| {
                    self.schemas(&part.schemas_of(name), &other.schemas_of(name), Form::Json)
                });
        }
        if is_open(part) && !part.properties.keys().eq(other.properties.keys()) {
            return false;
        }
        let listed = part.properties.keys().chain(other.properties.keys()).collect::<HashSet<_>>();
        let excepted = part.rest.iter().chain(&other.rest).flat_map(|rest| &rest.names);
        let names: HashSet<_> = listed.into_iter().chain(excepted).collect();
        // What only one side describes came or went, which has rules of its own.
        let names = names.into_iter().filter(|name| {
            let is_new = is_open(part) && !part.properties.contains_key(*name);
            let is_gone = is_open(other) && !other.properties.contains_key(*name);
            !is_new && !is_gone
        });
        let names: Vec<_> = names.collect();
        other.required.is_subset(&part.required)
            && names.into_iter().all(|name| {
                self.schemas(&part.schemas_of(name), &other.schemas_of(name), Form::Json)
            })
            && self.is_rest_within(part, other)
            && self.are_patterns_within(part, other)
            && self.are_children_within(part, other)
    }

    /// Of two parents, the children.
    fn are_children_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        let Some((own, others)) = part.children.as_ref().zip(other.children.as_ref()) else {
            return true;
        };
        own.iter().all(|(value, child)| {
            others.get(value).is_some_and(|other| {
                let (one, other) = (std::slice::from_ref(child), std::slice::from_ref(other));
                self.schemas(one, other, Form::Json)
            })
        })
    }

    fn is_rest_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        self.schemas(&part.schemas_of_others(), &other.schemas_of_others(), Form::Json)
    }

    /// Properties by patterns of their names, and the names themselves.
    fn are_patterns_within(&mut self, part: &Part<'_>, other: &Part<'_>) -> bool {
        let by_pattern = other.by_pattern.iter().all(|(pattern, schema)| {
            let same = part.by_pattern.iter().filter(|(it, _)| it == pattern);
            let mut own: Vec<_> = same.map(|(_, schema)| schema.clone()).collect();
            if own.is_empty() {
                own = part.schemas_of_others();
            }
            self.schemas(&own, std::slice::from_ref(schema), Form::Json)
        });
        // Names that only this one has a pattern for are others there.
        let own = part.by_pattern.iter().all(|(pattern, schema)| {
            let is_known = other.by_pattern.iter().any(|(it, _)| it == pattern);
            is_known
                || self.schemas(
                    std::slice::from_ref(schema),
                    &other.schemas_of_others(),
                    Form::Json,
                )
        });
        by_pattern && own && (other.names.is_empty() || self.are_names_within(part, other))
    }
}
