//! Calls of methods: whatever the old method takes is taken by the witness, with the same bounds, and handed on;
//! what it returns is given its type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, FnArg, GenericArgument, Generics, Ident, Lifetime, Pat, Receiver, ReceiverKind,
    ReturnType, Signature, Token, Type, TypeParamBound, TypePath, TypeReference, parse_quote,
};

use super::binding;
use super::caller::Shown;
use crate::drift::surface::Entry;

/// Whether two signatures differ in nothing but the names of arguments.
pub(in crate::drift) fn is_called_alike(old: &Entry, new: &Entry) -> bool {
    alike(old, new, Shown::ByTheirCrate)
}

fn alike(old: &Entry, new: &Entry, mut shown: Shown) -> bool {
    let mut nameless = |entry: &Entry| {
        let mut signature: Signature = syn::parse_str(&entry.whole).ok()?;
        for input in &mut signature.inputs {
            match input {
                FnArg::Receiver(receiver) => receiver.mutability = None,
                FnArg::Typed(argument) => *argument.pat = wildcard(),
            }
        }
        shown.visit_signature_mut(&mut signature);
        Some(signature)
    };
    let (was, is) = (nameless(old), nameless(new));
    was.is_some() && was == is && old.path == new.path && old.generics == new.generics
}

fn wildcard() -> Pat {
    Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: Default::default() })
}

/// Calls the old method.
pub(super) fn witness(old: &Entry, new: Option<&Entry>) -> Option<TokenStream> {
    let of: Type = syn::parse_str(&old.path).ok()?;
    let mut signature: Signature = syn::parse_str(&old.whole).ok()?;
    let mut free = Free { of: of.clone() };
    free.visit_signature_mut(&mut signature);
    let is_of_another_crate = new.is_some_and(|new| alike(old, new, Shown::ByTheClient));
    let mut shown = if is_of_another_crate { Shown::ByTheirCrate } else { Shown::ByTheClient };
    shown.visit_signature_mut(&mut signature);
    let receiver = signature.receiver().cloned();
    let of = free.anonymous(of);
    let (arguments, inputs) = inputs(&signature)?;
    let (name, owner) = (&signature.ident, owner(&of)?);
    let (taken, mut call): (Option<FnArg>, Expr) = match &receiver {
        None => (None, parse_quote!(#owner::#name(#(#arguments),*))),
        Some(receiver) => {
            let it = it(&old.path);
            let named = named_parameters(&signature, new);
            let call = match takes_self_otherwise(receiver, new) {
                true => parse_quote!(#owner::#name #named(#it #(, #arguments)*)),
                false => parse_quote!(#it.#name #named(#(#arguments),*)),
            };
            (Some(taken(receiver, &it, &of)), call)
        }
    };
    if signature.asyncness.is_some() {
        call = parse_quote!(#call.await);
    }
    let generics = generics(old, &signature.generics)?;
    let (declared, _, condition) = generics.split_for_impl();
    let inputs = taken.into_iter().chain(inputs);
    let is_async = &signature.asyncness;
    let head = quote!(#is_async fn witness #declared(#(#inputs),*));
    Some(match &signature.output {
        // What is not named can't be the type of a variable.
        ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)) => {
            quote!(#head -> #ty #condition { #call })
        }
        output => {
            let binding = binding(output, &call);
            quote!(#head #condition { #binding })
        }
    })
}

/// What the method is generic over, where the new one is over more or less: `impl Trait` has no name.
fn named_parameters(old: &Signature, new: Option<&Entry>) -> Option<TokenStream> {
    let new: Signature = syn::parse_str(&new?.whole).ok()?;
    let (was, is) = (old.generics.type_params().count(), new.generics.type_params().count());
    let names = old.generics.type_params().map(|parameter| &parameter.ident);
    (was > 0 && was != is).then(|| quote!(::<#(#names),*>))
}

/// What the method is called on.
fn it(path: &str) -> Ident {
    match path.split([' ', ':']).next() {
        Some("Client") => format_ident!("client"),
        Some("builder") => format_ident!("call"),
        _ => format_ident!("it"),
    }
}

/// A call by a dot borrows by itself.
fn takes_self_otherwise(receiver: &Receiver, new: Option<&Entry>) -> bool {
    let Some(new) = new.and_then(|new| syn::parse_str::<Signature>(&new.whole).ok()) else {
        return false;
    };
    new.receiver().is_none_or(|new| new.kind != receiver.kind)
}

/// The receiver as an argument.
fn taken(receiver: &Receiver, it: &Ident, of: &Type) -> FnArg {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) => parse_quote!(#it: &mut #of),
        ReceiverKind::Reference(..) => parse_quote!(#it: &#of),
        ReceiverKind::Typed(_, ty) => parse_quote!(#it: #ty),
        _ => parse_quote!(#it: #of),
    }
}

/// The names of the arguments, and how they are declared.
fn inputs(signature: &Signature) -> Option<(Vec<Ident>, Vec<FnArg>)> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    let named = typed.map(|argument| {
        let Pat::Ident(name) = &*argument.pat else { return None };
        let (name, ty) = (name.ident.clone(), &argument.ty);
        Some((name.clone(), parse_quote!(#name: #ty)))
    });
    named.collect()
}

/// The type without what it is applied to.
fn owner(of: &Type) -> Option<syn::Path> {
    let Type::Path(of) = of else { return None };
    let mut path = of.path.clone();
    path.segments.iter_mut().for_each(|step| step.arguments = syn::PathArguments::None);
    Some(path)
}

/// The parameters of the `impl` and of the method.
fn generics(entry: &Entry, own: &Generics) -> Option<Generics> {
    let mut all: Generics = syn::parse_str(&entry.generics).ok()?;
    all.params.extend(own.params.iter().cloned());
    if let Some(condition) = &own.where_clause {
        all.make_where_clause().predicates.extend(condition.predicates.iter().cloned());
    }
    Some(all)
}

/// Takes a signature out of its `impl`: there is no `Self`, and no lifetime has a name.
struct Free {
    of: Type,
}

impl Free {
    /// The type of the `impl`.
    fn anonymous(&mut self, mut of: Type) -> Type {
        self.visit_type_mut(&mut of);
        of
    }
}

impl VisitMut for Free {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(TypePath { qself: None, path, .. }) = ty
            && path.is_ident("Self")
        {
            *ty = self.of.clone();
        }
        // What anything that is written can be, a text is; the trait is not the client's.
        if let Type::ImplTrait(it) = ty
            && is_of_serde(&it.bounds)
        {
            *ty = parse_quote!(&str);
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        if let ReceiverKind::Reference(_, lifetime, _) = &mut receiver.kind {
            *lifetime = None;
        }
        visit_mut::visit_receiver_mut(self, receiver);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.as_ref().is_some_and(is_free) {
            reference.lifetime = None;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        if let GenericArgument::Lifetime(lifetime) = argument
            && is_free(lifetime)
        {
            *lifetime = parse_quote!('_);
        }
        visit_mut::visit_generic_argument_mut(self, argument);
    }
}

fn is_free(lifetime: &Lifetime) -> bool {
    lifetime.ident != "static"
}

fn is_of_serde(bounds: &Punctuated<TypeParamBound, Token![+]>) -> bool {
    let of_serde: TypeParamBound = parse_quote!(serde::Serialize);
    bounds.len() == 1 && bounds.first() == Some(&of_serde)
}
