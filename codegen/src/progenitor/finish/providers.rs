//! What a provider requires of a body and is not set: `missing_for`, made of the mark `x-required-for` of
//! its fields and of those nested in it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Item, ItemStruct, Type, parse_quote};

use super::documentation::methods;
use crate::bounds::MAX_MISSING_DEPTH;
use crate::describe::providers::{MARK, name};
use crate::document::merged::object_of;
use crate::document::node::Node;
use crate::error::Result;
use crate::progenitor::names::{numbered, type_name};
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const MISSING: Rule = Rule::translated(
    "missing-for",
    "`x-required-for` in the schema of a body",
    "`missing_for` of its type, and an enum of the names",
);

/// Adds the method to the types of bodies that have such fields, and the enum of providers.
///
/// # Errors
/// None: what has no such fields stays as it is.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if !has_mark(code.lowered) {
        return Ok(());
    }
    let bodies = bodies(code);
    let operations: BTreeMap<_, _> = methods::lowered(code).into_iter().collect();
    let wanted = code.settings.providers.clone().unwrap_or_else(|| "Provider".to_owned());
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let declared: BTreeSet<String> =
        types.iter().filter_map(shape::declared).map(Ident::to_string).collect();
    let free = numbered(&wanted).find(|name| !declared.contains(name)).unwrap_or_default();
    let mut missing = Missing::of(types, format_ident!("{free}"));
    let mut methods = BTreeMap::new();
    for (id, body) in bodies {
        let schema = operations.get(&id).and_then(|it| it.request_schema());
        let Some(schema) = schema.filter(|_| !methods.contains_key(&body)) else { continue };
        missing.undecided.clear();
        let checks = missing.object(schema, &body, &quote!(self), "", 0);
        if !checks.is_empty() || !missing.undecided.is_empty() {
            methods.insert(body.clone(), missing.method(&body, &checks));
        }
    }
    if methods.is_empty() {
        return Ok(());
    }
    for (body, method) in methods {
        log.add(&MISSING, format!("types::{body}"), "missing_for");
        types.push(method);
    }
    types.extend(missing.providers());
    Ok(())
}

/// Whether some field is marked.
fn has_mark(node: &Value) -> bool {
    match node {
        Value::Object(fields) => fields.contains_key(MARK) || fields.values().any(has_mark),
        Value::Array(items) => items.iter().any(has_mark),
        _ => false,
    }
}

/// The type of each operation's body, by the operation, where it is one of the client's.
fn bodies(code: &mut Code<'_>) -> Vec<(String, String)> {
    let builders = shape::builders(code.file);
    let bodies = builders.filter_map(|(id, builder)| {
        let ty = shape::setter_type(shape::function(builder, "body")?)?;
        Some((id, shape::text_of(&ty).strip_prefix("types::")?.to_owned()))
    });
    bodies.collect()
}

struct Missing {
    /// The name of the enum of providers.
    provider: Ident,
    structs: BTreeMap<String, ItemStruct>,
    /// Types that can be written as text.
    displayed: BTreeSet<String>,
    /// The providers that are named, by their names in Rust.
    named: BTreeMap<String, String>,
    /// Types that are being looked into.
    inside: Vec<String>,
    /// Fields of which nothing decides whether they are required.
    undecided: Vec<String>,
}

impl Missing {
    fn of(types: &mut [Item], provider: Ident) -> Self {
        let displays = types.iter().filter_map(|item| match item {
            Item::Impl(item) => {
                let (of_trait, _) = item.trait_.as_ref()?;
                let is_display = of_trait.segments.last()?.ident == "Display";
                is_display.then(|| shape::owner(item))
            }
            _ => None,
        });
        let displayed = displays.chain(["::std::string::String".to_owned()]).collect();
        let structs = shape::structs(types).map(|item| (item.ident.to_string(), item.clone()));
        Self {
            provider,
            displayed,
            structs: structs.collect(),
            named: BTreeMap::new(),
            inside: Vec::new(),
            undecided: Vec::new(),
        }
    }

