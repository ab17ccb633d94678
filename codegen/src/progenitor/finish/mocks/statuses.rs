//! Statuses that no registry names, such as 499 and 520: progenitor calls a helper after what its HTTP library
//! calls the status, and panics where that is nothing. They are generated as statuses that have a name and that
//! the operation does not document, and get their own numbers back.

use proc_macro2::Span;
use quote::format_ident;
use serde_json::{Map, Value};
use syn::{Expr, ExprMethodCall, Item, Lit, LitInt, visit_mut, visit_mut::VisitMut};

use crate::error::Result;
use crate::progenitor::shape;
use crate::progenitor::{named_operations, names::helper_name};

/// Statuses that progenitor's HTTP library has a name for.
const NAMED: &[&str] = &[
    "100", "101", "102", "103", "200", "201", "202", "203", "204", "205", "206", "207", "208",
    "226", "300", "301", "302", "303", "304", "305", "307", "308", "400", "401", "402", "403",
    "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414", "415", "416",
    "417", "418", "421", "422", "423", "424", "425", "426", "428", "429", "431", "451", "500",
    "501", "502", "503", "504", "505", "506", "507", "508", "510", "511",
];

/// A status of an operation that is generated as another one.
pub(super) struct StoodIn {
    /// The type of the helpers of its answers.
    then: String,
    status: String,
    stand_in: &'static str,
}

/// Puts statuses with a name in place of those without. There are more of them than an operation documents;
/// an answer for which none is left has no helper.
pub(super) fn prepare(document: &mut Value) -> Vec<StoodIn> {
    let mut all = Vec::new();
    for (name, operation) in named_operations(document) {
        let at = format!("{}/responses", operation.pointer());
        let Some(Value::Object(responses)) = document.pointer_mut(&at) else { continue };
        let then = helper_name(&format!("{name}-then"));
        let mut renamed = Map::new();
        let mut free = NAMED.iter().rev().filter(|it| !responses.contains_key(**it));
        for (status, response) in responses.iter() {
            let is_unnamed = status.parse::<u16>().is_ok() && !NAMED.contains(&status.as_str());
            match is_unnamed.then(|| free.next()) {
                None => drop(renamed.insert(status.clone(), response.clone())),
                Some(None) => {}
                Some(Some(stand_in)) => {
                    renamed.insert((*stand_in).to_owned(), response.clone());
                    let (then, status) = (then.clone(), status.clone());
                    all.push(StoodIn { then, status, stand_in });
                }
            }
        }
        drop(free);
        *responses = renamed;
    }
    all
}

/// Names the helpers after the real statuses, and has them answer with these.
///
/// # Errors
/// Code without a helper that progenitor is known to generate.
pub(super) fn finish(file: &mut syn::File, all: &[StoodIn]) -> Result<()> {
    for it in all {
        edit(file, it).ok_or_else(|| shape::no_place("mock-status", &it.then))?;
    }
    Ok(())
}

fn edit(file: &mut syn::File, it: &StoodIn) -> Option<()> {
    let helpers = shape::module(&mut file.items, "operations")?;
    let functions = helpers.iter_mut().filter_map(|item| match item {
        Item::Impl(item) if shape::owner(item) == it.then => Some(item),
        _ => None,
    });
    for function in functions.flat_map(super::told::functions) {
        let mut number = Number { it, is_found: false };
        number.visit_block_mut(&mut function.block);
        if number.is_found {
            function.sig.ident = format_ident!("status_{}", it.status);
            return Some(());
        }
    }
    None
}

/// Replaces the number that `status` is called with.
struct Number<'s> {
    it: &'s StoodIn,
    is_found: bool,
}

impl VisitMut for Number<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "status"
            && let Some(Expr::Lit(literal)) = call.args.first_mut()
            && let Lit::Int(number) = &mut literal.lit
            && number.base10_digits() == self.it.stand_in
        {
            *number = LitInt::new(&format!("{}u16", self.it.status), Span::call_site());
            self.is_found = true;
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
