//! Every expression, path or static in some code. One visitor for all who look at these: each visitor of `syn` is a few
//! hundred functions to compile, in every build script.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ItemStatic, Path};

/// What is called with each node, which it may change, the innermost first.
#[derive(Default)]
pub(crate) struct Each<'s> {
    expression: Option<&'s mut dyn FnMut(&mut Expr)>,
    path: Option<&'s mut dyn FnMut(&mut Path)>,
    item_static: Option<&'s mut dyn FnMut(&mut ItemStatic)>,
}

/// Every expression, in macros not.
pub(crate) fn expression(see: &mut dyn FnMut(&mut Expr)) -> Each<'_> {
    Each { expression: Some(see), ..Each::default() }
}

/// Every path of types, values and attributes, in macros not.
pub(crate) fn path(see: &mut dyn FnMut(&mut Path)) -> Each<'_> {
    Each { path: Some(see), ..Each::default() }
}

/// Every static, those inside of functions as well.
pub(crate) fn item_static(see: &mut dyn FnMut(&mut ItemStatic)) -> Each<'_> {
    Each { item_static: Some(see), ..Each::default() }
}

impl VisitMut for Each<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Some(see) = &mut self.expression {
            see(expression);
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if let Some(see) = &mut self.path {
            see(path);
        }
    }

    fn visit_item_static_mut(&mut self, item: &mut ItemStatic) {
        visit_mut::visit_item_static_mut(self, item);
        if let Some(see) = &mut self.item_static {
            see(item);
        }
    }
}
