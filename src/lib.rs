#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
compile_error!("manis needs TLS: enable the feature `rustls` or `native-tls`");

/// The client as the pipeline made it from `spec/`.
#[cfg(feature = "codegen")]
#[allow(missing_docs, rustdoc::all, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

#[cfg(not(feature = "codegen"))]
#[allow(missing_docs, rustdoc::all, clippy::all)]
#[rustfmt::skip]
mod generated;

pub use generated::*;
