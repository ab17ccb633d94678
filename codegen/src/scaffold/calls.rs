//! What the generated code calls things: the setters of an operation and the types that it reads.

use std::collections::BTreeMap;

use quote::quote;
use syn::{Expr, FnArg, ImplItem, ImplItemFn, Type};

use crate::progenitor::shape;

/// The builder of one operation.
#[derive(Debug, Default)]
pub struct Call {
    /// The type that each setter takes, by its name.
    pub setters: BTreeMap<String, String>,
    /// What `set_body` takes for null, where `body` takes none.
    pub null: Option<&'static str>,
    /// What each status is read as: `200`, `4XX`, `default`.
    pub answers: BTreeMap<String, Answer>,
}

/// What a status is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The type of its body.
    pub ty: String,
    /// Whether the call ends in an error.
    pub is_error: bool,
}

/// The builders of a client, by operation in snake case.
pub fn of(client: &str) -> BTreeMap<String, Call> {
    let mut calls = BTreeMap::new();
    let Ok(mut file) = syn::parse_file(client) else { return calls };
    for (id, item) in shape::builders(&mut file) {
        let setters = item.items.iter().filter_map(|member| match member {
            ImplItem::Fn(function) => {
                Some((function.sig.ident.to_string(), written(&shape::setter_type(function)?)?))
            }
            _ => None,
        });
        let setters = setters.collect();
        let answers = shape::function(item, shape::SEND).map(answers).unwrap_or_default();
        let null = shape::function(item, "set_body").and_then(|it| null_of(it));
        calls.insert(id, Call { setters, null, answers });
    }
    calls
}

/// Null, as a setter of an option takes it: inside of another option, if a body need not be there.
fn null_of(setter: &ImplItemFn) -> Option<&'static str> {
    let mut types = setter.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => shape::argument(&input.ty, "Option"),
        FnArg::Receiver(_) => None,
    });
    let held = types.next()?;
    Some(if shape::argument(held, "Option").is_some() { "Some(None)" } else { "None" })
}

impl Call {
    /// What a documented status is read as.
    pub fn answer(&self, status: &str) -> Option<&Answer> {
        by_status(&self.answers, status)
    }

    /// A status that a server may send for what is documented as `200`, `4XX` or `default`; none of one with
    /// which no body is sent, or that a client follows.
    pub fn sent_status(&self, status: &str) -> Option<u16> {
        let is_own = |code: &u16| self.answers.contains_key(&code.to_string());
        let has_body = |code: &u16| (200..600).contains(code) && !NO_BODY.contains(code);
        if let Ok(code) = status.parse() {
            return Some(code).filter(has_body);
        }
        let range = match status.get(..1).and_then(|digit| digit.parse::<u16>().ok()) {
            Some(digit) => digit * 100..digit * 100 + 100,
            // `default` is what no other entry covers.
            None if self.answer(status)?.is_error => 500..600,
            None => 200..300,
        };
        range.filter(has_body).find(|code| !is_own(code))
    }
}

/// Statuses without a body, and those that a client acts on by itself.
const NO_BODY: [u16; 9] = [204, 205, 301, 302, 303, 304, 307, 308, 407];

/// The entry for a documented status: its own, that of its range, or `default`.
pub(super) fn by_status<'m, T>(all: &'m BTreeMap<String, T>, status: &str) -> Option<&'m T> {
    let range = format!("{}XX", status.get(..1)?);
    let named = [status, &range, "default"];
    named.iter().find_map(|name| {
        all.iter().find(|(status, _)| status.eq_ignore_ascii_case(name)).map(|(_, it)| it)
    })
}

/// What statuses are read as.
fn answers(send: &mut ImplItemFn) -> BTreeMap<String, Answer> {
    let types = shape::result_types(send);
    let (success, error) = types.map(|(value, error)| (written(&value), written(&error))).unzip();
    let (success, error) = (success.flatten(), error.flatten());
    let mut answers = BTreeMap::new();
    shape::each_expression(&mut send.block, |expression| {
        let Expr::Match(expression) = expression else { return };
        for arm in &expression.arms {
            let reads = shape::reads(arm);
            let of_operation = if reads.is_error { &error } else { &success };
            let own = shape::read_type(arm).map_or_else(|| of_operation.clone(), |ty| written(&ty));
            if let Some(ty) = own.filter(|_| reads.json) {
                let answer = Answer { ty, is_error: reads.is_error };
                answers.entry(shape::status(&arm.pat)).or_insert(answer);
            }
        }
    });
    answers
}

/// A type as a test writes it; none for bytes and for nothing.
fn written(ty: &Type) -> Option<String> {
    let text = quote!(#ty).to_string();
    let is_value = text != "()" && !text.contains("ByteStream") && !text.contains("Body >");
    is_value.then(|| text.replace(' ', "").replace("dyn", "dyn "))
}
