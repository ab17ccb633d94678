//! The public surface of a generated client, as it is compared: what the outline shows, and the same with
//! whole names.

mod names;

use syn::visit_mut::VisitMut;
use syn::{
    Fields, File, GenericParam, Generics, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, Type,
};

use crate::contract::modules::{Modules, Steps, below};
use crate::outline::{may_grow, short};
use names::{Names, text};

/// The public items of a client.
#[derive(Debug, Default)]
pub struct Surface(pub(super) Vec<Entry>);

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A struct of fields with names.
    Struct,
    /// A struct of fields without.
    Tuple,
    Enum,
    Alias,
    Method,
}

/// A public item.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// What a report calls it, such as `struct types::Pet`.
    pub(super) name: String,
    /// The item from the root of the crate; of a method, its type.
    pub(super) path: String,
    /// As a report shows it.
    pub(super) line: String,
    /// With whole names: the type of an alias, the signature of a method, the fields of a tuple.
    pub(super) whole: String,
    /// The declared parameters; of a method, those of its `impl`.
    pub(super) generics: String,
    /// The fields and variants that callers reach.
    pub(super) members: Vec<Member>,
    /// Whether callers cannot name all fields or variants: some are private, or others may come.
    pub(super) may_grow: bool,
}

/// A field or a variant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name; [`INTO`] for the value that a tuple is turned into.
    pub(super) name: String,
    /// As a report shows it.
    pub(super) line: String,
    /// With whole names: the type of a field, all of a variant.
    pub(super) whole: String,
}

/// Stands for the name of a field that is private, but is what `into` makes.
pub(super) const INTO: &str = "into";

impl Surface {
    /// Reads the items of a client.
    pub(crate) fn of(file: &File) -> Self {
        let modules = Modules::names_of(&file.items);
        let mut reading = Reading { modules: &modules, entries: Vec::new(), values: Vec::new() };
        reading.items(&file.items, &vec!["crate".to_owned()]);
        let Reading { mut entries, values, .. } = reading;
        for (path, whole) in values {
            let mut tuples = entries.iter_mut().filter(|entry| entry.kind == Kind::Tuple);
            if let Some(entry) = tuples.find(|entry| entry.path == path) {
                let line = entry.line.clone();
                entry.members.push(Member { name: INTO.to_owned(), line, whole });
            }
        }
        Self(entries)
    }
}

struct Reading<'m> {
    modules: &'m Modules,
    entries: Vec<Entry>,
    /// The types that values are made of by `From`, and what is made.
    values: Vec<(String, String)>,
}

