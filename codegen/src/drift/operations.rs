//! Operations, their parameters, bodies and responses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pairs::{Place, Places, pairs, places, places_or};
use super::schema::{self, NO_LONGER_READ};
use super::sets::Form;
use super::wire::{Class, Direction, Reporter, WireChange, WireChanges, requirement};
use super::{encoding, security, servers};
use crate::document::media_type;
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};
use crate::document::path_template;

/// Compares what two documents say of the wire.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<WireChange> {
    let mut changes = WireChanges::of(old, new);
    for (old, new) in operation_pairs(old, new) {
        let Some(present) = new.as_ref().or(old.as_ref()) else { continue };
        let label = present.operation.label();
        changes.operation.clone_from(&label);
        let mut report = changes.in_direction(Direction::Operation);
        match (old, new) {
            (Some(old), Some(new)) => operation(&mut changes, &old, &new),
            (Some(old), None) => {
                let place = Places::new(Place::of(&old.node), Place::missing("/paths".to_owned()));
                report.breaking("operation-removed", place, format!("{label} removed"));
            }
            (None, Some(new)) => {
                let place = Places::new(Place::missing("/paths".to_owned()), Place::of(&new.node));
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

/// The operations of both documents, each with its counterpart. What a path parameter is called does not reach the
/// wire, so of several templates of one shape those of the same name belong together, then those of the same id.
fn operation_pairs<'d>(
    old: &'d Value,
    new: &'d Value,
) -> Vec<(Option<OperationNode<'d>>, Option<OperationNode<'d>>)> {
    let mut all = Vec::new();
    for (_, old, new) in pairs(by_address(old), by_address(new)) {
        let (mut old, mut new) = (old.unwrap_or_default(), new.unwrap_or_default());
        for is_same in [is_of_same_path, is_of_same_id, is_of_same_shape] {
            for one in std::mem::take(&mut old) {
                match new.iter().position(|other| is_same(&one, other)) {
                    Some(at) => all.push((Some(one), Some(new.remove(at)))),
                    None => old.push(one),
                }
            }
        }
        all.extend(old.into_iter().map(|one| (Some(one), None)));
        all.extend(new.into_iter().map(|other| (None, Some(other))));
    }
    all
}

fn is_of_same_path(old: &OperationNode<'_>, new: &OperationNode<'_>) -> bool {
    old.operation.path == new.operation.path
}

fn is_of_same_id(old: &OperationNode<'_>, new: &OperationNode<'_>) -> bool {
    old.node.text("operationId") == new.node.text("operationId")
}

/// All that are looked at together are.
fn is_of_same_shape(_: &OperationNode<'_>, _: &OperationNode<'_>) -> bool {
    true
}

/// By method and path, without the names of parameters.
fn by_address(document: &Value) -> BTreeMap<String, Vec<OperationNode<'_>>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for node in operations::nodes(document) {
        let path = path_template::normal(&unnamed(&node.operation.path));
        all.entry(format!("{} {path}", node.operation.method)).or_default().push(node);
    }
    all
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

/// Headers that are no parameters.
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

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
        // OpenAPI has other places for these, and says that such a parameter is ignored.
        let is_ignored = place == "header" && IGNORED.contains(&name.to_lowercase().as_str());
        (!is_ignored).then_some((key, parameter))
    });
    named.collect()
}

fn parameter(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    required(report, "parameter-required", old, new);
    style(report, "parameter-style", old, new, &["style", "explode", "allowReserved"]);
    described(report, "parameter-style", (old, new), form(old, new), Direction::Parameter);
    if old.text("in") == Some("query") {
        let notes = ["can no longer be empty", "can be empty"];
        let not_empty = (!old.flag("allowEmptyValue"), !new.flag("allowEmptyValue"));
        let place = Places::fields(old, new, "allowEmptyValue");
        report.restriction("parameter-empty", not_empty, notes, place);
    }
}

