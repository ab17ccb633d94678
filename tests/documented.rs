//! Every example that a vendored page shows, as tests that `cargo xtask codegen` writes: decoded and encoded
//! again, answered by a typed mock, and called over a socket. A page without an example that can be used is
//! in the output as a test that is ignored, with the reason.

#[allow(clippy::all, clippy::too_many_lines)]
#[rustfmt::skip]
mod generated;

/// The client that the generated tests call. What is documented is sent once, whatever the answer, and read
/// as a whole.
fn client(url: &str) -> manis::Client {
    let builder = manis::Client::builder(url).retry(manis::RetryPolicy::none());
    builder.strict_responses().build().unwrap()
}
