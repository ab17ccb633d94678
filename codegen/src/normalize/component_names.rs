//! N4: component names with characters that OpenAPI forbids, and names that the exporter derived
//! from a percent-encoded path (`…7BcustomerId7D…`).

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::Mending;
use crate::pointer;
use crate::rename::Renamed;

const RULE: &str = "N4 component-name";

/// Renames components, and whatever names them; a title that repeats the name goes.
pub fn mend(page: &mut Mending, decoded_templates: &[String]) {
    let sections = match page.document.get("components") {
        Some(Value::Object(sections)) => sections.clone(),
        _ => return,
    };
    let mut renamed = Renamed::default();
    for (section, components) in &sections {
        let Some(components) = components.as_object() else { continue };
        for (old, new) in renames(components, decoded_templates) {
            let at = pointer::join(&pointer::join("/components", section), &old);
            page.log(RULE, at, format!("{old} -> {new}"));
            renamed.insert(section, &old, &new);
        }
    }
    if renamed.is_empty() {
        return;
    }
    rename_keys(&mut page.document["components"], &renamed);
    renamed.follow(&mut page.document);
}

fn renames(components: &Map<String, Value>, decoded_templates: &[String]) -> Vec<(String, String)> {
    // Names that are fine keep themselves, whatever order the others come in.
    let mut taken: BTreeSet<String> = (components.keys())
        .filter(|name| legal(name, decoded_templates) == **name)
        .cloned()
        .collect();
    let mut renames = Vec::new();
    for old in components.keys() {
        let wanted = legal(old, decoded_templates);
        if wanted == *old {
            continue;
        }
        let free = numbered(&wanted).find(|name| taken.insert(name.clone()));
        let new = free.unwrap_or(wanted);
        renames.push((old.clone(), new));
    }
    renames
}

/// The name as the exporter would have made it from a sound path, in characters that are allowed.
fn legal(name: &str, decoded_templates: &[String]) -> String {
    let mut legal = name.to_owned();
    for template in decoded_templates {
        legal = legal.replace(&format!("7B{template}7D"), &template.to_upper_camel_case());
    }
    allowed(&legal)
}

/// A name in the characters that components may have.
pub fn allowed(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

/// A name, and what it is called when others have it: `Pet`, `Pet_2`, `Pet_3`, …
pub fn numbered(name: &str) -> impl Iterator<Item = String> {
    let further = (2..).map(move |count: usize| format!("{name}_{count}"));
    std::iter::once(name.to_owned()).chain(further)
}

/// Renames components; a title that repeats the name goes.
pub fn rename_keys(components: &mut Value, renamed: &Renamed) {
    for (section, entries) in components.as_object_mut().into_iter().flatten() {
        let Value::Object(entries) = entries else { continue };
        *entries = std::mem::take(entries)
            .into_iter()
            .map(|(name, mut value)| match renamed.get(section, &name) {
                Some(new) => {
                    drop_title(&mut value, &name);
                    (new.to_owned(), value)
                }
                None => (name, value),
            })
            .collect();
    }
}

/// A title that only repeats the component's old name says nothing.
fn drop_title(component: &mut Value, name: &str) {
    if component.get("title").and_then(Value::as_str) == Some(name)
        && let Some(fields) = component.as_object_mut()
    {
        fields.shift_remove("title");
    }
}
