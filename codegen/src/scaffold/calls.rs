//! What the generated code calls things: the setters of an operation and the types that it reads.

use std::collections::BTreeMap;

use quote::quote;
use syn::{Expr, ImplItem, ImplItemFn, Type};

use crate::progenitor::shape;

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
        calls.insert(id, Call { setters, answers });
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

/// The types that statuses are read as.
fn answers(send: &mut ImplItemFn) -> BTreeMap<String, String> {
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
                answers.entry(shape::status(&arm.pat)).or_insert(ty);
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
