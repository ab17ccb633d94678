//! The components of a document.

use serde_json::{Map, Value, json};

/// Every component, after its section and its name.
pub(crate) fn all(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let sections = document.get("components").and_then(Value::as_object).into_iter().flatten();
    sections.flat_map(|(section, all)| {
        let all = all.as_object().into_iter().flatten();
        all.map(move |(name, component)| (section, name, component))
    })
}

/// The components of a section, which is made if it is not there.
pub(crate) fn section_mut<'d>(
    document: &'d mut Value,
    section: &str,
) -> Option<&'d mut Map<String, Value>> {
    ["components", section].iter().try_fold(document.as_object_mut()?, |parent, key| {
        parent.entry(*key).or_insert_with(|| json!({})).as_object_mut()
    })
}

/// The schema of a name.
pub(crate) fn schema<'d>(document: &'d Value, name: &str) -> Option<&'d Value> {
    document.get("components")?.get("schemas")?.get(name)
}
