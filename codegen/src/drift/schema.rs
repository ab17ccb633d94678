//! Schemas, in the direction in which their values travel.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::unions;
use super::wire::{Class, Direction, Effect, Found, places};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;

/// A comparison of schemas; remembers the pairs that it has seen, since schemas may be recursive.
pub(super) struct Schemas<'f> {
    found: &'f mut Found,
    pub(super) direction: Direction,
    seen: HashSet<(String, String)>,
}

impl<'f> Schemas<'f> {
    pub(super) fn new(found: &'f mut Found, direction: Direction) -> Self {
        Self { found, direction, seen: HashSet::new() }
    }

    pub(super) fn compare(&mut self, old: Node<'_>, new: Node<'_>) {
        let (old, new) = (old.resolved(), new.resolved());
        if !self.seen.insert(places(&old, &new)) {
            return;
        }
        let (old, new) = (MergedSchema::of(old), MergedSchema::of(new));
        self.types(&old, &new);
        self.nullable(&old, &new);
        self.enums(&old, &new);
        self.constraints(&old, &new);
        self.properties(&old, &new);
        self.further_properties(&old, &new);
        self.items(&old, &new);
        self.nots(&old, &new);
        self.default(&old, &new);
        unions::compare(self, &old, &new);
    }

    /// Reports a change of the set of values.
    pub(super) fn report(
        &mut self,
        effect: Effect,
        rule: &'static str,
        place: (impl Into<String>, impl Into<String>),
        note: impl Into<String>,
    ) {
        self.add(effect.class(self.direction), rule, place, note);
    }

    pub(super) fn add(
        &mut self,
        class: Class,
        rule: &'static str,
        place: (impl Into<String>, impl Into<String>),
        note: impl Into<String>,
    ) {
        self.found.add(class, self.direction, rule, place, note);
    }

    fn types(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (was, is) = (old.text("type"), new.text("type"));
        if was == is {
            return;
        }
        let effect = match (was, is) {
            (None, _) | (Some("number"), Some("integer")) => Effect::Narrowed,
            (_, None) | (Some("integer"), Some("number")) => Effect::Widened,
            _ => Effect::Replaced,
        };
        let name = |kind: Option<&str>| kind.unwrap_or("any type").to_owned();
        let note = format!("was {}, is {}", name(was), name(is));
        self.report(effect, "type", places(&old.node, &new.node), note);
    }

    fn nullable(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (effect, note) = match (old.flag("nullable"), new.flag("nullable")) {
            (false, true) => (Effect::Widened, "can be null"),
            (true, false) => (Effect::Narrowed, "can no longer be null"),
            _ => return,
        };
        self.report(effect, "nullable", places(&old.node, &new.node), note);
    }

    fn enums(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (before, after) = match (old.list("enum"), new.list("enum")) {
            (Some(before), Some(after)) => (before, after),
            (None, None) => return,
            (None, Some(after)) => {
                let note = format!("only {} from now on", join(&after));
                let place = places(&old.node, &new.node);
                return self.report(Effect::Narrowed, "enum-added", place, note);
            }
            (Some(before), None) => {
                let note = format!("no longer only {}", join(&before));
                let place = places(&old.node, &new.node);
                return self.report(Effect::Widened, "enum-removed", place, note);
            }
        };
        let place = || (old.node.place("enum"), new.node.place("enum"));
        for value in before.iter().filter(|value| !after.contains(value)) {
            let note = format!("{value} removed");
            self.report(Effect::Narrowed, "enum-value-removed", place(), note);
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            self.report(Effect::Widened, "enum-value-added", place(), format!("{value} added"));
        }
    }

    fn constraints(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        for &(key, kind) in CONSTRAINTS {
            let (was, is) = (old.bound(key), new.bound(key));
            if was == is {
                continue;
            }
            let effect = kind.effect(was.as_ref(), is.as_ref());
            let text = |value: Option<Value>| match value {
                None => "not set".to_owned(),
                Some(value) => value.to_string(),
            };
            let note = format!("`{key}` was {}, is {}", text(was), text(is));
            self.report(effect, rule_of(key), places(&old.node, &new.node), note);
        }
    }

    fn properties(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let hidden = match self.direction {
            Direction::Response => "writeOnly",
            _ => "readOnly",
        };
        let (before, after) = (old.without(hidden), new.without(hidden));
        let place = |key: &str| {
            let at = |flat: &MergedSchema<'_>, properties: &BTreeMap<&str, Node<'_>>| {
                let there = properties.get(key).map(|node| node.pointer.clone());
                there.unwrap_or_else(|| flat.node.place("properties"))
            };
            (at(old, &before), at(new, &after))
        };
        for (key, property) in &before {
            let Some(new_property) = after.get(key) else {
                self.property_removed(key, place(key));
                continue;
            };
            let (was, is) = (old.required.contains(key), new.required.contains(key));
            if was != is {
                let effect = if is { Effect::Narrowed } else { Effect::Widened };
                let word = |required| if required { "required" } else { "optional" };
                let note = format!("`{key}` was {}, is {}", word(was), word(is));
                self.report(effect, "property-required", place(key), note);
            }
            self.compare(property.clone(), new_property.clone());
        }
        for key in after.keys().filter(|key| !before.contains_key(*key)) {
            self.property_added(key, new.required.contains(key), old.is_closed(), place(key));
        }
    }

