//! Where a client must call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pairs::{pairs, places_or};
use super::security::texts;
use super::wire::Reporter;
use crate::document::node::Node;
use crate::document::operations::OperationNode;

/// Deployed clients go on calling where they have always called.
pub(super) fn compare(report: &mut Reporter<'_>, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    let (before, after) = (servers(old), servers(new));
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

/// The pointer of the list that the servers are in, or of the operation if there are none.
fn list(servers: &BTreeMap<String, Node<'_>>, operation: &Node<'_>) -> String {
    let first = servers.values().next().and_then(|node| node.pointer.rsplit_once('/'));
    first.map_or(&*operation.pointer, |(list, _)| list).to_owned()
}

fn compare_variables(report: &mut Reporter<'_>, old: &Node<'_>, new: &Node<'_>) {
    const RULE: &str = "server-variable";
    let place = || (old.place("variables"), new.place("variables"));
    for (name, old, new) in pairs(variables(old), variables(new)) {
        let (Some((default, values)), Some((new_default, new_values))) = (old, new) else {
            continue;
        };
        if default != new_default {
            let note = format!("default of server variable `{name}` changed");
            report.compatible(RULE, place(), note);
        }
        // Without an enum, a variable can have any value.
        if values.is_empty() || new_values.is_empty() {
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

/// The variables of a server, each with its default and its enum.
fn variables<'d>(server: &Node<'d>) -> BTreeMap<&'d str, (Option<&'d Value>, BTreeSet<String>)> {
    let variables = server.get("variables");
    let variables = variables.iter().flat_map(Node::fields).map(|(name, variable)| {
        let values = variable.written("enum").as_ref().map(texts).unwrap_or_default();
        (name, (variable.value.get("default"), values))
    });
    variables.collect()
}
