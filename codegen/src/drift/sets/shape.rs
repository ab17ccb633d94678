//! A schema as the values that it takes: of each type of JSON, in alternatives of which one must hold.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Map, Value, json};

use super::apart;
use super::part::{Bound, Contains, Kind, Overlap, Part, Rest, is_same};
use crate::bounds::MAX_COMBINATIONS;
use crate::document::node::Node;
use crate::document::structure::IN_PLACE_APPLICATORS;
use crate::document::{is_3_0, pointer, visit};
use crate::drift::children;
use crate::syntax::number;

/// The values that a schema takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape<'d> {
    /// The alternatives by type; none of a type that is refused.
    pub(super) parts: BTreeMap<Kind, Vec<Part<'d>>>,
    /// Whether there are too many alternatives to look at each: nothing is known then, and nothing proven.
    pub(super) is_unknown: bool,
}

impl<'d> Shape<'d> {
    /// What fits all schemas. `hidden` is the mark of properties that are not sent.
    pub(super) fn of(schemas: &[Node<'d>], hidden: &str) -> Self {
        let mut left = MAX_READ;
        schemas.iter().for_each(|schema| count(schema, &mut HashSet::new(), &mut left));
        if left == 0 {
            return Self::unknown();
        }
        let mut reader = Reader { hidden, open: HashSet::new() };
        let shapes = schemas.iter().map(|schema| reader.read(schema));
        shapes.fold(Self::any(), Self::and)
    }

    fn any() -> Self {
        let parts = Kind::ALL.into_iter().map(|kind| (kind, vec![plain(kind)])).collect();
        Self { parts, is_unknown: false }
    }

    fn unknown() -> Self {
        Self { is_unknown: true, ..Self::any() }
    }

    fn and(mut self, mut other: Self) -> Self {
        let count = |parts: &Vec<Part<'_>>, others: Option<&Vec<Part<'_>>>| {
            parts.len() * others.map_or(0, Vec::len)
        };
        let is_much = |(kind, parts): (&Kind, &Vec<_>)| {
            count(parts, other.parts.get(kind)) > MAX_COMBINATIONS
        };
        if self.is_unknown || other.is_unknown || self.parts.iter().any(is_much) {
            return Self::unknown();
        }
        let both = self.parts.iter_mut().filter_map(|(kind, ours)| {
            let (ours, theirs) = (std::mem::take(ours), other.parts.remove(kind)?);
            let each =
                ours.iter().flat_map(|own| theirs.iter().map(|it| own.clone().and(it.clone())));
            let kept: Vec<_> = each.map(Part::settle).filter(|part| !part.is_empty()).collect();
            (!kept.is_empty()).then_some((*kind, kept))
        });
        Self { parts: both.collect(), is_unknown: false }
    }

    fn or(mut self, other: Self) -> Self {
        if self.is_unknown || other.is_unknown {
            return Self::unknown();
        }
        for (kind, parts) in other.parts {
            let ours = self.parts.entry(kind).or_default();
            for part in parts {
                join(ours, part);
            }
            if ours.len() > MAX_COMBINATIONS {
                return Self::unknown();
            }
        }
        self
    }
}

/// Whether one of the alternatives is seen to be within another, so that its values fit two of them.
fn overlap(shapes: &[Shape<'_>], alternatives: &[Node<'_>]) -> bool {
    let both = |index: usize| shapes.iter().zip(alternatives).skip(index + 1);
    shapes.iter().zip(alternatives).enumerate().any(|(index, (one, written))| {
        both(index).any(|(other, as_written)| {
            let kinds = one.parts.iter().any(|(kind, parts)| {
                let others = other.parts.get(kind).map_or(&[][..], Vec::as_slice);
                let count = |part: &Part<'_>| part.values.as_ref().map(Vec::len);
                let all = count(&plain(*kind));
                let is_all = |parts: &[Part<'_>]| {
                    parts.iter().any(|part| part.is_unlimited() && count(part) == all)
                };
                let mut each =
                    parts.iter().flat_map(|part| others.iter().map(move |it| (part, it)));
                !others.is_empty() && (is_all(parts) || is_all(others))
                    || parts.len() * others.len() <= MAX_COMBINATIONS
                        && each.any(|(part, other)| apart::share_a_value(part, other))
            });
            kinds || written.value == as_written.value
        })
    })
}

/// Adds an alternative; lists of values are one.
fn join<'d>(parts: &mut Vec<Part<'d>>, part: Part<'d>) {
    let is_list = |part: &Part<'_>| part.values.is_some() && part.is_unlimited();
    if let Some(values) = part.values.as_ref().filter(|_| is_list(&part))
        && let Some(known) = parts.iter_mut().find(|other| is_list(other))
        && let Some(all) = &mut known.values
    {
        let new = values.iter().filter(|it| !all.iter().any(|other| is_same(it, other)));
        let new: Vec<_> = new.cloned().collect();
        all.extend(new);
    } else {
        parts.push(part);
    }
}

