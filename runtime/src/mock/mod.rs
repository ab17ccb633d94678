//! What typed mocks are made of: [`httpmock`] for the operations of a generated client.
//!
//! A mock that is made with [`mock`] knows what it waits for. A request to an operation that has such mocks
//! on that server, none of which matches, is answered with 404 and a text that names, for each of them, what
//! differs; the same is written to stderr. Values are shown, for these are tests.
//!
//! httpmock takes the first mock that matches, in the order in which they were made. So the answer is a mock
//! as well, one for each server, which is made again after every typed mock, and is always the last of them.
//!
//! Generated code calls this; people call what is generated.

mod difference;
mod template;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use httpmock::{HttpMockRequest, HttpMockResponse, Mock, MockServer, Then};
use regex::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::difference::{Field, differences, shortened};
use self::template::Template;
use crate::generated::encode_path;

/// An operation of a client.
#[derive(Debug)]
pub struct Operation {
    /// The name of its method.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the base URL, with `{name}` for a parameter.
    pub path: &'static str,
    /// Longer paths that end like this one and are those of other operations: what is sent to them is not for
    /// this one, although a base URL may have a path in front.
    pub others: &'static [&'static str],
}

/// What a mock waits for: [`httpmock::When`] for one operation, with what is said of the request kept.
pub struct When {
    inner: httpmock::When,
    expectation: Arc<Expectation>,
}

/// What a mock is known to wait for.
#[derive(Debug)]
struct Expectation {
    operation: &'static Operation,
    template: Template,
    others: Vec<Template>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    fields: Vec<Field>,
    /// Whether httpmock's own conditions may have been added.
    is_open: bool,
}

impl When {
    /// Waits for an operation, below whatever path the base URL has.
    pub fn new(inner: httpmock::When, operation: &'static Operation) -> Self {
        let template = Template::new(operation.path);
        let inner = inner.method(operation.method);
        let inner = matching(inner, template.pattern());
        let others = operation.others.iter().map(|path| Template::new(path)).collect();
        let known = Mutex::default();
        Self { inner, expectation: Arc::new(Expectation { operation, template, others, known }) }
    }

    /// httpmock's own, for conditions that are not of the document.
    pub fn into_inner(self) -> httpmock::When {
        locked(&self.expectation.known).is_open = true;
        self.inner
    }

    /// Expects a value in the path. `text` is not encoded.
    pub fn path_param(self, name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let pattern = self.expectation.template.pattern_with(name, &encode_path(&text).to_string());
        self.with(Field::Path(name, text), |inner| matching(inner, pattern))
    }

    /// Expects a value in the query.
    pub fn query_param(self, name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let field = Field::Query(name, Some(text.clone()));
        self.with(field, |inner| inner.query_param(name, text))
    }

    /// Expects that the query has no such parameter.
    pub fn query_param_missing(self, name: &'static str) -> Self {
        self.with(Field::Query(name, None), |inner| inner.query_param_missing(name))
    }

    /// Expects a header.
    pub fn header(self, name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let field = Field::Header(name, Some(text.clone()));
        self.with(field, |inner| inner.header(name, text))
    }

    /// Expects that there is no such header.
    pub fn header_missing(self, name: &'static str) -> Self {
        self.with(Field::Header(name, None), |inner| inner.header_missing(name))
    }

    /// Expects a body that is the JSON of a value.
    pub fn json_body_obj(self, value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.json_body(value),
            // httpmock says what is wrong with it.
            Err(_) => Self { inner: self.inner.json_body_obj(value), ..self },
        }
    }

    /// Expects a body of JSON.
    pub fn json_body(self, value: Value) -> Self {
        self.with(Field::Json(value.clone()), |inner| inner.json_body(value))
    }

    /// Expects a body of text.
    pub fn body(self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.with(Field::Text(text.clone()), |inner| inner.body(text))
    }

    fn with(self, field: Field, add: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
        locked(&self.expectation.known).fields.push(field);
        Self { inner: add(self.inner), expectation: self.expectation }
    }
}

/// Makes a mock that tells what differs when it is not met. `configure` says what it waits for and answers.
///
/// It needs a server of this process, since httpmock does not send functions to another.
pub fn mock<'s>(
    server: &'s MockServer,
    operation: &'static Operation,
    configure: impl FnOnce(When, Then),
) -> Mock<'s> {
    let of_server = OfServer::of(*server.address());
    let mock = server.mock(|when, then| {
        let when = When::new(when, operation);
        let expectation = Arc::clone(&when.expectation);
        of_server.wait_for(&expectation);
        // The expectation lives as long as the mock does, for the mock has this function.
        let inner = when.inner.is_true(move |request| expectation.is_of_operation(request));
        configure(When { inner, expectation: when.expectation }, then);
    });
    of_server.be_last(server);
    mock
}

