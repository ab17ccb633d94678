//! Which TLS the HTTP client speaks, and whether there is any.
//!
//! The feature `native-tls` goes before `aws-lc-rs`, and that before `rustls`: the default may stay switched
//! on beside another choice, since features of several crates of one program add up.

use reqwest::ClientBuilder;

use crate::config::ConfigError;

/// Sets TLS up where nothing else is set of it. Nothing of the process is touched.
///
/// # Errors
/// No certificates of the platform, or a provider of the program that has nothing for TLS 1.2 or 1.3.
#[cfg(all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls"))))]
pub(crate) fn whole(builder: ClientBuilder) -> Result<ClientBuilder, ConfigError> {
    let config = with_ring::config().map_err(|error| ConfigError::Tls(error.into()))?;
    Ok(builder.tls_backend_preconfigured(config))
}

/// Sets TLS up where nothing else is set of it.
#[cfg(not(all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls")))))]
#[allow(clippy::unnecessary_wraps, reason = "with ring there are errors")]
pub(crate) fn whole(builder: ClientBuilder) -> Result<ClientBuilder, ConfigError> {
    Ok(of_ones_own(builder))
}

/// Chooses the TLS of this crate's features, whatever features other crates switch on in `reqwest`, before a
/// user sets certificates, an identity or versions. On a finished configuration those would be lost without
/// a word, so `reqwest` makes it; and it takes its provider from the process, if not aws-lc-rs.
pub(crate) fn of_ones_own(builder: ClientBuilder) -> ClientBuilder {
    #[cfg(all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls"))))]
    with_ring::install();
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native();
    #[cfg(all(any(feature = "rustls", feature = "aws-lc-rs"), not(feature = "native-tls")))]
    let builder = builder.tls_backend_rustls();
    builder
}

/// `reqwest` has aws-lc-rs for a provider or none, and panics without one. So it is handed one here.
#[cfg(all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls"))))]
mod with_ring {
    use std::sync::Arc;

    use rustls::ClientConfig;
    use rustls::crypto::{CryptoProvider, ring};
    use rustls_platform_verifier::Verifier;

    /// Makes ring the process's provider, if it has none.
    pub(super) fn install() {
        if CryptoProvider::get_default().is_none() {
            // An error says that somebody else was first, which is as good.
            let _ = ring::default_provider().install_default();
        }
    }

    /// As `reqwest` makes it, with the program's own provider if it has named one.
    pub(super) fn config() -> Result<ClientConfig, rustls::Error> {
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(ring::default_provider()));
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
            .with_no_client_auth();
        // What `reqwest` can speak, whatever else switches that on, is offered with the feature alone.
        let protocols: &[&[u8]] = match cfg!(feature = "http2") {
            true => &[b"h2", b"http/1.1"],
            false => &[b"http/1.1"],
        };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }
}

/// Whether `https` can be spoken: by a feature of this crate, or because another crate of the program has
/// switched on TLS in `reqwest`, which all of them share.
pub(crate) fn is_there() -> bool {
    #[allow(unused_imports, reason = "without TLS alone")]
    use probe::WithoutTls;

    use probe::Answer;

    cfg!(any(feature = "rustls", feature = "aws-lc-rs", feature = "native-tls"))
        || reqwest::Client::builder().tls_info(false).has_tls()
}

/// `ClientBuilder` has a method `tls_info` only with TLS, and then it goes before that of the trait.
mod probe {
    use reqwest::ClientBuilder;

    /// What `tls_info` gives where `reqwest` has no such method.
    pub(super) struct Absent;

    #[allow(dead_code, reason = "called only where reqwest has no TLS")]
    pub(super) trait WithoutTls: Sized {
        fn tls_info(self, _: bool) -> Absent {
            Absent
        }
    }

    impl WithoutTls for ClientBuilder {}

    /// Which of the two methods was called.
    pub(super) trait Answer {
        fn has_tls(&self) -> bool;
    }

    impl Answer for ClientBuilder {
        fn has_tls(&self) -> bool {
            true
        }
    }

    impl Answer for Absent {
        fn has_tls(&self) -> bool {
            false
        }
    }
}
