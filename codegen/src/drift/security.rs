//! What a client must prove to be let in.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::{Place, Places};
use super::wire::Reporter;
use crate::document::node::Node;
use crate::document::operations::OperationNode;

/// A security requirement: schemes with their scopes, all of which a client must prove. An empty
/// one lets everybody in.
type Requirement = BTreeMap<String, BTreeSet<String>>;

/// Breaking is what leaves a client outside that was let in before.
pub(super) fn compare(report: &mut Reporter<'_>, old: &OperationNode<'_>, new: &OperationNode<'_>) {
    let ((old_place, before), (new_place, after)) = (requirements(old), requirements(new));
    let place = Places::new(old_place, new_place);
    for requirement in before.iter().filter(|requirement| !is_enough(requirement, &after)) {
        let note = format!("{} is no longer enough", describe(requirement));
        report.breaking("security-removed", place.clone(), note);
    }
    // Compatible even if it replaces a requirement that is gone, which is reported for itself.
    for requirement in after.iter().filter(|requirement| !is_enough(requirement, &before)) {
        let note = format!("{} is accepted", describe(requirement));
        report.compatible("security-added", place.clone(), note);
    }
}

/// Whether a client that meets one requirement meets one of the others.
fn is_enough(met: &Requirement, accepted: &[Requirement]) -> bool {
    accepted.iter().any(|requirement| {
        requirement.iter().all(|(scheme, scopes)| {
            met.get(scheme).is_some_and(|granted| scopes.is_subset(granted))
        })
    })
}

/// The requirements of an operation, any of which is enough, and the pointer of their list.
fn requirements<'d>(operation: &OperationNode<'d>) -> (Place<'d>, Vec<Requirement>) {
    let OperationNode { root, node, .. } = operation;
    let security = node.written("security").or_else(|| root.written("security"));
    let Some(security) = security else {
        return (Place::missing("/security".to_owned()), vec![BTreeMap::new()]);
    };
    let mut requirements: Vec<_> = security.items().map(|item| requirement(root, &item)).collect();
    if requirements.is_empty() {
        requirements.push(BTreeMap::new());
    }
    (Place::of(&security), requirements)
}

fn requirement(root: &Node<'_>, requirement: &Node<'_>) -> Requirement {
    requirement.fields().map(|(name, scopes)| (scheme(root, name), texts(&scopes))).collect()
}

/// The strings of a list.
pub(super) fn texts(list: &Node<'_>) -> BTreeSet<String> {
    list.items().filter_map(|item| item.value.as_str().map(str::to_owned)).collect()
}

/// A scheme by what it does; what it is called does not reach the wire.
fn scheme(root: &Node<'_>, name: &str) -> String {
    let schemes = root.get("components").and_then(|it| it.get("securitySchemes"));
    let Some(scheme) = schemes.and_then(|schemes| schemes.get(name)) else {
        return format!("`{name}`");
    };
    let field = |key: &str| scheme.text(key).unwrap_or_default().to_owned();
    match field("type").as_str() {
        "http" => format!("HTTP {}", field("scheme").to_lowercase()),
        // HTTP does not tell letters of a header's name apart.
        "apiKey" if field("in") == "header" => format!("header `{}`", field("name").to_lowercase()),
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

fn describe(requirement: &Requirement) -> String {
    if requirement.is_empty() {
        return "no authentication".to_owned();
    }
    let schemes = requirement.iter().map(|(scheme, scopes)| match scopes.is_empty() {
        true => scheme.clone(),
        false => format!(
            "{scheme} with {}",
            Vec::from_iter(scopes.iter().map(String::as_str)).join(", ")
        ),
    });
    schemes.collect::<Vec<_>>().join(" and ")
}
