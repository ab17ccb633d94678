//! The modules of a crate, out of its source files, and what names mean in them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, ItemMod, UseTree};

use crate::error::{Error, Problem, Result, Stage};
use crate::files::Files;

/// The path of a module or an item: of this crate if it starts with `crate`, or else of another.
pub(crate) type Steps = Vec<String>;

/// How many names may lead to each other before they count as a cycle.
const MAX_IMPORTS: usize = 32;

/// The modules of a crate.
pub(crate) struct Modules(pub(super) BTreeMap<Steps, Module>);

/// A module, with what it includes.
#[derive(Default)]
pub(crate) struct Module {
    pub(super) items: Vec<Item>,
    /// The names of its items.
    names: BTreeSet<String>,
    /// The names that it imports, public or not.
    pub(super) imports: Vec<Import>,
}

/// A name that a module imports.
pub(crate) struct Import {
    /// The name; nothing if it imports all of a module.
    pub(super) name: Option<String>,
    pub(super) target: Steps,
    pub(super) is_public: bool,
    /// The attributes of the `use`.
    pub(super) attributes: Vec<Attribute>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A module of this crate.
    Module(Steps),
    /// An item of this crate, by the module that declares it.
    Item(Steps),
    /// Something of another crate.
    Foreign(Steps),
}

/// Where a module's files are.
struct Place<'p> {
    file: &'p Path,
    /// The folder of the modules that it declares.
    folder: PathBuf,
    path: Steps,
    /// The files that led here.
    open: Vec<PathBuf>,
}

impl Modules {
    /// Reads the modules that a crate's root declares.
    ///
    /// # Errors
    /// A file that is not there, or is no Rust.
    pub(super) fn of(files: &Files, root: &Path) -> Result<Self> {
        let mut modules = Self(BTreeMap::new());
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        let path = vec!["crate".to_owned()];
        let place = Place { file: root, folder, path, open: vec![root.to_owned()] };
        modules.load(files, parse(files, root)?, &place)?;
        modules.import();
        Ok(modules)
    }

    /// Reads the names that one file declares and imports, and keeps none of its items.
    pub(crate) fn names_of(items: &[Item]) -> Self {
        let mut modules = Self(BTreeMap::new());
        modules.learn(items, vec!["crate".to_owned()]);
        modules.import();
        modules
    }

    fn learn(&mut self, items: &[Item], path: Steps) {
        let mut module = Module::default();
        for item in items {
            module.names.extend(ident(item).map(ToString::to_string));
            match item {
                Item::Use(_) => module.items.push(item.clone()),
                Item::Mod(inner) => {
                    let content = inner.content.iter().map(|(_, items)| items);
                    let path = below(&path, &inner.ident.to_string());
                    content.for_each(|items| self.learn(items, path.clone()));
                }
                _ => {}
            }
        }
        self.0.insert(path, module);
    }

    fn load(&mut self, files: &Files, items: Vec<Item>, place: &Place<'_>) -> Result<()> {
        let mut queue: VecDeque<Item> = items.into();
        let mut open = place.open.clone();
        while let Some(item) = queue.pop_front() {
            match &item {
                _ if is_test(attributes(&item)) => continue,
                Item::Mod(module) => self.declared(files, module, place)?,
                Item::Macro(call) if call.mac.path.is_ident("include") => {
                    // What a build script makes is not among the sources.
                    let Ok(name) = call.mac.parse_body::<syn::LitStr>() else { continue };
                    let file = place.file.with_file_name(name.value());
                    if !open.contains(&file) {
                        let included = parse(files, &file)?;
                        included.into_iter().rev().for_each(|item| queue.push_front(item));
                        open.push(file);
                    }
                    continue;
                }
                _ => {}
            }
            let module = self.0.entry(place.path.clone()).or_default();
            module.names.extend(ident(&item).map(ToString::to_string));
            module.items.push(item);
        }
        self.0.entry(place.path.clone()).or_default();
        Ok(())
    }

    /// Loads a module that is declared in another.
    fn declared(&mut self, files: &Files, module: &ItemMod, place: &Place<'_>) -> Result<()> {
        let name = module.ident.to_string();
        let mut path = place.path.clone();
        path.push(name.clone());
        if let Some((_, items)) = &module.content {
            let folder = place.folder.join(name);
            let inner = Place { file: place.file, folder, path, open: place.open.clone() };
            return self.load(files, items.clone(), &inner);
        }
        let flat = place.folder.join(format!("{name}.rs"));
        let named = attribute_text(&module.attrs, "path");
        let file = match named.map(|named| place.file.with_file_name(named)) {
            Some(file) => file,
            None if text(files, &flat).is_some() => flat,
            None => place.folder.join(&name).join("mod.rs"),
        };
        if place.open.contains(&file) {
            return Ok(());
        }
        let folder = match file.ends_with("mod.rs") {
            true => file.parent().map(Path::to_owned).unwrap_or_default(),
            false => file.with_extension(""),
        };
        let mut open = place.open.clone();
        open.push(file.clone());
        let inner = Place { file: &file, folder, path, open };
        self.load(files, parse(files, &file)?, &inner)
    }

    /// Finds what the modules import.
    fn import(&mut self) {
        let paths: Vec<_> = self.0.keys().cloned().collect();
        for path in paths {
            let mut imports = Vec::new();
            for item in self.0.get(&path).into_iter().flat_map(|module| &module.items) {
                let Item::Use(item) = item else { continue };
                let is_public = matches!(item.vis, syn::Visibility::Public(_));
                let mut found = Vec::new();
                leaves(&item.tree, Vec::new(), &mut found);
                for (name, mut target) in found {
                    if item.leading_colon.is_none() {
                        target = self.absolute(&path, target);
                    }
                    let attributes = item.attrs.clone();
                    imports.push(Import { name, target, is_public, attributes });
                }
            }
            if let Some(module) = self.0.get_mut(&path) {
                module.imports = imports;
            }
        }
    }

