//! Which components say the same: all that they accept is equal, and so is what they refer to, whatever
//! that is called. What is there for people alone makes no difference.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{components, pointer, visit};
use crate::bounds::MAX_EQUALITY_ROUNDS;
use crate::syntax::number;

/// Section and name of a component.
pub(crate) type Key = (String, String);

/// The keywords of a schema that are for people alone.
pub(crate) const DOCUMENTATION: [&str; 7] =
    ["title", "description", "example", "examples", "externalDocs", "$comment", "x-required-for"];

/// A document without the keywords of schemas that are for people alone.
pub(crate) fn without_documentation(document: &Value) -> Value {
    let mut document = document.clone();
    visit::each_schema_mut(&mut document, |_, keywords| {
        keywords.retain(|key, _| !DOCUMENTATION.contains(&key.as_str()));
    });
    document
}

/// The components of several documents, in classes of those that say the same.
pub(crate) struct Classes {
    by_component: BTreeMap<(usize, Key), usize>,
}

impl Classes {
    /// Compares the components of documents, which are known by their position.
    pub(crate) fn of<'d>(documents: impl IntoIterator<Item = &'d Value>) -> Self {
        let (mut numbers, mut skeletons) = (BTreeMap::new(), Vec::new());
        for (index, document) in documents.into_iter().enumerate() {
            let sections = document.get("components").cloned().unwrap_or_default();
            let document = without_documentation(&[("components", sections)].into_iter().collect());
            for (section, name, component) in components::all(&document) {
                let mut skeleton = Skeleton { text: format!("{section} "), ..Skeleton::default() };
                skeleton.add(&document, component, false);
                let number = numbers.len();
                numbers.insert((index, (section.clone(), name.clone())), number);
                skeletons.push((index, skeleton));
            }
        }
        let mut texts = BTreeMap::new();
        let (mut classes, mut uses) = (Vec::new(), Vec::new());
        for (index, Skeleton { text, targets }) in skeletons {
            classes.push(number_of(&mut texts, text));
            let targets = targets.into_iter();
            uses.push(targets.filter_map(|key| numbers.get(&(index, key)).copied()).collect());
        }
        let classes = refined(classes, &uses);
        let class = |number: usize| classes.get(number).copied().unwrap_or_default();
        let by_component = numbers.into_iter().map(|(key, number)| (key, class(number))).collect();
        Self { by_component }
    }

    /// The class of a component.
    pub(crate) fn get(&self, document: usize, key: &Key) -> Option<usize> {
        self.by_component.get(&(document, key.clone())).copied()
    }
}

/// The number of a value; the next one if it has none.
fn number_of<T: Ord>(known: &mut BTreeMap<T, usize>, value: T) -> usize {
    let next = known.len();
    *known.entry(value).or_insert(next)
}

/// Splits classes by the classes of what their members refer to, until nothing is left to split.
fn refined(mut classes: Vec<usize>, uses: &[Vec<usize>]) -> Vec<usize> {
    let mut count = 0;
    for _ in 0..MAX_EQUALITY_ROUNDS {
        let mut known = BTreeMap::new();
        let signatures = classes.iter().zip(uses).map(|(class, used)| {
            let used: Vec<_> = used.iter().map(|other| classes.get(*other)).collect();
            number_of(&mut known, (class, used))
        });
        let next: Vec<_> = signatures.collect();
        let found = known.len();
        if found == count {
            return next;
        }
        (classes, count) = (next, found);
    }
    // Longer chains than anybody writes: whatever refers to something is equal to itself alone.
    let alone = |(number, used): (usize, &Vec<usize>)| (!used.is_empty()).then_some(number);
    let mut known = BTreeMap::new();
    let members = classes.iter().zip(uses.iter().enumerate());
    members.map(|(class, user)| number_of(&mut known, (*class, alone(user)))).collect()
}

/// A component as a text in which references have no names, and what they lead to, in their order.
#[derive(Default)]
struct Skeleton {
    text: String,
    targets: Vec<Key>,
}

