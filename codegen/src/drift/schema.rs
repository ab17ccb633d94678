//! Schemas, in the direction in which their values travel.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::pairs::{Place, Places, Pointers, pairs, places, places_or, pointers};
use super::sets::{Depth, Form, Relation};
use super::wire::{Class, Direction, Effect, Reporter, requirement};
use super::{children, unions};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;

/// Compares two schemas and all below them.
pub(super) fn compare(report: &mut Reporter<'_>, old: Node<'_>, new: Node<'_>, form: Form) {
    SchemaComparison { report, seen: HashSet::new(), form }.compare(old, new);
}

/// A comparison of schemas; remembers the pairs that it has seen, since schemas may be recursive.
pub(super) struct SchemaComparison<'r, 'c> {
    pub(super) report: &'r mut Reporter<'c>,
    seen: HashSet<(String, String)>,
    /// What the values travel as.
    form: Form,
}

impl SchemaComparison<'_, '_> {
    pub(super) fn compare(&mut self, old: Node<'_>, new: Node<'_>) {
        // Beside a reference, 3.1 says more.
        let written = (old.clone(), new.clone());
        if self.report.sets().is_unchanged(&old, &new) {
            return;
        }
        let (old, new) = (old.resolved(), new.resolved());
        let has_more = has_siblings(&written.0) || has_siblings(&written.1);
        let (place, of_written) = (pointers(&old, &new), pointers(&written.0, &written.1));
        if !self.seen.insert(if has_more { of_written.clone() } else { place.clone() }) {
            return;
        }
        let ((said, says), form, hidden) = (&written, self.form, self.hidden());
        if self.report.are_values_equal() {
            return self.details(&MergedSchema::of(old), &MergedSchema::of(new));
        }
        let shown = if has_more { places(said, says) } else { places(&old, &new) };
        let place = if has_more { of_written } else { place };
        let relation = |report: &mut Reporter<'_>, depth| {
            report.sets().relation(said, says, (form, depth), hidden)
        };
        let whole = relation(self.report, Depth::Whole);
        let are_equal = whole == Relation::Equal;
        let before = self.report.count();
        let outside = self.report.set_values_equal(are_equal);
        let (old, new) = (MergedSchema::of(old), MergedSchema::of(new));
        // What became one of several alternatives, or was, has no counterpart to be compared with one by one.
        let is_other = old.unions.is_empty() != new.unions.is_empty()
            && old.properties.is_empty() != new.properties.is_empty();
        let is_told_as_whole = is_other && !are_equal && whole != Relation::Other;
        if !is_told_as_whole {
            self.details(&old, &new);
        }
        self.report.set_values_equal(outside);
        let own = match are_equal || is_told_as_whole {
            true => whole,
            false => relation(self.report, Depth::Own),
        };
        self.conclude(own, before, shown, &place);
    }

    /// The mark of properties that do not travel this way.
    fn hidden(&self) -> &'static str {
        match self.report.direction {
            Direction::Response => "writeOnly",
            _ => "readOnly",
        }
    }

    /// Holds what the details say of a place against what the sets of values say.
    fn conclude(
        &mut self,
        relation: Relation,
        before: usize,
        place: Places<'_>,
        schemas: &Pointers,
    ) {
        let effect = match relation {
            Relation::Equal => return,
            Relation::Narrower => Effect::Narrowed,
            Relation::Wider => Effect::Widened,
            Relation::Other => Effect::Replaced,
        };
        let class = effect.class(self.report.direction);
        if relation != Relation::Other {
            self.report.judge(before, schemas, class);
        }
        if !self.report.is_told(before, schemas, class) {
            let note = match relation {
                Relation::Narrower => "fewer values than before",
                Relation::Wider => "more values than before",
                _ => "other values than before, as far as can be told: what was valid may not be",
            };
            self.report.add(class, "schema", place, note);
        }
    }

    fn details(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        self.types(old, new);
        let not_null = (!old.flag("nullable"), !new.flag("nullable"));
        let notes = ["can no longer be null", "can be null"];
        self.report.restriction("nullable", not_null, notes, keyword(old, new, "nullable"));
        self.enums(old, new);
        self.constraints(old, new);
        self.properties(old, new);
        self.undescribed_required(old, new);
        self.additional_properties(old, new);
        let notes = ["items have a schema", "items can be anything"];
        self.applicator(old, new, "items", "items", notes);
        self.nots(old, new);
        self.default(old, new);
        unions::compare(self, old, new);
        children::compare(self, old, new);
    }

    fn types(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (was, is) = (old.kind(), new.kind());
        if was == is {
            return;
        }
        let effect = match (was, is) {
            (None, _) | (Some("number"), Some("integer")) => Effect::Narrowed,
            (_, None) | (Some("integer"), Some("number")) => Effect::Widened,
            _ => Effect::Replaced,
        };
        let note = format!("was {}, is {}", was.unwrap_or("any type"), is.unwrap_or("any type"));
        self.report.effect(effect, "type", keyword(old, new, "type"), note);
    }

    fn enums(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let place = || keyword(old, new, "enum");
        let (before, after) = match (old.list("enum"), new.list("enum")) {
            (Some(before), Some(after)) => (before, after),
            (None, None) => return,
            (None, Some(after)) => {
                let note = format!("only {} from now on", join(&after));
                return self.report.narrowed("enum-added", place(), note);
            }
            (Some(before), None) => {
                let note = format!("no longer only {}", join(&before));
                return self.report.widened("enum-removed", place(), note);
            }
        };
        for value in before.iter().filter(|value| !after.contains(value)) {
            self.report.narrowed("enum-value-removed", place(), format!("{value} removed"));
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            self.report.widened("enum-value-added", place(), format!("{value} added"));
        }
    }

    fn constraints(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        for &(key, constraint, rule) in CONSTRAINTS {
            let (was, is) = (old.bound(key), new.bound(key));
            if was != is {
                let effect = constraint.effect(was.as_ref(), is.as_ref());
                let note = was_and_is(key, was.as_ref(), is.as_ref());
                self.report.effect(effect, rule, keyword(old, new, key), note);
            }
        }
    }

    fn properties(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let is_response = self.report.direction == Direction::Response;
        let hidden = self.hidden();
        for (key, was, is) in pairs(old.without(hidden), new.without(hidden)) {
            let holders = [old, new].map(|schema| schema.node.place("properties"));
            let place = places_or([&was, &is], holders);
            let required = (old.required.contains(key), new.required.contains(key));
            match (was, is) {
                (Some(was), Some(is)) => {
                    let added = format!("`{key}` was optional, is required");
                    let removed = format!("`{key}` was required, is optional");
                    let notes = [added.as_str(), removed.as_str()];
                    self.report.restriction("property-required", required, notes, place);
                    self.compare(was, is);
                }
                (Some(was), None) => {
                    let end = if is_response { "" } else { NO_LONGER_READ };
                    let note = format!("`{key}` removed{end}");
                    // A client reads an optional one as absent.
                    let is_forbidden = was.value == &Value::Bool(false);
                    let class = Class::breaking_if(match is_response {
                        true => required.0 || is_forbidden,
                        false => !is_forbidden,
                    });
                    self.report.add(class, "property-removed", place, note);
                }
                (None, is) => {
                    let is_forbidden = is.is_some_and(|it| it.value == &Value::Bool(false));
                    // Clients pass over properties that they don't know, even of an object that was closed.
                    let breaks = !is_response && (required.1 || is_forbidden);
                    let note = format!("`{key}` added, {}", requirement(required.1));
                    self.report.add(Class::breaking_if(breaks), "property-added", place, note);
                }
            }
        }
    }

    /// A field may be required that no property describes: a server refuses requests without it.
    fn undescribed_required(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let names: BTreeSet<_> = old.required.iter().chain(&new.required).collect();
        let is_described =
            |name: &str| [old, new].iter().any(|it| it.properties.contains_key(name));
        for name in names.into_iter().filter(|name| !is_described(name)) {
            let added = format!("`{name}`, which no property describes, is required");
            let removed = format!("`{name}`, which no property describes, was required");
            let required = (old.required.contains(name), new.required.contains(name));
            let place = Places::new(requiring(old, name), requiring(new, name));
            let notes = [added.as_str(), removed.as_str()];
            self.report.restriction("property-required", required, notes, place);
        }
    }

    fn additional_properties(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        const RULE: &str = "additional-properties";
        let (was, is) = (old.is_closed(), new.is_closed());
        if was != is {
            let notes @ [closed, open] = ["no further properties", "further properties"];
            let place = closing(old, new);
            if self.report.direction == Direction::Response {
                // Clients pass over what they don't know, whether or not it was ruled out.
                return self.report.compatible("closed", place, if is { closed } else { open });
            }
            return self.report.restriction(RULE, (was, is), notes, place);
        }
        let notes =
            ["further properties have a schema", "further properties no longer have a schema"];
        self.applicator(old, new, "additionalProperties", RULE, notes);
    }

    /// Compares the schemas of a keyword, or reports that only one side has one.
    fn applicator(
        &mut self,
        old: &MergedSchema<'_>,
        new: &MergedSchema<'_>,
        key: &str,
        rule: &'static str,
        notes: [&str; 2],
    ) {
        match (old.applicator(key), new.applicator(key)) {
            (Some(old), Some(new)) => self.compare(old, new),
            (was, is) => {
                let place = [was.as_ref(), is.as_ref()];
                let [before, after] = [(place[0], old), (place[1], new)]
                    .map(|(node, schema)| Place::keyword(node, &schema.node, key));
                let place = Places::new(before, after).of_schemas(&old.node, &new.node);
                self.report.restriction(rule, (was.is_some(), is.is_some()), notes, place);
            }
        }
    }

    fn nots(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        if old.nots != new.nots {
            let note = "what is excluded by `not` changed";
            let place = Places::fields(&old.node, &new.node, "not");
            let place = place.of_schemas(&old.node, &new.node);
            self.report.effect(Effect::Replaced, "not", place, note);
        }
    }

    fn default(&mut self, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
        let (was, is) = (old.keywords.get("default"), new.keywords.get("default"));
        if was != is {
            let first = |values: Option<&Vec<&'_ Value>>| values?.first().copied().cloned();
            let note = was_and_is("default", first(was).as_ref(), first(is).as_ref());
            self.report.compatible("default", keyword(old, new, "default"), note);
        }
    }
}

