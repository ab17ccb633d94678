//! The proof of a crate: every documented JSON body goes through its generated type and comes back
//! as the same value, and every request that the documentation describes is built and sent. What
//! contradicts the page's own schema is the page's fault, and listed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::calls::{self, Call};
use super::requests::{self, Request};
use crate::examples::Misfit;
use crate::examples::documented::{self, Body};
use crate::files::Files;
use crate::pipeline::Outcome;
use crate::progenitor::names::method_name;
use crate::syntax::{json, number};

/// What is known of the documented examples.
#[derive(Debug, Default, Serialize)]
pub struct Examples {
    /// JSON bodies that the documentation shows.
    pub total: usize,
    /// Those that the crate's tests take through their types and back.
    pub round_tripped: usize,
    /// Those that are not what their own page's schema says.
    pub mismatched: Vec<Mismatch>,
    /// Those that have no type: bytes, or an operation that is left out.
    pub untyped: Vec<String>,
    /// Requests that the crate's tests build and send.
    pub requests: usize,
    #[serde(skip)]
    bodies: Vec<Decoded>,
    #[serde(skip)]
    samples: Vec<(String, Value)>,
    #[serde(skip)]
    sent: Vec<String>,
}

/// An example against its page's schema.
#[derive(Debug, Serialize)]
pub struct Mismatch {
    /// The page.
    pub page: String,
    /// The example.
    pub example: String,
    /// JSON Pointer of the field.
    pub field: String,
    /// What the schema says of it.
    pub reason: String,
}

/// A body, and the type that it is decoded into.
#[derive(Debug)]
struct Decoded {
    name: String,
    ty: String,
    value: Value,
}

/// Judges the documented examples, and makes tests of those that are right.
pub fn examples(outcome: &Outcome) -> Examples {
    let mut examples = Examples::default();
    let document = &outcome.documents.patched;
    let calls = calls::of(&outcome.client);
    // The request's body and the name of its file, by operation.
    let mut bodies = BTreeMap::new();
    for body in documented::bodies(document, &outcome.upstream) {
        let id = method_name(&body.operation_id);
        let value = body.value.clone();
        if let Some(name) = examples.judge(body, calls.get(&id)) {
            bodies.entry(id).or_insert((name, value));
        }
    }
    // A body is made up for a request that the page shows none for.
    let is_shown = |operation_id: &str| bodies.contains_key(&method_name(operation_id));
    for request in requests::all(document, is_shown) {
        let id = method_name(&request.operation_id);
        let Some(call) = calls.get(&id) else { continue };
        let sample = request.sample.as_ref();
        let sample = sample.map(|body| (format!("{id}_sample"), body.clone()));
        let body = bodies.get(&id).or(sample.as_ref());
        if let Some(test) = sending(outcome, &id, &request, call, body) {
            examples.sent.push(test);
            examples.samples.extend(sample);
        }
    }
    examples.requests = examples.sent.len();
    examples
}

impl Examples {
    /// Counts a body; the name of its test, if it is a request's and right.
    fn judge(&mut self, body: Body, call: Option<&Call>) -> Option<String> {
        self.total += 1;
        let id = method_name(&body.operation_id);
        let ty = call.and_then(|call| match &body.status {
            None => call.setters.get("body").cloned(),
            Some(status) => call.answer(status),
        });
        if let Some(Misfit { field, reason, .. }) = body.misfits.into_iter().next() {
            let (page, example) = (body.page, body.name);
            self.mismatched.push(Mismatch { page, example, field, reason });
            return None;
        }
        let Some(ty) = ty else {
            self.untyped.push(format!("{}: {}", body.page, body.name));
            return None;
        };
        self.round_tripped += 1;
        let side = body.status.as_ref().map_or("request", |_| "response");
        let name = format!("{id}_{side}_{}", self.total);
        self.bodies.push(Decoded { name: name.clone(), ty, value: body.value });
        body.status.is_none().then_some(name)
    }

    /// The tests of the crate, and the bodies that they read.
    pub fn files(&self, library: &str, folder: &Path, files: &mut Files) {
        if self.bodies.is_empty() && self.sent.is_empty() {
            return;
        }
        let mut text = HARNESS.replace("super::client", library).replace(OWN_TESTS, "");
        for Decoded { name, ty, value } in &self.bodies {
            files.add(folder.join(format!("tests/examples/{name}.json")), json::print(value));
            text += &format!(
                "\n#[test]\nfn {name}() {{\n    round_trip::<{ty}>(include_str!(\"examples/{name}.json\"));\n}}\n"
            );
        }
        for (name, body) in &self.samples {
            files.add(folder.join(format!("tests/examples/{name}.json")), json::print(body));
        }
        for test in &self.sent {
            text += test;
        }
        for Mismatch { page, example, field, reason } in &self.mismatched {
            let reason = reason.replace('\n', " ");
            text += &format!(
                "\n// Not tested, since the page contradicts itself: {page}, {example}, {field}: {reason}\n"
            );
        }
        files.add(folder.join("tests/examples.rs"), text);
    }
}

/// A test that builds a request, sends it, and looks at what arrived.
fn sending(
    outcome: &Outcome,
    id: &str,
    request: &Request,
    call: &Call,
    body: Option<&(String, Value)>,
) -> Option<String> {
    let mut lines = format!("    let call = client.{id}();\n");
    for (name, place, value) in &request.set {
        let setter = outcome.parameters.iter().find(|parameter| {
            parameter.operation == id && parameter.real == *name && parameter.place == *place
        });
        let setter = method_name(setter.map_or(name, |parameter| &parameter.name));
        let ty = call.setters.get(&setter)?;
        let value = value.to_string();
        lines += &format!("    let call = call.{setter}(value::<{ty}>({value:?}));\n");
    }
    let pairs = |pairs: &[(String, String)]| {
        let pairs = pairs.iter().map(|(name, value)| format!("({name:?}, {value:?})"));
        format!("&[{}]", pairs.collect::<Vec<_>>().join(", "))
    };
    let mut sent = "Sent::Nothing".to_owned();
    if let Some(kind) = request.body {
        let ((name, value), ty) = (body?, call.setters.get("body")?);
        let file = format!("include_str!(\"examples/{name}.json\")");
        lines += &format!("    let call = call.body(value::<{ty}>({file}));\n");
        sent = match kind {
            requests::Body::Json => format!("Sent::Json({file})"),
            requests::Body::Form => format!(
                "Sent::Form({})",
                pairs(&requests::form(&number::without_texts(value.clone()))?)
            ),
            // It is not sent as it is shown.
            requests::Body::Other => return None,
        };
    }
    let line = format!("{} {}", request.method, request.path);
    let (query, headers) = (pairs(&request.query), pairs(&request.headers));
    Some(format!(
        "\n#[tokio::test]\nasync fn {id}_is_sent() {{\n    let (client, received) = serve();\n{lines}    \
         left(call.send().await);\n    \
         received.join().unwrap().check({line:?}, {query}, {headers}, {sent});\n}}\n"
    ))
}

/// What the tests are made with, in which `super::client` stands for the crate.
const HARNESS: &str = include_str!("emitted/harness.rs");

/// The end of the harness, which is no part of the crate's tests.
const OWN_TESTS: &str = "\n#[cfg(test)]\nmod tests;\n";
