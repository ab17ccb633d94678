//! The Rust of the tests that examples become, and where it is put.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::calls::{Answer, Call};
use super::mocks::Mock;
use super::requests::{self, Request};
use crate::files::Files;
use crate::pipeline::Outcome;
use crate::progenitor::names::method_name;
use crate::progenitor::settings::{Runtime, Tests};
use crate::syntax::{json, number};

/// A documented body, or one that is made up; its name is that of its test.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    pub name: String,
    pub value: Value,
}

/// A documented response: its body, its status, and what that is read as.
#[derive(Debug)]
pub struct Response {
    pub body: Body,
    pub status: String,
    pub answer: Answer,
}

/// The tests of a crate, as Rust refers to what they need.
pub struct Place {
    /// The file of the tests.
    file: PathBuf,
    /// Where bodies are files of their own; none where they are constants in the file of the tests.
    beside: Option<PathBuf>,
    /// The first lines of the file.
    head: String,
    /// The crate.
    library: String,
    /// The function that makes a client.
    client: String,
    /// The module of the mocks.
    mock: Option<String>,
    /// What sends the crate's requests.
    runtime: Runtime,
}

impl Place {
    /// In a new crate, or in the one around the spec folder if its settings ask for it.
    pub fn of(outcome: &Outcome, new_crate: Option<&Path>) -> Option<Self> {
        match (new_crate, &outcome.tests) {
            (Some(folder), _) => {
                Some(Self::in_new_crate(&super::library(folder), folder, outcome.runtime))
            }
            (None, Some(tests)) => Some(Self::in_crate(outcome, tests)),
            (None, None) => None,
        }
    }

    /// In a new crate.
    pub fn in_new_crate(library: &str, folder: &Path, runtime: Runtime) -> Self {
        Self {
            file: folder.join("tests/examples.rs"),
            beside: Some(folder.join("tests/examples")),
            head: String::new(),
            library: library.to_owned(),
            client: "client_of".to_owned(),
            mock: None,
            runtime,
        }
    }

    /// In the crate around a spec folder, as its settings say.
    pub fn in_crate(outcome: &Outcome, tests: &Tests) -> Self {
        let header = outcome.client.lines().take_while(|line| line.starts_with("//"));
        Self {
            file: outcome.crate_folder().join("tests/generated/mod.rs"),
            beside: None,
            head: header.map(|line| format!("{line}\n")).collect(),
            library: tests.library.clone(),
            client: tests.client.clone(),
            mock: tests.mock.clone(),
            runtime: outcome.runtime,
        }
    }

    /// Whether there are mocks to test with.
    pub fn is_mocked(&self) -> bool {
        self.mock.is_some()
    }

    /// Rust code of a body's text.
    pub fn text(&self, body: &Body) -> String {
        match self.beside {
            Some(_) => format!("include_str!(\"examples/{}.json\")", body.name),
            None => body.name.to_uppercase(),
        }
    }

    /// Adds the tests and the bodies that they read to the files of the crate.
    pub fn add<'b>(&self, tests: &str, bodies: impl Iterator<Item = &'b Body>, files: &mut Files) {
        let client = format!("use {}::*;", self.library);
        let harness = HARNESS.replace("use super::client::*;", &client).replace(OWN_TESTS, "");
        let mut text = harness.replace("client_of", &self.client);
        let is_plain = self.runtime == Runtime::ProgenitorClient;
        if is_plain {
            text = text.replace(PROBLEM, "response.into_inner()");
        }
        if self.beside.is_some() {
            text += client_of(self.runtime);
        }
        if !self.head.is_empty() {
            text = format!("{}\n{}", self.head, text.replacen(NEW_CRATE_HEAD, "", 1));
        }
        if let Some(mock) = &self.mock {
            text = text.replacen(&client, &format!("{client}\nuse {mock}::*;"), 1);
        }
        for body in bodies {
            let printed = json::print(&body.value);
            match &self.beside {
                Some(folder) => files.add(folder.join(format!("{}.json", body.name)), printed),
                None => text += &constant(&self.text(body), printed.trim_end()),
            }
        }
        files.add(&self.file, text + tests);
    }
}

