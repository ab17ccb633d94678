//! A raw request against the values that were handed in: all of them, and nothing else.

use serde_json::{Value, json};

use super::bodies;
use super::document::{Document, Media, Operation, Parameter};
use super::json;
use super::request::Request;
use super::same::difference;
use super::styles::{self, Pairs, Style};

/// What was handed in.
#[derive(Clone, Debug)]
pub struct Given<'g> {
    pub operation: &'g Operation,
    pub values: Vec<(&'g Parameter, Value)>,
    pub body: Option<(&'g Media, Value)>,
}

/// Something that is not as it was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `query limit`, `body`.
    pub at: String,
    pub said: String,
}

impl Fault {
    /// The same of a recorded call: where it is, and no value, which may be somebody's.
    pub fn of_recorded(self, place: &str) -> Self {
        let inside = self.said.split(": ").next().filter(|it| it.starts_with('/'));
        let inside = inside.map(|it| format!(" at {it}")).unwrap_or_default();
        let at = format!("recorded {}", self.at);
        Self { at, said: format!("{place} does not survive the client{inside}") }
    }
}

/// A part of a segment of a template.
enum Part<'t> {
    Variable(&'t str),
    Literal(String),
}

/// Headers that belong to the message and the client, not to the operation.
const OF_THE_MESSAGE: [&str; 9] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "transfer-encoding",
    "user-agent",
];

