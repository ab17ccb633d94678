//! Parameters that progenitor refuses, mixes up, or sends in another way than is documented:
//! cookies, lists that are not repeated, objects, values with a media type, and several of one
//! name. It is given a parameter that it takes; the refine stage sends what was meant.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use serde_json::{Map, Value, json};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprMethodCall, File, ImplItemFn, Item, ItemStruct, LitStr, Token, Type, parse_quote,
    parse_str,
};

use super::{Prepared, components, resolve};
use crate::document::media_type::{self, JSON, essence};
use crate::document::operations::{Operation, OperationNode, operations};
use crate::document::{pointer, visit};
use crate::error::{Error, Result};
use crate::progenitor::names::method_name;
use crate::progenitor::{Code, shape};
use crate::report::Log;

const LIMIT: &str = "parameter";

/// A parameter that is not sent as progenitor sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The operation's id, in snake case.
    pub operation: String,
    /// The name that progenitor knows it by.
    pub name: String,
    /// The name that it is sent under.
    pub real: String,
    /// `path`, `query`, `header` or `cookie`.
    pub place: String,
    /// How it is written: a style of the specification, or a media type. Nothing if progenitor
    /// does it right.
    pub style: Option<String>,
    /// Whether its parts are parameters of their own.
    pub explode: bool,
    /// Whether progenitor was given a list of it, because it refuses the type itself.
    pub wrapped: bool,
}

/// What the builder of every operation has already.
const RESERVED: [&str; 3] = ["new", "send", "stream"];

/// Prepares the parameters of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    let all = operations(&prepared.document);
    for operation in &all {
        let of_operation = effective(&prepared.document, operation);
        let Some(id) = operation.id(&prepared.document).map(str::to_owned) else {
            continue;
        };
        let names = names(prepared, operation, &of_operation);
        let mut parameters = Vec::new();
        for ((at, mut parameter), name) in of_operation.into_iter().zip(names) {
            if is_ignored(&parameter) {
                prepared.log("ignored-header", &at, "OpenAPI says that it is not a parameter");
                continue;
            }
            let sent = written(prepared, &id, &at, &mut parameter, name);
            prepared.plan.parameters.extend(sent);
            parameters.push(parameter);
        }
        let Some(Value::Object(fields)) = prepared.document.pointer_mut(&operation.pointer())
        else {
            continue;
        };
        fields.shift_remove("parameters");
        if !parameters.is_empty() {
            fields.insert("parameters".to_owned(), parameters.into());
        }
    }
    for operation in &all {
        if let Some(Value::Object(item)) = prepared.document.pointer_mut(&operation.path_pointer())
        {
            item.shift_remove("parameters");
        }
    }
}

/// The parameters that apply to an operation, with the place of each.
fn effective(document: &Value, operation: &Operation) -> Vec<(String, Value)> {
    let operation = OperationNode::at(document, operation.clone());
    let all = operation.iter().flat_map(OperationNode::parameters);
    all.map(|it| (it.written.pointer, it.node.value.clone())).collect()
}

/// Names that differ in Rust, one for each parameter; those of the path stay.
fn names(prepared: &mut Prepared, operation: &Operation, all: &[(String, Value)]) -> Vec<String> {
    let body = prepared.document.pointer(&operation.pointer()).and_then(|it| it.get("requestBody"));
    let mut taken: BTreeSet<_> = RESERVED.map(str::to_owned).into();
    let of_path = names_of_path(all);
    // All operations of a path share its names.
    if body.is_some() || of_path.contains("body") {
        taken.extend(["body".to_owned(), "body_map".to_owned()]);
    }
    let mut order: Vec<_> = all.iter().enumerate().collect();
    let is_path = |parameter: &Value| text(parameter, "in") == Some("path");
    order.sort_by_key(|(_, (_, parameter))| !is_path(parameter));
    let mut names = vec![String::new(); all.len()];
    for (index, (at, parameter)) in order {
        let (real, place) = (text(parameter, "name"), text(parameter, "in").unwrap_or_default());
        let real = real.unwrap_or_default();
        let others = (2..).map(|number| format!("{real} {number}"));
        let mut candidates = [real.to_owned(), format!("{real} {place}")].into_iter().chain(others);
        let name = candidates.find(|name| taken.insert(method_name(name))).unwrap_or_default();
        if name != real {
            let note = format!("`{}` in Rust, which has the name already", method_name(&name));
            prepared.log("parameter-name", at, note);
        }
        names[index] = name;
    }
    names
}

