//! Takes apart what a client sends. It shares no code with the client, nor with what the client is made by:
//! it knows HTTP, the document beside it and JSON Schema.

pub mod bodies;
pub mod calls;
pub mod check;
pub mod document;
pub mod generate;
pub mod json;
pub mod merge;
pub mod multipart;
pub mod pattern;
pub mod random;
pub mod recorded;
pub mod request;
pub mod run;
pub mod same;
pub mod schemas;
pub mod server;
pub mod styles;
