//! Bodies that are one value in JSON, or null, in mocks. progenitor hands over an `Option<&T>`, a number or a `&str`
//! where httpmock, and what stands in its place, takes a reference to a value of known size.

use syn::{Expr, FnArg, ImplItem, Item, Type, parse_quote};

use crate::progenitor::shape;

/// Hands over references in the helpers of mocks.
pub(super) fn finish(file: &mut syn::File) {
    let helpers = shape::module(&mut file.items, "operations").into_iter().flatten();
    let methods = helpers.flat_map(|item| match item {
        Item::Impl(item) => item.items.as_mut_slice(),
        _ => &mut [],
    });
    for method in methods {
        let ImplItem::Fn(function) = method else { continue };
        if !function.sig.inputs.iter().any(is_no_reference) {
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

/// Whether what is handed over is no reference to a value of known size: an `Option`, a number, a text.
fn is_no_reference(argument: &FnArg) -> bool {
    let FnArg::Typed(argument) = argument else { return false };
    match &*argument.ty {
        Type::Reference(reference) => {
            shape::last_segment(&reference.elem).is_some_and(|last| last.ident == "str")
        }
        _ => true,
    }
}
