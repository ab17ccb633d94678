//! Names that differ in a document and are one in Rust. The second of them gets another: operations
//! and components for good, properties and enum values until `finish` restores their names in JSON.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value};
use syn::LitStr;
use syn::visit_mut::VisitMut;

use super::{Prepared, resolve};
use crate::document::names::{Renamed, Taken};
use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::Code;
use crate::progenitor::marks::{self, SEPARATOR};
use crate::progenitor::names::{alternatives, field_name, method_name, type_name};
use crate::progenitor::schema::{SCHEMAS, list};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const OPERATION_NAME: Rule = name("operation-name");
pub(in crate::progenitor) const COMPONENT_NAME: Rule = name("component-name");
pub(in crate::progenitor) const PROPERTY_NAME: Rule = name("property-name");
pub(in crate::progenitor) const VALUE_NAME: Rule = name("value-name");
pub(in crate::progenitor) const REQUIRED: Rule = Rule::loosened(
    "required",
    "a required field that is described under another spelling",
    "not demanded",
);

const fn name(id: &'static str) -> Rule {
    Rule::translated(
        id,
        "names that Rust has no place for, or that are one in Rust",
        "numbered; JSON keeps its own",
    )
}

/// Methods that every client has.
const CLIENT_METHODS: [&str; 15] = [
    "api_version",
    "base_url",
    "baseurl",
    "builder",
    "client",
    "exec",
    "from_env",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
    "request",
    "with_retry",
    "with_timeout",
];

/// Names that generated code uses without a path: a type or a builder of that name would shadow them.
const PRELUDE: [&str; 9] =
    ["Default", "Err", "None", "Ok", "Option", "Result", "Some", "String", "Vec"];
const IMPORTED: [&str; 7] = [
    "ByteStream",
    "ClientHooks",
    "ClientInfo",
    "Error",
    "OperationInfo",
    "RequestBuilderExt",
    "ResponseValue",
];

/// Renames operations, components, properties and enum values.
pub(super) fn prepare(prepared: &mut Prepared) {
    rename_operations(prepared);
    rename_components(prepared);
    rename_properties(prepared);
    rename_enum_values(prepared);
}

/// Renames operations with the name of a client's method, of a type, or of another operation.
fn rename_operations(prepared: &mut Prepared) {
    let mut methods: BTreeSet<_> = CLIENT_METHODS.map(str::to_owned).into();
    let mut types: BTreeSet<_> = PRELUDE.iter().chain(&IMPORTED).map(ToString::to_string).collect();
    for (operation, id) in prepared.operations() {
        let is_free = |name: &String| {
            !methods.contains(&method_name(name)) && !types.contains(&type_name(name))
        };
        let name = alternatives(&id, "operation").find(is_free).unwrap_or_default();
        methods.insert(method_name(&name));
        types.insert(type_name(&name));
        if name == id {
            continue;
        }
        let place = pointer::join(&operation.pointer(), "operationId");
        prepared.set(&place, name.as_str());
        let note = format!("`{}` in Rust, where `{id}` is taken", method_name(&name));
        prepared.log.add(&OPERATION_NAME, &place, note);
        prepared.plan.operation_ids.insert(id, name);
    }
}

/// Renames schemas whose names differ in punctuation or case alone.
fn rename_components(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    let Some(Value::Object(schemas)) = document.pointer_mut(SCHEMAS) else { return };
    // The rest of the prelude typify writes with a path; `String` it does but for a type on top of a uuid or a number.
    let without_path = ["Default", "Err", "None", "Ok", "Some", "String"].map(str::to_owned);
    let mut taken = Taken::of(without_path);
    let mut renamed = Renamed::default();
    let mut by_new_name = Map::new();
    for (name, schema) in std::mem::take(schemas) {
        let new = taken.take(&name, type_name);
        if new != name {
            renamed.insert("schemas", &name, &new);
            let note = format!("`{}` in Rust", type_name(&new));
            log.add(&COMPONENT_NAME, pointer::join(SCHEMAS, &name), note);
        }
        by_new_name.insert(new, schema);
    }
    *schemas = by_new_name;
    if !renamed.is_empty() {
        renamed.follow(document);
    }
}

/// Gives the second property of a Rust name an alias in JSON.
fn rename_properties(prepared: &mut Prepared) {
    let mut loosened = Vec::new();
    let Prepared { document, log, plan, .. } = prepared;
    let is_beside_others = parts_hold_others(document);
    visit::each_schema_mut(document, |at, keywords| {
        if let Some(names) = drop_misspelt_required(keywords) {
            loosened.push((pointer::join(at, "required"), names));
        }
        let is_taken = is_beside_others || holds_others(keywords);
        let Some(Value::Object(properties)) = keywords.get_mut("properties") else { return };
        let taken = is_taken.then(|| OTHERS.to_owned());
        let aliases = aliases(properties.keys(), field_name, taken);
        if aliases.is_empty() {
            return;
        }
        let alias = |name: String| aliases.get(&name).cloned().unwrap_or(name);
        let by_name = std::mem::take(properties).into_iter();
        *properties = by_name.map(|(name, schema)| (alias(name), schema)).collect();
        if let Some(Value::Array(required)) = keywords.get_mut("required") {
            replace_texts(required, &aliases);
        }
        let at = pointer::join(at, "properties");
        for (real, alias) in aliases {
            let note = format!("`{}` in Rust", field_name(&alias));
            log.add(&PROPERTY_NAME, pointer::join(&at, &real), note);
            plan.aliases.push((alias, real));
        }
    });
    for (at, names) in loosened {
        let note = format!("{names} is described under another spelling: not demanded");
        log.add(&REQUIRED, at, note);
    }
}

