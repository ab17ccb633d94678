//! How an operation is sent: what stands in place of progenitor's `info`, `pre`, `exec` and `post`.

use proc_macro2::Span;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ExprMethodCall, Ident, Stmt, parse_quote};

use crate::progenitor::template::{Fill, Filling, fill};
use crate::progenitor::{search, shape};

/// What the runtime learns of an operation.
pub(super) struct Described {
    pub(super) path: String,
    /// The variant of `Repeat`.
    pub(super) repeat: &'static str,
    /// The path to the code in the body of an error.
    pub(super) code: Vec<String>,
}

/// The code that is the same for every operation.
pub(super) struct Templates {
    described: Expr,
    streaming: ExprMethodCall,
    info: Stmt,
    response: Stmt,
}

impl Templates {
    pub(super) fn new() -> Self {
        Self {
            described: parse_quote! {
                ::openapi_client_runtime::generated::OperationInfo::new(
                    __id, __path, ::openapi_client_runtime::generated::Repeat::__repeat,
                ).fields(super::FIELDS)
            },
            streaming: parse_quote!(__value.streaming()),
            info: parse_quote!(let info = __described;),
            response: parse_quote! {
                let response =
                    client.inner.execute(__request, info, extras).await.map_err(Error::retype)?;
            },
        }
    }

    /// Replaces the statements that send; whether they were there.
    pub(super) fn replace(&self, block: &mut Block, id: &str, described: &Described) -> bool {
        let mut request = None;
        shape::each_expression(block, |expression| match expression {
            Expr::MethodCall(call) if call.method == "exec" => request = call.args.first().cloned(),
            _ => {}
        });
        let position = |name| block.stmts.iter().position(|it| shape::declares(it, name));
        let (Some(start), Some(end), Some(request)) =
            (position("info"), position("response"), request)
        else {
            return false;
        };
        // A parameter of one of these names is declared before them.
        if start > end {
            return false;
        }
        let streams = search::block_mentions(block, "stream");
        let described = self.described(id, described, streams);
        let [info, response] =
            [(&self.info, "__described", &described), (&self.response, "__request", &request)].map(
                |(template, name, value)| {
                    fill(template, &[(name, Fill::Expr(value))], Filling::visit_stmt_mut)
                },
            );
        block.stmts.splice(start..=end, [info, response]);
        true
    }

    fn described(&self, id: &str, described: &Described, streams: bool) -> Expr {
        let Described { path, repeat, code } = described;
        let repeat = Ident::new(repeat, Span::call_site());
        let places = [
            ("__id", Fill::Text(id)),
            ("__path", Fill::Text(path)),
            ("__repeat", Fill::Ident(&repeat)),
        ];
        let mut described = fill(&self.described, &places, Filling::visit_expr_mut);
        if streams {
            let mut call = self.streaming.clone();
            *call.receiver = described;
            described = Expr::MethodCall(call);
        }
        if code.is_empty() {
            return described;
        }
        parse_quote! { #described.problem_code(&[#(#code),*]) }
    }
}