fn names_of_path(all: &[(String, Value)]) -> BTreeSet<&str> {
    let of_path = all.iter().filter(|(_, parameter)| text(parameter, "in") == Some("path"));
    of_path.filter_map(|(_, parameter)| text(parameter, "name")).collect()
}

/// The specification has other places for these.
fn is_ignored(parameter: &Value) -> bool {
    let name = text(parameter, "name").unwrap_or_default().to_ascii_lowercase();
    text(parameter, "in") == Some("header")
        && ["accept", "content-type", "authorization"].contains(&name.as_str())
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// What a parameter is, as far as writing it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Shown as a text, it is not what RFC 3339 has.
    Time,
    /// In a query, a whole one would have a fraction.
    Number,
    List,
    /// With fields that are known: progenitor gives it a builder, and refuses it if it is optional.
    Struct,
    Other,
}

fn kind(document: &Value, schema: &Value) -> Kind {
    let schema = resolve(document, schema);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return Kind::Other;
    }
    let is_plain = |kind| matches!(kind, Kind::Plain | Kind::Time);
    match text(schema, "type") {
        Some("string") if text(schema, "format") == Some("date-time") => Kind::Time,
        Some("number") => Kind::Number,
        Some("string" | "integer" | "boolean") => Kind::Plain,
        Some("array") if schema.get("items").is_some_and(|it| is_plain(kind(document, it))) => {
            Kind::List
        }
        _ if ["properties", "allOf"].iter().any(|key| schema.get(key).is_some()) => Kind::Struct,
        _ => Kind::Other,
    }
}

/// A reference that had something beside it, without that.
fn unwrap_reference(schema: &mut Value) {
    let annotations = ["allOf", "title", "description", "default"];
    let Some(fields) = schema.as_object() else { return };
    let only = fields.get("allOf").and_then(Value::as_array).map(Vec::as_slice);
    if let Some([only]) = only
        && visit::reference(only).is_some()
        && fields.keys().all(|key| annotations.contains(&key.as_str()))
    {
        *schema = only.clone();
    }
}

/// Makes a parameter one that progenitor takes, and says how it is sent if that is another way.
fn written(
    prepared: &mut Prepared,
    id: &str,
    at: &str,
    parameter: &mut Value,
    name: String,
) -> Option<Parameter> {
    let fields = parameter.as_object_mut()?;
    let real = fields.get("name")?.as_str()?.to_owned();
    let place = fields.get("in")?.as_str()?.to_owned();
    let (style, explode) = style(fields, &place);
    for key in ["style", "explode", "example", "examples", "allowReserved", "allowEmptyValue"] {
        fields.shift_remove(key);
    }
    let media = take_content(fields);
    let schema = fields.entry("schema").or_insert_with(|| json!({ "type": "string" }));
    // There is no way to write null in a parameter.
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("nullable");
    }
    unwrap_reference(schema);
    let kind = kind(&prepared.document, schema);
    if kind == Kind::Struct {
        *schema = list_of(prepared, id, &real, schema.take());
    }
    let style = media.filter(|media| media == JSON).unwrap_or(style);
    let is_usual = match (place.as_str(), style.as_str(), kind) {
        ("cookie", ..) => false,
        ("query", "form", Kind::List) => explode,
        ("query", "form", Kind::Plain | Kind::Time) => true,
        ("path" | "header", "simple", Kind::Plain | Kind::Number) => true,
        _ => false,
    };
    if place == "cookie" {
        fields.insert("in".to_owned(), "header".into());
    }
    fields.insert("name".to_owned(), name.clone().into());
    if is_usual && name == real {
        return None;
    }
    if !is_usual {
        let exploded = if explode
            && matches!(kind, Kind::List | Kind::Struct | Kind::Other)
            && style != JSON
        {
            ", exploded"
        } else {
            ""
        };
        prepared.log(LIMIT, at, format!("sent as {place} {style}{exploded}"));
    }
    let operation = method_name(id);
    let style = (!is_usual).then_some(style);
    Some(Parameter { operation, name, real, place, style, explode, wrapped: kind == Kind::Struct })
}

