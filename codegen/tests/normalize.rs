//! What the exporter breaks, one fixture a defect.

mod common;

use common::fixture::Fixture;
use manis_codegen::error::Stage;
use manis_codegen::normalize;
use manis_codegen::report::{Change, Staged};
use manis_codegen::vendor::{Provenance, RequestLine, Upstream};
use serde_json::Value;

/// Before is one document, or `pages`, by their names.
#[track_caller]
fn check(fixture: &Fixture) {
    if let Some(Value::Object(pages)) = fixture.before().get("pages") {
        let pages: Vec<_> = pages.iter().map(|(slug, page)| upstream(slug, page)).collect();
        return fixture.assert(normalize::run(&pages).map(with_left_out));
    }
    let line = fixture.get("request_line").and_then(Value::as_str);
    let line = line.and_then(|line| line.split_once(' '));
    let content_type = fixture.get("content_type").and_then(Value::as_str).map(str::to_owned);
    let line = line.map(|(method, url)| RequestLine {
        method: method.into(),
        url: url.into(),
        content_type,
    });
    fixture.assert(normalize::mend(fixture.before(), line.as_ref()));
}

fn upstream(slug: &str, document: &Value) -> Upstream {
    Upstream {
        slug: slug.to_owned(),
        file: format!("/vendors/pets/spec/upstream/{slug}.yaml").into(),
        text: String::new(),
        document: document.clone(),
        provenance: Provenance::default(),
        examples: Vec::new(),
    }
}

/// What is left out, among the changes.
fn with_left_out(merged: normalize::Merged) -> Staged {
    let left_out = merged.left_out.into_iter().map(|part| {
        let rule = format!("left out {}", part.operation);
        let (place, note) = (part.place, String::new());
        Change { stage: Stage::Normalize, rule, place, note, loosened: false }
    });
    let changes = merged.changes.into_iter().chain(left_out).collect();
    Staged { document: merged.document, changes }
}

fixtures! { "normalize", check:
    n1_one_operation_written_in_two_ways
    n1_one_path_written_in_two_ways
    n1_other_escapes_are_the_paths_own
    n1_path_template_percent_encoded
    n1_path_template_percent_encoded_in_lower_case
    n2_path_parameter_declared_as_optional
    n2_path_parameter_declared_by_reference
    n2_path_parameter_declared_for_the_whole_path
    n2_path_parameter_described_in_prose
    n2_path_parameter_not_declared
    n2_path_parameter_that_stands_twice
    n2_query_parameter_of_the_same_name
    n3_request_body_of_which_every_kind_requires
    n3_request_body_of_which_one_kind_requires_nothing
    n3_request_body_required_by_what_it_refers_to
    n3_request_body_said_to_be_optional
    n3_request_body_shared_as_component
    n3_request_body_that_refers_to_itself
    n3_request_body_that_requires_nothing
    n3_request_body_whose_fields_are_required
    n4_component_name_from_a_path_that_was_encoded_once
    n4_component_name_from_an_encoded_path
    n4_component_name_with_its_package
    n4_component_name_with_spaces
    n4_component_names_that_collide_once_legal
    n4_discriminator_that_maps_nothing
    n4_discriminator_that_maps_to_a_renamed_component
    n4_example_with_spaces
    n4_reference_into_a_renamed_component
    n4_reference_that_is_percent_encoded
    n4_security_scheme_with_spaces
    n5_tags_in_lists
    n5_tags_of_two_groups
    n5_tags_that_are_plain
    n6_api_key_header
    n6_authorization_header
    n6_authorization_header_of_no_known_scheme
    n6_credential_header_beside_its_scheme
    n6_credential_header_of_a_whole_path
    n6_credential_header_that_is_optional
    n6_credential_headers_of_which_all_are_required
    n6_keys_and_tokens_that_are_no_credentials
    n7_link_to_an_operation_that_gets_another_id
    n7_operation_id_missing
    n7_operation_id_on_many_pages
    n7_operation_id_that_is_generic
    n7_operation_id_that_names_its_tag
    n7_operation_ids_of_a_whole_api
    n7_operation_ids_that_are_one_in_rust
    n8_request_line_of_another_operation
    n8_request_line_percent_encoded
    n8_server_and_request_line_without_a_host
    n8_server_missing
    n8_server_of_an_operation
    n8_server_relative_to_the_document
    n8_server_that_works
    n8_server_without_a_host
    n9_component_names_that_are_one_in_rust
    n9_component_on_two_pages
    n9_component_that_differs
    n9_component_that_refers_to_one_that_differs
    n9_components_that_refer_to_each_other
    n9_pages_of_two_versions_of_openapi
    n9_pages_on_other_servers
    n9_pages_that_require_other_credentials
    n9_parameter_that_differs
    n9_path_with_other_parameters
    n9_route_on_two_pages
    n9_route_that_differs
    n10_enum_of_described_mappings
    n10_enum_of_mappings
    n10_enum_of_mappings_without_a_type
    n10_enum_of_objects
    n11_info_of_an_endpoint
    n11_info_that_differs
    n11_info_titled_after_its_operation
    n12_body_of_another_media_type
    n12_body_of_several_media_types
    no_paths
}
