//! What is logged, by `tracing`: names and fields are those of OpenTelemetry's conventions for HTTP
//! clients. Sizes, durations, statuses and the names of fields that a document declares; never a body, a
//! header's value, a query or an id. An attempt is DEBUG, a call that finally fails is WARN.

use std::time::Duration;

use tracing::{Span, debug, debug_span, warn};

use crate::decode::Misfit;
use crate::error::Error;
use crate::info::CalledAs;

/// The span of a call. Its `http.request.resend_count` is set when it is sent again.
pub(crate) fn span(call: &CalledAs, url: &reqwest::Url) -> Span {
    debug_span!(
        "http.client",
        operation = call.info.id,
        http.request.method = call.method.as_str(),
        http.request.resend_count = tracing::field::Empty,
        url.template = call.info.path,
        server.address = url.host_str().unwrap_or_default(),
        server.port = url.port_or_known_default(),
    )
}

/// What came of one attempt.
pub(crate) fn attempt(
    result: Result<(u16, usize), &Error<crate::generated::Never>>,
    number: u32,
    took: Duration,
    sent: usize,
) {
    let http_error = result.as_ref().err().map(|error| error.error_type());
    let status = match result {
        Ok((status, _)) => Some(status),
        Err(error) => error.status().map(|status| status.as_u16()),
    };
    debug!(
        attempt = number,
        http.response.status_code = status,
        error.type = http_error,
        duration_ms = millis(took),
        http.request.body.size = sent,
        http.response.body.size = result.ok().map(|(_, received)| received),
        "attempt ended"
    );
}

/// The wait before the next attempt.
pub(crate) fn again(number: u32, wait: Duration) {
    Span::current().record("http.request.resend_count", number);
    debug!(http.request.resend_count = number, wait_ms = millis(wait), "waiting to send again");
}

/// A call that ends so.
pub(crate) fn failed<E>(call: &CalledAs, error: Error<E>) -> Error<E> {
    let http_error = error.error_type();
    warn!(
        operation = call.info.id,
        http.request.method = call.method.as_str(),
        url.template = call.info.path,
        http.response.status_code = error.status().map(|status| status.as_u16()),
        error.type = http_error,
        outcome = ?error.outcome(),
        "call failed: {error:#}"
    );
    error
}

/// Fields of a response that are not in its value.
pub(crate) fn misfits(call: &CalledAs, misfits: &[Misfit]) {
    for misfit in misfits {
        warn!(
            operation = call.info.id,
            field = misfit.path(),
            "a field of the response is left out: {}",
            misfit.reason()
        );
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