    fn property_removed(&mut self, key: &str, place: (String, String)) {
        let note = match self.direction {
            Direction::Response => format!("`{key}` removed"),
            _ => format!("`{key}` removed: what clients send there is no longer read"),
        };
        self.add(Class::Breaking, "property-removed", place, note);
    }

    fn property_added(
        &mut self,
        key: &str,
        required: bool,
        was_closed: bool,
        place: (String, String),
    ) {
        let word = if required { "required" } else { "optional" };
        let note = format!("`{key}` added, {word}");
        let breaks = match self.direction {
            // Clients ignore what they don't know, unless they were told that there is no more.
            Direction::Response => was_closed,
            _ => required,
        };
        let class = if breaks { Class::Breaking } else { Class::Compatible };
        self.add(class, "property-added", place, note);
    }

    fn further_properties(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (was, is) = (old.is_closed(), new.is_closed());
        if was != is {
            let effect = if is { Effect::Narrowed } else { Effect::Widened };
            let note = if is { "no further properties" } else { "further properties" };
            self.report(effect, "additional-properties", places(&old.node, &new.node), note);
            return;
        }
        let schema = |flat: &MergedSchema<'_>| flat.applicator("additionalProperties").is_some();
        match (schema(old), schema(new)) {
            (true, true) => self.below(old, new, "additionalProperties"),
            (false, true) => {
                let note = "further properties have a schema";
                let place = places(&old.node, &new.node);
                self.report(Effect::Narrowed, "additional-properties", place, note);
            }
            (true, false) => {
                let note = "further properties no longer have a schema";
                let place = places(&old.node, &new.node);
                self.report(Effect::Widened, "additional-properties", place, note);
            }
            (false, false) => {}
        }
    }

    fn items(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        match (old.applicator("items").is_some(), new.applicator("items").is_some()) {
            (true, true) => self.below(old, new, "items"),
            (false, false) => {}
            (was, _) => {
                let effect = if was { Effect::Widened } else { Effect::Narrowed };
                let note = if was { "items can be anything" } else { "items have a schema" };
                self.report(effect, "items", places(&old.node, &new.node), note);
            }
        }
    }

    fn below(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>, key: &str) {
        if let (Some(old), Some(new)) = (old.applicator(key), new.applicator(key)) {
            self.compare(old, new);
        }
    }

    fn nots(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        if old.nots != new.nots {
            let note = "what is excluded by `not` changed";
            self.report(Effect::Replaced, "not", places(&old.node, &new.node), note);
        }
    }

    fn default(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (was, is) = (old.keywords.get("default"), new.keywords.get("default"));
        if was != is {
            let text = |value: Option<&Vec<&Value>>| match value.and_then(|all| all.first()) {
                Some(value) => value.to_string(),
                None => "not set".to_owned(),
            };
            let note = format!("`default` was {}, is {}", text(was), text(is));
            self.add(Class::Compatible, "default", places(&old.node, &new.node), note);
        }
    }
}

fn join(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

/// How a keyword limits values.
#[derive(Clone, Copy)]
enum Constraint {
    /// More is stricter.
    Lower,
    /// Less is stricter.
    Upper,
    /// Only values of that kind.
    Exact,
}

const CONSTRAINTS: &[(&str, Constraint)] = &[
    ("format", Constraint::Exact),
    ("pattern", Constraint::Exact),
    ("multipleOf", Constraint::Exact),
    ("uniqueItems", Constraint::Exact),
    ("minimum", Constraint::Lower),
    ("exclusiveMinimum", Constraint::Exact),
    ("maximum", Constraint::Upper),
    ("exclusiveMaximum", Constraint::Exact),
    ("minLength", Constraint::Lower),
    ("maxLength", Constraint::Upper),
    ("minItems", Constraint::Lower),
    ("maxItems", Constraint::Upper),
    ("minProperties", Constraint::Lower),
    ("maxProperties", Constraint::Upper),
];

fn rule_of(key: &str) -> &'static str {
    match key {
        "format" => "format",
        "pattern" => "pattern",
        "minimum" | "exclusiveMinimum" => "minimum",
        "maximum" | "exclusiveMaximum" => "maximum",
        "minLength" | "maxLength" => "length",
        "minItems" | "maxItems" | "uniqueItems" => "items-count",
        "minProperties" | "maxProperties" => "properties-count",
        _ => "multiple-of",
    }
}

impl Constraint {
    fn effect(self, was: Option<&Value>, is: Option<&Value>) -> Effect {
        let (Some(was), Some(is)) = (was, is) else {
            return if is.is_some() { Effect::Narrowed } else { Effect::Widened };
        };
        match (self, was.as_f64().zip(is.as_f64())) {
            (Self::Lower, Some((was, is))) if is > was => Effect::Narrowed,
            (Self::Lower, Some((was, is))) if is < was => Effect::Widened,
            (Self::Upper, Some((was, is))) if is < was => Effect::Narrowed,
            (Self::Upper, Some((was, is))) if is > was => Effect::Widened,
            _ => match (was.as_str(), is.as_str()) {
                (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => Effect::Widened,
                (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => {
                    Effect::Narrowed
                }
                _ => Effect::Replaced,
            },
        }
    }
}
