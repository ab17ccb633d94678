//! The run: for every operation random valid values go through the client to a server on loopback, which
//! answers with random valid values; what arrived, and what came back, is held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::bodies::{self, Kind};
use super::calls::{Calling, Entry, Outcome, Values};
use super::check::{Fault, Given};
use super::document::{Answer, Body, Document, Media, Operation, Way};
use super::generate::{Generator, MOST_VALUES, Parts, Use};
use super::random::Random;
use super::recorded::{self, Recorded};
use super::request;
use super::same::{self, short};
use super::schemas::Schemas;
use super::server::Server;

/// Cases of an operation, unless `ORACLE_CASES` says another number.
const CASES: usize = 16;
/// The seed, unless `ORACLE_SEED` says another.
const SEED: u64 = 1;
/// How often a value is made until the validator takes one.
const TRIES: usize = 50;

/// What was tried, and what was not as it should be.
#[derive(Debug, Default)]
pub struct Report {
    seed: u64,
    cases: usize,
    operations: usize,
    requests: usize,
    answers: usize,
    /// Recorded bodies that the document allows, and that went through the client.
    recorded: usize,
    /// Requests that cannot be sent, by the reason.
    unsendable: BTreeMap<&'static str, usize>,
    /// Operations that the client does not have.
    left_out: Vec<String>,
    /// Schemas of which a valid value was not made each time.
    without_value: BTreeSet<String>,
    /// Schemas of which one was.
    with_value: BTreeSet<String>,
    /// By operation and place: how often, in which case first, and what.
    mismatches: BTreeMap<String, (usize, usize, String)>,
}

/// A document as it is read for requests and for answers.
struct Side {
    document: Document,
    schemas: Schemas,
}

struct Run<'r, C> {
    client: C,
    server: Server,
    requests: Side,
    answers: Side,
    entries: &'r [Entry<C>],
    recorded: Vec<Recorded>,
    report: Report,
}