impl<'g> Given<'g> {
    /// Everything that a request has against what was handed in.
    pub fn faults(&self, document: &Document, request: &Request) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut add = |at: &str, said: Option<String>| {
            faults.extend(said.map(|said| Fault { at: at.to_owned(), said }));
        };
        let method = &self.operation.method;
        add("method", (request.method != *method).then(|| request.method.clone()));
        add("path", self.fault_of_path(&document.base_path(), &request.path));
        for (at, said) in self.faults_of_query(request.query.as_deref().unwrap_or_default()) {
            add(&at, Some(said));
        }
        for (at, said) in self.faults_of_headers(request) {
            add(&at, Some(said));
        }
        for (at, said) in self.faults_of_cookies(request) {
            add(&at, Some(said));
        }
        add("accept", self.fault_of_accept(request));
        for (at, said) in self.faults_of_body(document, request) {
            add(at, Some(said));
        }
        faults
    }

    /// The values at a place, to be shown.
    pub fn shown(&self, at: &str) -> String {
        let mut all = self.values.iter();
        let found =
            all.find(|(it, _)| format!("{} {}", it.place, it.name) == at).map(|(_, value)| value);
        let found = found.or_else(|| self.body.as_ref().map(|(_, value)| value));
        found.map(super::same::short).unwrap_or_default()
    }

    /// Why a client may refuse to send this: a closed list.
    pub fn unsendable(&self) -> Option<&'static str> {
        self.values.iter().find_map(|(parameter, value)| {
            let only = match value {
                Value::Array(items) if items.len() < 2 => items.first().unwrap_or(&Value::Null),
                value => value,
            };
            let is_empty = [Value::Null, json!(""), json!({})].contains(only);
            match parameter.place.as_str() {
                "query" if parameter.style == "spaceDelimited" && !parameter.explode => {
                    has_blank(value).then_some("a blank between blanks in a query")
                }
                "path" if is_empty => Some("nothing in a path"),
                "path" if *only == "." || *only == ".." => Some("a dot segment in a path"),
                "header" if parameter.media.is_none() && has_control(value) => {
                    Some("a control character in a header")
                }
                _ => None,
            }
        })
    }

    fn value(&self, parameter: &Parameter) -> Option<&Value> {
        let found = self
            .values
            .iter()
            .find(|(it, _)| (&it.name, &it.place) == (&parameter.name, &parameter.place));
        found.map(|(_, value)| value)
    }

    fn at<'s>(&'s self, place: &'s str) -> impl Iterator<Item = &'g Parameter> {
        self.operation.parameters.iter().filter(move |it| it.place == place)
    }

    fn fault_of_path(&self, base: &str, raw: &str) -> Option<String> {
        let template = self.operation.path.split(['?', '#']).next().unwrap_or_default();
        let template = format!("{base}{template}");
        let said = |reason: &str| Some(format!("{raw} is not {template}: {reason}"));
        let is_legal = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%/".contains(c);
        if let Some(character) = raw.chars().find(|c| !is_legal(*c)) {
            return said(&format!("{character:?} stands for itself"));
        }
        let (wanted, found): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), raw.split('/').collect());
        if wanted.len() != found.len() {
            return said("another number of segments");
        }
        for (wanted, found) in wanted.iter().zip(&found) {
            let decoded = styles::decoded(found, false);
            if decoded == "." || decoded == ".." {
                return said("a dot segment");
            }
            if !self.is_segment(wanted, found) {
                return said(&format!("{found} is not {wanted} with {:?}", self.texts("path")));
            }
        }
        None
    }

    /// Whether a raw segment, or the rest of one, is what the template says.
    fn is_segment(&self, template: &str, raw: &str) -> bool {
        if template.is_empty() {
            return raw.is_empty();
        }
        let ends: Vec<_> = raw.char_indices().map(|(at, _)| at).chain([raw.len()]).collect();
        let (part, rest) = match template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((name, rest)) => (Part::Variable(name), rest),
            None => {
                let end = template.find('{').unwrap_or(template.len()).max(1);
                let (literal, rest) = template.split_at(end);
                (Part::Literal(styles::decoded(literal, false)), rest)
            }
        };
        ends.into_iter().any(|end| {
            let (piece, after) = raw.split_at(end);
            self.is_part(&part, piece) && self.is_segment(rest, after)
        })
    }

    fn is_part(&self, part: &Part<'_>, raw: &str) -> bool {
        let name = match part {
            Part::Literal(text) => return styles::decoded(raw, false) == *text,
            Part::Variable(name) => name,
        };
        let found = self.at("path").find(|parameter| parameter.name == *name);
        found.and_then(|it| Some(is_path_value(it, self.value(it)?, raw))).unwrap_or(false)
    }

    fn texts(&self, place: &str) -> Vec<String> {
        let at = self.values.iter().filter(|(parameter, _)| parameter.place == place);
        at.map(|(parameter, value)| format!("{}={}", parameter.name, super::same::short(value)))
            .collect()
    }

    fn faults_of_query(&self, raw: &str) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let is_legal = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{}#".contains(c);
        if let Some(c) = raw.chars().find(|c| !is_legal(*c) && !"|[]".contains(*c)) {
            faults.push(("query".to_owned(), format!("{c:?} stands for itself in {raw}")));
        }
        let mut pairs = Pairs::of(raw);
        faults.extend(self.faults_of_pairs_of_the_path(&mut pairs));
        for parameter in self.at("query") {
            let value = self.value(parameter);
            let fault = match (&parameter.media, value) {
                (Some(media), Some(value)) => {
                    fault_of_content(media, value, &pairs.take(&parameter.name), true)
                }
                _ => {
                    let style = Style {
                        name: &parameter.name,
                        style: &parameter.style,
                        explode: parameter.explode,
                        plus: !parameter.allow_reserved,
                    };
                    styles::fault_of_pairs(&mut pairs, style, value)
                }
            };
            let fault = fault.or_else(|| fault_of_reserved(parameter, value?, raw));
            faults.extend(fault.map(|said| (format!("query {}", parameter.name), said)));
        }
        let left = pairs.left();
        if !left.is_empty() {
            faults.push(("query".to_owned(), format!("more than was given: {left:?}")));
        }
        faults
    }

    /// What stands after a question mark in the path of the document.
    fn faults_of_pairs_of_the_path(&self, pairs: &mut Pairs<'_>) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let of_path = self.operation.path.split('#').next().and_then(|path| path.split_once('?'));
        for pair in
            of_path.map_or("", |(_, query)| query).split('&').filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let found = pairs.take(&styles::decoded(name, true));
            let is_template = value.contains('{');
            if !is_template
                && found
                    .iter()
                    .map(|raw| styles::decoded(raw, true))
                    .ne([styles::decoded(value, true)])
            {
                faults.push(("query".to_owned(), format!("{pair} of the path: {found:?}")));
            }
        }
        faults
    }

    fn faults_of_headers(&self, request: &Request) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for parameter in self.at("header") {
            let found = request.all(&parameter.name.to_ascii_lowercase());
            let fault = match (self.value(parameter), found.as_slice()) {
                (None, []) => None,
                (Some(value), []) if is_unset(parameter, value) => None,
                (Some(value), [one]) => {
                    let raw = String::from_utf8_lossy(one);
                    (is_unset(parameter, value) || !is_header(parameter, value, &raw))
                        .then(|| format!("{} was sent as {raw:?}", super::same::short(value)))
                }
                (value, found) => Some(format!("{value:?} was sent {} times", found.len())),
            };
            faults.extend(fault.map(|said| (format!("header {}", parameter.name), said)));
        }
        let declared = |name: &str| self.at("header").any(|it| it.name.eq_ignore_ascii_case(name));
        let more = request.headers.iter().map(|(name, _)| name);
        let more = more.filter(|name| !OF_THE_MESSAGE.contains(&name.as_str()) && !declared(name));
        faults.extend(
            more.map(|name| ("headers".to_owned(), format!("{name} is nothing that was given"))),
        );
        faults
    }

    fn faults_of_cookies(&self, request: &Request) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        // A header like any other.
        if self.at("header").any(|it| it.name.eq_ignore_ascii_case("cookie")) {
            return faults;
        }
        let raw = request.text("cookie").unwrap_or_default();
        if request.all("cookie").len() > 1 {
            faults.push(("cookies".to_owned(), "several headers".to_owned()));
        }
        let mut pairs: Vec<_> = raw.split("; ").filter(|pair| !pair.is_empty()).collect();
        for parameter in self.at("cookie") {
            let names: Vec<_> = match self.value(parameter) {
                Some(Value::Object(fields)) if parameter.explode && parameter.media.is_none() => {
                    fields.keys().cloned().collect()
                }
                _ => vec![parameter.name.clone()],
            };
            let named = |pair: &&mut &str| {
                names.contains(&styles::decoded(pair.split('=').next().unwrap_or_default(), false))
            };
            let found: Vec<_> = pairs.extract_if(.., |pair| named(&pair)).collect();
            let is_right = match self.value(parameter) {
                None => found.is_empty(),
                Some(value) => is_cookie(parameter, value, &found),
            };
            if !is_right {
                let said = format!("{:?} was sent as {found:?}", self.value(parameter));
                faults.push((format!("cookie {}", parameter.name), said));
            }
        }
        if !pairs.is_empty() {
            faults.push(("cookies".to_owned(), format!("more than was given: {pairs:?}")));
        }
        faults
    }

    /// What is documented must be among what is asked for.
    fn fault_of_accept(&self, request: &Request) -> Option<String> {
        let accept = request.text("accept")?;
        let media = self.operation.answers.iter().filter_map(|answer| answer.media.as_ref());
        let documented: Vec<_> = media.map(|media| bodies::essence(&media.name)).collect();
        let asked: Vec<_> = accept.split(',').map(bodies::essence).collect();
        let fits = |asked: &str, documented: &str| match asked.strip_suffix('*') {
            Some("*/") => true,
            Some(range) => documented.starts_with(range),
            None => {
                asked == documented || bodies::fault_of_media(documented, Some(asked)).is_none()
            }
        };
        let is_right = documented.is_empty()
            || asked.iter().any(|asked| documented.iter().any(|it| fits(asked, it)));
        (!is_right).then(|| format!("{accept}, where {documented:?} is documented"))
    }

    fn faults_of_body(
        &self,
        document: &Document,
        request: &Request,
    ) -> Vec<(&'static str, String)> {
        let content_type = request.text("content-type");
        let Some((media, value)) = &self.body else {
            let mut faults = Vec::new();
            if !request.body.is_empty() {
                faults
                    .push(("body", format!("{} bytes, though it was not set", request.body.len())));
            } else if let Some(kind) = content_type {
                faults.push(("body", format!("content-type {kind}, though it was not set")));
            }
            return faults;
        };
        let kind = content_type.as_deref();
        let media_fault = bodies::fault_of_media(&bodies::sent_as(document, media), kind)
            .map(|said| ("media type", said));
        let fault = bodies::fault(document, media, value, kind.unwrap_or_default(), &request.body);
        media_fault.into_iter().chain(fault.map(|said| ("body", said))).collect()
    }
}

