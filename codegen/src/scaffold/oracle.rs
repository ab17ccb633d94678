//! The oracle of a new crate: what takes apart the requests of its client is written beside it, with the
//! document as the pages and their corrections have it, before anything was translated for the generator.
//! Only the calls are made here: one function an operation, which hands values to the setters by name.

use std::collections::BTreeMap;
use std::path::Path;

use quote::quote;
use serde_json::{Map, Value};
use syn::{Fields, Item, ItemEnum, Type};

use super::calls::{self, Call};
use super::test_code;
use crate::document::operations::{self, OperationNode};
use crate::error::{Error, Problem, Result, Stage};
use crate::files::{self, Files};
use crate::pipeline::Outcome;
use crate::progenitor::names::method_name;
use crate::progenitor::shape;
use crate::syntax::{json, yaml};

/// The files of the checker, as each crate has them.
const FILES: [(&str, &str); 18] = [
    ("mod.rs", include_str!("emitted/oracle/mod.rs")),
    ("bodies.rs", include_str!("emitted/oracle/bodies.rs")),
    ("calls.rs", include_str!("emitted/oracle/calls.rs")),
    ("check.rs", include_str!("emitted/oracle/check.rs")),
    ("document.rs", include_str!("emitted/oracle/document.rs")),
    ("generate.rs", include_str!("emitted/oracle/generate.rs")),
    ("json.rs", include_str!("emitted/oracle/json.rs")),
    ("merge.rs", include_str!("emitted/oracle/merge.rs")),
    ("multipart.rs", include_str!("emitted/oracle/multipart.rs")),
    ("pattern.rs", include_str!("emitted/oracle/pattern.rs")),
    ("random.rs", include_str!("emitted/oracle/random.rs")),
    ("recorded.rs", include_str!("emitted/oracle/recorded.rs")),
    ("request.rs", include_str!("emitted/oracle/request.rs")),
    ("run.rs", include_str!("emitted/oracle/run.rs")),
    ("same.rs", include_str!("emitted/oracle/same.rs")),
    ("schemas.rs", include_str!("emitted/oracle/schemas.rs")),
    ("server.rs", include_str!("emitted/oracle/server.rs")),
    ("styles.rs", include_str!("emitted/oracle/styles.rs")),
];

/// The head of the test, in which `LIBRARY` stands for the crate.
const HEAD: &str = include_str!("emitted/oracle.txt");

/// Mismatches that are known, each with its reason: a file of the spec folder that need not be there.
const KNOWN: &str = "oracle.yaml";

/// Adds the checker, the document and the calls to the files of a crate.
///
/// # Errors
/// A list of known mismatches that cannot be read.
pub(super) fn add(outcome: &Outcome, folder: &Path, files: &mut Files) -> Result<()> {
    let tests = folder.join("tests");
    for (name, text) in FILES {
        files.add(tests.join("oracle").join(name), text);
    }
    let known = outcome.spec.join(KNOWN);
    let known = match known.exists() {
        true => known_of(&known)?,
        false => BTreeMap::new(),
    };
    files.add(tests.join("oracle/known.json"), json::print(&known));
    files.add(
        tests.join("oracle/document.json"),
        json::print(&with_positions(&outcome.documents.patched)),
    );
    let library = super::library(folder);
    let client = test_code::client_of(outcome.runtime);
    let text = HEAD.replace("LIBRARY", &library);
    files.add(tests.join("oracle.rs"), format!("{text}{client}{}", table(outcome)));
    Ok(())
}

/// The document, in which each of several media types says which it is: the client may have the first, and
/// JSON has no order.
fn with_positions(document: &Value) -> Value {
    fn number(node: &mut Value) {
        match node {
            Value::Object(fields) => {
                let content = fields.get_mut("content").and_then(Value::as_object_mut);
                let content = content.filter(|content| {
                    content.len() > 1 && content.keys().all(|name| name.contains('/'))
                });
                for (index, media) in content.into_iter().flat_map(Map::values_mut).enumerate() {
                    if let Value::Object(media) = media {
                        media.insert("x-position".to_owned(), index.into());
                    }
                }
                fields.values_mut().for_each(number);
            }
            Value::Array(items) => items.iter_mut().for_each(number),
            _ => {}
        }
    }
    let mut document = document.clone();
    number(&mut document);
    document
}

fn known_of(file: &Path) -> Result<BTreeMap<String, String>> {
    let text = files::read(Stage::Generate, file)?;
    let refused = |message| Error::new(Stage::Generate, Problem::Syntax { message }).in_file(file);
    yaml::read(&text).map_err(|error| error.report(refused))
}