impl Reading<'_> {
    fn items(&mut self, items: &[Item], module: &Steps) {
        for item in items {
            match item {
                Item::Struct(item) if is_public(&item.vis) => self.structure(item, module),
                Item::Enum(item) if is_public(&item.vis) => self.enumeration(item, module),
                Item::Type(item) if is_public(&item.vis) => {
                    let (name, generics) = (item.ident.to_string(), &item.generics);
                    let mut entry = self.entry(Kind::Alias, "type", module, &name, generics);
                    entry.line = format!("{} = {};", entry.name, short(&item.ty));
                    entry.whole = self.ty(&item.ty, module, generics);
                    self.entries.push(entry);
                }
                Item::Impl(item) if item.trait_.is_none() => self.methods(item, module),
                Item::Impl(item) => self.value(item, module),
                Item::Mod(inner) if is_public(&inner.vis) => {
                    let module = below(module, &inner.ident.to_string());
                    // Builders of types have a setter for every field of theirs.
                    if module != ["crate", "types", "builder"]
                        && let Some((_, items)) = &inner.content
                    {
                        self.items(items, &module);
                    }
                }
                _ => {}
            }
        }
    }

    fn entry(
        &self,
        kind: Kind,
        word: &str,
        module: &Steps,
        name: &str,
        generics: &Generics,
    ) -> Entry {
        let path = public(module, name);
        let name = format!("{word} {path}");
        Entry {
            kind,
            line: name.clone(),
            name,
            path,
            whole: String::new(),
            generics: self.generics(generics, module),
            members: Vec::new(),
            may_grow: false,
        }
    }

    fn names<'n>(&'n self, module: &'n Steps, generics: &Generics) -> Names<'n> {
        Names { modules: self.modules, module, parameters: parameters(generics) }
    }

    fn ty(&self, ty: &Type, module: &Steps, generics: &Generics) -> String {
        let mut ty = ty.clone();
        self.names(module, generics).visit_type_mut(&mut ty);
        text(&ty)
    }

    /// The parameters that a caller has to name, and where they are bound.
    fn generics(&self, generics: &Generics, module: &Steps) -> String {
        let mut own = generics.clone();
        own.params = own
            .params
            .into_iter()
            .filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
            .collect();
        if own.params.is_empty() {
            return String::new();
        }
        self.names(module, generics).visit_generics_mut(&mut own);
        text(&own)
    }

    fn structure(&mut self, item: &ItemStruct, module: &Steps) {
        let name = item.ident.to_string();
        let is_tuple = matches!(item.fields, Fields::Unnamed(_));
        let kind = if is_tuple { Kind::Tuple } else { Kind::Struct };
        let mut entry = self.entry(kind, "struct", module, &name, &item.generics);
        if is_tuple {
            entry.line += &short(&item.fields);
            let mut fields = item.fields.clone();
            fields.iter_mut().for_each(|field| field.attrs.clear());
            self.names(module, &item.generics).visit_fields_mut(&mut fields);
            entry.whole = text(&fields);
        }
        entry.may_grow =
            may_grow(&item.attrs) || item.fields.iter().any(|field| !is_public(&field.vis));
        let public = item.fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis));
        entry.members = public
            .map(|(index, field)| {
                let name =
                    field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                let line = format!("{name}: {}", short(&field.ty));
                Member { name, line, whole: self.ty(&field.ty, module, &item.generics) }
            })
            .collect();
        self.entries.push(entry);
    }

    fn enumeration(&mut self, item: &ItemEnum, module: &Steps) {
        let name = item.ident.to_string();
        let mut entry = self.entry(Kind::Enum, "enum", module, &name, &item.generics);
        entry.may_grow = may_grow(&item.attrs);
        let mut names = self.names(module, &item.generics);
        let variants = item.variants.iter().map(|variant| {
            let mut variant = variant.clone();
            variant.attrs.clear();
            variant.discriminant = None;
            variant.fields.iter_mut().for_each(|field| field.attrs.clear());
            let line = format!("{}{}", variant.ident, short(&variant.fields));
            names.visit_variant_mut(&mut variant);
            Member { name: variant.ident.to_string(), line, whole: text(&variant) }
        });
        entry.members = variants.collect();
        self.entries.push(entry);
    }

    fn methods(&mut self, item: &ItemImpl, module: &Steps) {
        let shown = public(module, &short(&item.self_ty));
        let path = self.ty(&item.self_ty, module, &item.generics);
        for member in &item.items {
            let ImplItem::Fn(function) = member else { continue };
            if !is_public(&function.vis) {
                continue;
            }
            let mut signature = function.sig.clone();
            let line = format!("{shown}: {}", short(&signature));
            let mut names = self.names(module, &item.generics);
            names.parameters.extend(parameters(&signature.generics));
            names.visit_signature_mut(&mut signature);
            let is_async = if signature.asyncness.is_some() { "async " } else { "" };
            self.entries.push(Entry {
                kind: Kind::Method,
                name: format!("{shown}: {is_async}fn {}", signature.ident),
                path: path.clone(),
                line,
                whole: text(&signature),
                generics: self.generics(&item.generics, module),
                members: Vec::new(),
                may_grow: false,
            });
        }
    }

    /// `impl From<Pet> for T`.
    fn value(&mut self, item: &ItemImpl, module: &Steps) {
        let Some((of, _)) = &item.trait_ else { return };
        let Some(from) = of.segments.last().filter(|last| last.ident == "From") else { return };
        let syn::PathArguments::AngleBracketed(arguments) = &from.arguments else { return };
        if let Some(syn::GenericArgument::Type(from)) = arguments.args.first() {
            let from = self.ty(from, module, &item.generics).replace(' ', "");
            self.values.push((from, self.ty(&item.self_ty, module, &item.generics)));
        }
    }
}

/// The path of what a module of this crate has, without the crate.
fn public(module: &Steps, name: &str) -> String {
    below(module, name).into_iter().skip(1).collect::<Vec<_>>().join("::")
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// The names of the types and constants that something is generic over.
fn parameters(generics: &Generics) -> Vec<String> {
    let names = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(it) => Some(it.ident.to_string()),
        GenericParam::Const(it) => Some(it.ident.to_string()),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}
