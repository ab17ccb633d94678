//! The proof of a crate: every documented JSON body goes through its generated type and comes back as the
//! same value, every request that the documentation describes is built and sent, and every response that it
//! shows is received. What contradicts the page's own schema is the page's fault, and listed; and so is a page
//! of which no example is a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::calls::{self, Call};
use super::mocks::{self, Mock};
use super::pages::{self, Bare};
use super::requests::{self, Request};
use super::test_code::{self, Body, Names, Place, Response, Sending};
use crate::examples::Misfit;
use crate::examples::documented;
use crate::files::Files;
use crate::pipeline::Outcome;

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
    /// Pages of which no example is a test.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bare: Vec<Bare>,
    /// By operation in snake case, in the order of the document.
    #[serde(skip)]
    operations: Vec<Operation>,
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

/// What is shown of an operation and is right.
#[derive(Debug, Default)]
struct Operation {
    id: String,
    call: Call,
    /// How it is called, if that takes no guessing.
    request: Option<Request>,
    /// Bodies of requests, each with its type.
    requests: Vec<(Body, String)>,
    responses: Vec<Response>,
    /// A body that is made up where none is shown.
    sample: Option<Body>,
}

/// Judges the documented examples.
pub fn examples(outcome: &Outcome) -> Examples {
    let mut examples = Examples::default();
    let document = &outcome.documents.patched;
    let mut found = BTreeMap::<String, Operation>::new();
    let mut order = Vec::new();
    let (mut names, mut tested) = (Names::default(), BTreeSet::new());
    let mut calls = calls::of(&outcome.client);
    for body in documented::bodies(document, &outcome.upstream) {
        let id = outcome.method(&body.operation_id);
        let operation = found.entry(id.clone()).or_insert_with(|| {
            order.push(id.clone());
            Operation { call: calls.remove(&id).unwrap_or_default(), id, ..Operation::default() }
        });
        let page = body.page.clone();
        tested.extend(examples.judge(body, operation, &mut names).then_some(page));
    }
    let is_shown = |operation_id: &str| {
        let found = found.get(&outcome.method(operation_id));
        found.is_some_and(|operation| !operation.requests.is_empty())
    };
    // A body is made up for a request that the page shows none for.
    for mut request in requests::all(document, is_shown) {
        let id = outcome.method(&request.operation_id);
        let call = calls.remove(&id);
        if call.is_none() && !found.contains_key(&id) {
            continue;
        }
        let operation = found.entry(id.clone()).or_insert_with(|| {
            order.push(id.clone());
            Operation { call: call.unwrap_or_default(), id: id.clone(), ..Operation::default() }
        });
        let sample = request.sample.take();
        operation.sample = sample.map(|value| Body { name: format!("{id}_sample"), value });
        operation.request = Some(request);
    }
    examples.operations = order.into_iter().filter_map(|id| found.remove(&id)).collect();
    let place = Place::in_new_crate("client", outcome.spec.as_path(), outcome.runtime);
    let sent = examples.operations.iter().flat_map(|it| it.sendings(&place, outcome, None));
    examples.requests = sent.count();
    examples.bare = pages::bare(outcome, &examples, &tested);
    examples
}

/// A line for each example and page that is no test, and a summary.
impl fmt::Display for Examples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Mismatch { page, example, field, reason } in &self.mismatched {
            writeln!(f, "example: {page}, {example}, {field}: {reason}: the page's fault")?;
        }
        for page in &self.bare {
            writeln!(f, "no usable example: {page}")?;
        }
        let (tested, total) = (self.round_tripped, self.total);
        if total == 0 {
            return Ok(());
        }
        writeln!(f, "{tested} of {total} examples are tests of the crate")
    }
}