fn plain<'d>(kind: Kind) -> Part<'d> {
    let values = match kind {
        Kind::Null => Some(vec![Value::Null]),
        Kind::Boolean => Some(vec![json!(false), json!(true)]),
        _ => None,
    };
    Part { values, ..Part::default() }
}

struct Reader<'h> {
    hidden: &'h str,
    /// References that are being followed.
    open: HashSet<String>,
}

/// How many schemas one is made of at most: where parts are made of parts, each twice, they multiply.
const MAX_READ: usize = 1_000;

/// Counts the schemas that one is made of, down to nothing.
fn count(schema: &Node<'_>, open: &mut HashSet<String>, left: &mut usize) {
    let Some(less) = left.checked_sub(1) else { return };
    *left = less;
    let target = visit::reference(schema.value).and_then(pointer::of_reference);
    if let Some(node) = target.as_ref().and_then(|target| Node::at(schema.document, target))
        && let Some(target) = target
        && open.insert(target.clone())
    {
        count(&node, open, left);
        open.remove(&target);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        list(schema, key).iter().for_each(|part| count(part, open, left));
    }
}

impl Reader<'_> {
    fn read<'d>(&mut self, schema: &Node<'d>) -> Shape<'d> {
        let fields = match schema.value {
            Value::Bool(false) => return Shape::default(),
            Value::Object(fields) => fields,
            _ => return Shape::any(),
        };
        let mut shape = self.reference(schema).unwrap_or_else(Shape::any);
        let has_siblings = !fields.contains_key("$ref") || !is_3_0(schema.document);
        if has_siblings {
            shape = shape.and(self.keywords(schema, fields));
        }
        let is_nullable = fields.get("nullable").and_then(Value::as_bool) == Some(true);
        if is_nullable && has_siblings {
            let null = BTreeMap::from([(Kind::Null, vec![plain(Kind::Null)])]);
            return shape.or(Shape { parts: null, is_unknown: false });
        }
        shape
    }

    /// What the reference leads to; anything if it leads to itself.
    fn reference<'d>(&mut self, schema: &Node<'d>) -> Option<Shape<'d>> {
        let target = visit::reference(schema.value).and_then(pointer::of_reference)?;
        let node = Node::at(schema.document, &target)?;
        if !self.open.insert(target.clone()) {
            return Some(Shape::any());
        }
        let shape = self.read(&node);
        self.open.remove(&target);
        Some(shape)
    }

    fn keywords<'d>(&mut self, schema: &Node<'d>, fields: &'d Map<String, Value>) -> Shape<'d> {
        let allowed = types(fields.get("type"));
        let mut shape = Shape::default();
        for kind in Kind::ALL {
            let Some(is_integer) =
                allowed.as_ref().map_or(Some(false), |all| all.get(&kind).copied())
            else {
                continue;
            };
            let part = self.part(kind, schema, fields);
            let part = Part { is_integer, ..part }.settle();
            if !part.is_empty() {
                shape.parts.insert(kind, vec![part]);
            }
        }
        exclude(&mut shape, fields);
        for part in list(schema, "allOf") {
            shape = shape.and(self.read(&part));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(written) = fields.get(key).filter(|it| it.is_array()) {
                shape = shape.and(self.union(schema, key, written));
            }
        }
        shape
    }

    fn union<'d>(&mut self, schema: &Node<'d>, key: &str, written: &Value) -> Shape<'d> {
        let alternatives = list(schema, key);
        let shapes: Vec<_> = alternatives.iter().map(|it| self.read(it)).collect();
        let is_exclusive = key == "oneOf" && overlap(&shapes, &alternatives);
        let may_overlap = !apart::are_apart(&shapes, self.hidden);
        let mut union = shapes.into_iter().fold(Shape::default(), Shape::or);
        if may_overlap {
            let kept = if key == "oneOf" { Overlap::Refused } else { Overlap::Taken };
            union.parts.values_mut().flatten().for_each(|part| part.overlap = Some(kept));
        }
        if is_exclusive {
            for part in union.parts.values_mut().flatten() {
                part.others.insert(said(key, written));
            }
        }
        union
    }

    /// Whether the schema of what nobody describes says something: a client passes over such fields of an answer.
    fn is_said(&self, schema: &Value) -> bool {
        says_something(schema) && (self.hidden != "writeOnly" || schema != &Value::Bool(false))
    }

    /// What the keywords say of the values of one type.
    fn part<'d>(&self, kind: Kind, schema: &Node<'d>, fields: &'d Map<String, Value>) -> Part<'d> {
        let mut part = plain(kind);
        let listed = fields.get("enum").and_then(Value::as_array).cloned();
        for listed in [listed, fields.get("const").map(|it| vec![it.clone()])].into_iter().flatten()
        {
            let values = listed.into_iter().filter(|it| Kind::of(it) == kind).collect();
            part = part.and(Part { values: Some(values), ..Part::default() });
        }
        part.nots = schema.written("not").into_iter().collect();
        match kind {
            Kind::Number => numbers(fields, &mut part),
            Kind::String => texts(fields, &mut part),
            Kind::Array => items(schema, fields, &mut part),
            Kind::Object => self.properties(schema, fields, &mut part),
            Kind::Null | Kind::Boolean => {}
        }
        let has_branches = fields.contains_key("then") || fields.contains_key("else");
        for key in ["if", "then", "else"] {
            let says = fields.contains_key("if") && has_branches;
            let value = fields.get(key).filter(|_| says);
            part.others.extend(value.map(|value| said(key, value)));
        }
        part
    }

    fn properties<'d>(
        &self,
        schema: &Node<'d>,
        fields: &'d Map<String, Value>,
        part: &mut Part<'d>,
    ) {
        let declared: Vec<_> = schema.written("properties").iter().flat_map(Node::fields).collect();
        let is_hidden = |node: &Node<'d>| node.clone().resolved().flag(self.hidden);
        let hidden: BTreeSet<_> =
            declared.iter().filter(|(_, it)| is_hidden(it)).map(|(name, _)| *name).collect();
        let names = declared.iter().map(|(name, _)| (*name).to_owned()).collect();
        let by_pattern = schema.written("patternProperties");
        part.by_pattern = by_pattern
            .iter()
            .flat_map(Node::fields)
            .map(|(pattern, it)| (pattern.to_owned(), it))
            .collect();
        let patterns = part.by_pattern.iter().map(|(pattern, _)| pattern.clone()).collect();
        let required = list(schema, "required");
        let required = required.iter().filter_map(|name| name.value.as_str());
        part.required = required.filter(|it| !hidden.contains(it)).map(str::to_owned).collect();
        let seen = declared.into_iter().filter(|(name, _)| !hidden.contains(name));
        part.properties = seen.map(|(name, node)| (name.to_owned(), vec![node])).collect();
        // Where nothing else evaluates properties, this is all that does.
        let is_alone = !IN_PLACE_APPLICATORS.iter().any(|key| fields.contains_key(*key));
        let is_unevaluated = is_alone && !fields.contains_key("additionalProperties");
        let rest = if is_unevaluated { "unevaluatedProperties" } else { "additionalProperties" };
        if let Some(rest) = schema.written(rest).filter(|it| self.is_said(it.value)) {
            part.rest.push(Rest { names, patterns, schema: rest });
        }
        part.children = children::by_value(schema);
        part.names = schema.written("propertyNames").into_iter().collect();
        bounds(fields, "minProperties", "maxProperties", part);
        for key in ["dependentRequired", "dependentSchemas", "dependencies"] {
            let dependents = fields.get(key).and_then(Value::as_object).into_iter().flatten();
            let dependents =
                dependents.filter(|(_, it)| it.as_array().is_none_or(|it| !it.is_empty()));
            part.others.extend(dependents.map(|(name, it)| said(&format!("{key} {name}"), it)));
        }
        let unevaluated =
            fields.get("unevaluatedProperties").filter(|it| !is_unevaluated && self.is_said(it));
        part.others.extend(unevaluated.map(|it| said("unevaluatedProperties", it)));
    }
}