/// The functions that call the operations, and the table of them.
fn table(outcome: &Outcome) -> String {
    let Ok(mut client) = syn::parse_file(&outcome.client) else { return String::new() };
    let successes: BTreeMap<_, _> = shape::builders(&mut client)
        .filter_map(|(id, item)| {
            Some((id, shape::result_types(shape::function(item, shape::SEND)?)?.0))
        })
        .collect();
    let calls = calls::of(&outcome.client);
    let types = shape::module(&mut client.items, "types");
    let types = types.map(std::mem::take).unwrap_or_default();
    let (mut functions, mut rows) = (String::new(), String::new());
    for found in operations::nodes(&outcome.documents.patched) {
        let Some(id) = found.node.text("operationId").map(|id| outcome.method(id)) else {
            continue;
        };
        let (Some(call), Some(success)) = (calls.get(&id), successes.get(&id)) else { continue };
        functions += &function(outcome, &found, &id, call, &read(success, &types));
        let (method, path) = (found.operation.method.to_uppercase(), &found.operation.path);
        rows += &format!("    ({method:?}, {path:?}, call_{id}),\n");
    }
    format!("{functions}\nconst OPERATIONS: &[Entry<Client>] = &[\n{rows}];\n")
}

/// A function that sets what it is given, and sends it.
fn function(
    outcome: &Outcome,
    found: &OperationNode<'_>,
    id: &str,
    call: &Call,
    read: &str,
) -> String {
    let mut setters = String::new();
    for parameter in found.parameters() {
        let node = &parameter.node;
        let (Some(name), Some(place)) = (node.text("name"), node.text("in")) else { continue };
        let renamed = outcome.parameters.iter().find(|parameter| {
            parameter.operation == id && parameter.real == name && parameter.place == place
        });
        let setter = method_name(renamed.map_or(name, |parameter| &parameter.name));
        let Some(ty) = call.setters.get(&setter) else { continue };
        setters += &format!(
            "        if let Some(value) = values.take::<{ty}>({place:?}, {name:?})? {{\n            \
             call = call.{setter}(value);\n        }}\n"
        );
    }
    setters += &body(call);
    format!(
        "\nfn call_{id}<'a>(client: &'a Client, values: &'a Values) -> Calling<'a> {{\n    \
         Box::pin(async move {{\n        let mut call = client.{id}();\n{setters}        \
         match call.send().await {{\n            Ok(answer) => Ok({read}),\n            \
         Err(error) => Err(Outcome::Failed(format!(\"{{error:?}}\"))),\n        }}\n    }})\n}}\n"
    )
}

/// The statement that hands over the body.
fn body(call: &Call) -> String {
    let Some(ty) = call.setters.get("body") else { return String::new() };
    let value = match ty.ends_with("reqwest::Body") {
        true => "values.bytes()".to_owned(),
        false => format!("values.body::<{ty}>()?"),
    };
    let set = format!(
        "if let Some(value) = {value} {{\n            call = call.body(value);\n        }}\n"
    );
    let Some(null) = call.null else { return format!("        {set}") };
    format!(
        "        if values.is_null_of::<{ty}>() {{\n            \
         call = call.set_body({null});\n        }} else {set}"
    )
}

/// How an answer becomes JSON or bytes again.
fn read(success: &Type, types: &[Item]) -> String {
    let text = quote!(#success).to_string().replace(' ', "");
    if text.contains("ByteStream") {
        return "calls::collected(answer.into_inner_stream()).await".to_owned();
    }
    if text == "()" {
        return "{ let () = answer.into_inner(); Outcome::Nothing }".to_owned();
    }
    let name = text.strip_prefix("types::").unwrap_or_default();
    let variants = types.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name && !is_serialized(item) => Some(&item.variants),
        _ => None,
    });
    let Some(variants) = variants else {
        return "calls::encoded(&answer.into_inner())".to_owned();
    };
    let arms = variants.iter().map(|variant| {
        let ident = &variant.ident;
        match &variant.fields {
            Fields::Unit => format!("{text}::{ident} => Outcome::Nothing, "),
            fields if quote!(#fields).to_string().contains("ByteStream") => {
                format!("{text}::{ident}(stream) => calls::collected(stream).await, ")
            }
            _ => format!("{text}::{ident}(value) => calls::encoded(&value), "),
        }
    });
    let arms: String = arms.collect();
    format!("match answer.into_inner() {{ {arms}_ => Outcome::Failed(\"another\".to_owned()) }}")
}

fn is_serialized(item: &ItemEnum) -> bool {
    item.attrs.iter().any(|attribute| quote!(#attribute).to_string().contains("Serialize"))
}
