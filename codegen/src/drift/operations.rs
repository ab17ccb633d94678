//! Operations, their parameters, bodies and responses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::Schemas;
use super::wire::{Class, Direction, Effect, Found, WireChange, places};
use super::{security, wire};
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};

/// Compares what two documents say of the wire.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<WireChange> {
    let mut found = Found::default();
    let (old_root, new_root) = (Node::root(old), Node::root(new));
    let (before, mut after) = (operations(old), operations(new));
    for (key, old) in before {
        let Some(new) = after.remove(&key) else {
            found.in_operation(old.operation.label());
            let note = format!("{} removed", old.operation.label());
            let place = (old.node.pointer, "/paths");
            let direction = Direction::Operation;
            found.add(Class::Breaking, direction, "operation-removed", place, note);
            continue;
        };
        found.in_operation(new.operation.label());
        parameters(&mut found, &old, &new);
        request_body(&mut found, &old.node, &new.node);
        responses(&mut found, &old.node, &new.node);
        security::compare(&mut found, (&old_root, &old.node), (&new_root, &new.node));
        let was = security::servers(&[&old.node, &old.item, &old_root]);
        let is = security::servers(&[&new.node, &new.item, &new_root]);
        security::compare_servers(&mut found, &was, &is, &places(&old.node, &new.node));
    }
    for new in after.into_values() {
        found.in_operation(new.operation.label());
        let note = format!("{} added", new.operation.label());
        let place = ("/paths", new.node.pointer);
        let direction = Direction::Operation;
        found.add(Class::Compatible, direction, "operation-added", place, note);
    }
    found.sorted()
}

/// By method and path; what a path parameter is called does not reach the wire.
fn operations(document: &Value) -> BTreeMap<String, OperationNode<'_>> {
    let all = operations::nodes(document).into_iter();
    all.map(|it| (format!("{} {}", it.operation.method, unnamed(&it.operation.path)), it)).collect()
}

/// The template without the names in its braces.
fn unnamed(template: &str) -> String {
    let mut inside = false;
    let kept = template.chars().filter(|&letter| {
        let keep = !inside || letter == '}';
        inside = (inside || letter == '{') && letter != '}';
        keep
    });
    kept.collect()
}

fn parameters(found: &mut Found, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    let (before, mut after) = (declared(old), declared(new));
    for (key, old_parameter) in before {
        match after.remove(&key) {
            Some(new_parameter) => parameter(found, &old_parameter, &new_parameter),
            None => {
                let place = (old_parameter.pointer, new.node.place("parameters"));
                let note = format!("{key} removed: what clients send there is no longer read");
                found.add(Class::Breaking, Direction::Parameter, "parameter-removed", place, note);
            }
        }
    }
    for (key, parameter) in after {
        let required = parameter.flag("required");
        let class = if required { Class::Breaking } else { Class::Compatible };
        let word = if required { "required" } else { "optional" };
        let place = (old.node.place("parameters"), parameter.pointer);
        let note = format!("{key} added, {word}");
        found.add(class, Direction::Parameter, "parameter-added", place, note);
    }
}

/// By place and name; path parameters by their position in the template.
fn declared<'d>(operation: &OperationNode<'d>) -> BTreeMap<String, Node<'d>> {
    let path = &operation.operation.path;
    let named = operation.parameters().into_iter().filter_map(|parameter| {
        let parameter = parameter.node;
        let (place, name) = (parameter.text("in")?, parameter.text("name")?);
        let key = match (place, path.find(&format!("{{{name}}}"))) {
            ("path", Some(at)) => {
                format!("path parameter {}", path[..at].matches('{').count() + 1)
            }
            // HTTP does not tell letters of a header's name apart.
            ("header", _) => format!("header parameter `{}`", name.to_lowercase()),
            _ => format!("{place} parameter `{name}`"),
        };
        Some((key, parameter))
    });
    named.collect()
}