/// Takes out what `not` excludes as a whole: everything, or types. Of numbers, only all.
fn exclude(shape: &mut Shape<'_>, fields: &Map<String, Value>) {
    let Some(not) = fields.get("not").and_then(Value::as_object) else { return };
    match (not.len(), not.get("type")) {
        (0, _) => shape.parts.clear(),
        (1, Some(excluded)) => {
            let excluded = types(Some(excluded)).unwrap_or_default();
            shape.parts.retain(|kind, _| excluded.get(kind).is_none_or(|is_integer| *is_integer));
        }
        _ => {}
    }
}

/// The types, and whether of numbers only whole ones; none if any type fits.
fn types(value: Option<&Value>) -> Option<BTreeMap<Kind, bool>> {
    let names: Vec<&str> = match value? {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let mut types = BTreeMap::new();
    for name in names {
        let (kind, is_integer) = match name {
            "null" => (Kind::Null, false),
            "boolean" => (Kind::Boolean, false),
            "integer" => (Kind::Number, true),
            "number" => (Kind::Number, false),
            "string" => (Kind::String, false),
            "array" => (Kind::Array, false),
            "object" => (Kind::Object, false),
            _ => return None,
        };
        *types.entry(kind).or_insert(is_integer) &= is_integer;
    }
    Some(types)
}

fn numbers(fields: &Map<String, Value>, part: &mut Part<'_>) {
    let read = |key: &str| fields.get(key).and_then(number::as_f64);
    let flag = |key: &str| fields.get(key).and_then(Value::as_bool) == Some(true);
    let mut add = |key: &'static str, exclusive: &str, is_least: bool| {
        let own = read(key).map(|value| Bound { value, is_excluded: flag(exclusive) });
        let excluded = read(exclusive).map(|value| Bound { value, is_excluded: true });
        for bound in [own, excluded].into_iter().flatten() {
            let bounds = BTreeMap::from([(key, bound)]);
            let (least, most) =
                if is_least { (bounds, BTreeMap::new()) } else { (BTreeMap::new(), bounds) };
            *part = std::mem::take(part).and(Part { least, most, ..Part::default() });
        }
    };
    add("minimum", "exclusiveMinimum", true);
    add("maximum", "exclusiveMaximum", false);
    // Bounds are compared as floats, which have 53 bits.
    for key in ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] {
        let value =
            fields.get(key).filter(|_| read(key).is_some_and(|it| it.abs() >= 2f64.powi(53)));
        part.others.extend(value.map(|value| said(key, value)));
    }
    part.multiples.extend(read("multipleOf").filter(|step| *step > 0.0));
    format(fields, true, part);
}