    /// What is checked of a value of a type, which `owner` is.
    fn object(
        &mut self,
        schema: Node<'_>,
        ty: &str,
        owner: &TokenStream,
        prefix: &str,
        depth: usize,
    ) -> TokenStream {
        let Some(declaration) = self.structs.get(ty).cloned() else { return TokenStream::new() };
        if depth > MAX_MISSING_DEPTH || self.inside.iter().any(|other| other == ty) {
            return TokenStream::new();
        }
        self.inside.push(ty.to_owned());
        let object = object_of(schema);
        let mut checks = TokenStream::new();
        for (name, property) in &object.properties {
            let field = declaration.fields.iter().find(|field| shape::wire_name(field) == *name);
            let Some((field, ident)) = field.and_then(|it| Some((it, it.ident.as_ref()?))) else {
                continue;
            };
            let path = format!("{prefix}{name}");
            let place = quote!(#owner.#ident);
            if !object.required.contains(name) {
                checks.extend(self.field(property, &field.ty, &place, owner, &declaration, &path));
            }
            checks.extend(self.nested(property, &field.ty, &place, &path, depth));
        }
        self.inside.pop();
        checks
    }

    /// Whether a field is set that a provider requires.
    fn field(
        &mut self,
        property: &Node<'_>,
        ty: &Type,
        place: &TokenStream,
        owner: &TokenStream,
        declaration: &ItemStruct,
        path: &str,
    ) -> TokenStream {
        let is_unset = if shape::argument(ty, "Option").is_some() {
            quote!(#place.is_none())
        } else if shape::argument(ty, "Vec").is_some() {
            quote!(#place.is_empty())
        } else {
            return TokenStream::new();
        };
        let mut checks = TokenStream::new();
        let entries = property.value.get(MARK).and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let Some(name) = name(entry) else { continue };
            let variant = format_ident!("{}", type_name(name));
            self.named.insert(variant.to_string(), name.to_owned());
            let Some(holds) = self.holds(entry, owner, declaration) else {
                let when = entry.get("when").and_then(Value::as_str).unwrap_or("of its condition");
                self.undecided.push(format!("`{path}` ({when})"));
                continue;
            };
            let provider = &self.provider;
            checks.extend(quote! {
                if provider == #provider::#variant && #holds #is_unset {
                    missing.push(#path);
                }
            });
        }
        checks
    }

    /// The condition of an entry; none if nothing can decide it.
    fn holds(
        &self,
        entry: &Value,
        owner: &TokenStream,
        declaration: &ItemStruct,
    ) -> Option<TokenStream> {
        if entry.is_string() {
            return Some(TokenStream::new());
        }
        let conditions = entry.get("if")?.as_object()?;
        let mut all = TokenStream::new();
        for (name, values) in conditions {
            let field = declaration.fields.iter().find(|field| shape::wire_name(field) == *name)?;
            let ident = field.ident.as_ref()?;
            let inner = shape::argument(&field.ty, "Option");
            if !self.displayed.contains(&shape::text_of(inner.unwrap_or(&field.ty))) {
                return None;
            }
            let values = values.as_array()?.iter().map(Value::as_str);
            let values: Vec<&str> = values.collect::<Option<_>>()?;
            let value = match inner {
                Some(_) => quote!(#owner.#ident.as_ref().map(|value| value.to_string())),
                None => quote!(Some(#owner.#ident.to_string())),
            };
            all.extend(quote! { matches!(#value.as_deref(), Some(#(#values)|*)) && });
        }
        Some(all)
    }

    /// The same of the fields of a value inside.
    fn nested(
        &mut self,
        property: &Node<'_>,
        ty: &Type,
        place: &TokenStream,
        path: &str,
        depth: usize,
    ) -> TokenStream {
        let inner = shape::argument(ty, "Option");
        let whole = inner.unwrap_or(ty);
        let item = shape::argument(whole, "Vec");
        let boxed = item.unwrap_or(whole);
        let name = shape::text_of(shape::argument(boxed, "Box").unwrap_or(boxed));
        let prefix = if item.is_some() { format!("{path}[].") } else { format!("{path}.") };
        let value = format_ident!("value{depth}");
        let checks = self.object(property.clone(), &name, &quote!(#value), &prefix, depth + 1);
        if checks.is_empty() {
            return checks;
        }
        match (inner.is_some(), item.is_some()) {
            (true, true) => quote! { for #value in #place.iter().flatten() { #checks } },
            (false, true) => quote! { for #value in &#place { #checks } },
            (true, false) => quote! { if let Some(#value) = &#place { #checks } },
            (false, false) => quote! { { let #value = &#place; #checks } },
        }
    }

    fn method(&self, body: &str, checks: &TokenStream) -> Item {
        let (ty, provider) = (format_ident!("{body}"), &self.provider);
        let mut words = "The fields that a provider requires, by the tables of the page, and that are not \
             set: their names in JSON, from here down, `items[].name` for a field of an item. A field \
             that is required with some value of another is among them if that value is set."
            .to_owned();
        if !self.undecided.is_empty() {
            words += "\n\nNot among them, since nothing here decides it: ";
            words += &self.undecided.join(", ");
            words += ".";
        }
        let unused = checks.is_empty().then(|| quote! { let _ = provider; });
        parse_quote! {
            impl #ty {
                #[doc = #words]
                pub fn missing_for(&self, provider: #provider) -> ::std::vec::Vec<&'static str> {
                    let mut missing = ::std::vec::Vec::new();
                    #unused
                    #checks
                    let mut seen = ::std::collections::BTreeSet::new();
                    missing.retain(|path| seen.insert(*path));
                    missing
                }
            }
        }
    }

    /// The enum of all providers, and how they are written.
    fn providers(&self) -> [Item; 2] {
        let provider = &self.provider;
        let variants = self.named.iter().map(|(variant, name)| {
            let variant = format_ident!("{variant}");
            let words = format!("`{name}` in the tables of the pages.");
            quote! { #[doc = #words] #variant }
        });
        let arms = self.named.iter().map(|(variant, name)| {
            let variant = format_ident!("{variant}");
            quote! { Self::#variant => #name }
        });
        [
            parse_quote! {
                /// Who may require a field that others do not, as the tables of the pages name them.
                #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
                #[non_exhaustive]
                pub enum #provider { #(#variants),* }
            },
            parse_quote! {
                impl ::std::fmt::Display for #provider {
                    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(match self { #(#arms),* })
                    }
                }
            },
        ]
    }
}
