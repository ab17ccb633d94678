//! Where references lead. 3.1 can refer to any schema, by pointer, `$anchor` or `$id`; generators
//! know components. What is referred to becomes one.

use std::collections::BTreeMap;
use std::convert::Infallible;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};
use url::Url;

use crate::document::names::Taken;
use crate::document::names::allowed;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::Log;

const RULE: &str = "reference";

/// Makes every reference one to a component, and a component of what is referred to.
pub fn settle(document: &mut Value, log: &mut Log) {
    let places = Places::of(document);
    let mut targets = BTreeMap::new();
    let _ = visit::each_mut(document, |kind, at, node| {
        if let Some(target) = places.of_node.get(at)
            && let Value::Object(fields) = node
        {
            let is_dynamic = fields.shift_remove("$dynamicRef").is_some();
            fields.insert("$ref".to_owned(), json!(format!("#{target}")));
            if is_dynamic {
                log.add("$dynamicRef", at, "as `$ref`: one place has its anchor");
            }
        }
        if let Some(target) = visit::reference(node).and_then(pointer::of_reference)
            && let Some(section) = section(kind)
            && !is_component(&target, section)
        {
            targets.insert(target, section);
        }
        Ok::<_, Infallible>(())
    });
    targets.retain(|target, _| document.pointer(target).is_some_and(is_definition));
    if !targets.is_empty() {
        move_to_components(document, &targets, log);
    }
}

fn is_definition(node: &Value) -> bool {
    node.is_object() || node.is_boolean()
}

/// The section of the components that a node of a kind may stand in.
fn section(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Schema => "schemas",
        Kind::Parameter => "parameters",
        Kind::RequestBody => "requestBodies",
        Kind::Response => "responses",
        Kind::Header => "headers",
        Kind::Example => "examples",
        Kind::Link => "links",
        _ => return None,
    })
}

fn is_component(target: &str, section: &str) -> bool {
    let inside = target.strip_prefix("/components/").and_then(|rest| rest.strip_prefix(section));
    inside.is_some_and(|name| name.starts_with('/') && !name[1..].contains('/'))
}

fn move_to_components(document: &mut Value, targets: &BTreeMap<String, &str>, log: &mut Log) {
    let mut names = BTreeMap::new();
    let mut taken = taken(document);
    for (target, section) in targets {
        let name = taken.take(&name_of(target), |name| name.to_upper_camel_case());
        names.insert(target.as_str(), (*section, name));
    }
    let _ = visit::each_mut(document, |_, _, node| {
        if let Some(Value::String(reference)) = node.get_mut("$ref")
            && let Some(target) = pointer::of_reference(reference)
            && let Some((section, name)) = names.get(target.as_str())
        {
            *reference = pointer::to_component(section, name);
        }
        Ok::<_, Infallible>(())
    });
    // The innermost first: what is around it takes the reference along.
    for (target, (section, name)) in names.iter().rev() {
        let reference = json!({ "$ref": pointer::to_component(section, name) });
        let Some(place) = document.pointer_mut(target) else { continue };
        let definition = std::mem::replace(place, reference);
        if let Some(components) = components(document, section) {
            components.insert(name.clone(), definition);
        }
        log.add(RULE, *target, format!("is the component {name} now, for it is referred to"));
    }
}

/// The names of all components, as Rust sees them.
fn taken(document: &Value) -> Taken {
    let sections = document.get("components").and_then(Value::as_object).into_iter().flatten();
    let sections = sections.filter_map(|(_, section)| section.as_object());
    Taken::of(sections.flat_map(|section| section.keys().map(|name| name.to_upper_camel_case())))
}

fn components<'d>(document: &'d mut Value, section: &str) -> Option<&'d mut Map<String, Value>> {
    let root = document.as_object_mut()?;
    let components = root.entry("components").or_insert_with(|| json!({})).as_object_mut()?;
    components.entry(section).or_insert_with(|| json!({})).as_object_mut()
}

/// A name after the place, without the words that every place has.
fn name_of(target: &str) -> String {
    const STRUCTURE: [&str; 8] = [
        "components",
        "schemas",
        "properties",
        "$defs",
        "definitions",
        "paths",
        "content",
        "schema",
    ];
    let steps = target.split('/').filter(|step| !step.is_empty() && !STRUCTURE.contains(step));
    let steps = steps.map(|step| allowed(&pointer::unescape(step)));
    let steps = steps.map(|step| step.trim_matches('_').to_owned());
    allowed(&steps.collect::<Vec<_>>().join("_"))
}