/// Tries all operations of a document.
///
/// # Errors
/// A document that cannot be read, or no server.
pub async fn run<C>(
    text: &str,
    entries: &[Entry<C>],
    client_of: impl Fn(&str) -> C,
) -> Result<Report, String> {
    let (requests, answers) = (Side::of(text, Way::Request)?, Side::of(text, Way::Response)?);
    let server = Server::start().map_err(|error| error.to_string())?;
    let client = client_of(&(server.address.clone() + &requests.document.base_path()));
    let (seed, cases) = (setting("ORACLE_SEED", SEED), setting("ORACLE_CASES", CASES));
    let report = Report { seed, cases, ..Report::default() };
    let recorded = std::env::var_os("ORACLE_TRAFFIC");
    let recorded = recorded.map_or(Ok(Vec::new()), |files| recorded::read(&files))?;
    let mut run = Run { client, server, requests, answers, entries, recorded, report };
    let answers = run.answers.document.operations();
    for (operation, answered) in run.requests.document.operations().iter().zip(&answers) {
        let answers = run.first_of_each_status(&answered.answers);
        run.operation(operation, &answers).await;
    }
    Ok(run.report)
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

impl Side {
    fn of(text: &str, way: Way) -> Result<Self, String> {
        let document = Document::parse(text, way)?;
        let schemas = Schemas::of(&document)?;
        Ok(Self { document, schemas })
    }

    /// A valid value of the schema at a pointer, if one is found.
    fn value(&self, at: &str, used: Use, parts: Parts, random: &mut Random) -> Option<Value> {
        let schema = self.document.root.pointer(at)?;
        (0..TRIES).find_map(|index| {
            // Some alternatives are told apart by optional fields alone.
            let parts = if index < TRIES / 2 { parts } else { Parts::Some };
            let mut generator =
                Generator { document: &self.document, random, used, parts, left: MOST_VALUES };
            let value = generator.value(schema, 0)?;
            // Only JSON has a null.
            let is_one = used == Use::Json || !value.is_null();
            (is_one && self.schemas.accepts(at, &value)).then_some(value)
        })
    }

    /// A valid body; without a schema, any.
    fn body(&self, media: &Media, parts: Parts, random: &mut Random) -> Option<Value> {
        let kind = bodies::kind(&self.document, media);
        match (kind, &media.schema) {
            (Kind::Bytes, _) => Some(random.bytes().into()),
            (Kind::Json, None) => Some(Value::Bool(true)),
            (Kind::Form | Kind::Multipart, None) => Some(Value::Object(Default::default())),
            (_, None) => Some("a".into()),
            (Kind::Json, Some(at)) => self.value(at, Use::Json, parts, random),
            (Kind::Text, Some(at)) => self.value(at, Use::Parameter, parts, random),
            (_, Some(at)) => self.value(at, Use::Form, parts, random),
        }
    }
}

/// Which optional parts a case has: none, all, and then some.
fn parts(case: usize) -> Parts {
    match case {
        0 => Parts::None,
        1 => Parts::All,
        _ => Parts::Some,
    }
}

impl<C> Run<'_, C> {
    /// Of several media types of a status, the client has the first in the order of their ranks.
    fn first_of_each_status(&self, answers: &[Answer]) -> Vec<Answer> {
        let rank = |answer: &Answer| {
            answer.media.as_ref().map(|media| bodies::rank(&self.answers.document, media))
        };
        let mut first = answers.to_vec();
        first.sort_by_key(|answer| (answer.status, rank(answer)));
        first.dedup_by_key(|answer| answer.status);
        first
    }

    async fn operation(&mut self, operation: &Operation, answers: &[Answer]) {
        let name = format!("{} {}", operation.method, operation.path);
        self.report.operations += 1;
        let mut entries = self.entries.iter();
        let entry =
            entries.find(|it| (it.0, it.1) == (operation.method.as_str(), operation.path.as_str()));
        let Some((_, _, call)) = entry.copied() else {
            self.report.left_out.push(name);
            return;
        };
        for case in 0..self.report.cases.max(answers.len() * 2) {
            let number = u64::try_from(case).unwrap_or(0);
            let mut random = Random::of(self.report.seed, &name, number);
            let Some(given) = self.given(operation, parts(case), &mut random) else { continue };
            // Each answer comes with and without its optional parts.
            let answer = answers.get(case % answers.len().max(1));
            let of_answer = parts(case / answers.len().max(1));
            let sent = answer
                .and_then(|answer| Some((answer, self.answer(answer, of_answer, &mut random)?)));
            self.server.received();
            let values = Values::of(&self.requests.document, &given, &mut random);
            let outcome = call(&self.client, &values).await.unwrap_or_else(|outcome| outcome);
            let received = self.server.received();
            let mut faults = self.faults_of_request(&given, &values, &outcome, &received);
            let is_answered = !received.is_empty() && operation.method != "HEAD";
            if let Some((answer, value)) = sent.filter(|_| is_answered) {
                faults.extend(self.fault_of_answer(answer, value.as_ref(), &outcome));
            }
            self.note(&name, case, faults);
        }
        self.recorded(operation, answers, call, &name).await;
    }

    /// Sends recorded bodies again, and has recorded answers read; what is not valid is for the audit to tell.
    async fn recorded(
        &mut self,
        operation: &Operation,
        answers: &[Answer],
        call: for<'a> fn(&'a C, &'a Values) -> Calling<'a>,
        name: &str,
    ) {
        let calls: Vec<_> =
            self.recorded.iter().filter(|it| it.is_of(operation)).cloned().collect();
        for (case, recorded) in calls.iter().enumerate() {
            let mut random = Random::of(self.report.seed, name, 0);
            let Some(mut given) = self.given(operation, Parts::None, &mut random) else { continue };
            let body = self.recorded_body(operation, recorded);
            let answer = self.recorded_answer(answers, recorded);
            self.report.recorded += usize::from(body.is_some()) + usize::from(answer.is_some());
            let is_sent = body.is_some();
            given.body = body.or(given.body);
            self.server.received();
            let values = Values::of(&self.requests.document, &given, &mut random);
            let outcome = call(&self.client, &values).await.unwrap_or_else(|outcome| outcome);
            let received = self.server.received();
            let mut faults = match is_sent {
                true => self.faults_of_request(&given, &values, &outcome, &received),
                false => Vec::new(),
            };
            if let Some((answer, value)) = answer.filter(|_| !received.is_empty()) {
                faults.extend(self.fault_of_answer(answer, Some(&value), &outcome));
            }
            let told = faults.into_iter().map(|fault| fault.of_recorded(&recorded.place));
            self.note(name, case, told.collect());
        }
    }

    /// A recorded body that the document allows.
    fn recorded_body<'g>(
        &self,
        operation: &'g Operation,
        recorded: &Recorded,
    ) -> Option<(&'g Media, Value)> {
        let (value, body) = recorded.request.clone().zip(operation.body.as_ref())?;
        let Side { document, schemas } = &self.requests;
        let media = body.media.iter().min_by_key(|media| bodies::rank(document, media))?;
        let is_json = bodies::kind(document, media) == Kind::Json;
        let is_valid = is_json && schemas.accepts(media.schema.as_ref()?, &value);
        is_valid.then_some((media, value))
    }

    /// A recorded answer that the document allows, which the server gives from now on; else any documented one.
    fn recorded_answer<'a>(
        &mut self,
        answers: &'a [Answer],
        recorded: &Recorded,
    ) -> Option<(&'a Answer, Value)> {
        let Side { document, schemas } = &self.answers;
        let found = answers.iter().find_map(|answer| {
            let (media, value) = answer.media.as_ref().zip(recorded.response.clone())?;
            let is_json = bodies::kind(document, media) == Kind::Json;
            let is_it = answer.status == recorded.status
                && is_json
                && schemas.accepts(media.schema.as_ref()?, &value);
            is_it.then_some((answer, media, value))
        });
        match found {
            Some((answer, media, value)) => {
                let raw = value.to_string().into_bytes();
                self.server.answer(answer.status, Some(&media.name), &raw);
                Some((answer, value))
            }
            None => {
                self.server.answer(500, None, b"");
                None
            }
        }
    }

    /// The values of one request; none if there is no valid value of what is required.
    fn given<'g>(
        &mut self,
        operation: &'g Operation,
        parts: Parts,
        random: &mut Random,
    ) -> Option<Given<'g>> {
        let wanted = |required: bool, random: &mut Random| {
            required || parts == Parts::All || parts == Parts::Some && random.one_in(2)
        };
        let mut values = Vec::new();
        for parameter in &operation.parameters {
            if !wanted(parameter.required, random) {
                continue;
            }
            let used = match (&parameter.media, parameter.place.as_str()) {
                (Some(media), _) if bodies::is_json(media) => Use::Json,
                (None, "header" | "cookie") => Use::Header,
                _ => Use::Parameter,
            };
            let value = self.requests.value(&parameter.schema, used, parts, random);
            let is_text = parameter.media.as_ref().is_some_and(|it| !bodies::is_json(it));
            // What is no JSON is a text that the caller has made.
            let value = value.map(|value| match is_text && !value.is_string() {
                true => value.to_string().into(),
                false => value,
            });
            match value {
                Some(value) => {
                    self.report.with_value.insert(parameter.schema.clone());
                    values.push((parameter, value));
                }
                None => {
                    self.report.without_value.insert(parameter.schema.clone());
                    if parameter.required {
                        return None;
                    }
                }
            }
        }
        let body = match &operation.body {
            Some(described) if wanted(described.required, random) => {
                self.given_body(described, parts, random)?
            }
            _ => None,
        };
        Some(Given { operation, values, body })
    }

    /// The value of a body, if one is found; none where it must have one. Of several media types, the client
    /// has the first in the order of their ranks.
    fn given_body<'g>(
        &mut self,
        described: &'g Body,
        parts: Parts,
        random: &mut Random,
    ) -> Option<Option<(&'g Media, Value)>> {
        let document = &self.requests.document;
        let first = described.media.iter().min_by_key(|media| bodies::rank(document, media));
        let Some(media) = first else { return Some(None) };
        let value = self.requests.body(media, parts, random);
        let found = match &value {
            Some(_) => &mut self.report.with_value,
            None => &mut self.report.without_value,
        };
        found.extend(media.schema.clone());
        match value {
            None if described.required => None,
            value => Some(value.map(|value| (media, value))),
        }
    }

    /// What is sent for a documented success: nothing inside where it has no body.
    fn answer(
        &mut self,
        answer: &Answer,
        parts: Parts,
        random: &mut Random,
    ) -> Option<Option<Value>> {
        let Some(media) = &answer.media else {
            self.server.answer(answer.status, None, b"");
            return Some(None);
        };
        let Some(value) = self.answers.body(media, parts, random) else {
            self.report.without_value.extend(media.schema.clone());
            self.server.answer(500, None, b"");
            return None;
        };
        self.report.with_value.extend(media.schema.clone());
        let raw = match bodies::kind(&self.answers.document, media) {
            Kind::Bytes => bodies::bytes(&value),
            Kind::Text => super::calls::plain(&value).into_bytes(),
            _ => value.to_string().into_bytes(),
        };
        let name = media.name.replace("*/*", "application/json").replace("/*", "/json");
        self.server.answer(answer.status, Some(&name), &raw);
        Some(Some(value))
    }

    fn faults_of_request(
        &mut self,
        given: &Given<'_>,
        values: &Values,
        outcome: &Outcome,
        received: &[Vec<u8>],
    ) -> Vec<Fault> {
        let fault = |at: &str, said: String| vec![Fault { at: at.to_owned(), said }];
        if let Outcome::NotBuilt(at, said) = outcome {
            return fault(at, format!("the type refuses {}: {said}", given.shown(at)));
        }
        let left = values.left();
        if let Some(at) = left.first() {
            return fault(at, "nothing sets it".to_owned());
        }
        let raw = match (received, given.unsendable(), outcome) {
            ([raw], ..) => raw,
            ([], Some(reason), _) => {
                *self.report.unsendable.entry(reason).or_default() += 1;
                return Vec::new();
            }
            ([], None, outcome) => {
                return fault("request", format!("nothing was sent: {outcome:?}"));
            }
            (several, ..) => return fault("request", format!("{} were sent", several.len())),
        };
        self.report.requests += 1;
        match request::parse(raw) {
            Ok(Some(request)) => given.faults(&self.requests.document, &request),
            Ok(None) => fault("request", "it has no end".to_owned()),
            Err(error) => fault("request", error),
        }
    }

    fn fault_of_answer(
        &mut self,
        answer: &Answer,
        value: Option<&Value>,
        outcome: &Outcome,
    ) -> Option<Fault> {
        let at = match &answer.media {
            Some(media) => format!("answer {} {}", answer.documented, media.name),
            None => format!("answer {}", answer.documented),
        };
        let of_bytes = |value: &Value| match answer.media.as_ref() {
            Some(media) => match bodies::kind(&self.answers.document, media) {
                Kind::Bytes => bodies::bytes(value),
                Kind::Text => super::calls::plain(value).into_bytes(),
                _ => value.to_string().into_bytes(),
            },
            None => Vec::new(),
        };
        let said = match (value, outcome) {
            (None, Outcome::Nothing) => None,
            (None, Outcome::Bytes(bytes)) if bytes.is_empty() => None,
            (Some(value), Outcome::Json(found)) => same::answer_difference(value, found),
            (Some(value), Outcome::Bytes(found)) => {
                (*found != of_bytes(value)).then(|| format!("{} became other bytes", short(value)))
            }
            (value, outcome) => {
                let sent = value.map_or_else(|| "nothing".to_owned(), short);
                Some(same::short_text(&format!("{sent} was read as {outcome:?}")))
            }
        };
        self.report.answers += 1;
        said.map(|said| Fault { at, said })
    }

    fn note(&mut self, name: &str, case: usize, faults: Vec<Fault>) {
        for Fault { at, said } in faults {
            let entry = self.report.mismatches.entry(format!("{name}: {at}"));
            entry.or_insert((0, case, said)).0 += 1;
        }
    }
}

