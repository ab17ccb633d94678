//! Components that are added to the document.

use serde_json::{Value, json};

use super::Prepared;
use crate::bounds::MAX_NAME_ROUNDS;
use crate::document::names::Taken;
use crate::progenitor::names::type_name;
use crate::progenitor::schema;

/// A name for a new component, which no other component has as a Rust type. It is reserved.
pub(super) fn free(prepared: &mut Prepared, wanted: &str) -> String {
    let document = &prepared.document;
    let taken = prepared.type_names.get_or_insert_with(|| {
        Taken::of(schema::components(document).map(|(name, _)| type_name(name)))
    });
    // `Pet_2` is `Pet2` in Rust, where code that is written here must find it.
    stable_type_name(&taken.take(&stable_type_name(wanted), type_name))
}

/// A type's name that typify does not change again: of `uKPlaces` it makes `UKPlaces`, and of that
/// `UkPlaces`.
fn stable_type_name(wanted: &str) -> String {
    (0..MAX_NAME_ROUNDS).fold(wanted.to_owned(), |name, _| type_name(&name))
}

/// Adds a component under a name that [`free`] returned.
pub(super) fn add(prepared: &mut Prepared, name: &str, schema: Value) {
    let mut place = &mut prepared.document;
    for key in ["components", "schemas"] {
        place = &mut place[key];
        if !place.is_object() {
            *place = json!({});
        }
    }
    place[name] = schema;
}

/// Adds a component under a free name like the one that is wanted; its name.
pub(super) fn add_as(prepared: &mut Prepared, wanted: &str, schema: Value) -> String {
    let name = free(prepared, wanted);
    add(prepared, &name, schema);
    name
}
