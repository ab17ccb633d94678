//! The list of items inside of the type of a page.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Fields, Item, Path, Type, parse_quote};

use super::mark::Step;
use crate::bounds::MAX_REFERENCE_CHAIN;
use crate::progenitor::{each, shape};

/// The types of a client by their names.
pub(super) struct Types<'t>(BTreeMap<String, &'t Item>);

impl<'t> Types<'t> {
    pub(super) fn of(items: &'t [Item]) -> Self {
        let named =
            items.iter().filter_map(|item| Some((shape::declared(item)?.to_string(), item)));
        Self(named.collect())
    }

    /// An expression that takes the items from a value called `page`, and the type of one.
    pub(super) fn list(&self, page: &Type, path: &[Step]) -> Option<(TokenStream, Type)> {
        let mut taken = Taken { code: quote!(page), ty: page.clone(), is_option: false };
        taken.unwrap(self);
        for step in path {
            // An item among others is no list of all.
            let Step::Name(name) = step else { return None };
            taken.field(self, name)?;
            taken.unwrap(self);
        }
        let item = shape::argument(&taken.ty, "Vec")?.clone();
        let Taken { code, is_option, .. } = taken;
        let code = if is_option { quote!(#code.unwrap_or_default()) } else { code };
        Some((code, self.seen_from_builders(item)))
    }

    fn declaration(&self, ty: &Type) -> Option<&'t Item> {
        let Type::Path(path) = ty else { return None };
        let names: Vec<_> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [name] | ["types" | "self", name] => self.0.get(name).copied(),
            _ => None,
        }
    }

    /// A type as it is called beside the module of types.
    fn seen_from_builders(&self, mut ty: Type) -> Type {
        let mut named = |path: &mut Path| {
            if path.get_ident().is_some_and(|name| self.0.contains_key(&name.to_string())) {
                *path = parse_quote!(types::#path);
            }
        };
        each::path(&mut named).visit_type_mut(&mut ty);
        ty
    }
}

/// A value inside of a page.
struct Taken {
    code: TokenStream,
    ty: Type,
    /// Whether the code is of an `Option` of the type.
    is_option: bool,
}

impl Taken {
    fn field(&mut self, types: &Types<'_>, name: &str) -> Option<()> {
        let Some(Item::Struct(item)) = types.declaration(&self.ty) else { return None };
        let field = item.fields.iter().find(|field| shape::wire_name(field) == name)?;
        let ident = field.ident.as_ref()?;
        self.go(&quote!(#ident), field.ty.clone());
        Some(())
    }

    fn go(&mut self, member: &TokenStream, ty: Type) {
        let code = &self.code;
        self.code = match self.is_option {
            true => quote!(#code.map(|value| value.#member)),
            false => quote!(#code.#member),
        };
        self.ty = ty;
    }

    /// Goes on to what an `Option`, a box, an alias or a type around another one holds.
    fn unwrap(&mut self, types: &Types<'_>) {
        for _ in 0..MAX_REFERENCE_CHAIN {
            let code = self.code.clone();
            if let Some(inner) = shape::argument(&self.ty, "Option").cloned() {
                self.code = if self.is_option { quote!(#code.flatten()) } else { code };
                (self.ty, self.is_option) = (inner, true);
            } else if let Some(inner) = shape::argument(&self.ty, "Box").cloned() {
                self.code = match self.is_option {
                    true => quote!(#code.map(|value| *value)),
                    false => quote!((*#code)),
                };
                self.ty = inner;
            } else {
                match types.declaration(&self.ty) {
                    Some(Item::Type(alias)) => self.ty = (*alias.ty).clone(),
                    Some(Item::Struct(item)) => match &item.fields {
                        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                            let Some(inner) = fields.unnamed.first() else { return };
                            self.go(&quote!(0), inner.ty.clone());
                        }
                        _ => return,
                    },
                    _ => return,
                }
            }
        }
    }
}
