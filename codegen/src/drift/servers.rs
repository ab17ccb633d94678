//! Where a client must call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pairs::{Places, pairs, places_or};
use super::security::texts;
use super::wire::Reporter;
use crate::bounds::MAX_COMBINATIONS;
use crate::document::node::Node;
use crate::document::operations::OperationNode;

/// Deployed clients go on calling where they have always called.
pub(super) fn compare(report: &mut Reporter<'_>, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    let (mut before, mut after) = (servers(old), servers(new));
    // A server that is written in another way is the same.
    let [was, is] = [&before, &after].map(|servers| servers.values().flat_map(addresses).collect());
    let (was, is): (BTreeSet<String>, BTreeSet<String>) = (was, is);
    let names: BTreeSet<String> =
        before.keys().filter(|name| after.contains_key(*name)).cloned().collect();
    before.retain(|name, server| {
        names.contains(name) || !addresses(server).iter().all(|it| is.contains(it))
    });
    after.retain(|name, server| {
        names.contains(name) || !addresses(server).iter().all(|it| was.contains(it))
    });
    let holders = [list(&before, &old.node), list(&after, &new.node)];
    for (url, was, is) in pairs(before, after) {
        let place = places_or([&was, &is], holders.clone());
        match (was, is) {
            (Some(old), Some(new)) => compare_variables(report, &old, &new),
            (Some(_), None) => {
                report.breaking("server-removed", place, format!("server `{url}` removed"));
            }
            (None, _) => {
                report.compatible("server-added", place, format!("server `{url}` added"));
            }
        }
    }
}

/// The servers of the operation, or of the path item or document that it inherits them from.
fn servers<'d>(operation: &OperationNode<'d>) -> BTreeMap<String, Node<'d>> {
    let holders = [&operation.node, &operation.item, &operation.root];
    let list = holders.iter().find_map(|holder| holder.written("servers"));
    let servers = list.iter().flat_map(Node::items).filter_map(|server| {
        let url = server.text("url")?.trim_end_matches('/').to_owned();
        Some((url, server))
    });
    servers.collect()
}

/// The addresses that a server stands for, as RFC 3986, section 6.2, has them: a variable of few values is each of
/// them, and any other by its place alone.
fn addresses(server: &Node<'_>) -> Vec<String> {
    let url = server.text("url").unwrap_or_default().trim_end_matches('/').to_owned();
    let variables = server.get("variables");
    let variables = variables.iter().flat_map(Node::fields);
    let named = variables.fold(vec![url], |urls, (name, variable)| {
        let values = variable.written("enum").as_ref().map(texts).unwrap_or_default();
        let values = if values.is_empty() { BTreeSet::from(["{}".to_owned()]) } else { values };
        let each = urls.iter().take(MAX_COMBINATIONS).flat_map(|url| {
            values
                .iter()
                .map(|value| url.replace(&format!("{{{name}}}"), value))
                .collect::<Vec<_>>()
        });
        each.collect()
    });
    let normal = named.into_iter().map(|url| match url::Url::parse(&url) {
        Ok(parsed) if !url.contains('{') => parsed.as_str().trim_end_matches('/').to_owned(),
        _ => url,
    });
    normal.collect()
}

/// The pointer of the list that the servers are in, or of the operation if there are none.
fn list(servers: &BTreeMap<String, Node<'_>>, operation: &Node<'_>) -> String {
    let first = servers.values().next().and_then(|node| node.pointer.rsplit_once('/'));
    first.map_or(&*operation.pointer, |(list, _)| list).to_owned()
}

const RULE: &str = "server-variable";

fn compare_variables(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    let place = || Places::fields(old, new, "variables");
    for (name, was, is) in pairs(variables(old), variables(new)) {
        let ((default, values), (new_default, new_values)) = match (was, is) {
            (Some(was), Some(is)) => (was, is),
            // Who calls has always put something there.
            (was, _) => {
                let change = if was.is_some() { "no longer described" } else { "described" };
                report.compatible(RULE, place(), format!("server variable `{name}` {change}"));
                continue;
            }
        };
        if default != new_default {
            let note = format!("default of server variable `{name}` changed");
            report.compatible(RULE, place(), note);
        }
        // Without an enum, a variable can have any value.
        let any = (values.is_empty(), new_values.is_empty());
        if any.0 || any.1 {
            let added = format!("server variable `{name}` can only be one of some values");
            let removed = format!("server variable `{name}` can have any value");
            let notes = [added.as_str(), removed.as_str()];
            restriction(report, (!any.0, !any.1), notes, place());
            continue;
        }
        for value in values.difference(&new_values) {
            let note = format!("server variable `{name}` can no longer be `{value}`");
            report.breaking(RULE, place(), note);
        }
        for value in new_values.difference(&values) {
            let note = format!("server variable `{name}` can be `{value}`");
            report.compatible(RULE, place(), note);
        }
    }
}

/// Clients choose the values.
fn restriction(
    report: &mut Reporter<'_>,
    (was, is): (bool, bool),
    [added, removed]: [&str; 2],
    place: Places<'_>,
) {
    match (was, is) {
        (false, true) => report.breaking(RULE, place, added),
        (true, false) => report.compatible(RULE, place, removed),
        _ => {}
    }
}

/// The variables of a server, each with its default and its enum.
fn variables<'d>(server: &Node<'d>) -> BTreeMap<&'d str, (Option<&'d Value>, BTreeSet<String>)> {
    let variables = server.get("variables");
    let variables = variables.iter().flat_map(Node::fields).map(|(name, variable)| {
        let values = variable.written("enum").as_ref().map(texts).unwrap_or_default();
        (name, (variable.value.get("default"), values))
    });
    variables.collect()
}
