//! What progenitor gets wrong in a call, whatever the document says: methods that reqwest has no
//! function for, the order in which statuses are looked at, and two slashes after a base URL that
//! ends in one.

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, ExprMatch, File, parse_quote};

/// Mends every call.
pub fn run(file: &mut File) {
    Calls.visit_file_mut(file);
}

struct Calls;

impl VisitMut for Calls {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let receiver = &call.receiver;
        let name = match call.method.to_string().as_str() {
            "options" => "OPTIONS",
            "trace" => "TRACE",
            _ => return,
        };
        if quote!(#receiver).to_string() == "client . client" {
            let (method, url) = (quote::format_ident!("{name}"), &call.args);
            *expression = parse_quote! { #receiver.request(::reqwest::Method::#method, #url) };
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, function);
        if function.sig.ident == "new_with_client" {
            let trimmed = parse_quote! { let baseurl = baseurl.trim_end_matches('/'); };
            function.block.stmts.insert(0, trimmed);
        }
    }

    /// A range before a status that it holds would answer for it.
    fn visit_expr_match_mut(&mut self, looked_at: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, looked_at);
        let value = &looked_at.expr;
        if quote!(#value).to_string().contains("status ()") {
            looked_at.arms.sort_by_key(breadth);
        }
    }
}

/// One status, a range of them, all.
fn breadth(arm: &Arm) -> u8 {
    match &arm.pat {
        syn::Pat::Lit(_) => 0,
        syn::Pat::Range(_) => 1,
        _ => 2,
    }
}
