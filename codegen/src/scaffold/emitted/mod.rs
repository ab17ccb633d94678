//! The files of this folder are included into generated crates as text. Here they are compiled and
//! tested, with stand-ins for what such a crate has.

mod harness;
#[allow(dead_code)]
mod oracle;
mod oracle_tests;

/// Stands for a generated crate.
mod client {
    pub struct Client {
        pub baseurl: String,
    }

    pub fn client_of(baseurl: &str) -> Client {
        Client { baseurl: baseurl.to_owned() }
    }

    #[derive(Debug)]
    pub enum Error<E> {
        InvalidRequest(String),
        ErrorResponse(ApiError<E>),
    }

    #[derive(Debug)]
    pub struct ApiError<E> {
        pub status: u16,
        pub problem: Option<E>,
    }

    impl<E> ApiError<E> {
        pub fn status(&self) -> Status {
            Status(self.status)
        }

        pub fn into_problem(self) -> Option<E> {
            self.problem
        }
    }

    #[derive(Debug)]
    pub struct ResponseValue<T> {
        pub status: u16,
        pub value: T,
    }

    /// A status as HTTP libraries have it.
    pub struct Status(u16);

    impl Status {
        pub fn as_u16(&self) -> u16 {
            self.0
        }
    }

    impl<T> ResponseValue<T> {
        pub fn status(&self) -> Status {
            Status(self.status)
        }

        pub fn into_inner(self) -> T {
            self.value
        }
    }
}
