//! Items of a crate: each is removed, and changed in each way that a caller sees.

use std::path::Path;

use manis_codegen::contract;
use manis_codegen::files::Files;
use quote::quote;
use syn::visit_mut::{self, VisitMut};

use crate::changed;

/// A crate with an item of each kind.
const LIBRARY: [(&str, &str); 4] = [
    (
        "src/lib.rs",
        r##"
        mod hidden;
        pub mod shown;
        mod made { include!(concat!(env!("OUT_DIR"), "/made.rs")); include!("made.rs"); }
        pub use hidden::{Cat, Dog as Hound, call};
        pub use made::*;
        pub use serde::Serialize;
        pub use one::*;
        pub use two::*;
        #[cfg(feature = "alone")]
        pub use hidden::alone;
        pub const LIMIT: usize = 3;
        pub static NAME: &str = "pets";
        pub type Answer<T> = std::result::Result<T, Cat>;
        pub trait Speak: Send { type Voice; const LOUD: bool; fn speak(&self) -> Self::Voice; fn twice(&self) {} }
        #[macro_export]
        macro_rules! shout { () => {}; }
        fn private() {}
        #[cfg(test)]
        mod tests { pub fn test() {} }
        "##,
    ),
    (
        "src/hidden.rs",
        r##"
        use std::fmt;
        use crate::Speak;
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct Cat { pub age: u32, pub name: Option<String>, lives: u8 }
        pub struct Dog(pub String, u8);
        pub(crate) struct Secret { pub key: u8 }
        impl Secret { pub fn key(&self) -> u8 { self.key } }
        impl Clone for Secret { fn clone(&self) -> Self { Secret { key: 0 } } }
        impl Cat {
            pub const MAX: u32 = 30;
            pub fn new(age: u32) -> Self { todo!() }
            pub async fn feed<T>(mut self, food: &T) -> Result<(), fmt::Error> where T: fmt::Debug { todo!() }
            pub(crate) fn quiet(&self) {}
        }
        impl fmt::Display for Cat { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { todo!() } }
        impl From<Dog> for Cat { fn from(dog: Dog) -> Self { todo!() } }
        impl From<Cat> for String { fn from(cat: Cat) -> Self { todo!() } }
        impl Speak for Dog { type Voice = String; const LOUD: bool = true; fn speak(&self) -> String { todo!() } }
        pub fn alone() {}
        pub fn call(cat: &Cat) -> Vec<Dog> { todo!() }
        "##,
    ),
    (
        "src/shown/mod.rs",
        r##"
        pub mod deep;
        #[derive(Default)]
        pub enum Size { #[default] Small, Large { by: u8 }, Other(u16), Last = 9 }
        #[cfg(feature = "extra")]
        pub fn extra() {}
        "##,
    ),
    ("src/made.rs", "pub struct Made<'a, T> { #[serde(rename = \"theId\")] pub id: &'a T }"),
];

fn library(change: impl Fn(&str, &str) -> String) -> String {
    let mut files = Files::default();
    files.add("src/shown/deep.rs", "pub union Bits { pub whole: u32 }");
    for (file, text) in LIBRARY {
        files.add(file, change(file, text));
    }
    contract::surface(&files, Path::new("src/lib.rs")).unwrap()
}

/// Removes one part of a file: an item, a field, a variant or a member of an implementation or trait.
struct Removal {
    left: usize,
    /// What it was, once it is removed.
    removed: Option<Part>,
    is_trait: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// It holds lines of its own.
    Item,
    Member,
    /// Nobody outside sees it.
    Private,
}

impl Removal {
    fn keeps(&mut self, part: Part) -> bool {
        let is_it = self.left == 0 && self.removed.is_none();
        self.left = self.left.saturating_sub(1);
        if is_it {
            self.removed = Some(part);
        }
        !is_it
    }

    fn members<T, P: Default>(
        &mut self,
        list: &mut syn::punctuated::Punctuated<T, P>,
        part: impl Fn(&T) -> Part,
    ) {
        let all = std::mem::take(list);
        *list = all.into_iter().filter(|member| self.keeps(part(member))).collect();
    }
}

fn part(visibility: &syn::Visibility, part: Part) -> Part {
    if matches!(visibility, syn::Visibility::Public(_)) { part } else { Part::Private }
}

impl VisitMut for Removal {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        let all = std::mem::take(&mut file.items);
        file.items = all
            .into_iter()
            .filter(|item| match item {
                // What implements something for it would be left.
                syn::Item::Struct(it) if part(&it.vis, Part::Item) == Part::Private => true,
                syn::Item::Struct(it) => self.keeps(part(&it.vis, Part::Item)),
                syn::Item::Enum(it) => self.keeps(part(&it.vis, Part::Item)),
                syn::Item::Union(it) => self.keeps(part(&it.vis, Part::Item)),
                syn::Item::Trait(it) => self.keeps(part(&it.vis, Part::Item)),
                syn::Item::Fn(it) => self.keeps(part(&it.vis, Part::Item)),
                syn::Item::Const(it) => self.keeps(part(&it.vis, Part::Member)),
                syn::Item::Static(it) => self.keeps(part(&it.vis, Part::Member)),
                syn::Item::Type(it) => self.keeps(part(&it.vis, Part::Member)),
                syn::Item::Impl(it) if it.trait_.is_some() => {
                    let ty = &it.self_ty;
                    let is_secret = quote!(#ty).to_string() == "Secret";
                    self.keeps(if is_secret { Part::Private } else { Part::Member })
                }
                syn::Item::Macro(it) if it.ident.is_some() => self.keeps(Part::Member),
                _ => true,
            })
            .collect();
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        let outer = part(&item.vis, Part::Member);
        let of = |field: &syn::Field| match outer {
            Part::Private => Part::Private,
            _ => part(&field.vis, Part::Member),
        };
        // Of a tuple, the places of the others would change.
        if let syn::Fields::Named(fields) = &mut item.fields {
            // That there are private fields is seen, by who builds one.
            let (all, private): (Vec<_>, Vec<_>) = std::mem::take(&mut fields.named)
                .into_iter()
                .partition(|field| matches!(field.vis, syn::Visibility::Public(_)));
            fields.named = all.into_iter().collect();
            self.members(&mut fields.named, of);
            fields.named.extend(private);
        }
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        self.members(&mut item.variants, |_| Part::Member);
    }

    fn visit_item_trait_mut(&mut self, item: &mut syn::ItemTrait) {
        item.items.retain(|_| self.keeps(Part::Member));
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let ty = &item.self_ty;
        self.is_trait = item.trait_.is_some() || quote!(#ty).to_string() == "Secret";
        let is_trait = self.is_trait;
        item.items.retain(|member| match member {
            syn::ImplItem::Fn(it) if !is_trait => self.keeps(part(&it.vis, Part::Member)),
            syn::ImplItem::Const(it) if !is_trait => self.keeps(part(&it.vis, Part::Member)),
            syn::ImplItem::Fn(_) => self.keeps(Part::Private),
            _ => true,
        });
    }
}

#[test]
fn each_part_of_a_crate_that_is_removed() {
    let before = library(|_, text| text.to_owned());
    let mut counts = [0; 3];
    for (edited, _) in LIBRARY {
        for index in 0.. {
            let removed = std::cell::Cell::new(None);
            let after = library(|file, text| {
                if file != edited {
                    return text.to_owned();
                }
                let mut parsed = syn::parse_file(text).unwrap();
                let mut removal = Removal { left: index, removed: None, is_trait: false };
                removal.visit_file_mut(&mut parsed);
                removed.set(removal.removed);
                quote!(#parsed).to_string()
            });
            let Some(part) = removed.get() else { break };
            let (gone, new) = changed(&before, &after);
            counts[part as usize] += 1;
            match part {
                Part::Item => assert!(!gone.is_empty(), "{edited} {index}"),
                Part::Member => {
                    assert!(gone.len() == 1 && new.is_empty(), "{edited} {index} {gone:?} {new:?}");
                }
                Part::Private => assert_eq!(before, after, "{edited} {index}"),
            }
        }
    }
    assert!(counts[0] >= 7 && counts[1] >= 20 && counts[2] >= 8, "{counts:?}");
}

/// Each is one line in another way.
#[test]
fn each_change_of_an_item_is_one_line() {
    let before = library(|_, text| text.to_owned());
    for (old, new) in [
        ("LIMIT: usize = 3", "LIMIT: usize = 4"),
        ("NAME: &str", "NAME: &[u8]"),
        ("Result<T, Cat>", "Result<T, u8>"),
        ("trait Speak: Send", "trait Speak: Sync"),
        ("fn twice(&self) {}", "fn twice(&self);"),
        ("shout", "whisper"),
        ("derive(Clone, Debug)", "derive(Debug)"),
        ("#[non_exhaustive]", ""),
        ("pub age: u32", "pub age: u64"),
        ("pub age: u32", "age: u32"),
        (", lives: u8", ""),
        ("pub String, u8", "pub Vec<u8>, u8"),
        ("MAX: u32 = 30", "MAX: u32 = 31"),
        ("new(age: u32)", "new(age: u16)"),
        ("pub async fn feed", "pub fn feed"),
        ("food: &T", "food: T"),
        ("T: fmt::Debug", "T: fmt::Display"),
        ("impl From<Dog> for Cat", "impl From<&Dog> for Cat"),
        ("type Voice = String", "type Voice = u8"),
        ("-> Vec<Dog>", "-> Vec<Cat>"),
        ("use serde::Serialize", "use serde::Deserialize"),
        ("by: u8", "by: u16"),
        ("one::*", "three::*"),
        ("two::*", "three::*"),
        ("feature = \"alone\"", "feature = \"other\""),
        ("Last = 9", "Last = 8"),
        ("#[derive(Default)]", ""),
        ("feature = \"extra\"", "feature = \"more\""),
        ("theId", "anId"),
        ("Made<'a, T>", "Made<'a, T: Clone>"),
    ] {
        let after = library(|_, text| text.replacen(old, new, 1));
        let (gone, new) = changed(&before, &after);
        assert!(gone.len() == 1 && new.len() <= 1, "{old}: {gone:?} {new:?}");
    }
}

/// The same signature means something else.
#[test]
fn an_import_that_changes_what_a_name_means() {
    let before = library(|_, text| text.to_owned());
    let after = library(|_, text| text.replace("use std::fmt;", "use other::fmt;"));
    let (gone, new) = changed(&before, &after);
    assert!(gone.len() == 2 && new.len() == 2, "{gone:?} {new:?}");
}

/// What a caller does not see.
#[test]
fn a_change_inside_of_a_crate_is_none() {
    let before = library(|_, text| text.to_owned());
    for (old, new) in [
        ("use std::fmt;", "use ::std::fmt;"),
        ("(mut self, food", "(self, food"),
        ("fn private() {}", "fn private(x: u8) {}"),
        ("fn quiet(&self)", "fn quiet(&mut self)"),
        ("pub key: u8", "pub key: u16"),
        ("mod tests {", "mod tests { pub struct Test;"),
        ("todo!()", "panic!()"),
    ] {
        assert_eq!(before, library(|_, text| text.replace(old, new)), "{old}");
    }
}

#[test]
fn a_module_whose_file_is_missing() {
    let mut files = Files::default();
    files.add("src/lib.rs", "mod gone;");
    let error = contract::surface(&files, Path::new("src/lib.rs")).unwrap_err().to_string();
    assert!(error.contains("src/gone/mod.rs"), "{error}");
}

#[test]
fn a_source_that_is_no_rust() {
    let mut files = Files::default();
    files.add("src/lib.rs", "pub fn (");
    let error = contract::surface(&files, Path::new("src/lib.rs")).unwrap_err().to_string();
    assert!(error.contains("src/lib.rs"), "{error}");
}

#[test]
fn sources_that_lead_around_in_a_circle() {
    let mut files = Files::default();
    let text = "include!(\"lib.rs\"); #[path = \"lib.rs\"] pub mod me; pub use a::b; pub use b::a; \
                pub use me as you; pub use self::me::*; pub fn f(x: a::X) {}";
    files.add("src/lib.rs", text);
    let surface = contract::surface(&files, Path::new("src/lib.rs")).unwrap();
    assert!(surface.contains("fn f(x: "), "{surface}");
}
