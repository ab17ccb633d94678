//! JSONPath targets of places.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::pointer;

/// The target that selects exactly these places, if there is one: names that differ stand side by side,
/// `$.paths['/a','/b']`.
pub(crate) fn of(document: &Value, places: &BTreeSet<String>) -> Option<String> {
    let split = |place: &String| -> Vec<String> {
        place.split('/').skip(1).map(pointer::unescape).collect()
    };
    let rows: Vec<_> = places.iter().map(split).collect();
    let length = rows.first()?.len();
    if rows.iter().any(|row| row.len() != length) {
        return None;
    }
    let mut target = "$".to_owned();
    for index in 0..length {
        let names: BTreeSet<_> = rows.iter().filter_map(|row| row.get(index)).collect();
        let names: Vec<_> = names.into_iter().collect();
        let holder = rows.first()?.get(..index)?;
        let holder = holder.iter().fold(String::new(), |at, step| pointer::join(&at, step));
        target += &step(document.pointer(&holder)?, &names)?;
    }
    (selected(document, &target)? == *places).then_some(target)
}

/// Targets that together select exactly these places, as few as can be found.
pub(crate) fn several(
    document: &Value,
    places: &BTreeSet<String>,
) -> Vec<(String, BTreeSet<String>)> {
    if let Some(target) = of(document, places) {
        return vec![(target, places.clone())];
    }
    // What one method of several paths shares, else each alone.
    let mut by_method = BTreeMap::<Option<&str>, BTreeSet<String>>::new();
    for place in places {
        let method = place.strip_prefix("/paths/").and_then(|rest| rest.split('/').nth(1));
        by_method.entry(method).or_default().insert(place.clone());
    }
    let mut found = Vec::new();
    for group in by_method.into_values() {
        match of(document, &group) {
            Some(target) => found.push((target, group)),
            None => found.extend(group.into_iter().filter_map(|place| {
                let alone = BTreeSet::from([place]);
                Some((of(document, &alone)?, alone))
            })),
        }
    }
    found
}

/// The places that a target selects.
pub(crate) fn selected(document: &Value, target: &str) -> Option<BTreeSet<String>> {
    let path = JsonPath::parse(target).ok()?;
    let located = path.query_located(document);
    Some(located.locations().map(|place| place.to_json_pointer()).collect())
}

/// The target of one text in a list.
pub(crate) fn of_item(list: &str, item: &str) -> String {
    format!("{list}[?@ == {}]", quoted(item))
}

fn step(holder: &Value, names: &[&String]) -> Option<String> {
    match (holder, names) {
        (Value::Array(items), [index]) => {
            let item = items.get(index.parse::<usize>().ok()?)?;
            Some(match item.as_str() {
                Some(text) => format!("[?@ == {}]", quoted(text)),
                None => by_name(items, item).unwrap_or_else(|| format!("[{index}]")),
            })
        }
        (Value::Array(_), _) => None,
        (_, [name]) if is_plain(name) => Some(format!(".{name}")),
        (_, names) => {
            let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
            Some(format!("[{}]", names.join(",")))
        }
    }
}

/// An item by what it is called, so that it is the same one when another is added before it.
fn by_name(items: &[Value], item: &Value) -> Option<String> {
    let filter = |keys: &[&str]| {
        let same = |other: &&Value| keys.iter().all(|key| other.get(key) == item.get(key));
        let is_one = keys.iter().all(|key| item.get(key).is_some_and(Value::is_string))
            && items.iter().filter(same).count() == 1;
        is_one.then(|| {
            let tests = keys.iter().map(|key| {
                let text = item.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("@.{key} == {}", quoted(text))
            });
            format!("[?{}]", tests.collect::<Vec<_>>().join(" && "))
        })
    };
    filter(&["name"]).or_else(|| filter(&["name", "in"])).or_else(|| filter(&["url"]))
}

fn is_plain(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A name between quotes (RFC 9535, section 2.3.1.1).
fn quoted(name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|place| (*place).to_owned()).collect()
    }

    #[test]
    fn names_that_differ_stand_side_by_side() {
        let document = json!({ "paths": { "/a": { "get": {} }, "/b": { "post": {} } } });
        let both = places(&["/paths/~1a/get", "/paths/~1b/post"]);
        assert_eq!(of(&document, &both).as_deref(), Some("$.paths['/a','/b']['get','post']"));
    }

    #[test]
    fn a_target_that_selects_more_is_none() {
        let document = json!({ "paths": {
            "/a": { "get": {}, "post": {} },
            "/b": { "post": {} },
            "/c": { "post": {} },
        } });
        let some = places(&["/paths/~1a/get", "/paths/~1b/post", "/paths/~1c/post"]);
        assert_eq!(of(&document, &some), None);
        let targets = several(&document, &some).into_iter().map(|(target, _)| target);
        let targets: Vec<_> = targets.collect();
        assert_eq!(targets, ["$.paths['/a'].get", "$.paths['/b','/c'].post"]);
    }

    #[test]
    fn an_item_goes_by_its_name() {
        let document =
            json!({ "list": [{ "name": "a", "in": "path" }, { "name": "a", "in": "query" }] });
        let second = places(&["/list/1"]);
        let target = of(&document, &second).unwrap_or_default();
        assert_eq!(target, "$.list[?@.name == 'a' && @.in == 'query']");
    }

    #[test]
    fn quotes_in_a_name_are_escaped() {
        let document = json!({ "it's": 1 });
        assert_eq!(of(&document, &places(&["/it's"])).as_deref(), Some("$['it\\'s']"));
    }
}
