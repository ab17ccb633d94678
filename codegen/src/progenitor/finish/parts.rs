//! A success that is none for some of its parts: `rejected_by`, made of the mark `x-succeeded` of the flag
//! by which each part says whether it was done.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::Value;
use syn::{Ident, Item, ItemStruct, Type, parse_quote};

use crate::document::references::resolve;
use crate::document::visit::{self, Kind};
use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const REJECTED: Rule = Rule::translated(
    "rejected-by",
    "`x-succeeded` on a flag in the items of a list",
    "`rejected_by` of what has the list",
);

const MARK: &str = "x-succeeded";

/// A list in an answer, and the flag of its items.
type Marked = (String, String);

/// Adds the method to every type with such a list.
///
/// # Errors
/// A mark that no type of the client has.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let marked = marked(code.lowered);
    if marked.is_empty() {
        return Ok(());
    }
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let structs: Vec<ItemStruct> = shape::structs(types).map(|it| it.clone()).collect();
    let mut met = BTreeSet::new();
    for owner in &structs {
        for (list, flag) in &marked {
            if let Some(method) = method(owner, list, flag, &structs) {
                log.add(&REJECTED, format!("types::{}", owner.ident), "rejected_by");
                types.push(method);
                met.insert((list, flag));
                break;
            }
        }
    }
    match marked.iter().find(|(list, flag)| !met.contains(&(list, flag))) {
        Some((list, flag)) => Err(shape::no_place(REJECTED.id, &format!("{list}[].{flag}"))),
        None => Ok(()),
    }
}

/// The lists whose items have a marked flag.
fn marked(document: &Value) -> BTreeSet<Marked> {
    let mut marked = BTreeSet::new();
    visit::each(document, |kind, _, node| {
        if kind != Kind::Schema {
            return;
        }
        for (list, property) in properties(node) {
            let items = resolve(document, property).get("items").map(|it| resolve(document, it));
            let flags = items.into_iter().flat_map(properties);
            let flag = flags.filter(|(_, flag)| flag.get(MARK) == Some(&Value::Bool(true)));
            marked.extend(flag.map(|(flag, _)| (list.clone(), flag.clone())));
        }
    });
    marked
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The method of a type, if it has the list, and the items of it the flag.
fn method(owner: &ItemStruct, list: &str, flag: &str, structs: &[ItemStruct]) -> Option<Item> {
    let (field, is_optional) = shape::field(owner, list)?;
    let declared = owner.fields.iter().find(|it| it.ident.as_ref() == Some(&field))?;
    let part = innermost(&declared.ty)?;
    let part_type = structs.iter().find(|it| it.ident == part)?;
    let (succeeded, may_be_absent) = shape::field(part_type, flag)?;
    let is_done = match may_be_absent {
        true => quote! { part.#succeeded == ::std::option::Option::Some(true) },
        false => quote! { part.#succeeded },
    };
    let parts = match is_optional {
        true => quote! { self.#field.iter().flatten() },
        false => quote! { self.#field.iter() },
    };
    let name = &owner.ident;
    let doc = format!(
        "The items of `{list}` that do not say that they were done: `{flag}` is false, or is not there. The \
         answer is a success all the same, so whoever needs all of them must look here. A list or an item that \
         came in another form than the documented one is not here; where answers are read tolerantly, the \
         response's `misfits` name it."
    );
    Some(parse_quote! {
        impl #name {
            #[doc = #doc]
            pub fn rejected_by(&self) -> ::std::vec::Vec<&#part> {
                #parts.filter(|part| !(#is_done)).collect()
            }
        }
    })
}

/// The type inside of `Option` and `Vec`.
fn innermost(ty: &Type) -> Option<Ident> {
    let inside = ["Option", "Vec"].iter().find_map(|wrapper| shape::argument(ty, wrapper));
    match inside {
        Some(inside) => innermost(inside),
        None => shape::last_segment(ty).map(|last| last.ident.clone()),
    }
}