/// OpenAPI 3.0.3, section 4.7.12.2.
fn style(fields: &Map<String, Value>, place: &str) -> (String, bool) {
    let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = fields.get("style").and_then(Value::as_str).unwrap_or(usual);
    let explode = fields.get("explode").and_then(Value::as_bool);
    (style.to_owned(), explode.unwrap_or(style == "form" || style == "deepObject"))
}

/// Makes the schema of a media type the parameter's own; the media type, in short.
fn take_content(fields: &mut Map<String, Value>) -> Option<String> {
    let Some(Value::Object(content)) = fields.shift_remove("content") else { return None };
    let (name, media) = content.into_iter().next()?;
    let name = essence(&name);
    let is_json = media_type::is_json(&name);
    let schema = media.get("schema").filter(|_| is_json).cloned();
    // What is not JSON is text that the caller makes.
    let any = || json!({ "type": "string" });
    fields.insert("schema".to_owned(), schema.unwrap_or_else(any));
    Some(if is_json { JSON.to_owned() } else { name })
}

/// A list of a type with a name: progenitor takes it, and the refine stage the list away.
fn list_of(prepared: &mut Prepared, id: &str, real: &str, schema: Value) -> Value {
    let items = if visit::reference(&schema).is_some() {
        schema
    } else {
        let name = components::free(prepared, &format!("{id}-{real}"));
        components::add(prepared, &name, schema);
        json!({ "$ref": pointer::to_component("schemas", &name) })
    };
    json!({ "type": "array", "items": items })
}

/// Gives path parameters the names that they have in `prepare`, in the templates of their paths.
pub(super) fn rename_in_paths(prepared: &mut Prepared) {
    let mut renamed: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for operation in operations(&prepared.document) {
        let Some(id) = operation.id(&prepared.document) else { continue };
        let id = method_name(id);
        let of_path = prepared.plan.parameters.iter().filter(|parameter| {
            parameter.operation == id
                && parameter.place == "path"
                && parameter.name != parameter.real
        });
        for Parameter { name, real, .. } in of_path {
            let names = renamed.entry(operation.path.clone()).or_default();
            names.push((real.clone(), name.clone()));
        }
    }
    let Some(Value::Object(paths)) = prepared.document.get_mut("paths") else { return };
    let new = |path: String| {
        let names = renamed.get(&path).into_iter().flatten();
        names.fold(path.clone(), |path, (real, name)| {
            path.replace(&format!("{{{real}}}"), &format!("{{{name}}}"))
        })
    };
    *paths = std::mem::take(paths).into_iter().map(|(path, item)| (new(path), item)).collect();
}

/// The document without the parameters that are sent in another way; paths keep theirs.
pub fn without(document: &Value, parameters: &[Parameter]) -> Value {
    let mut document = document.clone();
    let other: BTreeSet<_> = parameters
        .iter()
        .filter(|parameter| parameter.place != "path")
        .map(|parameter| (parameter.operation.as_str(), parameter.name.as_str()))
        .collect();
    for operation in operations(&document) {
        let Some(id) = operation.id(&document).map(method_name) else {
            continue;
        };
        let at = format!("{}/parameters", operation.pointer());
        if let Some(Value::Array(list)) = document.pointer_mut(&at) {
            list.retain(|parameter| {
                !other.contains(&(&id, text(parameter, "name").unwrap_or_default()))
            });
        }
    }
    document
}

/// What the calls are made of, where there are any.
const HELPERS: &str = include_str!("../emitted/parameters.rs");

