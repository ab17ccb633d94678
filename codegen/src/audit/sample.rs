//! A code sample of a page, read as the HTTP request that it makes, whatever its language: what counts are
//! the texts in it and what stands before each.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::document::operations::METHODS;
use crate::syntax::json;
use crate::vendor::Upstream;

/// A code sample that calls an address.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// Its language and the heading over it: `python under 200: a dog`.
    pub(super) name: String,
    /// In capitals; none where the sample leaves it to its library.
    pub(super) method: Option<String>,
    /// As it is written.
    pub(super) url: String,
    /// Names as they are written, and values.
    pub(super) headers: Vec<(String, String)>,
    /// The body, where it is a text of JSON.
    pub(super) body: Option<Value>,
}

/// The samples of a page, in their order. A block that calls no address is none.
pub(super) fn read(page: &Upstream) -> Vec<Sample> {
    let text = page.page.as_deref().unwrap_or_default();
    let extracted = page.extracted();
    let (mut samples, mut heading, mut is_new) = (Vec::new(), String::new(), false);
    // The sample that is read: its name, and its code so far.
    let mut open: Option<(String, String)> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => is_new = true,
            Event::Text(words) | Event::Code(words) => match &mut open {
                Some((_, code)) => code.push_str(&words),
                None if std::mem::take(&mut is_new) => heading = words.into_string(),
                None => {}
            },
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if !extracted.contains(&range) =>
            {
                let language = info.split_whitespace().next().unwrap_or("text");
                open = Some((format!("{language} under {heading}"), String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                let sample = open.take().and_then(|(name, code)| Sample::read(name, &code));
                samples.extend(sample);
            }
            _ => {}
        }
    }
    samples
}

impl Sample {
    fn read(name: String, code: &str) -> Option<Self> {
        let literals = literals(code);
        let url = url(code)?;
        // A vendor's own library is given the host alone, and calls what nobody sees here.
        let has_path = url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty());
        has_path.then(|| Self {
            name,
            method: method(code, &literals),
            url,
            headers: headers(code, &literals),
            body: literals.iter().find_map(|literal| body(&literal.value)).or_else(|| dict(code)),
        })
    }
}

/// A text in quotes, and where it stands with them.
struct Literal {
    start: usize,
    end: usize,
    value: String,
}

/// All texts in quotes. One that its line does not end is none: an apostrophe, in a comment.
fn literals(code: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut chars = code.char_indices();
    while let Some((start, quote)) = chars.next() {
        if !matches!(quote, '"' | '\'' | '`') {
            continue;
        }
        let (mut value, mut rest) = (String::new(), chars.clone());
        while let Some((at, c)) = rest.next() {
            match c {
                '\\' => value.extend(rest.next().map(|(_, escaped)| unescaped(escaped))),
                '\n' if quote != '`' => break,
                c if c == quote => {
                    found.push(Literal { start, end: at + 1, value });
                    chars = rest;
                    break;
                }
                c => value.push(c),
            }
        }
    }
    found
}

fn unescaped(c: char) -> char {
    match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        c => c,
    }
}

/// A method in capitals in quotes, or a word after a dot, two colons or curl's option.
fn method(code: &str, literals: &[Literal]) -> Option<String> {
    let is_method = |word: &str| METHODS.contains(&word.to_lowercase().as_str());
    let quoted = literals.iter().map(|literal| literal.value.as_str());
    let mut quoted = quoted.filter(|word| *word == word.to_uppercase() && is_method(word));
    if let Some(method) = quoted.next() {
        return Some(method.to_owned());
    }
    let mut at = 0;
    for word in code.split(|c: char| !c.is_ascii_alphanumeric()) {
        let (before, rest) = code.split_at_checked(at)?;
        let calls = [".", "::", "-X ", "--request "].iter().any(|sign| before.ends_with(sign));
        if calls && is_method(word) {
            return Some(word.to_uppercase());
        }
        // What separates words is one character, of any length.
        let separator = rest.strip_prefix(word)?.chars().next();
        at += word.len() + separator.map_or(0, char::len_utf8);
    }
    None
}

fn url(code: &str) -> Option<String> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| code.find(scheme)).min()?;
    let ends = |c: char| c.is_whitespace() || "\"'`<>()\\,;".contains(c);
    code.get(start..)?.split(ends).next().map(str::to_owned)
}