fn has_control(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().any(|c| c.is_ascii_control() && c != '\t'),
        Value::Array(items) => items.iter().any(has_control),
        Value::Object(fields) => fields.values().any(has_control),
        _ => false,
    }
}

fn has_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(' '),
        Value::Array(items) => items.iter().any(has_blank),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains(' ') || has_blank(value))
        }
        _ => false,
    }
}

/// Whether a value is the same as none in a header.
fn is_unset(parameter: &Parameter, value: &Value) -> bool {
    parameter.media.is_none() && styles::is_nothing(value)
}

fn is_path_value(parameter: &Parameter, value: &Value, raw: &str) -> bool {
    match &parameter.media {
        Some(media) => fault_of_content(media, value, &[raw], false).is_none(),
        None => {
            styles::is_in_path(raw, &parameter.name, &parameter.style, parameter.explode, value)
        }
    }
}

/// The text of a parameter that has a media type.
fn fault_of_content(media: &str, value: &Value, found: &[&str], plus: bool) -> Option<String> {
    let [raw] = found else { return Some(format!("{}: {found:?}", super::same::short(value))) };
    is_content(media, value, &styles::decoded(raw, plus))
}

fn is_content(media: &str, value: &Value, text: &str) -> Option<String> {
    match bodies::is_json(media) {
        true => match json::parse(text.as_bytes()) {
            Ok(found) => difference(value, &found),
            Err(error) => Some(format!("{text:?} is no JSON: {error}")),
        },
        false => (!styles::is_text_of(text, value))
            .then(|| format!("{} was sent as {text:?}", super::same::short(value))),
    }
}

