//! The files of this folder are included into clients as text. Here they are compiled and tested,
//! with stand-ins for what a client has around them. Their modules `tests` stay out of clients.

mod alternatives;
#[allow(dead_code)]
mod client;
#[allow(unused_imports)]
mod decimal;
mod multipart;
mod parameters;
mod present;

/// Stands for the types that are generated.
mod types {
    #[derive(Debug)]
    pub struct Problem;
}

/// Stands for the struct that is generated for the file of a form.
struct FilePart {
    bytes: Vec<u8>,
    file_name: Option<String>,
    content_type: Option<String>,
}

/// Stands for reqwest with its feature `multipart`. It keeps the parts of a form, which reqwest
/// shows nobody.
mod reqwest {
    pub mod header {
        pub const CONTENT_TYPE: &str = "content-type";
    }

    #[derive(Debug, Default)]
    pub struct RequestBuilder {
        pub media_type: Option<String>,
        pub body: Option<String>,
        pub form: Option<multipart::Form>,
    }

    impl RequestBuilder {
        pub fn header(self, name: &str, value: String) -> Self {
            assert_eq!(name, header::CONTENT_TYPE);
            Self { media_type: Some(value), ..self }
        }

        pub fn body(self, body: String) -> Self {
            Self { body: Some(body), ..self }
        }

        pub fn multipart(self, form: multipart::Form) -> Self {
            Self { form: Some(form), ..self }
        }
    }

    pub mod multipart {
        use std::borrow::Cow;

        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Form(pub Vec<(String, Part)>);

        impl Form {
            pub fn new() -> Self {
                Self::default()
            }

            pub fn percent_encode_noop(self) -> Self {
                self
            }

            #[allow(clippy::unused_self)]
            pub fn boundary(&self) -> &str {
                "boundary"
            }

            pub fn part(mut self, name: impl Into<Cow<'static, str>>, part: Part) -> Self {
                self.0.push((name.into().into_owned(), part));
                self
            }
        }

        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Part {
            pub bytes: Vec<u8>,
            pub file_name: Option<String>,
            pub media_type: Option<String>,
        }

        impl Part {
            pub fn bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
                Self { bytes: bytes.into().into_owned(), ..Self::default() }
            }

            pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
                Self::bytes(text.into().into_owned().into_bytes())
            }

            pub fn file_name(self, name: impl Into<Cow<'static, str>>) -> Self {
                Self { file_name: Some(name.into().into_owned()), ..self }
            }

            pub fn mime_str(self, media_type: &str) -> Result<Self, String> {
                match media_type.contains('/') {
                    true => Ok(Self { media_type: Some(media_type.to_owned()), ..self }),
                    false => Err(format!("{media_type} is no media type")),
                }
            }
        }
    }
}
