//! What a documented request looks like: the values of its parameters, and where each must be found
//! in what is sent. Only what the specification leaves no choice about is asked for.

use serde_json::{Value, json};

use crate::document::media_type::FORM;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode, is_header_name};
use crate::document::pointer::percent_decoded;
use crate::examples::fits;
use crate::examples::samples::sample;
use crate::syntax::number;

/// A request that the documentation describes.
#[derive(Debug, Default)]
pub struct Request {
    /// The id of its operation.
    pub operation_id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, decoded.
    pub path: String,
    /// The pairs of the query, decoded.
    pub query: Vec<(String, String)>,
    /// Headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// What each parameter is set to: its name and place, and the value.
    pub set: Vec<(String, String, Value)>,
    /// What its body is, if it has one.
    pub body: Option<Body>,
    /// A body with what it has to have, for a page that shows none.
    pub sample: Option<Value>,
}

/// What a body is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Json,
    /// Url-encoded.
    Form,
    Other,
}

/// The requests of a document. What cannot be filled in without guessing is none. Where a body is
/// shown already, none is made up.
pub fn all(document: &Value, is_shown: impl Fn(&str) -> bool) -> Vec<Request> {
    let all = operations::nodes(document);
    all.iter().filter_map(|operation| request(operation, &is_shown)).collect()
}

fn request(found: &OperationNode<'_>, is_shown: &impl Fn(&str) -> bool) -> Option<Request> {
    let OperationNode { operation, node, .. } = found;
    let body = node.get("requestBody");
    let content = body.as_ref().and_then(|body| body.get("content"));
    let content = content.as_ref();
    let json = content.and_then(|content| content.get("application/json"));
    let only = content.filter(|content| content.fields().count() == 1);
    let (kind, media) = match (json, only.and_then(|content| content.get(FORM))) {
        (Some(json), _) => (Body::Json, Some(json)),
        (None, Some(form)) => (Body::Form, Some(form)),
        (None, None) => (Body::Other, None),
    };
    let mut request = Request {
        operation_id: node.text("operationId")?.to_owned(),
        method: operation.method.to_uppercase(),
        path: operation.path.clone(),
        body: body.map(|_| kind),
        ..Request::default()
    };
    if let Some(schema) = media.and_then(|media| media.get("schema"))
        && !is_shown(&request.operation_id)
    {
        request.sample = sample(&schema).filter(|value| fits(&schema, value));
    }
    request.take_query_of_path();
    request.path = percent_decoded(&request.path);
    for parameter in found.parameters() {
        request.fill_in(&parameter.node)?;
    }
    request.query.sort();
    // A template that nothing fills in would be sent as it is.
    let is_left = |text: &str| text.contains('{');
    let left = request.query.iter().any(|(_, value)| is_left(value));
    (!is_left(&request.path) && !left).then_some(request)
}

impl Request {
    /// Some paths have a query of their own; what follows a `#` is not sent.
    fn take_query_of_path(&mut self) {
        if let Some((path, _)) = self.path.split_once('#') {
            self.path = path.to_owned();
        }
        if let Some((path, query)) = self.path.clone().split_once('?') {
            self.path = path.to_owned();
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            self.query.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }

    /// Fills in a parameter that is required or has an example.
    fn fill_in(&mut self, parameter: &Node<'_>) -> Option<()> {
        let (name, place) = (parameter.text("name")?, parameter.text("in")?);
        let is_required = parameter.flag("required") || place == "path";
        let is_ignored = ["accept", "content-type", "authorization"]
            .contains(&name.to_ascii_lowercase().as_str());
        if place == "header" && (is_ignored || !is_header_name(name)) {
            return Some(());
        }
        let unset = (!is_required).then_some(());
        let Some(value) = value(parameter) else { return unset };
        let Some(written) = written(parameter, place, &value) else { return unset };
        match place {
            "path" => {
                let template = format!("{{{name}}}");
                self.path = self.path.replace(&template, written.first()?);
                for (_, value) in &mut self.query {
                    *value = value.replace(&template, written.first()?);
                }
            }
            "query" => self.query.extend(written.into_iter().map(|text| (name.to_owned(), text))),
            "header" => self.headers.push((name.to_ascii_lowercase(), written.join(","))),
            // How cookies are written is tested where the generator is.
            _ => return unset,
        }
        self.set.push((name.to_owned(), place.to_owned(), value));
        Some(())
    }
}

/// The texts that a value is written as: one, or one for each pair of a list.
fn written(parameter: &Node<'_>, place: &str, value: &Value) -> Option<Vec<String>> {
    let usual = if place == "query" { "form" } else { "simple" };
    let style = parameter.text("style").unwrap_or(usual);
    let explode = parameter.value.get("explode").and_then(Value::as_bool);
    let explode = explode.unwrap_or(style == "form");
    if style != usual || parameter.get("content").is_some() {
        return None;
    }
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        // A whole number is written without a fraction.
        Value::Number(number) if number.is_f64() => number.as_f64().map(|it| it.to_string()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(text).collect();
            let items = items.filter(|items| !items.is_empty())?;
            Some(if explode && place == "query" { items } else { vec![items.join(",")] })
        }
        plain => text(plain).filter(|text| !text.is_empty()).map(|text| vec![text]),
    }
}

/// The pairs of a url-encoded form, where each field is one text.
pub fn form(value: &Value) -> Option<Vec<(String, String)>> {
    let fields = value.as_object()?.iter().map(|(name, value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        Value::Bool(_) => Some((name.clone(), value.to_string())),
        Value::Number(number) if !number.is_f64() => Some((name.clone(), number.to_string())),
        _ => None,
    });
    let mut pairs = fields.collect::<Option<Vec<_>>>()?;
    pairs.sort();
    Some(pairs)
}

/// The documented value of a parameter, or one that it may have if it must be there.
fn value(parameter: &Node<'_>) -> Option<Value> {
    let schema = parameter.get("schema")?;
    let is_required = parameter.flag("required") || parameter.text("in") == Some("path");
    let named = parameter.get("examples").and_then(|all| all.fields().next().map(|(_, it)| it));
    let named = named.and_then(|example| example.resolved().value.get("value"));
    let listed = schema.value.get("examples").and_then(|all| all.get(0));
    let shown = [parameter.value.get("example"), named, schema.value.get("example"), listed];
    let shown = shown.into_iter().flatten().map(|value| as_typed(&schema, value));
    let made = is_required.then(|| sample(&schema)).flatten();
    let value = shown.chain(made).map(number::without_texts).find(|value| fits(&schema, value))?;
    Some(as_argument(&schema, value))
}

/// An exact decimal is a text in a parameter, whatever the document calls it.
fn as_argument(schema: &Node<'_>, value: Value) -> Value {
    match value {
        Value::Array(list) => match schema.get("items") {
            Some(items) => list.into_iter().map(|item| as_argument(&items, item)).collect(),
            None => list.into(),
        },
        Value::Number(number) if schema.text("format") == Some("decimal") => {
            number.to_string().into()
        }
        value => value,
    }
}

/// An example without quotes is a number to YAML.
fn as_typed(schema: &Node<'_>, value: &Value) -> Value {
    match (schema.text("type"), value) {
        (Some("string"), Value::Bool(flag)) => json!(flag.to_string()),
        (Some("string"), value) => number::text(value).map_or_else(|| value.clone(), Value::String),
        (Some("integer" | "number" | "boolean"), Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        _ => value.clone(),
    }
}
