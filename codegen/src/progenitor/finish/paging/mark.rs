//! The mark of an operation that is paged: read, checked against what the operation takes and answers, and
//! written as code of the runtime.

use proc_macro2::TokenStream;
use quote::quote;
use serde::Deserialize;
use serde_json::Value;

use super::refused;
use crate::bounds::MAX_REFERENCE_CHAIN;
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::operations::OperationNode;
use crate::document::pointer;
use crate::error::Result;
use crate::syntax::number::as_u64;

/// The keys of one and the same mark. The first is an overlay's, which may stand beside that of a page.
const KEYS: [&str; 2] = ["x-pagination", "x-speakeasy-pagination"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    inputs: Vec<Input>,
    #[serde(default)]
    outputs: Outputs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    OffsetLimit,
    Cursor,
    Url,
    Link,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    name: String,
    #[serde(rename = "in")]
    place: Place,
    #[serde(rename = "type")]
    role: Role,
    /// The number of the first page, or of the first item.
    start: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Place {
    Parameters,
    RequestBody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Page,
    Offset,
    Limit,
    Cursor,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Outputs {
    results: Option<String>,
    num_pages: Option<String>,
    next_cursor: Option<String>,
    next_url: Option<String>,
    total: Option<String>,
    has_more: Option<String>,
}

/// One step down a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    At(i64),
}

/// An operation that is paged.
pub(super) struct Paged {
    pub(super) operation: String,
    /// The path to the items.
    pub(super) items: Option<Vec<Step>>,
    pub(super) place_of_items: String,
    /// The value that the runtime has of it.
    pub(super) code: TokenStream,
}

/// Reads the mark of an operation, if it has one.
///
/// # Errors
/// A mark that says what it cannot, or that names what the operation does not have.
pub(super) fn read(operation: &OperationNode<'_>) -> Result<Option<Paged>> {
    let marks = KEYS.iter().find_map(|key| Some((*key, operation.node.value.get(key)?)));
    let Some((key, value)) = marks.filter(|(_, value)| **value != Value::Bool(false)) else {
        return Ok(None);
    };
    let place = pointer::join(&operation.node.pointer, key);
    let mark = Mark::deserialize(value)
        .map_err(|error| refused(&operation.operation.label(), &place, error.to_string()))?;
    Reader { operation, place, mark: &mark }.read().map(Some)
}

struct Reader<'r, 'd> {
    operation: &'r OperationNode<'d>,
    /// JSON Pointer of the mark.
    place: String,
    mark: &'r Mark,
}

/// Types that a JSON value may have.
const NUMBERS: [&str; 3] = ["integer", "number", "string"];
const FLAGS: [&str; 3] = ["boolean", "string", "integer"];
const TEXTS: [&str; 1] = ["string"];

impl Reader<'_, '_> {
    fn read(&self) -> Result<Paged> {
        let Outputs { results, num_pages, total, has_more, .. } = &self.mark.outputs;
        self.refuse_what_does_not_go_together()?;
        let mut code = self.kind()?;
        let items = self.path("results", results.as_ref(), &["array"])?;
        if let Some(path) = &items {
            let path = steps(path);
            code = quote!(#code.items(#path));
        }
        if let Some((index, limit)) = self.input(Role::Limit)? {
            let (input, schema) = self.resolve(index, limit)?;
            let most = schema.first("maximum").and_then(as_u64);
            let most = match most {
                Some(most) => quote!(::std::option::Option::Some(#most)),
                None => quote!(::std::option::Option::None),
            };
            code = quote!(#code.size(#input, #most));
        }
        for (name, path, kinds, method) in [
            ("total", total, NUMBERS, quote!(total)),
            ("numPages", num_pages, NUMBERS, quote!(total_pages)),
            ("hasMore", has_more, FLAGS, quote!(more)),
        ] {
            if let Some(path) = self.path(name, path.as_ref(), &kinds)? {
                let path = steps(&path);
                code = quote!(#code.#method(#path));
            }
        }
        Ok(Paged {
            operation: self.operation.operation.label(),
            items,
            place_of_items: self.output("results"),
            code,
        })
    }

    fn refuse<T>(&self, place: &str, reason: impl Into<String>) -> Result<T> {
        Err(refused(&self.operation.operation.label(), place, reason))
    }

    fn output(&self, name: &str) -> String {
        pointer::join(&pointer::join(&self.place, "outputs"), name)
    }

    fn input_place(&self, index: usize) -> String {
        format!("{}/inputs/{index}", self.place)
    }

    fn refuse_what_does_not_go_together(&self) -> Result<()> {
        self.refuse_outputs_of_another_kind()?;
        let kind = self.mark.kind;
        let others = match kind {
            Kind::OffsetLimit => [Role::Page, Role::Offset].as_slice(),
            Kind::Cursor => &[Role::Cursor],
            Kind::Url | Kind::Link => &[],
        };
        let fits = |input: &Input| input.role == Role::Limit || others.contains(&input.role);
        if let Some(index) = self.mark.inputs.iter().position(|input| !fits(input)) {
            return self
                .refuse(&self.input_place(index), "an input of this `type` is not used here");
        }
        let Outputs { results, num_pages, has_more, .. } = &self.mark.outputs;
        let ends = results.is_some() || num_pages.is_some() || has_more.is_some();
        match kind == Kind::OffsetLimit && !ends {
            true => {
                let reason = "nothing says where the pages end: `results`, `numPages` or `hasMore`";
                self.refuse(&pointer::join(&self.place, "outputs"), reason)
            }
            false => Ok(()),
        }
    }

    fn refuse_outputs_of_another_kind(&self) -> Result<()> {
        let (kind, outputs) = (self.mark.kind, &self.mark.outputs);
        let counts = kind == Kind::OffsetLimit;
        let counts_items = counts && outputs.results.is_some();
        let counts_pages = counts && self.input(Role::Page)?.is_some();
        for (name, output, fits, needs) in [
            ("nextCursor", &outputs.next_cursor, kind == Kind::Cursor, "`type: cursor`"),
            ("nextUrl", &outputs.next_url, kind == Kind::Url, "`type: url`"),
            ("total", &outputs.total, counts_items, "`type: offsetLimit` and `results`"),
            ("numPages", &outputs.num_pages, counts_pages, "an input of `type: page`"),
        ] {
            if output.is_some() && !fits {
                return self.refuse(&self.output(name), format!("`{name}` needs {needs}"));
            }
        }
        Ok(())
    }

    fn kind(&self) -> Result<TokenStream> {
        let paging = quote!(::openapi_client_runtime::generated::Paging);
        let Outputs { results, next_cursor, next_url, .. } = &self.mark.outputs;
        match self.mark.kind {
            Kind::Link => Ok(quote!(#paging::by_link())),
            Kind::Url => {
                let path = self.needed("nextUrl", next_url.as_ref(), &TEXTS)?;
                Ok(quote!(#paging::by_url(#path)))
            }
            Kind::Cursor => {
                let (index, input) = self.one(&[Role::Cursor], "`cursor`")?;
                let (input, _) = self.resolve(index, input)?;
                let path = self.needed("nextCursor", next_cursor.as_ref(), &NUMBERS)?;
                Ok(quote!(#paging::by_cursor(#input, #path)))
            }
            Kind::OffsetLimit => {
                let (index, input) = self.one(&[Role::Page, Role::Offset], "`page` or `offset`")?;
                let start = self.start(index, input)?;
                let by = match input.role {
                    Role::Offset if results.is_none() => {
                        let reason =
                            "an offset counts items, and `results` does not say where they are";
                        return self.refuse(&self.place, reason);
                    }
                    Role::Offset => quote!(by_offset),
                    _ => quote!(by_number),
                };
                let (input, _) = self.resolve(index, input)?;
                Ok(quote!(#paging::#by(#input, #start)))
            }
        }
    }

    /// The number of the first page or item. Whether pages are counted from 0 or from 1 is never guessed: a
    /// page would be passed over.
    fn start(&self, index: usize, input: &Input) -> Result<u64> {
        let (_, schema) = self.resolve(index, input)?;
        let number = |value: &Value| as_u64(value).or_else(|| value.as_str()?.parse().ok());
        let documented = schema.first("default").and_then(number);
        let start = input.start.or(documented).or((input.role == Role::Offset).then_some(0));
        match start {
            Some(start) => Ok(start),
            None => {
                let reason = "whether the first page is 0 or 1 is not said: add `start`, or a `default` to \
                     the schema of the parameter";
                self.refuse(&self.input_place(index), reason)
            }
        }
    }

    fn one(&self, roles: &[Role], words: &str) -> Result<(usize, &Input)> {
        let mut found = Vec::new();
        for role in roles {
            found.extend(self.input(*role)?);
        }
        match found[..] {
            [one] => Ok(one),
            _ => {
                let reason = format!("one input of the type {words} is needed");
                self.refuse(&pointer::join(&self.place, "inputs"), reason)
            }
        }
    }

    /// The input of a role.
    fn input(&self, role: Role) -> Result<Option<(usize, &Input)>> {
        let mut all = self.mark.inputs.iter().enumerate().filter(|(_, input)| input.role == role);
        let first = all.next();
        match all.next() {
            Some((index, _)) => {
                self.refuse(&self.input_place(index), "a second input of one `type`")
            }
            None => Ok(first),
        }
    }

    /// An input as the runtime has it, and its schema.
    fn resolve(&self, index: usize, input: &Input) -> Result<(TokenStream, MergedSchema<'_>)> {
        let (name, place) = (&input.name, self.input_place(index));
        let (place_of_input, schema) = match input.place {
            Place::Parameters => self.parameter(name, &place)?,
            Place::RequestBody => {
                let body = self.operation.request_schema();
                let property = body.and_then(|body| property(body, name, 0));
                if property.is_none() {
                    return self.refuse(&place, format!("the body has no field `{name}`"));
                }
                (quote!(Body), property)
            }
        };
        // Without a schema, anything goes.
        let schema = MergedSchema::of(schema.unwrap_or_else(|| self.operation.root.clone()));
        match schema.kind() {
            Some(kind) if !NUMBERS.contains(&kind) => {
                let reason = format!("`{name}` is of the type {kind}, not a number or a text");
                self.refuse(&place, reason)
            }
            _ => {
                let code =
                    quote!(::openapi_client_runtime::generated::Input::#place_of_input(#name));
                Ok((code, schema))
            }
        }
    }

    /// Where a parameter is sent, and its schema.
    fn parameter(&self, name: &str, place: &str) -> Result<(TokenStream, Option<Node<'_>>)> {
        let mut parameters = self.operation.parameters().into_iter();
        let Some(parameter) = parameters.find(|it| it.name() == Some(name)) else {
            return self.refuse(place, format!("the operation has no parameter `{name}`"));
        };
        let sent = match parameter.location().unwrap_or_default() {
            "query" => quote!(Query),
            "header" => quote!(Header),
            other => {
                let reason = format!("`{name}` is a {other} parameter, of which none can page");
                return self.refuse(place, reason);
            }
        };
        Ok((sent, parameter.node.get("schema")))
    }

    fn needed(&self, name: &str, path: Option<&String>, kinds: &[&str]) -> Result<TokenStream> {
        match self.path(name, path, kinds)? {
            Some(path) => Ok(steps(&path)),
            None => {
                let place = pointer::join(&self.place, "outputs");
                self.refuse(&place, format!("`{name}` is needed: where the next page is named"))
            }
        }
    }

    /// A path that a success of the operation has.
    fn path(&self, name: &str, path: Option<&String>, kinds: &[&str]) -> Result<Option<Vec<Step>>> {
        let Some(text) = path else { return Ok(None) };
        let place = self.output(name);
        let Some(path) = parse(text) else {
            let reason =
                format!("`{text}` is no path of names and indexes, such as `$.data[-1].id`");
            return self.refuse(&place, reason);
        };
        let success = self.operation.success();
        let Some(mut node) = success.and_then(|status| self.operation.response_schema(status))
        else {
            return self.refuse(&place, "the operation answers with no body that has fields");
        };
        for step in &path {
            let next = match step {
                Step::Name(name) => property(node, name, 0),
                Step::At(_) => MergedSchema::of(node).applicator("items").map(Node::resolved),
            };
            match next {
                Some(next) => node = next,
                None => {
                    let reason =
                        format!("`{text}` is not in the answer: it has no {}", step.words());
                    return self.refuse(&place, reason);
                }
            }
        }
        match MergedSchema::of(node).kind() {
            Some(kind) if !kinds.contains(&kind) => {
                let wanted = kinds.join(" or ");
                self.refuse(&place, format!("`{text}` is of the type {kind}, not {wanted}"))
            }
            _ => Ok(Some(path)),
        }
    }
}

/// The schema of a property, also of one that only an alternative has.
fn property<'d>(node: Node<'d>, name: &str, depth: usize) -> Option<Node<'d>> {
    let merged = MergedSchema::of(node);
    let direct = merged.properties.get(name).cloned().map(Node::resolved);
    direct.or_else(|| {
        let deeper = depth < MAX_REFERENCE_CHAIN;
        let mut alternatives = merged.unions.iter().filter(|_| deeper).flat_map(Node::items);
        alternatives.find_map(|alternative| property(alternative, name, depth + 1))
    })
}

impl Step {
    fn words(&self) -> String {
        match self {
            Self::Name(name) => format!("field `{name}` there"),
            Self::At(_) => "list there".to_owned(),
        }
    }
}

/// Reads `$`, `$.data`, `$.data[-1].id` or `$['data']`: what of JSONPath names one place.
fn parse(text: &str) -> Option<Vec<Step>> {
    let (mut rest, mut path) = (text.trim().strip_prefix('$')?, Vec::new());
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            if name.is_empty() || name == "*" {
                return None;
            }
            path.push(Step::Name(name.to_owned()));
            rest = after;
        } else {
            let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = |quote| inside.strip_prefix(quote)?.strip_suffix(quote);
            path.push(match quoted('\'').or_else(|| quoted('"')) {
                Some(name) => Step::Name(name.to_owned()),
                None => Step::At(inside.trim().parse().ok()?),
            });
            rest = after;
        }
    }
    Some(path)
}

fn steps(path: &[Step]) -> TokenStream {
    let step = quote!(::openapi_client_runtime::generated::Step);
    let steps = path.iter().map(|it| match it {
        Step::Name(name) => quote!(#step::Name(#name)),
        Step::At(index) => {
            let index = proc_macro2::Literal::i64_unsuffixed(index.abs());
            let sign = (matches!(it, Step::At(index) if *index < 0)).then(|| quote!(-));
            quote!(#step::At(#sign #index))
        }
    });
    quote!(&[#(#steps),*])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_names_and_indexes() {
        let name = |name: &str| Step::Name(name.to_owned());
        assert_eq!(parse("$").unwrap(), []);
        assert_eq!(parse("$.data[-1].id").unwrap(), [name("data"), Step::At(-1), name("id")]);
        assert_eq!(parse("$['a.b'][\"c\"]").unwrap(), [name("a.b"), name("c")]);
    }

    #[test]
    fn paths_that_name_no_one_place() {
        for path in ["", "data", "$data", "$.", "$..id", "$.*", "$[*]", "$.a[", "$.a[?(@.b)]"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
