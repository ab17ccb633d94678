//! JSON that may be null, in mocks. progenitor hands over an `Option` where httpmock, and what stands in its
//! place, takes a reference.

use syn::{Expr, FnArg, ImplItem, Item, parse_quote};

use crate::progenitor::shape;

/// Hands over references in the helpers of mocks.
pub(in crate::progenitor) fn finish_mocks(file: &mut syn::File) {
    let helpers = shape::module(&mut file.items, "operations").into_iter().flatten();
    let methods = helpers.flat_map(|item| match item {
        Item::Impl(item) => item.items.as_mut_slice(),
        _ => &mut [],
    });
    for method in methods {
        let ImplItem::Fn(function) = method else { continue };
        if !function.sig.inputs.iter().any(takes_option) {
            continue;
        }
        shape::each_expression(&mut function.block, |expression| {
            if let Expr::MethodCall(call) = expression
                && call.method == "json_body_obj"
                && let Some(value) = call.args.first_mut()
            {
                *value = parse_quote! { &#value };
            }
        });
    }
}

fn takes_option(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else { return false };
    shape::argument(&argument.ty, "Option").is_some()
}