impl Examples {
    /// Counts a body; whether it becomes a test.
    fn judge(
        &mut self,
        body: documented::Body,
        operation: &mut Operation,
        names: &mut Names,
    ) -> bool {
        self.total += 1;
        if let Some(Misfit { field, reason, .. }) = body.misfits.into_iter().next() {
            let (page, example) = (body.page, body.name);
            self.mismatched.push(Mismatch { page, example, field, reason });
            return false;
        }
        let (id, call) = (&operation.id, &operation.call);
        match &body.status {
            None => {
                if let Some(ty) = call.setters.get("body").cloned() {
                    let name = names.next(format!("{id}_request"));
                    operation.requests.push((Body { name, value: body.value }, ty));
                    self.round_tripped += 1;
                    return true;
                }
            }
            Some(status) => {
                if let Some(answer) = call.answer(status).cloned() {
                    let name = names.next(format!("{id}_response_{}", status.to_lowercase()));
                    let (body, status) = (Body { name, value: body.value }, status.clone());
                    operation.responses.push(Response { body, status, answer });
                    self.round_tripped += 1;
                    return true;
                }
            }
        }
        self.untyped.push(format!("{}: {}", body.page, body.name));
        false
    }

    /// Adds the tests of the crate, and the bodies that they read.
    pub fn files(&self, outcome: &Outcome, place: &Place, files: &mut Files) {
        let mocks = outcome.mock.as_deref().filter(|_| place.is_mocked()).map(mocks::of);
        let mut text = String::new();
        for operation in &self.operations {
            let mock = mocks.as_ref().and_then(|mocks| mocks.get(&operation.id));
            text += &operation.tests(place, outcome, mock);
        }
        if text.is_empty() && self.bare.is_empty() {
            return;
        }
        for Mismatch { page, example, field, reason } in &self.mismatched {
            let reason = reason.replace(['\n', '\r'], " ");
            text += &format!(
                "\n// Not tested, since the page contradicts itself: {page}, {example}, {field}: {reason}\n"
            );
        }
        text += &pages::tests(&self.bare);
        let bodies = self.operations.iter().flat_map(Operation::bodies);
        let bodies = bodies.filter(|body| text.contains(&place.text(body)));
        place.add(&text, bodies, files);
    }
}

impl Operation {
    fn bodies(&self) -> impl Iterator<Item = &Body> {
        let requests = self.requests.iter().map(|(body, _)| body);
        let responses = self.responses.iter().map(|response| &response.body);
        requests.chain(responses).chain(&self.sample)
    }

    /// The requests that can be built, each with the name of its test.
    fn sendings(
        &self,
        place: &Place,
        outcome: &Outcome,
        mock: Option<&Mock>,
    ) -> Vec<(String, Sending)> {
        let Some(request) = &self.request else { return Vec::new() };
        let shown = self.requests.iter().map(|(body, _)| Some(body));
        let mut bodies: Vec<_> = shown.filter(|_| request.body.is_some()).collect();
        if bodies.is_empty() {
            bodies.push(self.sample.as_ref());
        }
        let sendings = bodies.into_iter().enumerate().filter_map(|(index, body)| {
            let name = match body {
                Some(body) if index > 0 => body.name.clone(),
                // A word of Rust has a `_` at its end, and the name of a test goes on.
                _ => self.id.trim_end_matches('_').to_owned(),
            };
            let called = (self.id.as_str(), &self.call, mock);
            Some((name, Sending::of(place, outcome, called, request, body)?))
        });
        sendings.collect()
    }

    fn tests(&self, place: &Place, outcome: &Outcome, mock: Option<&Mock>) -> String {
        let mut text = String::new();
        for (body, ty) in &self.requests {
            text += &test_code::round_trip(place, body, ty);
        }
        for response in &self.responses {
            text += &test_code::round_trip(place, &response.body, &response.answer.ty);
        }
        let sendings = self.sendings(place, outcome, mock);
        for (name, sending) in &sendings {
            text += &sending.is_sent(name);
        }
        let Some((name, sending)) = sendings.first() else { return text };
        let mut mocked = false;
        // What HEAD is answered with has no body.
        let has_body = self.request.as_ref().is_some_and(|request| request.method != "HEAD");
        for response in self.responses.iter().filter(|_| has_body) {
            let Some(sent) = self.call.sent_status(&response.status) else { continue };
            text += &sending.is_answered(place, response, sent);
            let test = mock.and_then(|mock| sending.is_mocked(place, mock, response, sent));
            mocked |= test.is_some();
            text += &test.unwrap_or_default();
        }
        if mock.is_some() && !mocked {
            text += &sending.is_matched(place, name);
        }
        text
    }
}
