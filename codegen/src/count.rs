//! Counts operations where they come in and where they come out, and shares no code with the stages between:
//! each operation of a vendored page is a function of the client, left out by name, equal to one of another
//! page, or removed by an overlay. A stage that loses one is found here, whatever it reports of itself.

#[cfg(test)]
mod tests;
mod words;

use std::collections::btree_map::Entry;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};

use std::hash::{Hash, Hasher};

use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Map, Value};
use syn::{Expr, ExprLit, File, ImplItem, Item, ItemImpl, Lit, Meta, ReturnType, Type};
pub(crate) use words::Words;

use crate::bounds::MAX_REFERENCE_CHAIN;
use crate::error::{Error, Problem, Result, Stage};
use crate::report::LeftOut;

/// The rules that leave out a whole operation; others leave out a part of one, or what a later page says.
const WHOLE: [&str; 2] = ["operation", "refused"];

/// What of a path item is no operation, in any version of OpenAPI.
const BESIDE_OPERATIONS: [&str; 6] =
    ["$ref", "summary", "description", "servers", "parameters", "additionalOperations"];

/// A method in capitals and a path, its braces decoded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    method: String,
    path: String,
}

impl Route {
    fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What is left of it when its parameters and signs are written in another way.
    fn essence(&self) -> String {
        let mut essence = format!("{} ", self.method);
        let mut depth = 0_usize;
        for sign in self.path.chars() {
            match sign {
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    essence.push('*');
                }
                _ if depth == 0 && (sign == '/' || sign.is_alphanumeric()) => essence.push(sign),
                _ => {}
            }
        }
        essence
    }

    /// What even a path has in common with it that a framework writes in its own way (`:id`, `<id>`).
    fn outline(&self) -> (&str, usize) {
        (&self.method, self.path.split('/').filter(|segment| !segment.is_empty()).count())
    }
}

/// An operation that is the same on an earlier page, and one function with that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// Its method and path.
    pub operation: String,
    /// The later page.
    pub page: String,
    /// The earlier one.
    pub first: String,
    /// Whether the vendored texts say something else of it, documentation and names of components aside.
    pub differs: bool,
}

impl Merged {
    /// What a reader should know, if the pages do not say the same.
    pub(crate) fn warning(&self) -> Option<String> {
        let Self { operation, page, first, differs } = self;
        differs.then(|| {
            format!(
                "{operation} is on the pages {first} and {page} in other words, and one function"
            )
        })
    }
}

/// What came in and what came out.
pub(crate) struct Counting<'c> {
    /// The vendored documents, each with the name of its page.
    pub(crate) pages: Vec<(&'c str, &'c Value)>,
    /// The document before overlays.
    pub(crate) before: &'c Value,
    /// The document after them.
    pub(crate) after: &'c Value,
    /// What the stages say that the client does not have.
    pub(crate) left_out: Vec<&'c LeftOut>,
    /// The client.
    pub(crate) client: &'c File,
}

/// How the two agree.
#[derive(Debug)]
pub(crate) struct Counted {
    /// How many operations there are: those of the pages as the overlays left them, equal ones once.
    pub(crate) operations: usize,
    /// How many functions the client has for them.
    pub(crate) functions: usize,
    /// What is equal to an operation of an earlier page.
    pub(crate) merged: Vec<Merged>,
}

