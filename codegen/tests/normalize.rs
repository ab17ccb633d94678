//! What the exporter breaks, one fixture a defect.

mod common;

use common::fixture::Fixture;
use manis_codegen::normalize;
use manis_codegen::vendor::RequestLine;
use serde_json::Value;

#[track_caller]
fn check(fixture: &Fixture) {
    let line = fixture.get("request_line").and_then(Value::as_str);
    let line = line.and_then(|line| line.split_once(' '));
    let line = line.map(|(method, url)| RequestLine { method: method.into(), url: url.into() });
    fixture.assert(normalize::mend(fixture.before(), line.as_ref()));
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
    n2_query_parameter_of_the_same_name
    n3_request_body_of_which_every_kind_requires
    n3_request_body_of_which_one_kind_requires_nothing
    n3_request_body_required_by_what_it_refers_to
    n3_request_body_said_to_be_optional
    n3_request_body_shared_as_component
    n3_request_body_that_refers_to_itself
    n3_request_body_that_requires_nothing
    n3_request_body_whose_fields_are_required
    n4_component_name_from_an_encoded_path
    n4_component_name_with_spaces
    n4_component_names_that_collide_once_legal
    n4_discriminator_that_maps_nothing
    n4_discriminator_that_maps_to_a_renamed_component
    n4_example_with_spaces
    n4_reference_into_a_renamed_component
    n4_reference_that_is_percent_encoded
    n4_security_scheme_with_spaces
    n8_request_line_of_another_operation
    n8_request_line_percent_encoded
    n8_server_and_request_line_without_a_host
    n8_server_missing
    n8_server_relative_to_the_document
    n8_server_that_works
    n8_server_without_a_host
    no_paths
}