/// A constant of a text that is no longer one of its quotes.
fn constant(name: &str, text: &str) -> String {
    let mut marks = "#".to_owned();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("\nconst {name}: &str = r{marks}\"{text}\"{marks};\n")
}

/// What the tests are made with, in which `super::client` stands for the crate.
const HARNESS: &str = include_str!("emitted/harness.rs");

/// How the harness takes the problem from an error of the runtime.
const PROBLEM: &str = r#"response.into_problem().expect("a problem of the documented form")"#;

/// The function that makes the client of a new crate's tests.
pub(super) fn client_of(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::ProgenitorClient => CLIENT_OF_PROGENITOR,
        Runtime::OpenapiClientRuntime => CLIENT,
    }
}

/// The client of a new crate's tests. What is documented must be read as a whole, and is sent once.
const CLIENT: &str = r#"
fn client_of(url: &str) -> Client {
    let builder = Client::builder(url).retry(RetryPolicy::none()).strict_responses();
    builder.build().unwrap()
}
"#;

/// The same on `progenitor-client`, which would look for a proxy.
const CLIENT_OF_PROGENITOR: &str = r#"
fn client_of(url: &str) -> Client {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Client::new_with_client(url, http)
}
"#;

/// The head of the harness, for a crate that has no other.
const NEW_CRATE_HEAD: &str = "//! @generated by `cargo xtask codegen --out`.\n//!\n";

/// The end of the harness, which is no part of the crate's tests.
const OWN_TESTS: &str = "\n#[cfg(test)]\nmod tests;\n";

/// A test that decodes a body and encodes it again.
pub fn round_trip(place: &Place, body: &Body, ty: &str) -> String {
    let (name, text) = (&body.name, place.text(body));
    format!("\n#[test]\nfn {name}() {{\n    round_trip::<{ty}>({text});\n}}\n")
}

/// A request as a test builds it, and as it must arrive.
pub struct Sending {
    id: String,
    /// The statements that set parameters and body.
    setters: String,
    /// The same for the mock: matchers in a chain.
    matchers: String,
    /// The arguments of the check of what arrived.
    check: String,
}

impl Sending {
    /// The request of an operation with a body, if it can be built without guessing.
    pub fn of(
        place: &Place,
        outcome: &Outcome,
        (id, call, mock): (&str, &Call, Option<&Mock>),
        request: &Request,
        body: Option<&Body>,
    ) -> Option<Self> {
        let (mut setters, mut matchers) = (String::new(), String::new());
        let mut matched = |setter: &str, text: &str| {
            matchers += &mock.and_then(|mock| mock.matcher(setter, text)).unwrap_or_default();
        };
        for (name, at, value) in &request.set {
            let setter = outcome.parameters.iter().find(|parameter| {
                parameter.operation == id && parameter.real == *name && parameter.place == *at
            });
            let setter = method_name(setter.map_or(name, |parameter| &parameter.name));
            let ty = call.setters.get(&setter)?;
            let text = format!("{:?}", value.to_string());
            setters += &format!("    let call = call.{setter}(value::<{ty}>({text}));\n");
            // A mock takes the text of a path for a pattern.
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            if at != "path" || value.as_str().is_none_or(|value| value.chars().all(plain)) {
                matched(&setter, &text);
            }
        }
        let mut sent = "Sent::Nothing".to_owned();
        if let Some(kind) = request.body {
            let (body, ty) = (body?, call.setters.get("body")?);
            let text = place.text(body);
            setters += &format!("    let call = call.body(value::<{ty}>({text}));\n");
            sent = sent_as(kind, &text, &body.value)?;
            if kind == requests::Body::Json {
                matched("body", &text);
            }
        }
        let line = format!("{} {}", request.method, request.path);
        let (query, headers) = (pairs(&request.query), pairs(&request.headers));
        let check = format!("{line:?}, {query}, {headers}, {sent}");
        Some(Self { id: id.to_owned(), setters, matchers, check })
    }

