//! What a client must prove, and where it must call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::wire::{Class, Direction, Found};
use crate::document::node::Node;

/// One way to be let in: scheme to scopes. An empty one lets everybody in.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// Document and operation of one side.
type Holder<'n, 'd> = (&'n Node<'d>, &'n Node<'d>);

/// Breaking is what leaves a client outside that was let in before.
pub(super) fn compare(found: &mut Found, old: Holder<'_, '_>, new: Holder<'_, '_>) {
    let ((old_place, before), (new_place, after)) = (alternatives(old), alternatives(new));
    let place = (old_place.as_str(), new_place.as_str());
    let direction = Direction::Operation;
    for alternative in before.iter().filter(|one| !is_enough(one, &after)) {
        let note = format!("{} is no longer enough", describe(alternative));
        found.add(Class::Breaking, direction, "security-removed", place, note);
    }
    for alternative in after.iter().filter(|one| !is_enough(one, &before)) {
        // Where the way in that was there is gone, this is what replaces it.
        let note = format!("{} is accepted", describe(alternative));
        found.add(Class::Compatible, direction, "security-added", place, note);
    }
}

/// Whether a client that proves this is let in.
fn is_enough(proof: &Alternative, accepted: &[Alternative]) -> bool {
    accepted.iter().any(|alternative| {
        alternative
            .iter()
            .all(|(scheme, scopes)| proof.get(scheme).is_some_and(|has| scopes.is_subset(has)))
    })
}

fn alternatives((root, operation): Holder<'_, '_>) -> (String, Vec<Alternative>) {
    let security = operation.written("security").or_else(|| root.written("security"));
    let Some(security) = security else { return ("/security".to_owned(), vec![BTreeMap::new()]) };
    let listed: Vec<_> = security.items().map(|item| alternative(root, &item)).collect();
    let listed = if listed.is_empty() { vec![BTreeMap::new()] } else { listed };
    (security.pointer, listed)
}

fn alternative(root: &Node<'_>, requirement: &Node<'_>) -> Alternative {
    let scopes = |list: &Node<'_>| {
        list.items().filter_map(|scope| scope.value.as_str().map(str::to_owned)).collect()
    };
    requirement.fields().map(|(name, list)| (scheme(root, name), scopes(&list))).collect()
}

/// A scheme by what it does; what it is called does not reach the wire.
fn scheme(root: &Node<'_>, name: &str) -> String {
    let components = root.get("components").and_then(|all| all.get("securitySchemes"));
    let Some(scheme) = components.and_then(|schemes| schemes.get(name)) else {
        return format!("`{name}`");
    };
    let field = |key: &str| scheme.text(key).unwrap_or_default().to_owned();
    match field("type").as_str() {
        "http" => format!("HTTP {}", field("scheme").to_lowercase()),
        "apiKey" => format!("{} `{}`", field("in"), field("name")),
        "oauth2" => format!("OAuth 2 at {}", token_urls(&scheme).join(", ")),
        "openIdConnect" => format!("OpenID Connect at {}", field("openIdConnectUrl")),
        other => format!("{other} `{name}`"),
    }
}

fn token_urls(scheme: &Node<'_>) -> Vec<String> {
    let flows = scheme.get("flows");
    let urls = flows.iter().flat_map(Node::fields).map(|(name, flow)| {
        let url = flow.text("tokenUrl").or_else(|| flow.text("authorizationUrl"));
        format!("{} ({name})", url.unwrap_or("an unknown address"))
    });
    urls.collect()
}

fn describe(alternative: &Alternative) -> String {
    if alternative.is_empty() {
        return "no authentication".to_owned();
    }
    let schemes = alternative.iter().map(|(scheme, scopes)| match scopes.is_empty() {
        true => scheme.clone(),
        false => {
            let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
            format!("{scheme} with {}", scopes.join(", "))
        }
    });
    schemes.collect::<Vec<_>>().join(" and ")
}

/// The servers of the innermost holder that has some.
pub(super) fn servers<'d>(holders: &[&Node<'d>]) -> BTreeMap<String, Node<'d>> {
    let list = holders.iter().find_map(|holder| holder.written("servers"));
    let all = list.iter().flat_map(Node::items).filter_map(|server| {
        let url = server.text("url")?.trim_end_matches('/').to_owned();
        Some((url, server))
    });
    all.collect()
}

/// Deployed clients go on calling where they have always called.
pub(super) fn compare_servers(
    found: &mut Found,
    before: &BTreeMap<String, Node<'_>>,
    after: &BTreeMap<String, Node<'_>>,
    operation: &(String, String),
) {
    let direction = Direction::Operation;
    for (url, old) in before {
        match after.get(url) {
            Some(new) => variables(found, old, new),
            None => {
                let place = (old.pointer.as_str(), list(after, &operation.1));
                let note = format!("server `{url}` removed");
                found.add(Class::Breaking, direction, "server-removed", place, note);
            }
        }
    }
    for (url, new) in after.iter().filter(|(url, _)| !before.contains_key(*url)) {
        let place = (list(before, &operation.0), new.pointer.as_str());
        let note = format!("server `{url}` added");
        found.add(Class::Compatible, direction, "server-added", place, note);
    }
}

/// The list that the servers are in.
fn list(servers: &BTreeMap<String, Node<'_>>, otherwise: &str) -> String {
    let first = servers.values().next().and_then(|node| node.pointer.rsplit_once('/'));
    first.map_or(otherwise, |(list, _)| list).to_owned()
}

fn variables(found: &mut Found, old: &Node<'_>, new: &Node<'_>) {
    let values = |server: &Node<'_>| -> BTreeMap<String, (Option<Value>, BTreeSet<String>)> {
        let variables = server.get("variables");
        let all = variables.iter().flat_map(Node::fields).map(|(name, variable)| {
            let listed = variable.written("enum");
            let listed = listed.iter().flat_map(Node::items);
            let listed = listed.filter_map(|item| item.value.as_str().map(str::to_owned)).collect();
            (name.to_owned(), (variable.value.get("default").cloned(), listed))
        });
        all.collect()
    };
    let place = || (old.place("variables"), new.place("variables"));
    let (before, after) = (values(old), values(new));
    for (name, (default, listed)) in &before {
        let Some((new_default, new_listed)) = after.get(name) else { continue };
        if default != new_default {
            let note = format!("default of server variable `{name}` changed");
            let (class, direction) = (Class::Compatible, Direction::Operation);
            found.add(class, direction, "server-variable", place(), note);
        }
        for value in listed.difference(new_listed).filter(|_| !new_listed.is_empty()) {
            let note = format!("server variable `{name}` can no longer be `{value}`");
            let (class, direction) = (Class::Breaking, Direction::Operation);
            found.add(class, direction, "server-variable", place(), note);
        }
        for value in new_listed.difference(listed).filter(|_| !listed.is_empty()) {
            let note = format!("server variable `{name}` can be `{value}`");
            let (class, direction) = (Class::Compatible, Direction::Operation);
            found.add(class, direction, "server-variable", place(), note);
        }
    }
}
