//! The values of one type that a schema takes, as all that must hold for them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::node::Node;
use crate::syntax::number;

/// The types of JSON; integers are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::Null, Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object];

    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            // A number that is kept as it is written is an object of its own.
            Value::Object(_) if number::as_f64(value).is_some() => Self::Number,
            Value::Object(_) => Self::Object,
        }
    }
}

/// A limit, and whether it is itself outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: f64,
    pub(super) is_excluded: bool,
}

impl Bound {
    /// Whether whatever is above this is above the other.
    fn is_above(self, other: Self) -> bool {
        self.value > other.value
            || self.value == other.value && (self.is_excluded || !other.is_excluded)
    }

    /// Whether nothing is above the one and below the other.
    pub(super) fn are_crossed(least: Self, most: Self) -> bool {
        least.value > most.value
            || least.value == most.value && (least.is_excluded || most.is_excluded)
    }

    fn is_below(self, other: Self) -> bool {
        self.value < other.value
            || self.value == other.value && (self.is_excluded || !other.is_excluded)
    }
}

/// The schema of all properties, or of those that others do not describe.
#[derive(Clone, Debug)]
pub(super) struct Rest<'d> {
    /// Names that it is not about.
    pub(super) names: BTreeSet<String>,
    /// Patterns of further such names.
    pub(super) patterns: Vec<String>,
    pub(super) schema: Node<'d>,
}

/// How many items of a list are of a schema.
#[derive(Clone, Debug)]
pub(super) struct Contains<'d> {
    pub(super) schema: Node<'d>,
    pub(super) least: f64,
    pub(super) most: Option<f64>,
}

/// What becomes of values that may fit several alternatives of a union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Overlap {
    /// `anyOf` takes them.
    Taken,
    /// `oneOf` does not.
    Refused,
}