/// Sends each parameter as its operation says.
///
/// # Errors
/// A parameter that its operation does not send, or declare, in a way that is known.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let mut by_operation: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
    for parameter in &code.plan.parameters {
        by_operation.entry(&parameter.operation).or_default().push(parameter);
    }
    let mut types = BTreeMap::new();
    for item in shape::module(&mut code.file.items, "builder").into_iter().flatten() {
        let Item::Impl(builder) = item else { continue };
        let Some(operation) = shape::operation_of_builder(builder) else { continue };
        let Some(parameters) = by_operation.get(operation.as_str()) else { continue };
        let mut calls = Calls { parameters, sent: BTreeSet::new(), unwrapped: BTreeSet::new() };
        calls.visit_item_impl_mut(builder);
        for parameter in parameters {
            calls.check(parameter)?;
            log.add(LIMIT, &parameter.operation, parameter.note());
        }
        types.insert(shape::owner(builder), parameters);
    }
    for item in shape::module(&mut code.file.items, "builder").into_iter().flatten() {
        if let Item::Struct(item) = item
            && let Some(parameters) = types.get(&item.ident.to_string())
        {
            unwrap_fields(item, parameters)?;
        }
    }
    if code.plan.parameters.iter().any(|parameter| parameter.style.is_some()) {
        declare_helpers(code.file);
    }
    Ok(())
}

impl Parameter {
    fn no_place(&self) -> Error {
        let Self { operation, place, real, .. } = self;
        let subject = format!("the {place} parameter {real} of {operation}");
        shape::no_place(LIMIT, &subject).in_operation(operation)
    }

    fn note(&self) -> String {
        let Self { real, place, style, .. } = self;
        match style {
            Some(style) => format!("{place} {real}: {style}"),
            None => format!("{place} {real}"),
        }
    }

    /// The template of the path has the place of a value, under whatever name.
    fn is_sent_as_it_is(&self) -> bool {
        self.place == "path" && self.style.is_none()
    }
}

/// Adds the functions that the calls are made of, once.
pub(super) fn declare_helpers(file: &mut File) {
    let is_there = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "parameters");
    if file.items.iter().any(is_there) {
        return;
    }
    let Ok(helpers) = parse_str::<File>(HELPERS) else { return };
    file.items.push(parse_quote! { mod parameters { } });
    if let Some(Item::Mod(module)) = file.items.last_mut() {
        module.content = Some((syn::token::Brace::default(), helpers.items));
        module.attrs = helpers.attrs.into_iter().map(outer).collect();
    }
}

/// An attribute of a file, on a module.
fn outer(mut attribute: syn::Attribute) -> syn::Attribute {
    attribute.style = syn::AttrStyle::Outer;
    attribute
}

fn is_of(ident: &syn::Ident, parameter: &Parameter) -> bool {
    *ident == method_name(&parameter.name)
}

/// Takes the list away that a type is wrapped in.
///
/// # Errors
/// A builder without a field for one of them.
fn unwrap_fields(item: &mut ItemStruct, parameters: &[&Parameter]) -> Result<()> {
    for parameter in parameters.iter().filter(|parameter| parameter.wrapped) {
        let is_it = |field: &&mut syn::Field| {
            field.ident.as_ref().is_some_and(|name| is_of(name, parameter))
        };
        match item.fields.iter_mut().find(is_it) {
            Some(field) => NoList.visit_type_mut(&mut field.ty),
            None => return Err(parameter.no_place()),
        }
    }
    Ok(())
}

struct NoList;

impl VisitMut for NoList {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(inner) = shape::argument(ty, "Vec").cloned() {
            *ty = inner;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        let new = text.value().replace(":: std :: vec :: Vec < ", "").replace(" >`", "`");
        *text = LitStr::new(&new, text.span());
    }
}

/// Rewrites the functions of one operation's builder.
struct Calls<'p> {
    parameters: &'p [&'p Parameter],
    /// The names of those whose sending has been rewritten.
    sent: BTreeSet<String>,
    /// The names of those whose setters have been rewritten.
    unwrapped: BTreeSet<String>,
}

