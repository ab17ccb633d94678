//! What a target selects, step by step: why it selects nothing, and which of its names do not.

use super::document::Action;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::evidence::{Evidence, is_there};
use super::fault::Fault;
use crate::document::operations::METHODS;

/// Says why a target selects nothing.
pub(super) fn selects_nothing(
    document: &Value,
    action: &Action,
    recorded: Option<&Evidence>,
) -> Fault {
    let target = &action.target;
    let steps = steps(target);
    let selected = |count: usize| {
        let path = JsonPath::parse(&steps.get(..count)?.concat()).ok()?;
        let located = path.query_located(document).into_iter().next()?;
        Some((located.location().to_json_pointer(), located.node()))
    };
    let known = (1..steps.len()).rev().find(|count| selected(*count).is_some()).unwrap_or(1);
    let holder = selected(known);
    let missing = steps.get(known).or(steps.last()).map_or("", String::as_str);
    let here: String = steps.iter().take(known).map(String::as_str).collect();
    let nearest = holder.as_ref().and_then(|(_, holder)| nearest(holder, missing));
    let moved = |nearest| Fault::Moved { missing: format!("{here}{missing}"), nearest };
    if let Some(key) = nearest {
        return moved(Some(format!("{here}['{key}']")));
    }
    // Where only the last step selects nothing and nothing reads like it, the thing is gone.
    let Some((at, holder)) = holder.filter(|_| known + 1 == steps.len()) else {
        return moved(None);
    };
    let is_filter = missing.starts_with("[?");
    if !(holder.is_array() || holder.is_object() && !is_filter) {
        return moved(None);
    }
    match recorded.and_then(|recorded| is_there(recorded, document, &at)) {
        Some(place) => moved(Some(place)),
        None => Fault::fixed(format!(
            "`{target}` selects nothing any more (unless what it corrects is called otherwise now)"
        )),
    }
}

/// A name in a list of names, `['a','b']`, that selects nothing although the others do.
pub(super) fn unselected_name(document: &Value, target: &str) -> Option<Fault> {
    let steps = steps(target);
    steps.iter().enumerate().find_map(|(index, step)| {
        let names = names(step).filter(|names| names.len() > 1)?;
        let (before, rest) = steps.split_at_checked(index)?;
        let (before, after) = (before.concat(), rest.get(1..)?.concat());
        let name = names.into_iter().find(|name| {
            let path = JsonPath::parse(&format!("{before}['{name}']{after}"));
            path.is_ok_and(|path| path.query(document).is_empty())
        })?;
        let holder = JsonPath::parse(&before).ok()?;
        let nearest = holder.query(document).first().and_then(|holder| nearest(holder, &name));
        let nearest = nearest.map(|key| format!("{before}['{key}']"));
        Some(Fault::Moved { missing: format!("{before}['{name}']{after}"), nearest })
    })
}

/// The names in a step, if it is a list of them.
fn names(step: &str) -> Option<Vec<String>> {
    let inner = step.strip_prefix('[')?.strip_suffix(']')?;
    let (mut names, mut rest) = (Vec::new(), inner.trim());
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (name, after) = rest.strip_prefix(quote)?.split_once(quote)?;
        names.push(name.to_owned());
        rest = after.trim().trim_start_matches(',').trim();
    }
    Some(names)
}

/// The steps of a JSONPath: `$`, `.paths`, `['/pets']`, `[?@.url == 'x']`.
fn steps(path: &str) -> Vec<String> {
    let (mut steps, mut step) = (Vec::new(), String::new());
    let (mut depth, mut quote) = (0, None);
    for c in path.trim().chars() {
        let starts = depth == 0 && quote.is_none() && (c == '[' || c == '.');
        // `..` and `.[` belong to what follows.
        if starts && !step.is_empty() && !step.ends_with('.') {
            steps.push(std::mem::take(&mut step));
        }
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            _ => {}
        }
        step.push(c);
    }
    steps.push(step);
    steps
}

/// The key of an object that reads most like the one that a step names.
fn nearest(holder: &Value, step: &str) -> Option<String> {
    let name = step.trim_start_matches(['.', '[', '\'', '"']).trim_end_matches([']', '\'', '"']);
    let keys = || holder.as_object().into_iter().flat_map(|fields| fields.keys());
    if METHODS.contains(&name) {
        return keys().find(|key| METHODS.contains(&key.as_str())).cloned();
    }
    let shape = |path: &str| {
        let steps = path.split('/').map(|step| if step.contains('{') { "{}" } else { step });
        steps.collect::<Vec<_>>().join("/")
    };
    if name.starts_with('/')
        && let Some(path) = keys().find(|key| shape(key) == shape(name))
    {
        return Some(path.clone());
    }
    let likeness = |key: &String| strsim::normalized_damerau_levenshtein(key, name);
    let best = keys().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(best) >= LEAST_LIKENESS).then(|| best.clone())
}

/// Below this, two names are two things: `type` and `types` are 0.8 alike, `email` and `phone` 0.
const LEAST_LIKENESS: f64 = 0.6;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(target: &str) -> String {
        let document = json!({
            "paths": { "/pets/{id}": { "put": { "parameters": [{ "name": "id" }] } } },
            "servers": [{ "url": "https://example.com" }],
        });
        let target = target.to_owned();
        let action = Action { target, remove: true, ..Action::default() };
        selects_nothing(&document, &action, None).to_string()
    }

    #[test]
    fn a_renamed_path_variable_is_found() {
        let fault = fault("$.paths['/pets/{petId}'].put.parameters[?@.name == 'petId']");
        assert!(fault.ends_with("there is `$.paths['/pets/{id}']`"), "{fault}");
    }

    #[test]
    fn another_method_is_found() {
        let fault = fault("$.paths['/pets/{id}'].patch.parameters");
        assert!(fault.ends_with("there is `$.paths['/pets/{id}']['put']`"), "{fault}");
    }

    #[test]
    fn a_filter_that_finds_nothing_more_is_fixed() {
        assert!(fault("$.servers[?@.url == 'https:/']").contains("no longer needed"));
    }

    #[test]
    fn a_name_that_is_mistyped_is_no_fix() {
        assert!(fault("$.servrs[?@.url == 'https:/']").contains("there is `$['servers']`"));
    }
}
