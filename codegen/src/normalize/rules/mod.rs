//! What the exporter breaks on a page, one rule a file.

pub(super) mod n01_path_template;
pub(super) mod n02_path_parameter;
pub(super) mod n03_request_body;
pub(super) mod n04_component_name;
pub(super) mod n05_tags;
pub(super) mod n06_credential_header;
pub(super) mod n07_operation_id;
pub(super) mod n08_server;
pub(super) mod n10_enum_entry;
pub(super) mod n12_media_type;
pub(super) mod n13_unquoted_text;
pub(super) mod n14_tag_name;
pub(super) mod n15_schema_name;
pub(super) mod n16_examples;
