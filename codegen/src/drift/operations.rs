//! Operations, their parameters, bodies and responses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pairs::{pairs, places, places_or};
use super::schema::{self, NO_LONGER_READ};
use super::sets::Form;
use super::wire::{Class, Direction, Reporter, WireChange, WireChanges, requirement};
use super::{security, servers};
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};

/// Compares what two documents say of the wire.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<WireChange> {
    let mut changes = WireChanges::default();
    for (_, old, new) in pairs(operations(old), operations(new)) {
        let Some(present) = new.as_ref().or(old.as_ref()) else { continue };
        let label = present.operation.label();
        changes.operation.clone_from(&label);
        let mut report = changes.in_direction(Direction::Operation);
        match (old, new) {
            (Some(old), Some(new)) => operation(&mut changes, &old, &new),
            (Some(old), None) => {
                let place = (old.node.pointer, "/paths".to_owned());
                report.breaking("operation-removed", place, format!("{label} removed"));
            }
            (None, Some(new)) => {
                let place = ("/paths".to_owned(), new.node.pointer.clone());
                // What it takes and gives is new as a whole; its id is what to look for in the client.
                let id = new.node.text("operationId").map(|id| format!(": `{id}`"));
                let note = format!("{label} added{}", id.unwrap_or_default());
                report.compatible("operation-added", place, note);
            }
            (None, None) => {}
        }
    }
    changes.sorted()
}

/// By method and path; what a path parameter is called does not reach the wire.
fn operations(document: &Value) -> BTreeMap<String, OperationNode<'_>> {
    let operations = operations::nodes(document).into_iter();
    let key = |node: &OperationNode<'_>| {
        format!("{} {}", node.operation.method, unnamed(&node.operation.path))
    };
    operations.map(|node| (key(&node), node)).collect()
}

/// The template without the names in its braces.
fn unnamed(template: &str) -> String {
    let parts = template.split('{').map(|part| part.split_once('}').map_or(part, |(_, end)| end));
    parts.collect::<Vec<_>>().join("{}")
}

fn operation(changes: &mut WireChanges, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    parameters(&mut changes.in_direction(Direction::Parameter), old, new);
    request_body(&mut changes.in_direction(Direction::Request), &old.node, &new.node);
    responses(&mut changes.in_direction(Direction::Response), &old.node, &new.node);
    security::compare(&mut changes.in_direction(Direction::Operation), old, new);
    servers::compare(&mut changes.in_direction(Direction::Operation), old, new);
}

fn parameters(report: &mut Reporter<'_>, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    for (key, was, is) in pairs(declared(old), declared(new)) {
        let holders = [old, new].map(|operation| operation.node.place("parameters"));
        let place = places_or([&was, &is], holders);
        match (was, is) {
            (Some(old), Some(new)) => parameter(report, &old, &new),
            (Some(_), None) => {
                report.breaking(
                    "parameter-removed",
                    place,
                    format!("{key} removed{NO_LONGER_READ}"),
                );
            }
            (None, parameter) => {
                let required = parameter.is_some_and(|it| it.flag("required"));
                let note = format!("{key} added, {}", requirement(required));
                report.add(Class::breaking_if(required), "parameter-added", place, note);
            }
        }
    }
}

/// By place and name; path parameters by their position in the template.
fn declared<'d>(operation: &OperationNode<'d>) -> BTreeMap<String, Node<'d>> {
    let path = &operation.operation.path;
    let named = operation.parameters().into_iter().filter_map(|parameter| {
        let parameter = parameter.node;
        let (place, name) = (parameter.text("in")?, parameter.text("name")?);
        let key = match (place, path.split_once(&format!("{{{name}}}"))) {
            ("path", Some((before, _))) => {
                format!("path parameter {}", before.matches('{').count() + 1)
            }
            // HTTP does not tell letters of a header's name apart.
            ("header", _) => format!("header parameter `{}`", name.to_lowercase()),
            _ => format!("{place} parameter `{name}`"),
        };
        Some((key, parameter))
    });
    named.collect()
}

fn parameter(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    required(report, "parameter-required", old, new);
    for key in ["style", "explode", "allowReserved"] {
        let (was, is) = (serialization(old, key), serialization(new, key));
        if was != is {
            let note = format!("`{key}` was {was}, is {is}");
            report.breaking("parameter-style", places(old, new), note);
        }
    }
    match (old.get("schema"), new.get("schema")) {
        (Some(schema), Some(is)) => schema::compare(report, schema, is, form(old, new)),
        (None, None) => {}
        _ => {
            let note = "was a schema and is a media type, or the other way round";
            report.breaking("parameter-style", places(old, new), note);
        }
    }
    content(report, old, new);
}

