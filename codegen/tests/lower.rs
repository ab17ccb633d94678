//! What 3.1 says and 3.0 cannot, one fixture a rule.
//!
//! A fixture of one schema may list values that are `accepted` and `refused` before and after, and
//! `loosened` ones that were refused; a JSON Schema validator is asked. It is asked about random
//! values as well: nothing is ever tightened, and what is not reported as loosened is not.

mod common;
#[path = "common/dialects.rs"]
mod dialects;
#[path = "common/values.rs"]
mod values;

use std::cell::Cell;

use common::fixture::Fixture;
use dialects::{Dialects, IT, document};
use manis_codegen::lower;
use proptest::prop_assert;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

#[track_caller]
fn check(fixture: &Fixture) {
    if fixture.before().get("openapi").is_some() {
        return fixture.assert(lower::run(fixture.before()));
    }
    let before = document(fixture.before());
    let mut staged = lower::run(&before).unwrap();
    let dialects = Dialects::of(&before, &staged.document);
    staged.document = staged.document.pointer(IT).unwrap().clone();
    staged.changes.retain(|change| change.rule != "version");
    for change in &mut staged.changes {
        let inside = change.place.strip_prefix(IT).filter(|rest| !rest.starts_with('_'));
        change.place = inside.unwrap_or(&change.place).to_owned();
    }
    let after = staged.document.clone();
    let is_loosened = staged.changes.iter().any(|change| change.loosened);
    fixture.assert(Ok(staged));
    is_openapi_3_0(&after);
    same_values(fixture, &dialects);
    equivalent(fixture, &dialects, is_loosened);
}

#[track_caller]
fn is_openapi_3_0(schema: &Value) {
    let read = serde_json::from_value::<openapiv3::ReferenceOr<openapiv3::Schema>>(schema.clone());
    assert!(read.is_ok(), "{read:?}");
}

#[track_caller]
fn same_values(fixture: &Fixture, Dialects { before, after }: &Dialects) {
    for (list, then, now) in
        [("accepted", true, true), ("refused", false, false), ("loosened", false, true)]
    {
        for value in fixture.list(list) {
            assert_eq!(before.is_valid(&value), then, "{list} before: {value}");
            assert_eq!(after.is_valid(&value), now, "{list} after: {value}");
        }
    }
}

/// Random values are judged alike, or more kindly where that is reported.
#[track_caller]
fn equivalent(fixture: &Fixture, Dialects { before, after }: &Dialects, is_loosened: bool) {
    let schema = fixture.before();
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let values = values::values(&document(schema), schema);
    let result = TestRunner::new(config).run(&values, |value| {
        let (then, now) = (before.is_valid(&value), after.is_valid(&value));
        prop_assert!(now || !then, "tightened: {value} is no longer valid");
        prop_assert!(is_loosened || then == now, "{value} is valid now, and nothing is reported");
        if then { &accepted } else { &refused }.update(|count| count + 1);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    // Values that never are on one side would prove nothing about it.
    assert!(fixture.list("accepted").is_empty() || accepted.get() > 0, "none was valid");
    assert!(fixture.list("refused").is_empty() || refused.get() > 0, "each was valid");
}

fixtures! { "lower", check:
    additional_properties_as_a_flag
    array_without_items
    boolean_schemas
    boolean_schemas_in_compositions
    const_in_an_enum
    const_of_null
    const_of_null_beside_a_type
    const_outside_its_enum
    const_value
    contains
    contains_a_number_of_times
    contains_perhaps
    content_encoding_base64
    content_encoding_unknown_to_3_0
    content_media_type_of_bytes
    content_media_type_of_text
    demanded_fields
    dependent_required
    dependent_schemas
    document_of_3_0_stays_as_it_is
    dynamic_reference_to_one_of_several
    dynamic_reference_to_one_place
    examples
    examples_beside_example
    exclusive_maximum_beside_a_looser_maximum
    exclusive_maximum_beside_a_tighter_maximum
    exclusive_minimum
    exclusive_minimum_beside_an_equal_minimum
    if_of_what_was_loosened
    if_then_beside_all_of
    if_then_else
    info_summary
    items_as_a_list
    json_schema_dialect
    json_schema_dialect_of_another_draft
    license_identifier
    mutual_tls
    not_of_a_reference_to_what_was_loosened
    not_of_not_of_what_was_loosened
    not_of_what_was_loosened
    notes_without_meaning
    null_alternative
    null_alternative_beside_a_type
    null_alternative_of_a_composition
    null_alternative_of_a_reference
    null_alternative_of_an_enum
    null_alternative_of_several
    null_beside_const_and_enum
    null_in_all_of
    null_type
    null_type_beside_an_enum
    nullable_in_3_1
    nullable_in_3_1_under_not
    one_of_what_was_loosened
    one_of_what_was_loosened_beside_any_of
    path_item_as_component
    path_item_by_a_chain_of_references
    pattern_properties
    pattern_properties_beside_additional_ones
    pattern_properties_of_a_closed_object
    prefix_items
    prefix_items_and_no_more
    property_called_like_a_keyword
    property_names
    ref_siblings
    ref_siblings_with_all_of
    ref_with_a_summary
    reference_from_a_pasted_schema
    reference_into_an_operation
    reference_into_another_component
    reference_into_defs
    reference_to_an_anchor
    reference_to_an_id
    reference_to_an_id_that_nothing_has
    schema_name_given_to_equal_components
    schema_name_given_to_equal_schemas
    schema_name_given_to_schemas_that_differ
    schema_name_in_a_discriminator
    schema_name_of_a_component
    schema_name_of_an_inline_schema
    schema_name_of_what_is_referred_into
    schema_name_that_a_component_has
    schemas_everywhere
    then_without_if
    type_list_of_one
    type_list_of_several
    type_list_of_several_with_null
    type_list_with_null
    type_list_with_null_and_an_enum_without
    unevaluated_items_of_a_plain_array
    unevaluated_properties_of_a_composition
    unevaluated_properties_of_a_plain_object
    unevaluated_properties_that_may_be_anything
    unevaluated_properties_with_nothing_left
    unknown_type
    version
    webhooks
}
