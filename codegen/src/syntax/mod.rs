//! Text to the JSON data model that OpenAPI is defined on, and back.

pub mod json;
pub mod yaml;
