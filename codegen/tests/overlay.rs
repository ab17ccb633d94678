//! What the vendor got wrong, as data, and the actions that no longer do anything.

mod common;

use common::fixture::Fixture;
use manis_codegen::overlay;
use manis_codegen::syntax::yaml;
use serde_json::json;

#[track_caller]
fn check(fixture: &Fixture) {
    let text = yaml::print(&match fixture.get("overlay") {
        Some(overlay) => overlay.clone(),
        None => json!({
            "overlay": "1.1.0",
            "info": { "title": "Corrections", "version": "1" },
            "actions": fixture.get("actions").unwrap(),
        }),
    });
    let staged = overlay::parse(&text).and_then(|read| overlay::run(fixture.before(), &read));
    fixture.assert(staged);
}

fixtures! { "overlay", check:
    action_with_a_blank_description
    action_without_a_description
    action_without_a_target
    actions_of_two_patches_undo_each_other
    changes_nothing
    copy
    list_in_another_order_that_is_no_set_of_names
    matches_nothing
    not_an_overlay
    one_action_in_several_places
    order_of_keys_is_kept
    overlay_of_a_version_to_come
    overlay_without_actions
    patch_replaces_required
    patch_restates_required_in_another_order
    plain_value_cannot_become_an_object
    plain_value_is_replaced
    plain_value_is_what_it_is_set_to
    plain_value_of_an_object_is_removed
    plain_values_and_objects_together
    plain_values_of_a_list_are_removed
    sets_one_of_its_fields_to_what_it_is
    sets_one_of_its_places_to_what_it_is
    target_is_no_jsonpath
    update_adds_to_a_list
}
