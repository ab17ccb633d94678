//! What a public item shows of itself: its own line, and those of its fields, variants and methods.

use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Fields, ImplItem, Item, ItemImpl, TraitItem, Visibility};

use super::modules::Steps;
use super::rust::{self, Scope};

/// The line of an item, and those below it.
pub(super) fn of(item: &Item, name: &str, scope: &Scope<'_>) -> (String, Vec<String>) {
    let item = scope.qualified(item, |paths, item| paths.visit_item_mut(item));
    match &item {
        Item::Struct(it) => {
            let hidden = hidden(&it.fields);
            let head = head("struct", name, &it.generics);
            (format!("{head}{hidden}{}", rust::told(&it.attrs)), fields(&it.fields))
        }
        Item::Union(it) => {
            let head = head("union", name, &it.generics);
            let named = Fields::Named(it.fields.clone());
            (format!("{head}{}{}", hidden(&named), rust::told(&it.attrs)), fields(&named))
        }
        Item::Enum(it) => {
            let head = head("enum", name, &it.generics);
            let variants = it.variants.iter().map(variant).collect();
            (format!("{head}{}", rust::told(&it.attrs)), variants)
        }
        Item::Trait(it) => {
            let bounds = &it.supertraits;
            let bounds = quote!(#bounds).to_string();
            let bounds = if bounds.is_empty() { bounds } else { format!(": {bounds}") };
            let head = head("trait", name, &it.generics);
            let members = it.items.iter().map(required).collect();
            (format!("{head}{bounds}{}", rust::told(&it.attrs)), members)
        }
        item => (plain(item, name), Vec::new()),
    }
}

/// An item that is one line.
fn plain(item: &Item, name: &str) -> String {
    match item {
        Item::Fn(it) => {
            let (generic, told) = (rust::signature(&it.sig), rust::told(&it.attrs));
            format!("{}{told}", renamed(&generic, &it.sig.ident.to_string(), name))
        }
        Item::Const(it) => {
            let (ty, value) = (rust::ty(&it.ty), &it.expr);
            format!("const {name}: {ty} = {}{}", quote!(#value), rust::told(&it.attrs))
        }
        Item::Static(it) => format!("static {name}: {}{}", rust::ty(&it.ty), rust::told(&it.attrs)),
        Item::Type(it) => {
            let head = head("type", name, &it.generics);
            format!("{head} = {}{}", rust::ty(&it.ty), rust::told(&it.attrs))
        }
        Item::Mod(it) => format!("mod {name}{}", rust::told(&it.attrs)),
        Item::Macro(it) => format!("macro {name}!{}", rust::told(&it.attrs)),
        _ => name.to_owned(),
    }
}

/// A signature with a whole name.
fn renamed(signature: &str, ident: &str, name: &str) -> String {
    signature.replacen(&format!("fn {ident}"), &format!("fn {name}"), 1)
}

/// The kind and name of a type, with what it is generic over.
fn head(kind: &str, name: &str, generics: &syn::Generics) -> String {
    let (_, _, condition) = generics.split_for_impl();
    let text = quote!(struct T #generics #condition {});
    let text = syn::parse2(text).map(rust::item).unwrap_or_default();
    text.replacen("struct T", &format!("{kind} {name}"), 1)
}

/// Whether there is more than is shown.
fn hidden(fields: &Fields) -> &'static str {
    match fields.iter().all(|field| is_public(&field.vis)) {
        true => "",
        false => " { .. }",
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn fields(fields: &Fields) -> Vec<String> {
    let public = fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis));
    public.map(|(index, it)| field(index, it)).collect()
}

fn field(index: usize, field: &syn::Field) -> String {
    let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
    format!("{name}: {}{}", rust::ty(&field.ty), rust::told(&field.attrs))
}

fn variant(variant: &syn::Variant) -> String {
    let all = variant.fields.iter();
    let content = match &variant.fields {
        Fields::Unit => String::new(),
        Fields::Named(_) => {
            let all: Vec<_> = all.map(|it| field(0, it)).collect();
            format!(" {{ {} }}", all.join(", "))
        }
        Fields::Unnamed(_) => {
            let all = all.map(|it| format!("{}{}", rust::ty(&it.ty), rust::told(&it.attrs)));
            format!("({})", all.collect::<Vec<_>>().join(", "))
        }
    };
    let value = variant.discriminant.as_ref();
    let value = value.map(|(_, value)| format!(" = {}", quote!(#value))).unwrap_or_default();
    format!("{}{content}{value}{}", variant.ident, rust::told(&variant.attrs))
}

/// A member of a trait, and whether it has a default.
fn required(member: &TraitItem) -> String {
    match member {
        TraitItem::Fn(it) => {
            let default = it.default.as_ref().map_or("", |_| " { .. }");
            format!("{}{default}{}", rust::signature(&it.sig), rust::told(&it.attrs))
        }
        other => quote!(#other).to_string(),
    }
}

/// The lines of an implementation: of a trait its head, or else the public members.
pub(super) fn implementation(item: &ItemImpl, scope: &Scope<'_>) -> Vec<String> {
    let whole = scope.qualified(item, |paths, item| paths.visit_item_impl_mut(item));
    let told = rust::told(&whole.attrs);
    let bare = ItemImpl { attrs: Vec::new(), items: Vec::new(), ..whole.clone() };
    let head = rust::item(Item::Impl(bare));
    if whole.trait_.is_some() {
        let types = whole.items.iter().filter_map(|member| match member {
            ImplItem::Type(it) => Some(format!("{} = {}", it.ident, rust::ty(&it.ty))),
            _ => None,
        });
        let types: Vec<_> = types.collect();
        let types =
            if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        return vec![format!("{head}{types}{told}")];
    }
    // For which arguments of a generic type it is.
    let of = if head.contains('<') { format!("  in {head}") } else { String::new() };
    let members = whole.items.iter().filter_map(|member| match member {
        ImplItem::Fn(it) if is_public(&it.vis) => {
            Some(format!("{}{of}{}{told}", rust::signature(&it.sig), rust::told(&it.attrs)))
        }
        ImplItem::Const(it) if is_public(&it.vis) => {
            let (ty, value) = (rust::ty(&it.ty), &it.expr);
            let told = format!("{of}{}{told}", rust::told(&it.attrs));
            Some(format!("const {}: {ty} = {}{told}", it.ident, quote!(#value)))
        }
        _ => None,
    });
    members.collect()
}

/// The names of a path.
pub(super) fn steps(path: &syn::Path) -> Steps {
    path.segments.iter().map(|step| step.ident.to_string()).collect()
}
