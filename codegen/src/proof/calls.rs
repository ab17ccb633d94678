//! What the generated code calls things: the setters of an operation and the types that it reads.

use std::collections::BTreeMap;

use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Arm, ImplItem, ImplItemFn, Item, Type};

use crate::refine;

/// The builder of one operation.
#[derive(Debug, Default)]
pub struct Call {
    /// The type that each setter takes, by its name.
    pub setters: BTreeMap<String, String>,
    /// The type of each status: `200`, `4XX`, `default`.
    pub answers: BTreeMap<String, String>,
}

/// The builders of a client, by operation in snake case.
pub fn of(client: &str) -> BTreeMap<String, Call> {
    let mut calls = BTreeMap::new();
    let Ok(file) = syn::parse_file(client) else { return calls };
    let builders = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
        _ => None,
    });
    for item in builders.into_iter().flat_map(|(_, items)| items) {
        let Item::Impl(item) = item else { continue };
        let functions = item.items.iter().filter_map(|member| match member {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        });
        let functions: Vec<_> = functions.collect();
        let send = functions.iter().find(|function| function.sig.ident == "send");
        let Some(send) = send else { continue };
        let Some(id) = refine::operation_of(&send.block) else { continue };
        let setters = functions
            .iter()
            .filter_map(|function| Some((function.sig.ident.to_string(), taken(function)?)));
        calls.insert(id, Call { setters: setters.collect(), answers: answers(send) });
    }
    calls
}

impl Call {
    /// What a documented status is read as.
    pub fn answer(&self, status: &str) -> Option<String> {
        let range = format!("{}XX", status.get(..1)?);
        let named = [status, &range, "default"];
        named.iter().find_map(|name| {
            let mut all = self.answers.iter();
            all.find(|(status, _)| status.eq_ignore_ascii_case(name)).map(|(_, ty)| ty.clone())
        })
    }
}

/// The `T` of `where V: TryInto<T>`.
fn taken(function: &ImplItemFn) -> Option<String> {
    let bounds = function.sig.generics.where_clause.as_ref()?.to_token_stream().to_string();
    inside(&bounds, "TryInto <")
}

/// The types that statuses are read as.
fn answers(send: &ImplItemFn) -> BTreeMap<String, String> {
    let output = &send.sig.output;
    let output = quote!(#output).to_string();
    let mut arms = Arms {
        success: inside(&output, "ResponseValue <"),
        error: inside(&output, "Error <"),
        answers: BTreeMap::new(),
    };
    arms.visit_block(&send.block);
    arms.answers
}

/// The type between some words and the bracket that closes theirs.
fn inside(tokens: &str, before: &str) -> Option<String> {
    let (_, rest) = tokens.split_once(before)?;
    let mut depth = 1;
    let (end, _) = rest.char_indices().find(|(_, c)| {
        depth += match c {
            '<' => 1,
            '>' => -1,
            _ => 0,
        };
        depth == 0
    })?;
    written(&rest[..end])
}

struct Arms {
    success: Option<String>,
    error: Option<String>,
    answers: BTreeMap<String, String>,
}

impl<'a> Visit<'a> for Arms {
    fn visit_arm(&mut self, arm: &'a Arm) {
        let (pattern, body) = (&arm.pat, &arm.body);
        let code = quote!(#body).to_string();
        let own = inside(&code, "ResponseValue :: <");
        let ty = if !code.contains("from_response") {
            None
        } else if own.is_some() {
            own
        } else if code.contains("ErrorResponse") {
            self.error.clone()
        } else {
            self.success.clone()
        };
        if let Some(ty) = ty {
            let status = refine::status(&quote!(#pattern).to_string());
            self.answers.entry(status).or_insert(ty);
        }
        visit::visit_arm(self, arm);
    }
}

/// A type as a test writes it.
fn written(tokens: &str) -> Option<String> {
    let ty: Type = syn::parse_str(tokens.trim().trim_end_matches(',')).ok()?;
    let text = quote!(#ty).to_string();
    let is_value = text != "()" && !text.contains("ByteStream") && !text.contains("Body >");
    is_value.then(|| text.replace(' ', "").replace("dyn", "dyn "))
}
