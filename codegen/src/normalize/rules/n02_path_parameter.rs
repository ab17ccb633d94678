//! N2: a template in the path, and no parameter that declares it.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::document::operations::{Operation, OperationNode};
use crate::document::path_template;
use crate::document::pointer;
use crate::document::set;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N2 path-parameter",
    "path parameters not declared, or as optional",
    "declared and required, described as the page's prose does",
);

/// Declares every template that no parameter declares, and makes declared ones required, which
/// the specification demands of path parameters.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    for operation in page.operations() {
        let declared = declared(&page.document, &operation);
        let mut names = path_template::names(&operation.path).unwrap_or_default();
        let mut seen = BTreeSet::new();
        // What is no variable of one segment is no parameter either: its operation is left out by name.
        names.retain(|name| !path_template::is_expression(name) && seen.insert(name.clone()));
        let missing: Vec<_> = names.iter().filter(|name| !declared.contains_key(*name)).collect();
        for place in names.iter().filter_map(|name| declared.get(name)) {
            require(page, place);
        }
        if !missing.is_empty() {
            declare(page, &operation, &missing);
        }
    }
}

/// Path parameters that apply to an operation, by name, with the place of each.
fn declared(document: &Value, operation: &Operation) -> BTreeMap<String, String> {
    let operation = OperationNode::at(document, operation.clone());
    let parameters = operation.iter().flat_map(OperationNode::parameters);
    let in_path = parameters.filter(|parameter| parameter.location() == Some("path"));
    in_path.filter_map(|it| Some((it.name()?.to_owned(), it.node.pointer))).collect()
}

fn declare(page: &mut Mending, operation: &Operation, names: &[&String]) {
    let at = operation.pointer();
    let Some(Value::Object(fields)) = page.document.pointer_mut(&at) else { return };
    let described = fields.get("description").and_then(Value::as_str).map(documented_variables);
    let mut described = described.unwrap_or_default();
    let Some(list) = fields.entry("parameters").or_insert_with(|| json!([])).as_array_mut() else {
        return;
    };
    for name in names {
        let mut parameter = json!({"name": name, "in": "path", "required": true});
        if let Some(description) = described.remove(*name) {
            set(&mut parameter, "description", description);
        }
        set(&mut parameter, "schema", json!({"type": "string"}));
        list.push(parameter);
    }
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    page.log(&RULE, pointer::join(&at, "parameters"), format!("declared {}", names.join(", ")));
}

fn require(page: &mut Mending, place: &str) {
    if let Some(Value::Object(parameter)) = page.document.pointer_mut(place)
        && parameter.get("required") != Some(&Value::Bool(true))
    {
        parameter.insert("required".to_owned(), Value::Bool(true));
        page.log(&RULE, place, "a path parameter is always required");
    }
}

/// The list under the words "Path variable(s)" in an operation's description:
/// a code span each, with the rest of the item as its description.
fn documented_variables(description: &str) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let mut heading = String::new();
    let mut item: Option<(Option<String>, String)> = None;
    for event in Parser::new(description) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) if item.is_none() => heading.clear(),
            Event::Start(Tag::Item) => item = Some((None, String::new())),
            Event::End(TagEnd::Item) => {
                if let Some((Some(name), text)) = item.take()
                    && heading.trim().to_lowercase().starts_with("path variable")
                {
                    variables.insert(name, text.trim_matches([' ', ':', '-']).to_owned());
                }
            }
            Event::Code(code) => match &mut item {
                Some((name @ None, _)) => {
                    *name = Some(code.trim().trim_end_matches(':').to_owned());
                }
                Some((_, text)) => text.push_str(&code),
                None => heading.push_str(&code),
            },
            Event::Text(words) => match &mut item {
                Some((_, text)) => text.push_str(&words),
                None => heading.push_str(&words),
            },
            Event::SoftBreak => item.iter_mut().for_each(|(_, text)| text.push(' ')),
            _ => {}
        }
    }
    variables
}
