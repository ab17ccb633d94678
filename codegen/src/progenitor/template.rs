//! Code that is parsed once and filled in many times: to make tokens of it and to parse them takes several times as
//! long as to copy its syntax tree.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{AttrStyle, Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, MetaNameValue, Type};

/// What comes in place of a name in a template.
#[derive(Clone, Copy)]
pub(super) enum Fill<'f> {
    /// A name, wherever that name stands.
    Ident(&'f Ident),
    /// A type, where the name is one.
    Type(&'f Type),
    /// A literal, where the name is an expression.
    Text(&'f str),
    /// An expression, where the name is one.
    Expr(&'f Expr),
}

/// The names in a template, and what comes in their places.
#[derive(Clone, Copy)]
pub(super) struct Filling<'f>(pub(super) &'f [(&'static str, Fill<'f>)]);

/// A copy of a template with its places filled, by the function of `VisitMut` for its kind of code.
pub(super) fn fill<'f, T: Clone>(
    template: &T,
    places: &'f [(&'static str, Fill<'f>)],
    visit: fn(&mut Filling<'f>, &mut T),
) -> T {
    let mut code = template.clone();
    visit(&mut Filling(places), &mut code);
    code
}

fn literal(text: &str) -> Expr {
    let lit = Lit::Str(LitStr::new(text, Span::call_site()));
    Expr::Lit(ExprLit { attrs: Vec::new(), lit })
}

/// `#[doc = "TEXT"]`.
pub(super) fn documentation(text: &str) -> Attribute {
    let path = Ident::new("doc", Span::call_site()).into();
    let value = literal(text);
    Attribute {
        pound_token: Default::default(),
        style: AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: Meta::NameValue(MetaNameValue { path, eq_token: Default::default(), value }),
    }
}

impl<'f> Filling<'f> {
    fn at(&self, name: &Ident) -> Option<Fill<'f>> {
        self.0.iter().find(|(place, _)| name == place).map(|(_, fill)| *fill)
    }
}

impl VisitMut for Filling<'_> {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if let Some(Fill::Ident(new)) = self.at(ident) {
            *ident = new.clone();
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && let Some(Fill::Type(new)) = path.path.get_ident().and_then(|name| self.at(name))
        {
            *ty = new.clone();
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        let name = match expression {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        match name.and_then(|name| self.at(name)) {
            Some(Fill::Text(text)) => *expression = literal(text),
            Some(Fill::Expr(new)) => expression.clone_from(new),
            _ => visit_mut::visit_expr_mut(self, expression),
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::{Item, parse_quote};

    use super::*;

    #[test]
    fn names_types_and_texts_are_filled_in() {
        let template: Item = parse_quote! {
            #[doc = __text]
            fn __name(__value: Vec<__type>) -> u8 { __value.__name(__text) }
        };
        let (name, ty): (Ident, Type) = (parse_quote!(pets), parse_quote!(Option<Pet>));
        let places = [
            ("__name", Fill::Ident(&name)),
            ("__type", Fill::Type(&ty)),
            ("__text", Fill::Text("a \"pet\"")),
        ];
        let expected: Item = parse_quote! {
            #[doc = "a \"pet\""]
            fn pets(__value: Vec<Option<Pet>>) -> u8 { __value.pets("a \"pet\"") }
        };
        assert_eq!(fill(&template, &places, Filling::visit_item_mut), expected);
    }
}