/// Whether more stands beside a reference.
fn has_siblings(schema: &Node<'_>) -> bool {
    let fields = schema.value.as_object();
    fields.is_some_and(|fields| fields.len() > 1 && fields.contains_key("$ref"))
}

/// Where a keyword is that differs, whichever part of an `allOf` says it.
pub(super) fn keyword<'d>(old: &MergedSchema<'d>, new: &MergedSchema<'d>, key: &str) -> Places<'d> {
    let place = |own: &MergedSchema<'d>, other: &MergedSchema<'d>| {
        let written = own.written.get(key).map(Vec::as_slice).unwrap_or_default();
        let is_shared = |node: &&Node<'_>| {
            other.keywords.get(key).is_some_and(|values| values.contains(&node.value))
        };
        let differs = written.iter().find(|node| !is_shared(node)).or_else(|| written.first());
        Place::keyword(differs, &own.node, key)
    };
    Places::new(place(old, new), place(new, old)).of_schemas(&old.node, &new.node)
}

/// Where it is said that a field is required, or would be.
fn requiring<'d>(schema: &MergedSchema<'d>, name: &str) -> Place<'d> {
    let lists = schema.written.get("required").map(Vec::as_slice).unwrap_or_default();
    let has_name = |list: &&Node<'_>| list.items().any(|it| it.value.as_str() == Some(name));
    let list = lists.iter().find(has_name).or_else(|| lists.first());
    Place::keyword(list, &schema.node, "required")
}