/// What must hold for values of one type. Lists of schemas hold all at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Part<'d> {
    /// Of numbers.
    pub(super) is_integer: bool,
    pub(super) multiples: Vec<f64>,
    /// The only values, if they are listed.
    pub(super) values: Option<Vec<Value>>,
    /// Lower bounds by their keywords, `minimum` and the like.
    pub(super) least: BTreeMap<&'static str, Bound>,
    pub(super) most: BTreeMap<&'static str, Bound>,
    pub(super) formats: BTreeSet<String>,
    pub(super) patterns: BTreeSet<String>,
    pub(super) properties: BTreeMap<String, Vec<Node<'d>>>,
    pub(super) required: BTreeSet<String>,
    pub(super) rest: Vec<Rest<'d>>,
    pub(super) by_pattern: Vec<(String, Node<'d>)>,
    pub(super) names: Vec<Node<'d>>,
    /// The schemas of the items with these indexes.
    pub(super) first: Vec<Vec<Node<'d>>>,
    /// Those of items from an index on.
    pub(super) items: Vec<(usize, Node<'d>)>,
    pub(super) contains: Vec<Contains<'d>>,
    pub(super) nots: Vec<Node<'d>>,
    /// The children of parents, if there are parents among the schemas, by what stands for each in the discriminator.
    pub(super) children: Option<BTreeMap<String, Node<'d>>>,
    /// Of an alternative of a union, unless it is seen to be apart from the others.
    pub(super) overlap: Option<Overlap>,
    /// What is only compared as it is written.
    pub(super) others: BTreeSet<String>,
}

impl<'d> Part<'d> {
    /// What both take.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.is_integer |= other.is_integer;
        self.multiples.extend(other.multiples);
        self.values = both(self.values, other.values, |mut values, others| {
            values.retain(|value| others.iter().any(|it| is_same(it, value)));
            values
        });
        for (key, bound) in other.least {
            let kept = self.least.entry(key).or_insert(bound);
            *kept = if bound.is_above(*kept) { bound } else { *kept };
        }
        for (key, bound) in other.most {
            let kept = self.most.entry(key).or_insert(bound);
            *kept = if bound.is_below(*kept) { bound } else { *kept };
        }
        self.formats.extend(other.formats);
        self.patterns.extend(other.patterns);
        for (name, schemas) in other.properties {
            self.properties.entry(name).or_default().extend(schemas);
        }
        self.required.extend(other.required);
        self.rest.extend(other.rest);
        self.by_pattern.extend(other.by_pattern);
        self.names.extend(other.names);
        for (index, schemas) in other.first.into_iter().enumerate() {
            match self.first.get_mut(index) {
                Some(first) => first.extend(schemas),
                None => self.first.push(schemas),
            }
        }
        self.items.extend(other.items);
        self.contains.extend(other.contains);
        self.nots.extend(other.nots);
        self.children =
            both(self.children, other.children, |own, more| own.into_iter().chain(more).collect());
        self.overlap = self.overlap.max(other.overlap);
        self.others.extend(other.others);
        self
    }

    /// Integers have no values between a bound and the next whole number.
    pub(super) fn settle(mut self) -> Self {
        if self.is_integer {
            if let Some(bound) = self.least.get_mut("minimum") {
                let whole = bound.value.ceil();
                let is_next = bound.is_excluded && whole == bound.value;
                *bound = Bound { value: whole + f64::from(is_next), is_excluded: false };
            }
            if let Some(bound) = self.most.get_mut("maximum") {
                let whole = bound.value.floor();
                let is_next = bound.is_excluded && whole == bound.value;
                *bound = Bound { value: whole - f64::from(is_next), is_excluded: false };
            }
        }
        self.settle_items();
        if let Some(values) = self.values.take() {
            // What else is said of them is of the list already.
            let fits = |value: &Value| match value {
                Value::String(text) => self.admits_text(text),
                other => other.as_f64().is_none_or(|number| self.admits_number(number)),
            };
            self.values = Some(values.into_iter().filter(fits).collect());
        }
        self
    }

    /// What of items are counts: no item from an index on, and so many of a schema.
    fn settle_items(&mut self) {
        let is_false = |schema: &Node<'_>| schema.value == &Value::Bool(false);
        let closed =
            self.items.iter().filter(|(_, schema)| is_false(schema)).map(|(from, _)| *from);
        for from in closed.collect::<Vec<_>>() {
            self.at_most("maxItems", from as f64);
        }
        self.items.retain(|(_, schema)| !is_false(schema));
        let is_any = |schema: &Node<'_>| {
            schema.value == &Value::Bool(true)
                || schema.value.as_object().is_some_and(|it| it.is_empty())
        };
        for contains in std::mem::take(&mut self.contains) {
            self.at_least("minItems", contains.least);
            match is_any(&contains.schema) {
                true => contains.most.into_iter().for_each(|most| self.at_most("maxItems", most)),
                false => self.contains.push(contains),
            }
        }
        if self.most.get("maxItems").is_some_and(|most| most.value <= 1.0) {
            self.others.remove("uniqueItems");
        }
    }

    fn at_least(&mut self, key: &'static str, value: f64) {
        let bound = Bound { value, is_excluded: false };
        if value > 0.0 && self.least.get(key).is_none_or(|known| bound.is_above(*known)) {
            self.least.insert(key, bound);
        }
    }

    fn at_most(&mut self, key: &'static str, value: f64) {
        let bound = Bound { value, is_excluded: false };
        if self.most.get(key).is_none_or(|known| bound.is_below(*known)) {
            self.most.insert(key, bound);
        }
    }

    /// Whether it is seen that no value fits.
    pub(super) fn is_empty(&self) -> bool {
        const PAIRS: [(&str, &str); 4] = [
            ("minimum", "maximum"),
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ];
        let is_crossed = |(least, most): (&str, &str)| {
            let both = self.least.get(least).zip(self.most.get(most));
            both.is_some_and(|(least, most)| Bound::are_crossed(*least, *most))
        };
        let is_refused = |name: &String| {
            self.schemas_of(name).iter().any(|schema| schema.value == &Value::Bool(false))
        };
        self.values.as_ref().is_some_and(Vec::is_empty)
            || PAIRS.into_iter().any(is_crossed)
            || self.required.iter().any(is_refused)
    }

    /// Whether nothing but a list of values says what fits.
    pub(super) fn is_unlimited(&self) -> bool {
        !self.is_integer
            && self.multiples.is_empty()
            && self.least.is_empty()
            && self.most.is_empty()
            && self.formats.is_empty()
            && self.patterns.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.rest.is_empty()
            && self.by_pattern.is_empty()
            && self.names.is_empty()
            && self.first.is_empty()
            && self.items.is_empty()
            && self.contains.is_empty()
            && self.nots.is_empty()
            && self.children.is_none()
            && self.others.is_empty()
    }

    /// All schemas that a property of a name is of.
    pub(super) fn schemas_of(&self, name: &str) -> Vec<Node<'d>> {
        let matches = |pattern: &String| is_match(pattern, name);
        let own = self.properties.get(name).into_iter().flatten().cloned();
        let by_pattern = self.by_pattern.iter().filter(|(pattern, _)| matches(pattern));
        let rest = self
            .rest
            .iter()
            .filter(|rest| !rest.names.contains(name) && !rest.patterns.iter().any(matches));
        let rest = rest.map(|rest| rest.schema.clone());
        own.chain(by_pattern.map(|(_, schema)| schema.clone())).chain(rest).collect()
    }

    /// All schemas that a property is of whose name nobody has listed.
    pub(super) fn schemas_of_others(&self) -> Vec<Node<'d>> {
        self.rest.iter().map(|rest| rest.schema.clone()).collect()
    }

    /// All schemas that an item is of; without an index, one behind all that are listed.
    pub(super) fn schemas_at(&self, index: Option<usize>) -> Vec<Node<'d>> {
        let first = index.and_then(|index| self.first.get(index)).into_iter().flatten().cloned();
        let items = self.items.iter().filter(|(from, _)| index.is_none_or(|index| index >= *from));
        first.chain(items.map(|(_, schema)| schema.clone())).collect()
    }

    /// Whether a value that is no object and no list fits.
    pub(super) fn admits(&self, value: &Value) -> bool {
        if let Some(values) = &self.values
            && !values.iter().any(|it| is_same(it, value))
        {
            return false;
        }
        // Nothing is known of what only a schema says.
        if !self.nots.is_empty() || !self.others.is_empty() || !self.formats.is_empty() {
            return false;
        }
        match value {
            Value::String(text) => self.admits_text(text),
            Value::Object(_) | Value::Array(_) => match number::as_f64(value) {
                Some(number) => self.admits_number(number),
                // Listed values are one schema's own; nothing but the list is known of them.
                None => self.values.is_some(),
            },
            other => number::as_f64(other).is_none_or(|number| self.admits_number(number)),
        }
    }

    /// Whether a value is seen not to fit.
    pub(super) fn refuses(&self, value: &Value) -> bool {
        let is_unlisted =
            self.values.as_ref().is_some_and(|values| !values.iter().any(|it| is_same(it, value)));
        is_unlisted
            || match value {
                Value::String(text) => !self.admits_text(text),
                other => number::as_f64(other).is_some_and(|number| !self.admits_number(number)),
            }
    }

    fn admits_text(&self, text: &str) -> bool {
        let length = Bound { value: text.chars().count() as f64, is_excluded: false };
        self.least.get("minLength").is_none_or(|bound| length.is_above(*bound))
            && self.most.get("maxLength").is_none_or(|bound| length.is_below(*bound))
            && self.patterns.iter().all(|pattern| is_match(pattern, text))
    }

    fn admits_number(&self, number: f64) -> bool {
        let bound = Bound { value: number, is_excluded: false };
        (!self.is_integer || number.fract() == 0.0)
            && self.least.get("minimum").is_none_or(|least| bound.is_above(*least))
            && self.most.get("maximum").is_none_or(|most| bound.is_below(*most))
            && self.multiples.iter().all(|step| is_multiple(number, *step))
    }

    /// Whether these numbers are whole, whoever says it.
    pub(super) fn is_whole(&self) -> bool {
        self.is_integer || self.multiples.iter().any(|step| step.fract() == 0.0)
    }

    /// Whether every bound of another's is kept.
    pub(super) fn keeps_bounds_of(&self, other: &Self) -> bool {
        // As many properties as are required there are at least.
        let least = |key: &str| match key {
            "minProperties" => {
                let required = Bound { value: self.required.len() as f64, is_excluded: false };
                let own = self.least.get(key).copied().unwrap_or(required);
                Some(if required.is_above(own) { required } else { own })
            }
            key => self.least.get(key).copied(),
        };
        let is_least = |(key, bound): (&&'static str, &Bound)| {
            least(key).is_some_and(|own| own.is_above(*bound))
        };
        let is_most = |(key, bound): (&&'static str, &Bound)| {
            self.most.get(key).is_some_and(|own| own.is_below(*bound))
        };
        let steps = |step: &f64| {
            let own = self.multiples.iter().any(|own| is_multiple(*own, *step));
            own || self.is_integer && is_multiple(1.0, *step)
        };
        (!other.is_integer || self.is_whole())
            && other.least.iter().all(is_least)
            && other.most.iter().all(is_most)
            && other.multiples.iter().all(steps)
    }
}

/// What there is of two, or what both make together.
fn both<T>(one: Option<T>, other: Option<T>, together: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(together(one, other)),
        (one, other) => one.or(other),
    }
}

/// Whether two values are the same: `1` and `1.0` are.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    number::are_equal_by(one, other, |one, other| match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        (one, other) => one == other,
    })
}

/// Whether a number is a multiple of another, as far as floats tell.
fn is_multiple(number: f64, step: f64) -> bool {
    let quotient = number / step;
    (quotient - quotient.round()).abs() < 1e-9
}

/// Whether a name or a text has a part that a pattern matches; none that is no pattern.
fn is_match(pattern: &str, text: &str) -> bool {
    regress::Regex::with_flags(pattern, "u").is_ok_and(|it| it.find(text).is_some())
}
