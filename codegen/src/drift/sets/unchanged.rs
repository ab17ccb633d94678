//! What two documents say in the same words, with all that it refers to: nothing needs to be proven of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::{is_3_0, pointer};

/// What a discriminator leads to: any schema may name itself as a child.
const SCHEMAS: &str = "/components/schemas";

/// Places that references lead to and that are the same in both documents, with whatever these lead to.
pub(super) struct Unchanged {
    /// None if the versions are others, so that the same words do not say the same.
    targets: Option<BTreeSet<String>>,
}

impl Unchanged {
    pub(super) fn of(old: &Value, new: &Value) -> Self {
        if is_3_0(old) != is_3_0(new) {
            return Self { targets: None };
        }
        let mut targets = BTreeMap::new();
        let mut left = Vec::from_iter(references(old));
        while let Some(target) = left.pop() {
            if targets.contains_key(&target) {
                continue;
            }
            let both = old.pointer(&target).zip(new.pointer(&target));
            let leads_to = both.filter(|(was, is)| was == is).map(|(was, _)| references(was));
            left.extend(leads_to.iter().flatten().cloned());
            targets.insert(target, leads_to);
        }
        loop {
            let is_known = |target: &String| targets.get(target).is_some_and(Option::is_some);
            let fails =
                |to: &Option<BTreeSet<_>>| to.as_ref().is_some_and(|to| !to.iter().all(is_known));
            let failing = targets.iter().filter(|(_, to)| fails(to));
            let failing: Vec<_> = failing.map(|(target, _)| target.clone()).collect();
            if failing.is_empty() {
                break;
            }
            targets.extend(failing.into_iter().map(|target| (target, None)));
        }
        let same = targets.into_iter().filter(|(_, to)| to.is_some());
        Self { targets: Some(same.map(|(target, _)| target).collect()) }
    }

    /// Whether both are the same, and whatever they refer to is.
    pub(super) fn is(&self, was: &Value, is: &Value) -> bool {
        let Some(targets) = &self.targets else { return false };
        was == is && references(was).is_subset(targets)
    }
}

/// The places that a value refers to, at whatever depth.
fn references(value: &Value) -> BTreeSet<String> {
    fn add(value: &Value, all: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), value) {
                        ("$ref", Value::String(to)) => {
                            all.insert(pointer::of_reference(to).unwrap_or_else(|| to.clone()));
                        }
                        ("discriminator", _) => drop(all.insert(SCHEMAS.to_owned())),
                        ("$dynamicRef" | "$recursiveRef", _) => drop(all.insert(String::new())),
                        _ => {}
                    }
                    add(value, all);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| add(item, all)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    add(value, &mut all);
    all
}