fn parameter(found: &mut Found, old: &Node<'_>, new: &Node<'_>) {
    let direction = Direction::Parameter;
    required(found, direction, old, new, "parameter-required");
    for key in ["style", "explode", "allowReserved"] {
        let (was, is) = (serialization(old, key), serialization(new, key));
        if was != is {
            let note = format!("`{key}` was {was}, is {is}");
            found.add(Class::Breaking, direction, "parameter-style", places(old, new), note);
        }
    }
    match (old.get("schema"), new.get("schema")) {
        (Some(old), Some(new)) => Schemas::new(found, direction).compare(old, new),
        (None, None) => {}
        _ => {
            let note = "was a schema and is a media type, or the other way round";
            found.add(Class::Breaking, direction, "parameter-style", places(old, new), note);
        }
    }
    content(found, direction, old, new);
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

fn required(
    found: &mut Found,
    direction: Direction,
    old: &Node<'_>,
    new: &Node<'_>,
    rule: &'static str,
) {
    let (effect, note) = match (old.flag("required"), new.flag("required")) {
        (false, true) => (Effect::Narrowed, "was optional, is required"),
        (true, false) => (Effect::Widened, "was required, is optional"),
        _ => return,
    };
    found.add(effect.class(direction), direction, rule, places(old, new), note);
}

fn request_body(found: &mut Found, old: &Node<'_>, new: &Node<'_>) {
    let direction = Direction::Request;
    match (old.get("requestBody"), new.get("requestBody")) {
        (Some(old), Some(new)) => {
            required(found, direction, &old, &new, "body-required");
            content(found, direction, &old, &new);
        }
        (Some(body), None) => {
            let place = (body.pointer, new.place("requestBody"));
            let note = "request body removed: what clients send is no longer read";
            found.add(Class::Breaking, direction, "body-removed", place, note);
        }
        (None, Some(body)) => {
            let required = body.flag("required");
            let class = if required { Class::Breaking } else { Class::Compatible };
            let word = if required { "required" } else { "optional" };
            let place = (old.place("requestBody"), body.pointer);
            found.add(class, direction, "body-added", place, format!("request body added, {word}"));
        }
        (None, None) => {}
    }
}

fn responses(found: &mut Found, old: &Node<'_>, new: &Node<'_>) {
    let direction = Direction::Response;
    let (Some(old_all), Some(new_all)) = (old.get("responses"), new.get("responses")) else {
        return;
    };
    let (before, mut after) = (by_status(&old_all), by_status(&new_all));
    for (status, old) in before {
        let Some(new) = after.remove(&status) else {
            // A client that waits for a success which never comes fails; an error that is no
            // longer documented, or comes as another status, is an error to it as before.
            let class = if is_success(&status) { Class::Breaking } else { Class::Compatible };
            let place = (old.pointer, new_all.place(&status));
            found.add(class, direction, "status-removed", place, format!("{status} removed"));
            continue;
        };
        headers(found, &old, &new);
        content(found, direction, &old, &new);
    }
    for (status, new) in after {
        let class = if is_success(&status) { Class::Breaking } else { Class::Compatible };
        let place = (old_all.place(&status), new.pointer);
        found.add(class, direction, "status-added", place, format!("{status} added"));
    }
}

fn by_status<'d>(responses: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let all = responses.fields().filter(|(status, _)| !status.starts_with("x-"));
    all.map(|(status, node)| (status.to_owned(), node.resolved())).collect()
}

/// `default` stands for what no other entry covers, a success included.
fn is_success(status: &str) -> bool {
    status.starts_with('2') || status == "default"
}

fn headers(found: &mut Found, old: &Node<'_>, new: &Node<'_>) {
    let direction = Direction::Response;
    let (before, mut after) = (by_header(old), by_header(new));
    for (name, old_header) in before {
        let Some(new_header) = after.remove(&name) else {
            let place = (old_header.pointer, new.place("headers"));
            let note = format!("header `{name}` removed");
            found.add(Class::Breaking, direction, "header-removed", place, note);
            continue;
        };
        required(found, direction, &old_header, &new_header, "header-required");
        if let (Some(old), Some(new)) = (old_header.get("schema"), new_header.get("schema")) {
            Schemas::new(found, direction).compare(old, new);
        }
    }
    for (name, header) in after {
        let place = (old.place("headers"), header.pointer);
        let note = format!("header `{name}` added");
        found.add(Class::Compatible, direction, "header-added", place, note);
    }
}

/// HTTP does not tell letters of a header's name apart.
fn by_header<'d>(response: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let headers = response.get("headers");
    let all = headers.iter().flat_map(Node::fields);
    all.map(|(name, node)| (name.to_lowercase(), node.resolved())).collect()
}

/// Media types and their schemas.
fn content(found: &mut Found, direction: Direction, old: &Node<'_>, new: &Node<'_>) {
    let (before, mut after) = (media_types(old), media_types(new));
    for (media_type, old_media) in before {
        let Some(new_media) = after.remove(&media_type) else {
            let place = (old_media.pointer, new.place("content"));
            let note = format!("`{media_type}` removed");
            found.add(Class::Breaking, direction, "media-type-removed", place, note);
            continue;
        };
        match (old_media.get("schema"), new_media.get("schema")) {
            (Some(old), Some(new)) => Schemas::new(found, direction).compare(old, new),
            (None, None) => {}
            (was, _) => {
                let effect = if was.is_some() { Effect::Widened } else { Effect::Narrowed };
                let note = if was.is_some() { "schema removed" } else { "schema added" };
                let place = wire::places(&old_media, &new_media);
                found.add(effect.class(direction), direction, "schema", place, note);
            }
        }
    }
    for (media_type, media) in after {
        // Clients name in `Accept` what they understand.
        let place = (old.place("content"), media.pointer);
        let note = format!("`{media_type}` added");
        found.add(Class::Compatible, direction, "media-type-added", place, note);
    }
}

fn media_types<'d>(holder: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let content = holder.get("content");
    let all = content.iter().flat_map(Node::fields);
    all.map(|(name, node)| (name.to_lowercase(), node.resolved())).collect()
}