fn texts(fields: &Map<String, Value>, part: &mut Part<'_>) {
    /// What any text has a match of; a dot is no end of a line.
    const ANYTHING: [&str; 7] = ["", "^", "$", ".*", "^.*", ".*$", "^[\\s\\S]*$"];
    bounds(fields, "minLength", "maxLength", part);
    let pattern = fields.get("pattern").and_then(Value::as_str);
    part.patterns.extend(pattern.filter(|it| !ANYTHING.contains(it)).map(str::to_owned));
    format(fields, false, part);
    for key in ["contentEncoding", "contentMediaType", "contentSchema"] {
        // Of a content that has no media type, the schema says nothing.
        let says = key != "contentSchema" || fields.contains_key("contentMediaType");
        part.others.extend(fields.get(key).filter(|_| says).map(|value| said(key, value)));
    }
}

/// Formats are of one type each; those that only say how a value is shown say nothing here.
fn format(fields: &Map<String, Value>, is_of_numbers: bool, part: &mut Part<'_>) {
    const OF_NUMBERS: [&str; 10] = [
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double",
    ];
    const OF_TEXTS: [&str; 12] = [
        "date",
        "time",
        "date-time",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uuid",
        "byte",
        "binary",
    ];
    let format = fields.get("format").and_then(Value::as_str);
    let others: &[&str] = if is_of_numbers { &OF_TEXTS } else { &OF_NUMBERS };
    match format.filter(|it| *it != "password" && !others.contains(it)) {
        // What 3.0 called so, 3.1 calls an encoding.
        Some("byte") => drop(part.others.insert(said("contentEncoding", &json!("base64")))),
        Some(format) => drop(part.formats.insert(format.to_owned())),
        None => {}
    }
}