/// A value that the documentation shows.
///
/// # Panics
/// If the text is not JSON of such a value, which the generator has checked.
#[track_caller]
pub fn example<T: DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!("an example that does not fit its type ({error}): {json}"),
    }
}

fn matching(when: httpmock::When, pattern: Option<Regex>) -> httpmock::When {
    match pattern {
        Some(pattern) => when.path_matches(pattern),
        None => when,
    }
}

impl Expectation {
    /// Whether a request is one to the operation, not to another one whose path ends like it.
    fn is_of_operation(&self, request: &HttpMockRequest) -> bool {
        let uri = request.uri();
        let is_other = || self.others.iter().any(|other| other.matches(uri.path()));
        request.method_str() == self.operation.method
            && self.template.matches(uri.path())
            && !is_other()
    }

    /// What differs in a request to the operation, a line each.
    fn differences(&self, request: &HttpMockRequest) -> Vec<String> {
        let known = locked(&self.known);
        let mut found = differences(&known.fields, &self.template, request);
        if found.is_empty() {
            let why = match known.is_open {
                true => "a condition that was added by `into_inner` is not met, or it",
                false => "it",
            };
            found.push(format!("nothing that is known of it; {why} has answered all its calls"));
        }
        found
    }
}

/// The typed mocks of a server.
#[derive(Debug, Default)]
struct OfServer {
    /// Those that live: a mock that is deleted takes its expectation with it.
    expectations: Mutex<Vec<Weak<Expectation>>>,
    /// The mock that answers when none of them matches.
    last: Mutex<Option<usize>>,
}

/// httpmock uses servers again: what was known of one ends with its mocks, when it is reset.
static SERVERS: LazyLock<Mutex<BTreeMap<SocketAddr, Weak<OfServer>>>> =
    LazyLock::new(Mutex::default);

impl OfServer {
    fn of(address: SocketAddr) -> Arc<Self> {
        let mut servers = locked(&SERVERS);
        if let Some(known) = servers.get(&address).and_then(Weak::upgrade) {
            return known;
        }
        let new = Arc::new(Self::default());
        servers.insert(address, Arc::downgrade(&new));
        new
    }

    fn wait_for(&self, expectation: &Arc<Expectation>) {
        let mut expectations = locked(&self.expectations);
        expectations.retain(|other| other.strong_count() > 0);
        expectations.push(Arc::downgrade(expectation));
    }

    /// Makes the mock that answers when no other one does, and deletes the one that did so until now. No lock
    /// is held meanwhile, for httpmock holds its own when it asks whether a mock matches.
    fn be_last(self: &Arc<Self>, server: &MockServer) {
        let (asked, answering) = (Arc::clone(self), Arc::clone(self));
        let new = server.mock(|when, then| {
            when.is_true(move |request| asked.expected(request).next().is_some());
            then.respond_with(move |request| answering.answer(request));
        });
        let mut last = locked(&self.last);
        // Of two threads that do this at the same time, the later mock stays.
        let before = match *last {
            Some(other) if other > new.id() => Some(new.id()),
            other => {
                *last = Some(new.id());
                other
            }
        };
        drop(last);
        if let Some(before) = before {
            Mock::new(before, server).delete();
        }
    }

    /// The expectations of the operation that a request is to.
    fn expected(&self, request: &HttpMockRequest) -> impl Iterator<Item = Arc<Expectation>> {
        let living: Vec<_> = locked(&self.expectations).iter().filter_map(Weak::upgrade).collect();
        living.into_iter().filter(|expectation| expectation.is_of_operation(request))
    }

    fn answer(&self, request: &HttpMockRequest) -> HttpMockResponse {
        let uri = request.uri();
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let sent = format!("{} {target}", request.method_str());
        let mut text = format!("No mock matches {}. What differs:\n", shortened(&sent));
        for (number, expectation) in (1..).zip(self.expected(request)) {
            let name = expectation.operation.name;
            let _ = writeln!(text, "  mock {number} of `{name}`:");
            for line in expectation.differences(request) {
                let _ = writeln!(text, "    {line}");
            }
        }
        // Not `eprint`: the test that started this thread may be another one, which would get the text.
        let _ = std::io::stderr().write_all(text.as_bytes());
        HttpMockResponse::builder()
            .status(404)
            .header("content-type", "text/plain; charset=utf-8")
            .body(text)
            .build()
    }
}

/// A test that panicked elsewhere is no reason to.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