/// With `allowReserved`, reserved characters that do not end a value stand for themselves; the URL library encodes `'`
/// all the same.
fn fault_of_reserved(parameter: &Parameter, value: &Value, raw: &str) -> Option<String> {
    let text = value.as_str().filter(|_| parameter.allow_reserved)?;
    let raw = raw.split('&').filter_map(|pair| pair.split_once('='));
    let raw = raw.filter(|(name, _)| styles::decoded(name, false) == parameter.name);
    let raw = raw.map(|(_, value)| value).next()?;
    let reserved = text.chars().filter(|c| ":/?@!$()*,;".contains(*c));
    let encoded = reserved.map(|c| format!("%{:02X}", u32::from(c)));
    let found =
        encoded.into_iter().find(|encoded| raw.to_ascii_uppercase().contains(encoded.as_str()))?;
    (!text.contains('%'))
        .then(|| format!("{found} in {raw}, where reserved characters are allowed"))
}

fn is_header(parameter: &Parameter, value: &Value, raw: &str) -> bool {
    if let Some(media) = &parameter.media {
        return is_content(media, value, raw).is_none();
    }
    // In an item, a comma is encoded, and a `%` that would make it a code; nothing else is.
    let item = |raw: &str| {
        let undone = raw.trim().replace("%2C", ",").replace("%25", "%");
        (styles::decoded(raw.trim(), false) == undone).then_some(undone)
    };
    let parts: Option<Vec<_>> = raw.split(',').map(item).collect();
    let is_plain = !value.is_array() && !value.is_object();
    let Some(parts) = parts.or(is_plain.then(Vec::new)) else { return false };
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let is_texts = |items: &[Value]| {
        parts.len() == items.len()
            && parts.iter().zip(items).all(|(raw, item)| styles::is_text_of(raw, item))
    };
    match value {
        Value::Array(items) => is_texts(items),
        Value::Object(fields) => {
            let pairs: Vec<_> = match parameter.explode {
                true => {
                    parts.iter().map(|part| part.split_once('=').unwrap_or((part, ""))).collect()
                }
                false => styles::in_turns(&parts),
            };
            pairs.len() == fields.len()
                && fields.iter().all(|(name, value)| {
                    pairs.iter().any(|(raw, text)| raw == name && styles::is_text_of(text, value))
                })
        }
        value => styles::is_text_of(raw, value),
    }
}

fn is_cookie(parameter: &Parameter, value: &Value, pairs: &[&str]) -> bool {
    let pairs = pairs.iter().map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<_> = pairs.collect();
    let raw: Vec<_> = pairs.iter().map(|(_, raw)| *raw).collect();
    if let Some(media) = &parameter.media {
        return fault_of_content(media, value, &raw, false).is_none();
    }
    match value {
        _ if styles::is_nothing(value) => pairs.is_empty(),
        Value::Array(items) if parameter.explode => styles::is_list(&raw, items, false),
        Value::Object(_) if parameter.explode => styles::is_object(&pairs, value, false),
        // A cookie cannot hold a comma, so that the one between items is encoded as well.
        Value::Array(_) | Value::Object(_) => match raw.as_slice() {
            [one] => {
                let one = one.replace("%2C", ",");
                styles::is_simple(&one, value, false, ",", false)
            }
            _ => false,
        },
        value => matches!(raw.as_slice(), [one] if styles::is_scalar(one, value, false)),
    }
}