/// The targets of references that are not written as pointers from the document's root.
struct Places {
    of_node: BTreeMap<String, String>,
}

/// What names a schema can be referred to by.
#[derive(Default)]
struct Known {
    /// Schemas with an `$id`, by the address that it makes.
    resources: BTreeMap<String, String>,
    /// Schemas with an anchor, by resource and anchor.
    anchors: BTreeMap<(String, String), String>,
    /// Where each `$dynamicAnchor` is.
    dynamic: BTreeMap<String, Vec<String>>,
}

/// A schema whose `$id` is the base of what is inside it.
#[derive(Clone, Default)]
struct Base {
    at: String,
    id: String,
}

impl Places {
    fn of(document: &Value) -> Self {
        let mut known = Known::default();
        let mut bases = vec![Base::default()];
        visit::each(document, |kind, at, node| {
            if kind == Kind::Schema {
                enter(&mut bases, at, node);
                known.add(&bases[bases.len() - 1], at, node);
            }
        });
        let mut of_node = BTreeMap::new();
        let mut bases = vec![Base::default()];
        visit::each(document, |kind, at, node| {
            if kind == Kind::Schema {
                enter(&mut bases, at, node);
                let target = known.target(document, &bases[bases.len() - 1], at, node);
                of_node.extend(target.map(|target| (at.to_owned(), target)));
            }
        });
        Self { of_node }
    }
}

/// Keeps the bases that a node is inside of; the last one counts.
fn enter(bases: &mut Vec<Base>, at: &str, node: &Value) {
    let is_inside = |base: &Base| {
        at.strip_prefix(&base.at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    while bases.len() > 1 && !bases.last().is_some_and(is_inside) {
        bases.pop();
    }
    if let Some(id) = node.get("$id").and_then(Value::as_str) {
        let id = against(bases.last().map_or("", |base| &base.id), id);
        bases.push(Base { at: at.to_owned(), id });
    }
}

/// A reference resolved against a base address, where both are addresses.
fn against(base: &str, reference: &str) -> String {
    let reference = reference.trim_end_matches('#');
    let joined = Url::parse(base).and_then(|base| base.join(reference));
    joined.map_or_else(|_| reference.to_owned(), |url| url.to_string())
}

impl Known {
    fn add(&mut self, base: &Base, at: &str, node: &Value) {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        if base.at == at && !base.id.is_empty() {
            self.resources.insert(base.id.clone(), at.to_owned());
        }
        for anchor in [text("$anchor"), text("$dynamicAnchor")].into_iter().flatten() {
            self.anchors.entry((base.at.clone(), anchor)).or_insert_with(|| at.to_owned());
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.dynamic.entry(anchor).or_default().push(at.to_owned());
        }
    }

    /// Where a node's reference leads, if that has to be looked up.
    fn target(&self, document: &Value, base: &Base, at: &str, node: &Value) -> Option<String> {
        if let Some(dynamic) = node.get("$dynamicRef").and_then(Value::as_str) {
            // Where several places have the anchor, which one is meant depends on the way there.
            let places = self.dynamic.get(dynamic.strip_prefix('#')?)?;
            return (places.len() == 1 && visit::reference(node).is_none())
                .then(|| places[0].clone());
        }
        let reference = visit::reference(node)?;
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let resource = match address {
            "" => base.at.clone(),
            address => self.resources.get(&against(&base.id, address))?.clone(),
        };
        let fragment = pointer::of_reference(&format!("#{fragment}"))?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let named = |resource: &str| {
                self.anchors.get(&(resource.to_owned(), fragment.clone())).cloned()
            };
            return named(&resource);
        }
        // Many mean the document, or the component that they were pasted into, by `#`.
        let component: String = at.split_inclusive('/').take(4).collect();
        let starts = [resource.as_str(), "", component.trim_end_matches('/')];
        let mut places = starts.iter().map(|start| format!("{start}{fragment}"));
        let target = places.find(|place| document.pointer(place).is_some_and(is_definition))?;
        (format!("#{target}") != reference).then_some(target)
    }
}