impl Report {
    /// What is no mismatch that is known, and what is known and no longer one. The second is told of the
    /// usual seed alone, since another may not come upon it.
    pub fn news(&self, known: &BTreeMap<String, String>) -> Vec<String> {
        let new = self.mismatches.iter().filter(|(at, _)| !known.contains_key(*at));
        let new = new.map(|(at, (_, case, said))| format!("{at}: {said} (case {case})"));
        let is_usual = self.seed == SEED && self.cases == CASES;
        let stale = known.keys().filter(|at| is_usual && !self.mismatches.contains_key(*at));
        new.chain(stale.map(|at| format!("{at}: known, and no mismatch any more"))).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, cases, operations, requests, answers, .. } = self;
        for (at, (times, case, said)) in &self.mismatches {
            writeln!(f, "oracle: mismatch: {at}: {said} ({times} times, first in case {case})")?;
        }
        let without: Vec<_> = self.without_value.difference(&self.with_value).collect();
        for at in &without {
            writeln!(f, "oracle: no valid value: {at}")?;
        }
        for name in &self.left_out {
            writeln!(f, "oracle: the client does not have it: {name}")?;
        }
        for (reason, count) in &self.unsendable {
            writeln!(f, "oracle: {count} requests cannot be sent: {reason}")?;
        }
        let (left_out, without) = (self.left_out.len(), without.len());
        if self.recorded > 0 {
            writeln!(f, "oracle: {} recorded bodies went through the client", self.recorded)?;
        }
        write!(
            f,
            "oracle: ORACLE_SEED={seed} ORACLE_CASES={cases}: {operations} operations, {left_out} left out; \
             {requests} requests, {answers} answers, {} mismatches; {without} schemas without a value",
            self.mismatches.len()
        )
    }
}
