//! What is logged, by `tracing`: names and fields are those of OpenTelemetry's conventions for HTTP
//! clients (`otel.` is for bridges to it). Sizes, durations, statuses and the names of fields that a
//! document declares; never a body, a header's value, a query or an id. An attempt is DEBUG, a call that
//! finally fails is WARN.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tracing::field::Empty;
use tracing::{Span, debug, debug_span, warn};

use crate::answer::Misfit;
use crate::error::Error;
use crate::info::CalledAs;
use crate::transport::TransportError;

/// The span of a call. What came of it, and how often it was sent again, is set as it is known.
pub(crate) fn span(call: &CalledAs) -> Span {
    debug_span!(
        "http.client",
        otel.kind = "client",
        otel.name = %format_args!("{} {}", call.method, call.info.path).to_string().trim_end(),
        operation = call.info.id,
        http.request.method = call.method.as_str(),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
        url.template = template(call),
        server.address = &*call.host,
        server.port = call.port,
    )
}

/// None of a call that no document has.
fn template(call: &CalledAs) -> Option<&'static str> {
    Some(call.info.path).filter(|path| !path.is_empty())
}

/// What came of a call, as its span knows it. By OpenTelemetry, 4xx and 5xx are errors of a client's span.
pub(crate) fn ended(span: &Span, result: Result<StatusCode, &Error<crate::generated::Never>>) {
    let (status, error) = match result {
        Ok(status) => (Some(status), None),
        Err(error) => (error.status(), Some(error.error_type())),
    };
    let refused = status.filter(|status| status.as_u16() >= 400);
    let error = error.or_else(|| refused.map(|status| status.as_str().to_owned()));
    span.record("http.response.status_code", status.map(|status| status.as_u16()));
    span.record("error.type", error);
}

/// What came of one attempt.
pub(crate) fn attempt(
    result: Result<(u16, usize), &Error<crate::generated::Never>>,
    number: u32,
    started: Instant,
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
        duration_ms = millis(started.elapsed()),
        http.request.body.size = sent,
        http.response.body.size = result.ok().map(|(_, received)| received),
        "attempt ended"
    );
}

/// The wait before the next attempt.
pub(crate) fn again(span: &Span, number: u32, wait: Duration) {
    span.record("http.request.resend_count", number);
    debug!(http.request.resend_count = number, wait_ms = millis(wait), "waiting to send again");
}

/// A call that ends so.
pub(crate) fn failed<E>(call: &CalledAs, error: Error<E>) -> Error<E> {
    warn!(
        operation = call.info.id,
        http.request.method = call.method.as_str(),
        http.request.resend_count = Some(call.resends).filter(|resends| *resends > 0),
        url.template = template(call),
        server.address = &*call.host,
        server.port = call.port,
        http.response.status_code = error.status().map(|status| status.as_u16()),
        error.type = error.error_type(),
        outcome = ?error.outcome(),
        "call failed: {error:#}"
    );
    error
}

/// A call whose body, handed on as it arrives, ends so.
pub(crate) fn stream_failed(call: &CalledAs, error: TransportError) -> TransportError {
    match failed::<()>(call, Error::Transport(error)) {
        Error::Transport(error) => error,
        other => TransportError::new(other.into()),
    }
}

/// Fields of a response that are not in its value. Those that are alike in the items of a list are one event,
/// with the path of the first one and how many they are.
pub(crate) fn misfits(call: &CalledAs, misfits: &[Misfit]) {
    let mut alike: Vec<(&Misfit, usize)> = Vec::new();
    let mut places = HashMap::new();
    for misfit in misfits {
        let place = *places.entry(in_any_item(misfit.path())).or_insert(alike.len());
        match alike.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => alike.push((misfit, 1)),
        }
    }
    for (misfit, count) in alike {
        warn!(
            operation = call.info.id,
            field = misfit.path(),
            count = Some(count).filter(|count| *count > 1),
            "a field of the response is left out: {}",
            misfit.reason()
        );
    }
}

/// The same of a problem: the call fails, which is the one event at WARN.
pub(crate) fn problem_misfits(call: &CalledAs, misfits: &[Misfit]) {
    if let Some(misfit) = misfits.first() {
        debug!(
            operation = call.info.id,
            field = misfit.path(),
            count = misfits.len(),
            "a field of the problem is left out: {}",
            misfit.reason()
        );
    }
}

/// A path without its indexes.
fn in_any_item(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| {
        path + "[" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