impl Skeleton {
    fn add(&mut self, document: &Value, node: &Value, is_named: bool) {
        match node {
            Value::Object(fields) => {
                // Without a mapping, a discriminator's values are the names of what is referred to.
                let is_named = is_named || fields.contains_key("discriminator");
                let sorted: BTreeMap<_, _> = fields.iter().collect();
                self.text.push('{');
                for (key, value) in sorted {
                    self.text += &format!("{key:?}:");
                    match (key.as_str(), value) {
                        ("required", Value::Array(names)) => self.add_set(names),
                        _ => self.add(document, value, is_named),
                    }
                }
                self.text.push('}');
            }
            Value::Array(items) => {
                self.text.push('[');
                for item in items {
                    self.add(document, item, is_named);
                    self.text.push(',');
                }
                self.text.push(']');
            }
            Value::String(text) if text.starts_with("#/components/") => {
                self.add_reference(document, text, is_named);
            }
            other => match number::value(other) {
                Some(number) => self.text += &number.to_string(),
                None => self.text += &other.to_string(),
            },
        }
    }

    /// A list whose order says nothing.
    fn add_set(&mut self, names: &[Value]) {
        let mut names: Vec<_> = names.iter().map(Value::to_string).collect();
        names.sort();
        self.text += &format!("{names:?}");
    }

    /// A discriminator maps to references as well, so any text may be one.
    fn add_reference(&mut self, document: &Value, reference: &str, is_named: bool) {
        let target = pointer::of_reference(reference).unwrap_or_default();
        let mut steps = target.splitn(5, '/').skip(2);
        let key = steps.next().zip(steps.next());
        let key = key.map(|(section, name)| (section.to_owned(), pointer::unescape(name)));
        let inside = steps.next().unwrap_or_default();
        let is_there = |(section, name): &Key| {
            document.get("components").and_then(|all| all.get(section)?.get(name)).is_some()
        };
        match key.filter(is_there) {
            Some(key) => {
                let name = if is_named { &key.1 } else { "" };
                self.text += &format!("#{} {name:?} {inside:?}", key.0);
                self.targets.push(key);
            }
            None => self.text += &format!("{reference:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn is_same(one: Value, other: Value) -> bool {
        let documents = [one, other].map(|schemas| json!({ "components": { "schemas": schemas } }));
        let classes = Classes::of(&documents);
        let key = ("schemas".to_owned(), "It".to_owned());
        classes.get(0, &key) == classes.get(1, &key)
    }

    fn reference(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn documentation_makes_no_difference() {
        let one = json!({ "It": { "type": "string", "title": "It", "description": "A." } });
        assert!(is_same(one, json!({ "It": { "type": "string" } })));
    }

    #[test]
    fn a_property_of_that_name_is_no_documentation() {
        let one = json!({ "It": { "properties": { "title": { "type": "string" } } } });
        assert!(!is_same(one, json!({ "It": { "properties": {} } })));
    }

    #[test]
    fn references_are_followed_whatever_their_names() {
        let one = json!({ "It": reference("A"), "A": { "type": "string", "title": "A" } });
        let other = json!({ "It": reference("B"), "B": { "type": "string" } });
        assert!(is_same(one.clone(), other));
        assert!(!is_same(one, json!({ "It": reference("A"), "A": { "type": "integer" } })));
    }

    #[test]
    fn names_that_a_discriminator_means_are_told_apart() {
        let of = |name: &str| {
            let discriminator = json!({ "propertyName": "kind" });
            json!({
                "It": { "oneOf": [reference(name)], "discriminator": discriminator },
                name: { "type": "object" },
            })
        };
        assert!(is_same(of("Cat"), of("Cat")));
        assert!(!is_same(of("Cat"), of("Dog")));
    }

    #[test]
    fn cycles_end() {
        let one = json!({ "It": { "items": reference("It") } });
        assert!(is_same(one.clone(), one.clone()));
        let two = json!({ "It": { "items": reference("A") }, "A": { "items": reference("It") } });
        assert!(is_same(one, two));
    }

    #[test]
    fn chains_that_are_too_long_are_equal_to_themselves_alone() {
        let last = MAX_EQUALITY_ROUNDS + 5;
        let chain = |end: &str| {
            let link = |at: usize| {
                (format!("C{at}"), json!({ "items": reference(&format!("C{}", at + 1)) }))
            };
            let mut schemas: Value = (0..last).map(link).collect();
            schemas["It"] = reference("C0");
            schemas[format!("C{last}")] = json!({ "type": end });
            schemas
        };
        assert!(!is_same(chain("string"), chain("integer")));
    }
}
