//! The files of this folder are included into generated crates as text. Here they are compiled and
//! tested, with stand-ins for what such a crate has.

mod harness;

/// Stands for a generated crate.
mod client {
    pub struct Client {
        pub baseurl: String,
    }

    impl Client {
        pub fn new(baseurl: &str) -> Self {
            Self { baseurl: baseurl.to_owned() }
        }
    }

    pub enum Error<E> {
        InvalidRequest(String),
        ErrorResponse(E),
    }
}
