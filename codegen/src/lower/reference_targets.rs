//! Where references lead. 3.1 can refer to any schema, by pointer, `$anchor` or `$id`; generators
//! know components. What is referred to becomes one.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::{Value, json};
use url::Url;

use crate::document::components;
use crate::document::names::{Taken, allowed};
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::{Log, Rule};

pub(super) const REFERENCE: Rule = Rule::translated(
    "reference",
    "`$defs`, `$anchor`, `$id`, references into other components or operations",
    "components",
);
pub(super) const DYNAMIC_REFERENCE: Rule =
    Rule::translated("$dynamicRef", "`$dynamicRef` where one place has the anchor", "`$ref`");

/// Makes every reference one to a component, and a component of what is referred to.
pub(super) fn move_to_components(document: &mut Value, log: &mut Log) {
    let pointers = pointers_of_references(document);
    let mut targets = BTreeMap::new();
    visit::each_mut(document, |kind, at, node| {
        if let Some(target) = pointers.get(at)
            && let Value::Object(fields) = node
        {
            let is_dynamic = fields.shift_remove("$dynamicRef").is_some();
            fields.insert("$ref".to_owned(), json!(format!("#{target}")));
            if is_dynamic {
                log.add(&DYNAMIC_REFERENCE, at, "as `$ref`: one place has its anchor");
            }
        }
        if let Some(reference) = visit::reference(node)
            && let Some(section) = section(kind)
            && pointer::component_of(reference).is_none_or(|(other, _)| other != section)
            && let Some(target) = pointer::of_reference(reference)
        {
            targets.insert(target, section);
        }
    });
    targets.retain(|target, _| document.pointer(target).is_some_and(is_definition));
    if !targets.is_empty() {
        move_targets(document, &targets, log);
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

fn move_targets(document: &mut Value, targets: &BTreeMap<String, &str>, log: &mut Log) {
    // The names of all components, as Rust sees them.
    let names = components::all(document).map(|(_, name, _)| name.to_upper_camel_case());
    let mut taken = Taken::of(names);
    let names = targets.iter().map(|(target, section)| {
        let name = taken.take(&name_of(target), |name| name.to_upper_camel_case());
        (target.as_str(), (*section, name))
    });
    let names: BTreeMap<_, _> = names.collect();
    visit::each_mut(document, |_, _, node| {
        if let Some(Value::String(reference)) = node.get_mut("$ref")
            && let Some(target) = pointer::of_reference(reference)
            && let Some((section, name)) = names.get(target.as_str())
        {
            *reference = pointer::to_component(section, name);
        }
    });
    // The innermost first, so that what encloses it is moved with the reference in it.
    for (target, (section, name)) in names.iter().rev() {
        let reference = json!({ "$ref": pointer::to_component(section, name) });
        let Some(place) = document.pointer_mut(target) else { continue };
        let definition = std::mem::replace(place, reference);
        if let Some(components) = components::section_mut(document, section) {
            components.insert(name.clone(), definition);
        }
        log.add(&REFERENCE, *target, format!("is the component {name} now, for it is referred to"));
    }
}

/// A name after the place, without the keys that say nothing of it.
fn name_of(target: &str) -> String {
    const KEYS: &str = "components schemas properties $defs definitions paths content schema";
    let is_telling = |step: &&str| !step.is_empty() && KEYS.split(' ').all(|key| key != *step);
    let steps = target.split('/').filter(is_telling).map(pointer::unescape);
    let steps = steps.map(|step| allowed(&step).trim_matches('_').to_owned());
    allowed(&steps.collect::<Vec<_>>().join("_"))
}

/// What a schema can be referred to by, with the pointers of the schemas.
#[derive(Default)]
struct Identifiers {
    /// By the URI that an `$id` makes.
    resources: BTreeMap<String, String>,
    /// By resource and `$anchor` or `$dynamicAnchor`.
    anchors: BTreeMap<(String, String), String>,
    /// By `$dynamicAnchor`, which several schemas may have.
    dynamic: BTreeMap<String, Vec<String>>,
}

/// A schema whose `$id` is the base URI of what is inside it.
#[derive(Clone, Default)]
struct Base {
    at: String,
    uri: String,
}

/// The targets of references that are not written as pointers from the document's root, by the
/// pointers of the schemas that have them.
fn pointers_of_references(document: &Value) -> BTreeMap<String, String> {
    let mut identifiers = Identifiers::default();
    each_schema(document, |base, at, node| identifiers.add(base, at, node));
    let mut pointers = BTreeMap::new();
    each_schema(document, |base, at, node| {
        let target = identifiers.target(document, base, at, node);
        pointers.extend(target.map(|target| (at.to_owned(), target)));
    });
    pointers
}

/// Calls `see` with every schema, the base that it is in, and its pointer.
fn each_schema(document: &Value, mut see: impl FnMut(&Base, &str, &Value)) {
    let mut bases = Vec::new();
    visit::each(document, |kind, at, node| {
        if kind == Kind::Schema {
            enter(&mut bases, at, node);
            see(bases.last().unwrap_or(&Base::default()), at, node);
        }
    });
}

/// Keeps the bases that a node is inside of, the innermost last.
fn enter(bases: &mut Vec<Base>, at: &str, node: &Value) {
    let is_inside = |base: &Base| {
        at.strip_prefix(&base.at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    while bases.pop_if(|base| !is_inside(base)).is_some() {}
    if let Some(id) = node.get("$id").and_then(Value::as_str) {
        let uri = resolve(bases.last().map_or("", |base| &base.uri), id);
        bases.push(Base { at: at.to_owned(), uri });
    }
}

/// A reference resolved against a base URI, where both are URIs.
fn resolve(base: &str, reference: &str) -> String {
    let reference = reference.trim_end_matches('#');
    let joined = Url::parse(base).and_then(|base| base.join(reference));
    joined.map_or_else(|_| reference.to_owned(), |url| url.to_string())
}

impl Identifiers {
    fn add(&mut self, base: &Base, at: &str, node: &Value) {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        if base.at == at && !base.uri.is_empty() {
            self.resources.insert(base.uri.clone(), at.to_owned());
        }
        for anchor in [text("$anchor"), text("$dynamicAnchor")].into_iter().flatten() {
            self.anchors.entry((base.at.clone(), anchor)).or_insert_with(|| at.to_owned());
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.dynamic.entry(anchor).or_default().push(at.to_owned());
        }
    }

    /// The pointer of what a node refers to, unless it is written in the reference.
    fn target(&self, document: &Value, base: &Base, at: &str, node: &Value) -> Option<String> {
        if let Some(dynamic) = node.get("$dynamicRef").and_then(Value::as_str) {
            // Which of several schemas is meant depends on those that referred to this one.
            let [only] = &self.dynamic.get(dynamic.strip_prefix('#')?)?[..] else { return None };
            return visit::reference(node).is_none().then(|| only.clone());
        }
        let reference = visit::reference(node)?;
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let resource = match address {
            "" => base.at.clone(),
            address => self.resources.get(&resolve(&base.uri, address))?.clone(),
        };
        let fragment = pointer::of_reference(&format!("#{fragment}"))?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchors.get(&(resource, fragment)).cloned();
        }
        // `#` should mean the resource; many write it for the document, or for the component that a
        // schema was copied into.
        let component: String = at.split_inclusive('/').take(4).collect();
        let starts = [resource.as_str(), "", component.trim_end_matches('/')];
        let mut places = starts.iter().map(|start| format!("{start}{fragment}"));
        let target = places.find(|place| document.pointer(place).is_some_and(is_definition))?;
        (format!("#{target}") != reference).then_some(target)
    }
}
