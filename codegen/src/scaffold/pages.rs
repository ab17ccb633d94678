//! The pages of which no example is a test, and why.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Examples;
use crate::document::operations::{Operation, operations};
use crate::document::pointer::percent_decoded;
use crate::pipeline::Outcome;
use crate::progenitor::names::method_name;
use crate::vendor::{Body, Upstream};

/// A page of which no example is a test.
#[derive(Debug, Serialize)]
pub struct Bare {
    /// The page.
    pub page: String,
    /// The methods and paths of its operations.
    pub operations: Vec<String>,
    /// What there is instead of an example.
    pub reason: String,
}

impl std::fmt::Display for Bare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let operations = match self.operations.as_slice() {
            // Path items by reference are no operations of the page as it is written.
            [] => String::new(),
            all => format!(" ({})", all.join(", ")),
        };
        write!(f, "{}{operations}: {}", self.page, self.reason)
    }
}

/// Finds them; `tested` are the pages with a test.
pub fn bare(outcome: &Outcome, examples: &Examples, tested: &BTreeSet<String>) -> Vec<Bare> {
    let pages = outcome.upstream.iter().filter(|page| !tested.contains(&page.slug));
    let bare = pages.map(|page| {
        let all = operations(&page.document);
        let operations = all.iter().map(Operation::label).map(|label| percent_decoded(&label));
        let operations = operations.collect();
        Bare { page: page.slug.clone(), operations, reason: reason(page, examples) }
    });
    bare.collect()
}

fn reason(page: &Upstream, examples: &Examples) -> String {
    let refused = examples.mismatched.iter().find(|mismatch| mismatch.page == page.slug);
    if let Some(mismatch) = refused {
        let (example, field) = (&mismatch.example, &mismatch.field);
        return format!("what it shows is not what its schema says: {example}, {field}");
    }
    let start = format!("{}: ", page.slug);
    if let Some(untyped) = examples.untyped.iter().find_map(|name| name.strip_prefix(&start)) {
        return format!("no type in the client for what it shows: {untyped}");
    }
    let shown = page.examples.iter().flat_map(|example| [&example.request, &example.response]);
    let shown: Vec<_> = shown.flatten().collect();
    if shown.iter().any(|body| matches!(body, Body::Json(_))) {
        return "its document has no schema for what it shows".to_owned();
    }
    if !shown.is_empty() {
        return "what it shows is not JSON".to_owned();
    }
    match page.provenance.undefined.first() {
        Some(first) => format!("`undefined` is all that it shows: {first}"),
        None => "it shows no example".to_owned(),
    }
}

/// Tests that are skipped, so that whoever runs the tests reads which pages have none, and why.
pub fn tests(bare: &[Bare]) -> String {
    let (mut text, mut taken) = (String::new(), BTreeSet::new());
    for one in bare {
        let name = format!("{}_has_no_usable_example", method_name(&one.page));
        let mut names = std::iter::once(name.clone());
        let mut numbered = (2_u32..).map(|number| format!("{name}_{number}"));
        let free = names.by_ref().chain(&mut numbered).find(|name| !taken.contains(name));
        let name = free.unwrap_or_default();
        let reason = one.to_string().replace(['\n', '\r'], " ");
        text += &format!("\n#[test]\n#[ignore = {reason:?}]\nfn {name}() {{}}\n");
        taken.insert(name);
    }
    text
}
