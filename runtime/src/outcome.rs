//! What an error means for what the call was to do.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// What became of a call that ended in an error. For a write, this decides what to do next.
///
/// | outcome | the API | to do |
/// |---|---|---|
/// | [`NotSent`](Self::NotSent) | never saw the request | call again |
/// | [`Refused`](Self::Refused) | did nothing, and said so | mend the request, or wait and call again |
/// | [`CarriedOut`](Self::CarriedOut) | did it; its answer cannot be read | do not call again; read what is there |
/// | [`Unknown`](Self::Unknown) | may have done it | read what is there before calling again |
///
/// It is that of all attempts together: a write of which one attempt was lost and the next one refused is
/// [`Unknown`](Self::Unknown), since it may be the first that the second one clashed with.
///
/// ```
/// use openapi_client_runtime::Outcome;
///
/// fn next(outcome: Outcome) -> &'static str {
///     match outcome {
///         Outcome::NotSent | Outcome::Refused => "nothing was done: call again",
///         Outcome::CarriedOut => "done",
///         Outcome::Unknown => "look first whether it was done",
///     }
/// }
/// assert_eq!(next(Outcome::Unknown), "look first whether it was done");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The request was not sent, so nothing was done.
    NotSent,
    /// The API refused before doing anything.
    Refused,
    /// The API says that it was done; what else it says cannot be read.
    CarriedOut,
    /// Nobody can tell: time ran out, the connection was lost, or the API or a gateway before it
    /// failed.
    Unknown,
}

impl Outcome {
    /// What became of a call whose last attempt ended like this, after what became of those before it: a
    /// refusal does not undo what may have been done.
    pub(crate) fn after(self, before: Option<Self>) -> Self {
        match (before, self) {
            (Some(Self::CarriedOut), _) => Self::CarriedOut,
            (Some(Self::Unknown), Self::NotSent | Self::Refused) => Self::Unknown,
            _ => self,
        }
    }

    /// By the status, whatever the body is.
    ///
    /// A redirect says where the answer is, at times after the work is done (RFC 9110, section
    /// 15.4.4); only 307 and 308 ask for the same request again. Of the 5xx, a refusal is what was
    /// not understood (501, 505), what a network asks before it lets anything through (511), and a
    /// service that says when it will be back (503 with `Retry-After`): whoever can say that has not
    /// handed the request on. Without it, a 503 is as often a gateway's that lost its answer.
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap) -> Self {
        match status.as_u16() {
            200..=299 => Self::CarriedOut,
            307 | 308 | 400..=499 | 501 | 505 | 511 => Self::Refused,
            503 if headers.contains_key(RETRY_AFTER) => Self::Refused,
            _ => Self::Unknown,
        }
    }
}