impl Counting<'_> {
    /// Counts both.
    ///
    /// # Errors
    /// Operations that are lost, or functions of no operation, each by its name.
    pub(crate) fn run(&self) -> Result<Counted> {
        let mut first: BTreeMap<Route, (&str, u64)> = BTreeMap::new();
        let (mut merged, mut refused) = (Vec::new(), 0);
        for (page, document) in &self.pages {
            let mut words = Words::of(document);
            for (route, said) in said(document, &mut words) {
                let operation = route.label();
                match first.entry(route) {
                    Entry::Vacant(entry) => drop(entry.insert((*page, said))),
                    Entry::Occupied(_) if self.is_refused(page, &operation) => refused += 1,
                    Entry::Occupied(entry) => {
                        let (first, before) = *entry.get();
                        let [page, first] = [*page, first].map(str::to_owned);
                        merged.push(Merged { operation, page, first, differs: said != before });
                    }
                }
            }
        }
        let first = first.into_iter().map(|(route, (page, _))| (route, page));
        let mut pages: BTreeMap<Route, &str> = first.collect();
        let [before, after] = [self.before, self.after].map(|it| routes(it).into_iter().collect());
        let (before, after): (BTreeSet<Route>, BTreeSet<Route>) = (before, after);
        pages.retain(|route, _| !before.contains(route) || after.contains(route));
        pages.extend(after.difference(&before).map(|route| (route.clone(), "overlay")));
        let functions = functions(self.client);
        let operations = pages.len() + refused;
        self.compare(pages, &functions)?;
        Ok(Counted { operations, functions: functions.len(), merged })
    }

    /// Whether the stages say that an operation is left out, as an earlier page has it otherwise.
    fn is_refused(&self, page: &str, operation: &str) -> bool {
        self.left_out.iter().any(|part| {
            part.operation == operation && part.place.split_once('#').is_some_and(|it| it.0 == page)
        })
    }

    /// # Errors
    /// Operations without a function, or functions without an operation.
    fn compare(&self, mut left: BTreeMap<Route, &str>, functions: &[Function]) -> Result<()> {
        let is_whole = |part: &&&LeftOut| WHOLE.contains(&part.rule.id);
        let left_out: BTreeSet<_> =
            self.left_out.iter().filter(is_whole).map(|part| part.operation.as_str()).collect();
        left.retain(|route, _| !left_out.contains(route.label().as_str()));
        let mut unknown = Vec::new();
        // The last first, so that the first is taken first.
        let mut essences = BTreeMap::<String, Vec<Route>>::new();
        for route in left.keys().rev() {
            essences.entry(route.essence()).or_default().push(route.clone());
        }
        for function in functions {
            let found = function.essence().and_then(|it| essences.get_mut(&it)?.pop());
            match found {
                Some(route) => drop(left.remove(&route)),
                None => unknown.push(function),
            }
        }
        // A path that is written in another way has a function of its method and length all the same.
        unknown.retain(|function: &&Function| {
            let outline = function.route.as_ref().map(Route::outline);
            let found = left.keys().find(|route| Some(route.outline()) == outline).cloned();
            found.is_none_or(|route| left.remove(&route).is_none())
        });
        if !left.is_empty() {
            let named = |(route, page): (&Route, &&str)| format!("{} ({page})", route.label());
            let operations = left.iter().map(named).collect();
            return Err(Error::new(Stage::Refine, Problem::Lost { operations }));
        }
        if !unknown.is_empty() {
            let functions = unknown.into_iter().map(|function| function.name.clone()).collect();
            return Err(Error::new(Stage::Refine, Problem::Unasked { functions }));
        }
        Ok(())
    }
}

/// The operations of a document, each with what is said of it.
fn said<'d>(document: &'d Value, words: &mut Words<'d>) -> Vec<(Route, u64)> {
    let found = operations(document).into_iter();
    let said = found.map(|(route, parts)| {
        let parts: Vec<_> = parts.into_iter().map(|part| words.hash(part, false)).collect();
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        (route, hasher.finish())
    });
    said.collect()
}

fn routes(document: &Value) -> Vec<Route> {
    operations(document).into_iter().map(|(route, _)| route).collect()
}