fn items<'d>(schema: &Node<'d>, fields: &'d Map<String, Value>, part: &mut Part<'d>) {
    let is_list = fields.get("items").is_some_and(Value::is_array);
    let (first, rest) =
        if is_list { ("items", "additionalItems") } else { ("prefixItems", "items") };
    part.first = list(schema, first).into_iter().map(|schema| vec![schema]).collect();
    let is_alone = !IN_PLACE_APPLICATORS.iter().any(|key| fields.contains_key(*key));
    let is_unevaluated = is_alone && !fields.contains_key(rest);
    let rest = if is_unevaluated { "unevaluatedItems" } else { rest };
    let rest = schema.written(rest).filter(|rest| says_something(rest.value));
    part.items = rest.into_iter().map(|schema| (part.first.len(), schema)).collect();
    let count = |key: &str| fields.get(key).and_then(number::as_f64);
    part.contains = schema
        .written("contains")
        .into_iter()
        .map(|schema| Contains {
            schema,
            least: count("minContains").unwrap_or(1.0),
            most: count("maxContains"),
        })
        .collect();
    bounds(fields, "minItems", "maxItems", part);
    let is_unique = fields.get("uniqueItems").and_then(Value::as_bool) == Some(true);
    part.others.extend(is_unique.then(|| "uniqueItems".to_owned()));
    let unevaluated =
        fields.get("unevaluatedItems").filter(|it| !is_unevaluated && says_something(it));
    part.others.extend(unevaluated.map(|it| said("unevaluatedItems", it)));
}

/// Counts: at least none is nothing.
fn bounds(
    fields: &Map<String, Value>,
    least: &'static str,
    most: &'static str,
    part: &mut Part<'_>,
) {
    let bound = |key: &str| {
        let value = fields.get(key).and_then(number::as_f64)?;
        Some(Bound { value, is_excluded: false })
    };
    part.least.extend(bound(least).filter(|bound| bound.value > 0.0).map(|bound| (least, bound)));
    part.most.extend(bound(most).map(|bound| (most, bound)));
}

fn says_something(schema: &Value) -> bool {
    *schema != Value::Bool(true) && schema.as_object().is_none_or(|fields| !fields.is_empty())
}

fn list<'d>(schema: &Node<'d>, key: &str) -> Vec<Node<'d>> {
    schema.written(key).iter().flat_map(Node::items).collect()
}

/// A keyword as it is written, whatever the order of its fields.
fn said(key: &str, value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    format!("{key} {value}")
}