/// How the values of a parameter or a header are written.
fn style(
    report: &mut Reporter<'_>,
    rule: &'static str,
    old: &Node<'_>,
    new: &Node<'_>,
    keys: &[&str],
) {
    for &key in keys {
        let (was, is) = (serialization(old, key), serialization(new, key));
        let is_nothing = key == "explode" && !(explodes(old) || explodes(new));
        if was != is && !is_nothing {
            let note = format!("`{key}` was {was}, is {is}");
            report.breaking(rule, Places::fields(old, new, key), note);
        }
    }
}

/// What the values of a parameter or a header are, by a schema or as a media type.
fn described(
    report: &mut Reporter<'_>,
    rule: &'static str,
    (old, new): (&Node<'_>, &Node<'_>),
    form: Form,
    direction: Direction,
) {
    match (old.written("schema"), new.written("schema")) {
        (Some(was), Some(is)) => schema::compare(report, was, is, form),
        (None, None) => {}
        _ => {
            let note = "was a schema and is a media type, or the other way round";
            report.breaking(rule, places(old, new), note);
        }
    }
    content(report, old, new, direction);
}

/// Whether a parameter looks otherwise when it is exploded: a single value does not, nor does a list between commas.
fn explodes(parameter: &Node<'_>) -> bool {
    let Some(schema) = parameter.get("schema").map(MergedSchema::of) else { return true };
    match schema.kind() {
        Some("array") => serialization(parameter, "style") != "simple",
        Some("string" | "integer" | "number" | "boolean") => false,
        _ => true,
    }
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
    report.restriction(
        rule,
        (old.flag("required"), new.flag("required")),
        notes,
        Places::fields(old, new, "required"),
    );
}

fn request_body(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    let (was, is) = (old.get("requestBody"), new.get("requestBody"));
    let place = places_or([&was, &is], [old, new].map(|it| it.place("requestBody")));
    match (was, is) {
        (Some(old), Some(new)) => {
            required(report, "body-required", &old, &new);
            content(report, &old, &new, Direction::Request);
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
    let (before, after) = (by_status(&old), by_status(&new));
    for (status, was, is) in pairs(before.clone(), after.clone()) {
        let place = places_or([&was, &is], [&old, &new].map(|it| it.place(&status)));
        match (was, is) {
            (Some(old), Some(new)) => response(report, &old, &new),
            (Some(old), None) => match covering(&after, &status) {
                Some(new) => response(report, &old, new),
                // What remains was documented before.
                None => {
                    let class =
                        Class::breaking_if(is_success(&before, &status) && !has_success(&after));
                    report.add(class, "status-removed", place, format!("{status} removed"));
                }
            },
            (None, Some(new)) => match covering(&before, &status) {
                Some(old) => response(report, old, &new),
                None => {
                    let class = Class::breaking_if(is_success(&after, &status));
                    report.add(class, "status-added", place, format!("{status} added"));
                }
            },
            (None, None) => {}
        }
    }
}

fn response(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    headers(report, old, new);
    content(report, old, new, Direction::Response);
}

type ByStatus<'d> = BTreeMap<String, Node<'d>>;

/// What else describes a status: its range, or what stands for all that are not listed.
fn covering<'n, 'd>(responses: &'n ByStatus<'d>, status: &str) -> Option<&'n Node<'d>> {
    let is_code = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
    let range = status.get(..1).filter(|_| is_code).map(|first| format!("{first}XX"));
    let range = range.and_then(|range| responses.get(&range));
    // Beside a success, the others are errors.
    let is_meant = status != "default" && (!status.starts_with('2') || !has_success(responses));
    range.or_else(|| responses.get("default").filter(|_| is_meant))
}

fn has_success(responses: &ByStatus<'_>) -> bool {
    responses.keys().any(|status| status.starts_with('2'))
}

/// Whether a client waits for it: an error that is no longer documented, or comes as another status, is an error
/// to it as before. `default` stands for what no other entry covers, a success included if there is none.
fn is_success(responses: &ByStatus<'_>, status: &str) -> bool {
    status.starts_with('2') || status == "default" && !has_success(responses)
}

fn by_status<'d>(responses: &Node<'d>) -> ByStatus<'d> {
    let entries = responses.fields().filter(|(status, _)| !status.starts_with("x-"));
    entries
        .map(|(status, node)| {
            (status.to_ascii_uppercase().replace("DEFAULT", "default"), node.resolved())
        })
        .collect()
}