/// The operations of a document, whatever a path item has an object for that is nothing else, and for each the
/// operation and the parameters of its path.
fn operations(document: &Value) -> Vec<(Route, Vec<&Value>)> {
    let mut found = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let mut methods = BTreeMap::new();
        let items = items(document, item);
        let parameters: Vec<_> = items.iter().filter_map(|item| item.get("parameters")).collect();
        for fields in items {
            let more = fields.get("additionalOperations").and_then(Value::as_object);
            let all = fields.iter().chain(more.into_iter().flatten());
            let of_operations = all.filter(|(key, value)| {
                let is_other = key.starts_with("x-") || BESIDE_OPERATIONS.contains(&key.as_str());
                !is_other && value.is_object()
            });
            for (key, operation) in of_operations {
                methods.entry(key.to_uppercase()).or_insert(operation);
            }
        }
        let path = ["%7B", "%7b"].iter().fold(path.clone(), |path, sign| path.replace(sign, "{"));
        let path = ["%7D", "%7d"].iter().fold(path, |path, sign| path.replace(sign, "}"));
        found.extend(methods.into_iter().map(|(method, operation)| {
            let route = Route { method, path: path.clone() };
            (route, parameters.iter().copied().chain([operation]).collect())
        }));
    }
    found
}

/// A path item, and those that it refers to.
fn items<'d>(document: &'d Value, item: &'d Value) -> Vec<&'d Map<String, Value>> {
    let mut items = Vec::new();
    let mut next = item.as_object();
    while let Some(item) = next.filter(|_| items.len() <= MAX_REFERENCE_CHAIN) {
        items.push(item);
        let reference = item.get("$ref").and_then(Value::as_str);
        next = reference.and_then(|it| target(document, it)).and_then(Value::as_object);
    }
    items
}

/// What a reference into the document leads to.
fn target<'d>(document: &'d Value, reference: &str) -> Option<&'d Value> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
    document.pointer(&pointer)
}

/// A function of the client that starts an operation.
struct Function {
    name: String,
    /// What its builder says that it sends.
    route: Option<Route>,
}

impl Function {
    fn essence(&self) -> Option<String> {
        self.route.as_ref().map(Route::essence)
    }
}

/// The functions of `impl Client` that return a builder, with what that sends.
fn functions(client: &File) -> Vec<Function> {
    let mut sent = BTreeMap::new();
    for item in &client.items {
        let Item::Mod(module) = item else { continue };
        for item in module.content.iter().flat_map(|(_, items)| items) {
            if let Item::Impl(builder) = item
                && let Some(route) = sent_by(builder)
            {
                sent.insert(last_name(&builder.self_ty), route);
            }
        }
    }
    let clients = client.items.iter().filter_map(|item| match item {
        Item::Impl(it) if it.trait_.is_none() => Some(it),
        _ => None,
    });
    let of_client = clients.filter(|it| last_name(&it.self_ty).as_deref() == Some("Client"));
    let members = of_client.flat_map(|it| &it.items);
    let started = members.filter_map(|member| {
        let ImplItem::Fn(function) = member else { return None };
        let ReturnType::Type(_, returned) = &function.sig.output else { return None };
        let Type::Path(path) = returned.as_ref() else { return None };
        let is_builder = path.path.segments.first().is_some_and(|it| it.ident == "builder");
        let name = function.sig.ident.to_string();
        is_builder.then(|| Function { name, route: sent.get(&last_name(returned)).cloned() })
    });
    started.collect()
}

fn last_name(of: &Type) -> Option<String> {
    let Type::Path(path) = of else { return None };
    path.path.segments.last().map(|it| it.ident.to_string())
}

/// What the documentation of `send` says, ``Sends a `PUT` request to `/pets/{id}` ``.
fn sent_by(builder: &ItemImpl) -> Option<Route> {
    let send = builder.items.iter().find_map(|member| match member {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    })?;
    send.attrs.iter().find_map(|attribute| {
        let Meta::NameValue(meta) = &attribute.meta else { return None };
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
        let text = text.value();
        let (method, path) = text.trim().strip_prefix("Sends a `")?.split_once("` request to `")?;
        Some(Route { method: method.to_owned(), path: path.trim_end_matches('`').to_owned() })
    })
}