/// Pairs of texts that stand where headers are set, and curl's `-H 'Name: value'`.
fn headers(code: &str, literals: &[Literal]) -> Vec<(String, String)> {
    let of_curl = literals.iter().filter_map(|literal| {
        let before = code.get(..literal.start)?.trim_end();
        let is_option = before.ends_with("-H") || before.ends_with("--header");
        let (name, value) = literal.value.split_once(':').filter(|_| is_option)?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    let pairs = literals.windows(2).filter_map(|pair| {
        let [name, value] = pair else { return None };
        let between = code.get(name.end..value.start)?.trim_matches([']', ' ', '\n', '\t']);
        let is_pair = matches!(between, ":" | "," | "=" | "=>");
        (is_pair && is_token(&name.value) && sets_header(code.get(..name.start)?))
            .then(|| (name.value.clone(), value.value.clone()))
    });
    of_curl.chain(pairs).collect()
}

/// A header's name by RFC 9110, section 5.1, as far as samples use it.
fn is_token(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Whether a name that follows is one of a header: in the call of a setter, or in a block of them.
fn sets_header(before: &str) -> bool {
    const SETTERS: [&str; 7] = [
        "header(",
        "headers.add(",
        "header.add(",
        "header.set(",
        "headers.set(",
        "request[",
        "headers[",
    ];
    let lower = before.trim_end().to_lowercase();
    let in_block = || lower.rsplit_once("headers").is_some_and(|(_, block)| is_open(block));
    SETTERS.iter().any(|setter| lower.ends_with(setter)) || in_block()
}

/// Whether the first bracket in a text is still open at its end.
fn is_open(text: &str) -> bool {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' if depth <= 1 => return false,
            '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

fn body(text: &str) -> Option<Value> {
    let text = text.trim();
    text.starts_with(['{', '[']).then(|| json::parse(text).ok())?
}

/// A body that is written as a value of the language: in Python, but for its words, as in JSON.
fn dict(code: &str) -> Option<Value> {
    let (_, rest) = code.split_once("payload = ")?;
    let words =
        |code: &str| code.replace("True", "true").replace("False", "false").replace("None", "null");
    let (mut text, mut at) = (String::new(), 0);
    for literal in literals(rest) {
        text.push_str(&words(rest.get(at..literal.start)?));
        text.push_str(&Value::from(literal.value).to_string());
        at = literal.end;
    }
    text.push_str(&words(rest.get(at..)?));
    let first = serde_json::Deserializer::from_str(&text).into_iter::<Value>().next()?.ok()?;
    (first.is_object() || first.is_array()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn assert_reads(code: &str, method: &str, header: (&str, &str), body: Option<Value>) {
        let sample = Sample::read(String::new(), code).unwrap();
        assert_eq!(sample.method.as_deref(), Some(method));
        assert_eq!(sample.url, "https://host/v1/pets/%7Bid%7D");
        assert_eq!(sample.headers, [(header.0.to_owned(), header.1.to_owned())]);
        assert_eq!(sample.body, body);
    }

    #[test]
    fn python() {
        let code = "url = \"https://host/v1/pets/%7Bid%7D\"\n\npayload = { \"name\": \"None\", \"tame\": True }\n\
            # it doesn't matter\nheaders = {\"x-key\": \"k\"}\nresponse = requests.put(url, json=payload, headers=headers)";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({"name": "None", "tame": true})));
    }

    #[test]
    fn javascript() {
        let code = "const url = 'https://host/v1/pets/%7Bid%7D';\nconst options = {\n  method: 'PUT',\n  \
            headers: {'x-key': 'k'},\n  body: '{\"name\":\"Rex\"}'\n};";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({"name": "Rex"})));
    }

    #[test]
    fn go() {
        let code = "url := \"https://host/v1/pets/%7Bid%7D\"\npayload := strings.NewReader(\"{\\n  \\\"name\\\": \\\"Rex\\\"\\n}\")\n\
            req, _ := http.NewRequest(\"PUT\", url, payload)\nreq.Header.Add(\"x-key\", \"k\")";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({"name": "Rex"})));
    }

    #[test]
    fn ruby() {
        let code = "url = URI(\"https://host/v1/pets/%7Bid%7D\")\nrequest = Net::HTTP::Put.new(url)\n\
            request[\"x-key\"] = 'k'\nrequest.body = \"{\\\"name\\\": 1}\"";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({"name": 1})));
    }

    #[test]
    fn java() {
        let code = "Unirest.put(\"https://host/v1/pets/%7Bid%7D\")\n  .header(\"x-key\", \"k\")\n  .body(\"{}\")";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({})));
    }

    #[test]
    fn php() {
        let code = "$client->request('PUT', 'https://host/v1/pets/%7Bid%7D', [\n  'body' => '[1]',\n  \
            'headers' => [\n    'x-key' => 'k',\n  ],\n]);";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!([1])));
    }

    #[test]
    fn csharp() {
        let code = "new RestClient(\"https://host/v1/pets/%7Bid%7D\");\nnew RestRequest(Method.PUT);\n\
            request.AddHeader(\"x-key\", \"k\");";
        assert_reads(code, "PUT", ("x-key", "k"), None);
    }

    #[test]
    fn swift() {
        let code = "let headers = [\"x-key\": \"k\"]\nNSURL(string: \"https://host/v1/pets/%7Bid%7D\")\n\
            request.httpMethod = \"PUT\"";
        assert_reads(code, "PUT", ("x-key", "k"), None);
    }

    #[test]
    fn curl() {
        let code =
            "curl -X PUT https://host/v1/pets/%7Bid%7D \\\n  -H 'x-key: k' \\\n  -d '{\"a\": [1]}'";
        assert_reads(code, "PUT", ("x-key", "k"), Some(json!({"a": [1]})));
    }

    #[test]
    fn a_field_of_the_body_is_no_header() {
        let code = "headers = {\"x-key\": \"k\"}\nbody = {\"name\": \"Rex\"}\nrequests.put(\"https://host/v1/pets/%7Bid%7D\")";
        assert_reads(code, "PUT", ("x-key", "k"), None);
    }

    #[test]
    fn code_that_calls_no_address_is_no_sample() {
        assert_eq!(Sample::read(String::new(), "let answer = 42;"), None);
        assert_eq!(
            Sample::read(
                String::new(),
                "new Client({ environment: \"https://host\" }).pets.put();"
            ),
            None
        );
    }
}