fn headers(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    for (name, was, is) in pairs(named(old, "headers"), named(new, "headers")) {
        if name == "content-type" {
            continue;
        }
        let place = places_or([&was, &is], [old, new].map(|it| it.place("headers")));
        match (was, is) {
            (Some(old), Some(new)) => {
                required(report, "header-required", &old, &new);
                style(report, "header-style", &old, &new, &["explode"]);
                described(report, "header-style", (&old, &new), Form::Text, Direction::Response);
            }
            (Some(header), None) => {
                // A client reads an optional one as absent.
                let class = Class::breaking_if(header.flag("required"));
                report.add(class, "header-removed", place, format!("header `{name}` removed"));
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
fn content(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>, direction: Direction) {
    let (before, after) = (by_media_type(old), by_media_type(new));
    for (name, was, is) in pairs(before.clone(), after.clone()) {
        let place = places_or([&was, &is], [old, new].map(|it| it.place("content")));
        match (was, is) {
            (Some(old), Some(new)) => media_type(report, &name, (&old, &new), place),
            (Some(old), None) => match range_of(&after, &name) {
                Some(new) => media_type(report, &name, (&old, new), place),
                None => {
                    // Of a range, what an answer still may be is part of what it was.
                    let is_part = after.keys().any(|it| media_type::is_in_range(it, &name));
                    let class = Class::breaking_if(direction != Direction::Response || !is_part);
                    report.add(class, "media-type-removed", place, format!("`{name}` removed"));
                }
            },
            (None, Some(new)) => match range_of(&before, &name) {
                Some(old) => media_type(report, &name, (old, &new), place),
                None => {
                    // Clients name in `Accept` what they understand, unless they were told a part of it.
                    let is_wider = before.keys().any(|it| media_type::is_in_range(it, &name));
                    let class = Class::breaking_if(direction == Direction::Response && is_wider);
                    report.add(class, "media-type-added", place, format!("`{name}` added"));
                }
            },
            (None, None) => {}
        }
    }
}

fn media_type(
    report: &mut Reporter<'_>,
    name: &str,
    (old, new): (&Node<'_>, &Node<'_>),
    place: Places<'_>,
) {
    // Fields and parts of forms are texts.
    let is_form = [media_type::FORM, "multipart/form-data"].contains(&&*media_type::essence(name));
    let form = if is_form { Form::Repeated } else { Form::Json };
    encoding::compare(report, name, old, new);
    match (old.written("schema"), new.written("schema")) {
        (Some(old), Some(new)) => schema::compare(report, old, new, form),
        (was, is) => {
            let says = |schema: &Option<Node<'_>>| {
                schema
                    .as_ref()
                    .is_some_and(|it| it.value.as_object().is_none_or(|it| !it.is_empty()))
            };
            let notes = ["schema added", "schema removed"];
            report.restriction("schema", (says(&was), says(&is)), notes, place);
        }
    }
}

/// The media types of a `content`, each as RFC 9110 tells it from others.
fn by_media_type<'d>(holder: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let content = holder.get("content");
    let entries = content.iter().flat_map(Node::fields);
    entries.map(|(name, node)| (media_type::canonical(name), node.resolved())).collect()
}

/// The most specific range that a media type is in.
fn range_of<'n, 'd>(content: &'n BTreeMap<String, Node<'d>>, name: &str) -> Option<&'n Node<'d>> {
    let ranges = content.iter().filter(|(range, _)| media_type::is_in_range(name, range));
    ranges.max_by_key(|(range, _)| range.len()).map(|(_, node)| node)
}