/// Where it is said whether an object may have further properties.
fn closing<'d>(old: &MergedSchema<'d>, new: &MergedSchema<'d>) -> Places<'d> {
    const KEYS: [&str; 2] = ["unevaluatedProperties", "additionalProperties"];
    let is_written = |key: &&&str| [old, new].iter().any(|it| it.written.contains_key(**key));
    keyword(old, new, KEYS.iter().find(is_written).copied().unwrap_or(KEYS[1]))
}

/// What the removal of something means that clients may still send.
pub(super) const NO_LONGER_READ: &str = ": what clients send there is no longer read";

fn was_and_is(key: &str, was: Option<&Value>, is: Option<&Value>) -> String {
    let text = |value: Option<&Value>| value.map_or("not set".to_owned(), Value::to_string);
    format!("`{key}` was {}, is {}", text(was), text(is))
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

/// Keywords, how they limit values, and the rule that reports them.
const CONSTRAINTS: &[(&str, Constraint, &str)] = &[
    ("format", Constraint::Exact, "format"),
    ("pattern", Constraint::Exact, "pattern"),
    ("multipleOf", Constraint::Exact, "multiple-of"),
    ("uniqueItems", Constraint::Exact, "items-count"),
    ("minimum", Constraint::Lower, "minimum"),
    ("exclusiveMinimum", Constraint::Exact, "minimum"),
    ("maximum", Constraint::Upper, "maximum"),
    ("exclusiveMaximum", Constraint::Exact, "maximum"),
    ("minLength", Constraint::Lower, "length"),
    ("maxLength", Constraint::Upper, "length"),
    ("minItems", Constraint::Lower, "items-count"),
    ("maxItems", Constraint::Upper, "items-count"),
    ("minProperties", Constraint::Lower, "properties-count"),
    ("maxProperties", Constraint::Upper, "properties-count"),
];

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