    /// The path from the root of a crate, where the first name of a `use` is a module beside it, or a crate.
    fn absolute(&self, module: &[String], path: Steps) -> Steps {
        let mut at = module.to_vec();
        let mut rest = path.iter().peekable();
        match path.first().map(String::as_str) {
            Some("crate") => return path,
            Some("self" | "super") => {}
            Some(first) if self.declares(module, first) => {}
            _ => return path,
        }
        while let Some(step) = rest.next_if(|step| ["self", "super"].contains(&step.as_str())) {
            if step == "super" {
                at.pop();
            }
        }
        at.extend(rest.cloned());
        at
    }

    fn declares(&self, module: &[String], name: &str) -> bool {
        self.0.get(module).is_some_and(|module| module.names.contains(name))
    }

    /// What a path means that starts in a module.
    pub(crate) fn meaning(&self, module: &[String], path: &[String]) -> Option<Meaning> {
        let path = self.absolute(module, path.to_vec());
        match path.first()?.as_str() {
            "crate" => self.lookup(&path, 0),
            first => {
                let first = self.name(module, first, 0)?;
                let whole = |found: Steps| {
                    found.into_iter().chain(path.iter().skip(1).cloned()).collect::<Steps>()
                };
                match first {
                    Meaning::Module(found) => self.lookup(&whole(found), 0),
                    Meaning::Item(found) => Some(Meaning::Item(whole(found))),
                    Meaning::Foreign(found) => Some(Meaning::Foreign(whole(found))),
                }
            }
        }
    }

    /// What a path from the root of a crate means.
    pub(super) fn lookup(&self, path: &[String], depth: usize) -> Option<Meaning> {
        if path.first().is_none_or(|first| first != "crate") {
            return Some(Meaning::Foreign(path.to_vec()));
        }
        let mut at = Meaning::Module(vec!["crate".to_owned()]);
        for step in path.iter().skip(1) {
            at = match at {
                Meaning::Module(module) => self.name(&module, step, depth)?,
                // A variant, or what a type is associated with.
                Meaning::Item(found) => Meaning::Item(below(&found, step)),
                Meaning::Foreign(found) => Meaning::Foreign(below(&found, step)),
            };
        }
        Some(at)
    }

    /// What a name means in a module.
    fn name(&self, module: &[String], name: &str, depth: usize) -> Option<Meaning> {
        let whole = below(module, name);
        if self.0.contains_key(&whole) {
            return Some(Meaning::Module(whole));
        }
        if self.declares(module, name) {
            return Some(Meaning::Item(whole));
        }
        if depth > MAX_IMPORTS {
            return None;
        }
        let imports = &self.0.get(module)?.imports;
        let named = imports.iter().find(|import| import.name.as_deref() == Some(name));
        if let Some(import) = named.filter(|import| import.target != whole) {
            return self.lookup(&import.target, depth + 1);
        }
        let globs = imports.iter().filter(|import| import.name.is_none());
        globs.filter(|import| import.target != module).find_map(|import| {
            match self.lookup(&import.target, depth + 1)? {
                Meaning::Module(found) => self.name(&found, name, depth + 1),
                _ => None,
            }
        })
    }
}

/// The path of what a module or an item holds.
pub(crate) fn below(path: &[String], step: &str) -> Steps {
    path.iter().cloned().chain([step.to_owned()]).collect()
}

fn text<'f>(files: &'f Files, file: &Path) -> Option<&'f str> {
    files.iter().find(|(path, _)| *path == file).map(|(_, text)| text)
}

fn parse(files: &Files, file: &Path) -> Result<Vec<Item>> {
    let missing = || {
        let source = std::io::ErrorKind::NotFound.into();
        Error::io(Stage::Output, "cannot read", file, source)
    };
    let text = text(files, file).ok_or_else(missing)?;
    let parsed = syn::parse_file(text).map_err(|error| {
        let problem = Problem::Syntax { message: error.to_string() };
        Error::new(Stage::Output, problem).in_file(file)
    })?;
    Ok(parsed.items)
}

/// The names that a `use` brings, each with its path.
fn leaves(tree: &UseTree, before: Steps, found: &mut Vec<(Option<String>, Steps)>) {
    let with = |name: &syn::Ident| below(&before, &name.to_string());
    match tree {
        UseTree::Path(path) => leaves(&path.tree, with(&path.ident), found),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| leaves(tree, before.clone(), found));
        }
        UseTree::Name(name) if name.ident == "self" => {
            found.push((before.last().cloned(), before));
        }
        UseTree::Name(name) => found.push((Some(name.ident.to_string()), with(&name.ident))),
        UseTree::Rename(rename) if rename.ident == "self" => {
            found.push((Some(rename.rename.to_string()), before));
        }
        UseTree::Rename(rename) => {
            found.push((Some(rename.rename.to_string()), with(&rename.ident)));
        }
        UseTree::Glob(_) => found.push((None, before)),
    }
}

/// The name that an item declares.
pub(super) fn ident(item: &Item) -> Option<&syn::Ident> {
    Some(match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    })
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    let condition = |attribute: &Attribute| attribute.parse_args::<syn::Path>().ok();
    let mut cfg = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    cfg.any(|attribute| condition(attribute).is_some_and(|path| path.is_ident("test")))
}

/// The text of `#[name = "…"]`.
fn attribute_text(attributes: &[Attribute], name: &str) -> Option<String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident(name)).find_map(|attribute| {
        let value = &attribute.meta.require_name_value().ok()?.value;
        match value {
            syn::Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    })
}
