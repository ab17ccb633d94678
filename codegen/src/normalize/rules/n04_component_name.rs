//! N4: component names with characters that OpenAPI forbids, and names that the exporter derived
//! from a percent-encoded path (`…7BcustomerId7D…`) or has for itself (`type_zoo:Pet`). Words of another script are
//! written in Latin letters, and an emoji is the word for it: OpenAPI has ASCII alone in these names.

use std::collections::BTreeSet;

use deunicode::deunicode_with_tofu;
use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use crate::bounds::MAX_TEMPLATE_ENDS;
use crate::document::names::{Renamed, Taken, allowed};
use crate::document::pointer;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N4 component-name",
    "component names that are illegal",
    "legal names; references, discriminators and security follow",
);

/// Renames components, and whatever names them; a title that repeats the name goes.
pub(in crate::normalize) fn mend(page: &mut Mending, in_templates: &[String]) {
    let Some(Value::Object(sections)) = page.document.get("components") else { return };
    let mut renamed = Renamed::default();
    for (section, components) in sections {
        let Some(components) = components.as_object() else { continue };
        for (old, new) in renames(section, components, in_templates) {
            let at = pointer::join(&pointer::join("/components", section), &old);
            page.log.add(&RULE, at, format!("{old} -> {new}"));
            renamed.insert(section, &old, &new);
        }
    }
    renamed.apply(&mut page.document);
}

fn renames(
    section: &str,
    components: &Map<String, Value>,
    in_templates: &[String],
) -> Vec<(String, String)> {
    let templates: BTreeSet<_> = in_templates.iter().map(String::as_str).collect();
    let wanted: Vec<_> =
        components.keys().map(|name| (name, wanted(section, name, &templates))).collect();
    // Legal names come first: no component that gets a new name may take one of them.
    let (legal, illegal): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|(name, wanted)| *name == wanted);
    let mut taken = Taken::of(legal.into_iter().map(|(name, _)| name.clone()));
    let renames = illegal.into_iter();
    renames.map(|(old, wanted)| (old.clone(), taken.take(&wanted, str::to_owned))).collect()
}

/// A legal name: of what is no word in any script, the name of its kind.
fn wanted(section: &str, name: &str, templates: &BTreeSet<&str>) -> String {
    let is_ascii_name = !name.is_empty() && allowed(name) == name;
    let legal = legal(&in_latin(name), templates);
    match is_ascii_name || legal.contains(|c: char| c.is_ascii_alphanumeric()) {
        true => legal,
        false => section.strip_suffix("ies").map_or_else(
            || section.strip_suffix('s').unwrap_or(section).to_upper_camel_case(),
            |start| format!("{start}y").to_upper_camel_case(),
        ),
    }
}

/// A name with Latin letters in place of others, and words in place of pictures.
fn in_latin(name: &str) -> String {
    let mut latin = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_ascii = first.is_ascii();
        let end = rest.find(|c: char| c.is_ascii() != is_ascii).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if is_ascii {
            latin += run;
            continue;
        }
        let words = deunicode_with_tofu(run, " ");
        let words = words.trim();
        match words.contains(' ') || !run.chars().any(char::is_alphabetic) {
            true => latin += &words.to_upper_camel_case(),
            false => latin += words,
        }
    }
    latin
}

/// The name as the exporter would have made it from a sound path, in characters that are allowed.
fn legal(name: &str, templates: &BTreeSet<&str>) -> String {
    let mut legal = String::new();
    let mut rest = name;
    while let Some((before, inside)) = rest.split_once("7B") {
        legal += before;
        let ends = inside.match_indices("7D").take(MAX_TEMPLATE_ENDS);
        let mut split = ends
            .filter_map(|(end, sign)| Some((inside.get(..end)?, inside.get(end + sign.len()..)?)));
        rest = match split.find(|(template, _)| templates.contains(template)) {
            Some((template, after)) => {
                legal += &template.to_upper_camel_case();
                after
            }
            None => {
                legal += "7B";
                inside
            }
        };
    }
    allowed(&without_kind(&(legal + rest)))
}

/// Takes the prefix off names like `type_:Pet` and `type_zoo:Pet`, which are the exporter's internal
/// ones: the word `type`, the package, the name.
fn without_kind(name: &str) -> String {
    match name.strip_prefix("type_").and_then(|rest| rest.split_once(':')) {
        Some(("", name)) if !name.is_empty() => name.to_owned(),
        Some((package, name)) if !name.is_empty() => format!("{package}_{name}"),
        _ => name.to_owned(),
    }
}