/// The field of typify's that holds whatever `additionalProperties` takes.
const OTHERS: &str = "extra";

/// Whether typify makes that field for a schema.
fn holds_others(keywords: &Map<String, Value>) -> bool {
    keywords.get("additionalProperties").is_some_and(Value::is_object)
}

/// Whether it makes that field for one of several parts, which stands beside the properties of all others.
fn parts_hold_others(document: &Value) -> bool {
    let mut found = false;
    visit::each(document, |kind, _, node| {
        let mut parts = list(node, "allOf").iter().map(|part| resolve(document, part));
        let is_one = |part: &Value| part.as_object().is_some_and(holds_others);
        found |= kind == visit::Kind::Schema
            && !list(node, "allOf").is_empty()
            && (is_one(node) || parts.any(is_one));
    });
    found
}

/// Replaces the texts in a list that have an alias.
fn replace_texts(list: &mut [Value], aliases: &BTreeMap<String, String>) {
    for value in list {
        if let Some(alias) = value.as_str().and_then(|text| aliases.get(text)) {
            *value = alias.as_str().into();
        }
    }
}

/// Removes required names that no property has, and that are a property's in Rust.
fn drop_misspelt_required(keywords: &mut Map<String, Value>) -> Option<String> {
    let properties = keywords.get("properties")?.as_object()?;
    let required = keywords.get("required")?.as_array()?.iter();
    let is_unknown = |name: &&Value| !properties.contains_key(name.as_str().unwrap_or_default());
    let unknown: Vec<_> = required.filter(is_unknown).collect();
    if unknown.is_empty() {
        return None;
    }
    let described: BTreeSet<_> = properties.keys().map(|name| field_name(name)).collect();
    let is_misspelt =
        |name: &&Value| described.contains(&field_name(name.as_str().unwrap_or_default()));
    let misspelt: Vec<_> = unknown.into_iter().filter(is_misspelt).cloned().collect();
    let required = keywords.get_mut("required")?.as_array_mut()?;
    required.retain(|name| !misspelt.contains(name));
    let names = misspelt.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then_some(names)
}

/// Gives the second enum value of a Rust name an alias in JSON.
fn rename_enum_values(prepared: &mut Prepared) {
    let Prepared { document, log, plan, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let Some(Value::Array(values)) = keywords.get_mut("enum") else { return };
        let texts: Vec<_> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let aliases = aliases(texts.iter(), type_name, None);
        replace_texts(values, &aliases);
        for (real, alias) in aliases {
            let note = format!("{real:?} is `{}` in Rust", type_name(&alias));
            log.add(&VALUE_NAME, pointer::join(at, "enum"), note);
            plan.aliases.push((alias, real));
        }
    });
}

/// An alias for every name that is one with an earlier name in Rust, or with one that is taken.
fn aliases<'n>(
    names: impl Iterator<Item = &'n String>,
    in_rust: fn(&str) -> String,
    taken: Option<String>,
) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::from_iter(taken);
    let mut aliases = BTreeMap::new();
    for name in names {
        let mut alias = name.clone();
        let mut number = 1;
        while !taken.insert(in_rust(&alias)) {
            number += 1;
            alias = marks::alias(name, number);
        }
        if alias != *name {
            aliases.insert(name.clone(), alias);
        }
    }
    aliases
}

/// Gives properties and enum values their real names in JSON. `leftover` reports an alias that
/// is left.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut aliases = code.plan.aliases.clone();
    if aliases.is_empty() {
        return Ok(());
    }
    // Longer aliases go first, since one may be the beginning of another.
    aliases.sort_by_key(|(alias, _)| std::cmp::Reverse(alias.len()));
    aliases.dedup();
    RealNames(&aliases).visit_file_mut(code.file);
    Ok(())
}

/// Puts real names in place of aliases, in all literals, attributes and macros.
struct RealNames<'a>(&'a [(String, String)]);

impl VisitMut for RealNames<'_> {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(real) = real_text(text, self.0) {
            *text = real;
        }
    }

    fn visit_token_stream_mut(&mut self, tokens: &mut TokenStream) {
        *tokens = with_real_names(std::mem::take(tokens), self.0);
    }
}

/// The text with real names, if there is an alias in it.
fn real_text(text: &LitStr, aliases: &[(String, String)]) -> Option<LitStr> {
    let value = text.value();
    let with_real = |text: String, (alias, real): &(String, String)| text.replace(alias, real);
    value
        .contains(SEPARATOR)
        .then(|| LitStr::new(&aliases.iter().fold(value, with_real), text.span()))
}

/// The code with real names in place of aliases in its texts, also in those of attributes and macros.
fn with_real_names(code: TokenStream, aliases: &[(String, String)]) -> TokenStream {
    let real = |token| match token {
        TokenTree::Group(group) => {
            let inside = with_real_names(group.stream(), aliases);
            TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inside))
        }
        TokenTree::Literal(literal) => TokenTree::Literal(match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => real_text(&text, aliases).map_or(literal, |text| text.token()),
            _ => literal,
        }),
        token => token,
    };
    code.into_iter().map(real).collect()
}