/// Values of a parameter are texts; those of a query that is exploded are a list as often as they are there.
fn form(old: &Node<'_>, new: &Node<'_>) -> Form {
    let is_repeated = |parameter: &Node<'_>| {
        parameter.text("in") == Some("query")
            && serialization(parameter, "style") == "form"
            && serialization(parameter, "explode") == true
    };
    if [old, new].into_iter().all(is_repeated) { Form::Repeated } else { Form::Text }
}

/// A field of a parameter, or its default by the specification.
fn serialization(parameter: &Node<'_>, key: &str) -> Value {
    if let Some(value) = parameter.value.get(key) {
        return value.clone();
    }
    let style = parameter.text("style").unwrap_or(match parameter.text("in") {
        Some("query" | "cookie") => "form",
        _ => "simple",
    });
    match key {
        "style" => style.into(),
        "explode" => (style == "form").into(),
        _ => false.into(),
    }
}

fn required(report: &mut Reporter<'_>, rule: &'static str, old: &Node<'_>, new: &Node<'_>) {
    let notes = ["was optional, is required", "was required, is optional"];
    report.restriction(rule, (old.flag("required"), new.flag("required")), notes, places(old, new));
}

fn request_body(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    let (was, is) = (old.get("requestBody"), new.get("requestBody"));
    let place = places_or([&was, &is], [old, new].map(|it| it.place("requestBody")));
    match (was, is) {
        (Some(old), Some(new)) => {
            required(report, "body-required", &old, &new);
            content(report, &old, &new);
        }
        (Some(_), None) => {
            let note = "request body removed: what clients send is no longer read";
            report.breaking("body-removed", place, note);
        }
        (None, Some(body)) => {
            let required = body.flag("required");
            let note = format!("request body added, {}", requirement(required));
            report.add(Class::breaking_if(required), "body-added", place, note);
        }
        (None, None) => {}
    }
}

fn responses(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    let (Some(old), Some(new)) = (old.get("responses"), new.get("responses")) else { return };
    for (status, was, is) in pairs(by_status(&old), by_status(&new)) {
        let place = places_or([&was, &is], [&old, &new].map(|it| it.place(&status)));
        // A client that waits for a success which never comes fails; an error that is no longer
        // documented, or comes as another status, is an error to it as before. `default` stands
        // for what no other entry covers, a success included.
        let class = Class::breaking_if(status.starts_with('2') || status == "default");
        match (was, is) {
            (Some(old), Some(new)) => {
                headers(report, &old, &new);
                content(report, &old, &new);
            }
            (Some(_), None) => {
                report.add(class, "status-removed", place, format!("{status} removed"));
            }
            (None, _) => report.add(class, "status-added", place, format!("{status} added")),
        }
    }
}

fn by_status<'d>(responses: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let entries = responses.fields().filter(|(status, _)| !status.starts_with("x-"));
    entries.map(|(status, node)| (status.to_owned(), node.resolved())).collect()
}

fn headers(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    for (name, was, is) in pairs(named(old, "headers"), named(new, "headers")) {
        let place = places_or([&was, &is], [old, new].map(|it| it.place("headers")));
        match (was, is) {
            (Some(old), Some(new)) => {
                required(report, "header-required", &old, &new);
                if let (Some(old), Some(new)) = (old.get("schema"), new.get("schema")) {
                    schema::compare(report, old, new, Form::Text);
                }
            }
            (Some(_), None) => {
                report.breaking("header-removed", place, format!("header `{name}` removed"));
            }
            (None, _) => {
                report.compatible("header-added", place, format!("header `{name}` added"));
            }
        }
    }
}

/// The entries of a map by their names, whose case means nothing to HTTP.
fn named<'d>(holder: &Node<'d>, key: &str) -> BTreeMap<String, Node<'d>> {
    let map = holder.get(key);
    let entries = map.iter().flat_map(Node::fields);
    entries.map(|(name, node)| (name.to_lowercase(), node.resolved())).collect()
}

/// Media types and their schemas.
fn content(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    for (media_type, was, is) in pairs(named(old, "content"), named(new, "content")) {
        let place = places_or([&was, &is], [old, new].map(|it| it.place("content")));
        match (was, is) {
            (Some(old), Some(new)) => match (old.get("schema"), new.get("schema")) {
                (Some(old), Some(new)) => schema::compare(report, old, new, Form::Json),
                (was, is) => {
                    let notes = ["schema added", "schema removed"];
                    report.restriction("schema", (was.is_some(), is.is_some()), notes, place);
                }
            },
            (Some(_), None) => {
                report.breaking("media-type-removed", place, format!("`{media_type}` removed"));
            }
            // Clients name in `Accept` what they understand.
            (None, _) => {
                report.compatible("media-type-added", place, format!("`{media_type}` added"));
            }
        }
    }
}