    /// A test that builds the request, sends it, and looks at what arrived.
    pub fn is_sent(&self, name: &str) -> String {
        let Self { id, setters, check, .. } = self;
        format!(
            "\n#[tokio::test]\nasync fn {name}_is_sent() {{\n    \
             let (client, received) = serve();\n    let call = client.{id}();\n{setters}    \
             left(call.send().await);\n    received.join().unwrap().check({check});\n}}\n"
        )
    }

    /// A test that sends the request to a server that answers with a documented response.
    pub fn is_answered(&self, place: &Place, response: &Response, sent: u16) -> String {
        let Self { id, setters, check, .. } = self;
        let (name, text, ends) = response.parts(place);
        format!(
            "\n#[tokio::test]\nasync fn {name}_is_received() {{\n    \
             let (client, received) = answering({sent}, {text});\n    \
             let call = client.{id}();\n{setters}    {ends}(call.send().await, {sent}, {text});\n    \
             received.join().unwrap().check({check});\n}}\n"
        )
    }

    /// The same with a typed mock of the operation.
    pub fn is_mocked(
        &self,
        place: &Place,
        mock: &Mock,
        response: &Response,
        sent: u16,
    ) -> Option<String> {
        let (name, text, ends) = response.parts(place);
        let answer = mock.answer(&response.status, sent, &text)?;
        let test = format!("    {ends}(call.send().await, {sent}, {text});\n");
        Some(self.mocked(place, &name, &answer, &test))
    }

    /// The same for an operation of which no response is documented: the mock is called, whatever it says.
    pub fn is_matched(&self, place: &Place, name: &str) -> String {
        let answer = ".into_inner().status(500)";
        self.mocked(place, name, answer, "    left(call.send().await);\n")
    }

    fn mocked(&self, place: &Place, name: &str, answer: &str, test: &str) -> String {
        let Self { id, setters, matchers, .. } = self;
        let (when, matched) = match matchers.as_str() {
            "" => ("_", String::new()),
            matchers => ("when", format!("        when{matchers};\n")),
        };
        let client = &place.client;
        format!(
            "\n#[tokio::test]\nasync fn {name}_is_mocked() {{\n    \
             let server = httpmock::MockServer::start_async().await;\n    \
             let mock = server.{id}(|{when}, then| {{\n{matched}        then{answer};\n    }});\n    \
             let client = {client}(&format!(\"http://{{}}\", server.address()));\n    \
             let call = client.{id}();\n{setters}{test}    mock.assert();\n}}\n"
        )
    }
}

impl Response {
    /// The name of its tests, Rust code of its text, and the function that looks at how a call ends.
    fn parts(&self, place: &Place) -> (String, String, &'static str) {
        let ends = if self.answer.is_error { "refused" } else { "accepted" };
        (self.body.name.clone(), place.text(&self.body), ends)
    }
}

/// What must arrive of a body; none of one that is not sent as it is shown.
fn sent_as(kind: requests::Body, text: &str, value: &Value) -> Option<String> {
    match kind {
        requests::Body::Json => Some(format!("Sent::Json({text})")),
        requests::Body::Form => {
            let form = requests::form(&number::without_texts(value.clone()))?;
            Some(format!("Sent::Form({})", pairs(&form)))
        }
        requests::Body::Other => None,
    }
}

fn pairs(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("({name:?}, {value:?})"));
    format!("&[{}]", pairs.collect::<Vec<_>>().join(", "))
}

/// Counts the bodies of a kind, so that each has a name that no other page changes.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, usize>);

impl Names {
    /// `NAME_1`, `NAME_2`, …
    pub fn next(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        format!("{name}_{count}")
    }
}