impl<'p> Calls<'p> {
    /// # Errors
    /// A parameter that is sent or set in a way that is not known.
    fn check(&self, parameter: &Parameter) -> Result<()> {
        let is_sent = parameter.is_sent_as_it_is() || self.sent.contains(&parameter.name);
        let is_set = !parameter.wrapped || self.unwrapped.contains(&parameter.name);
        if is_sent && is_set { Ok(()) } else { Err(parameter.no_place()) }
    }

    fn named(&self, place: &[&str], name: &str) -> Option<&'p Parameter> {
        let mut all = self.parameters.iter();
        all.find(|it| place.contains(&it.place.as_str()) && it.name == name).copied()
    }

    /// The call that writes a value, or the name alone where the rest is right.
    fn query(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let Expr::Reference(reference) = call.args.first()? else { return None };
        let Expr::Call(made) = &*reference.expr else { return None };
        let (name, value) = (shape::literal(made.args.first()?)?, made.args.get(1)?);
        let parameter = self.named(&["query"], &name)?;
        self.sent.insert(name);
        let (receiver, real, explode) = (&call.receiver, &parameter.real, parameter.explode);
        Some(match &parameter.style {
            Some(style) => parse_quote! {
                #receiver.query(
                    &super::parameters::query(#real, #style, #explode, #value)
                        .map_err(Error::InvalidRequest)?,
                )
            },
            None => {
                let function = &made.func;
                parse_quote! { #receiver.query(&#function(#real, #value)) }
            }
        })
    }

    fn header(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let name = shape::literal(call.args.first()?)?;
        let parameter = self.named(&["header", "cookie"], &name)?;
        let (real, explode) = (&parameter.real, parameter.explode);
        let Some(style) = &parameter.style else {
            let (receiver, text) = (&call.receiver, call.args.get(1)?);
            self.sent.insert(name);
            return Some(parse_quote! { #receiver.append(#real, #text) });
        };
        // Of `value.to_string().try_into()?`.
        let value = shape::displayed(call.args.get(1)?)?;
        let function = quote::format_ident!("{}", parameter.place);
        self.sent.insert(name);
        Some(parse_quote! {
            super::parameters::#function(&mut header_map, #real, #style, #explode, &#value)
                .map_err(Error::InvalidRequest)?
        })
    }

    /// `format!("{}/pets/{}", client.baseurl, encode_path(&id.to_string()))`.
    fn path(&mut self, call: &syn::Macro) -> Option<syn::Macro> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let mut arguments = arguments.parse2(call.tokens.clone()).ok()?;
        let mut is_changed = false;
        for argument in arguments.iter_mut() {
            let Expr::Call(encode) = argument else { continue };
            let Some(value) = encode.args.first().and_then(shape::displayed) else { continue };
            let Expr::Path(path) = &value else { continue };
            let Some(name) = path.path.get_ident() else { continue };
            let mut all = self.parameters.iter().copied();
            let of_path = all.find(|it| it.place == "path" && is_of(name, it));
            if let Some(parameter) = of_path
                && let Some(style) = &parameter.style
            {
                let (real, explode) = (&parameter.real, parameter.explode);
                *argument = parse_quote! {
                    super::parameters::path(#real, #style, #explode, &#value)
                        .map_err(Error::InvalidRequest)?
                };
                self.sent.insert(parameter.name.clone());
                is_changed = true;
            }
        }
        let mut new = call.clone();
        new.tokens = arguments.to_token_stream();
        is_changed.then_some(new)
    }
}

impl VisitMut for Calls<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let name = &function.sig.ident;
        let mut wrapped = self.parameters.iter().filter(|parameter| parameter.wrapped);
        if let Some(parameter) = wrapped.find(|parameter| is_of(name, parameter)) {
            self.unwrapped.insert(parameter.name.clone());
            NoList.visit_impl_item_fn_mut(function);
        }
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let new = match call.method.to_string().as_str() {
            "query" => self.query(call),
            "append" => self.header(call),
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if call.path.is_ident("format")
            && let Some(new) = self.path(call)
        {
            *call = new;
        }
    }
}
