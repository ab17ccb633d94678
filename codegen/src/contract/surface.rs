//! The public surface of a crate, one line an item: what `pub mod` and `pub use` make reachable, its
//! fields, variants and methods, derived and written trait implementations. Names are whole, so that an
//! import which changes what a signature means changes the line.
//!
//! The crate `public-api` says more, out of rustdoc's JSON. That is for nightly toolchains alone and
//! compiles the crate with all that it depends on; a snapshot is compared in every `cargo test`. So this
//! reads sources. It expands no macro, and sees no trait that a type has by itself (`Send`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::{Attribute, Item, ItemImpl, Visibility};

use super::members;
use super::modules::{Import, Meaning, Modules, Steps, below, ident};
use super::rust::{self, Scope};
use crate::error::{Error, Result, Stage};
use crate::files::{self, Files};

/// The Rust sources below a folder.
///
/// # Errors
/// A folder or a file that cannot be read.
pub fn sources(folder: &Path) -> Result<Files> {
    let mut found = Files::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| Error::io(Stage::Output, "cannot read", &folder, error);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            // A link to a folder may lead around in a circle.
            if entry.file_type().map_err(failed)?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = files::read(Stage::Output, &path)?;
                found.add(path, text);
            }
        }
    }
    Ok(found)
}

/// The public surface of the crate whose root, `src/lib.rs`, is among files. What a build script makes is
/// not among them and not shown; a crate that includes it has a committed twin to include.
///
/// # Errors
/// A file that a module is declared to be in and that is not there, or that is no Rust.
pub fn surface(files: &Files, root: &Path) -> Result<String> {
    let modules = Modules::of(files, root)?;
    let mut surface = Surface { modules: &modules, public: BTreeMap::new(), rows: BTreeMap::new() };
    let root = vec!["crate".to_owned()];
    surface.publish(&root, &Steps::new(), &mut BTreeSet::new());
    surface.items();
    for (path, module) in &modules.0 {
        for item in &module.items {
            if let Item::Impl(item) = item {
                surface.implementation(path, item);
            }
        }
    }
    Ok(surface.print())
}

/// An item, and what belongs to it.
#[derive(Default)]
struct Row {
    line: String,
    /// In the order of the source.
    fields: Vec<String>,
    /// By name.
    others: BTreeSet<String>,
}

struct Surface<'c> {
    modules: &'c Modules,
    /// What items of this crate are called in public, by where they are declared.
    public: BTreeMap<Steps, String>,
    /// By public name.
    rows: BTreeMap<String, Row>,
}

impl<'c> Surface<'c> {
    /// Gives public names to what a module shows. A second name of an item is a line of its own.
    fn publish(&mut self, module: &Steps, name: &Steps, open: &mut BTreeSet<Steps>) {
        let modules = self.modules;
        let Some(content) = modules.0.get(module) else { return };
        if !open.insert(module.clone()) {
            return;
        }
        for item in content.items.iter().filter(|item| is_public(item)) {
            let Some(ident) = ident(item) else { continue };
            let step = ident.to_string();
            let whole = below(module, &step);
            let named = below(name, &step);
            self.name(&whole, &named, "");
            if let Item::Mod(_) = item {
                self.publish(&whole, &named, open);
            }
        }
        for import in content.imports.iter().filter(|import| import.is_public) {
            self.import(import, name, open);
        }
        open.remove(module);
    }

    /// Gives public names to what a `pub use` shows.
    fn import(&mut self, import: &Import, name: &Steps, open: &mut BTreeSet<Steps>) {
        let told = rust::told(&import.attributes);
        let meaning = self.modules.lookup(&import.target, 0);
        let named = match &import.name {
            Some(step) => below(name, step),
            None => name.clone(),
        };
        match (meaning, &import.name) {
            (Some(Meaning::Module(target)), None) => self.publish(&target, name, open),
            (Some(Meaning::Module(target)), Some(_)) => {
                self.name(&target, &named, &told);
                self.publish(&target, &named, open);
            }
            (Some(Meaning::Item(target)), Some(_)) => self.name(&target, &named, &told),
            _ => {
                let glob = if import.name.is_none() { "*" } else { "" };
                let shown = [&named[..], &[glob.to_owned()]].concat();
                let shown: Vec<_> = shown.into_iter().filter(|step| !step.is_empty()).collect();
                let (shown, target) = (shown.join("::"), import.target.join("::"));
                let renamed = if shown == target { String::new() } else { format!(" = {target}") };
                // Several modules may be imported as a whole.
                self.row(format!("{shown} {target}")).line = format!("use {shown}{renamed}{told}");
            }
        }
    }

    fn name(&mut self, whole: &Steps, named: &Steps, told: &str) {
        let named = named.join("::");
        match self.public.get(whole).cloned() {
            None => {
                if !told.is_empty() {
                    self.row(named.clone()).others.insert(format!("use {named}{told}"));
                }
                self.public.insert(whole.clone(), named);
            }
            Some(first) if first != named => {
                self.row(named.clone()).line = format!("use {named} = {first}{told}");
            }
            Some(_) => {}
        }
    }

    fn row(&mut self, name: String) -> &mut Row {
        self.rows.entry(name).or_default()
    }

    fn scope<'s>(&'s self, module: &'s [String]) -> Scope<'s> {
        Scope { modules: self.modules, module, public: &self.public, parameters: BTreeSet::new() }
    }

    /// Writes the lines of all items that have a public name.
    fn items(&mut self) {
        let mut rows = Vec::new();
        for (path, module) in &self.modules.0 {
            let scope = self.scope(path);
            // Of one name there may be a type and a function.
            for item in &module.items {
                let whole = ident(item).map(|ident| below(path, &ident.to_string()));
                if let Some(name) = whole.and_then(|whole| self.public.get(&whole)) {
                    rows.push((name.clone(), members::of(item, name, &scope)));
                }
            }
        }
        for (name, (line, fields)) in rows {
            let row = self.row(name);
            match row.line.is_empty() {
                true => row.line = line,
                false => row.fields.push(line),
            }
            row.fields.extend(fields);
        }
    }

    /// Adds an implementation to its type, if that is public.
    fn implementation(&mut self, module: &'c [String], item: &ItemImpl) {
        let mut scope = self.scope(module);
        scope.parameters.extend(rust::names(&item.generics));
        let meaning = match &*item.self_ty {
            syn::Type::Path(path) => self.modules.meaning(module, &members::steps(&path.path)),
            _ => None,
        };
        let name = match meaning {
            Some(Meaning::Item(whole)) => match self.public.get(&whole) {
                Some(name) => Some(name.clone()),
                None => return,
            },
            _ => None,
        };
        if let Some((of, _)) = &item.trait_
            && let Some(Meaning::Item(whole)) = self.modules.meaning(module, &members::steps(of))
            && !self.public.contains_key(&whole)
        {
            return;
        }
        let lines = members::implementation(item, &scope);
        match name {
            Some(name) => self.row(name).others.extend(lines),
            // Of a foreign type, or of all types.
            None => {
                lines.into_iter().for_each(|line| self.row(line.clone()).line.clone_from(&line))
            }
        }
    }

    fn print(&self) -> String {
        let mut text = String::new();
        for Row { line, fields, others } in self.rows.values() {
            text += &format!("{line}\n");
            for line in fields.iter().chain(others) {
                text += &format!("    {line}\n");
            }
        }
        text
    }
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        Item::Macro(item) => return is_exported(&item.attrs),
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

fn is_exported(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("macro_export"))
}
