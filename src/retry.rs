//! When a call is sent again, and after how long.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// When a call is sent again: only operations that may be repeated without harm (PUT is one, by
/// RFC 9110), only when no connection was made or the status is 429, 502, 503 or 504.
///
/// Between attempts it waits exponentially longer, with jitter, or as long as the server asks for
/// with `Retry-After`. The default is 3 attempts within 60 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) first_delay: Duration,
    pub(crate) longest_delay: Duration,
    pub(crate) total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_delay: Duration::from_millis(200),
            longest_delay: Duration::from_secs(5),
            total: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// One attempt, no more.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How many times a call is sent at the most; 0 is taken for 1.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// How long to wait before the second attempt; it doubles from there. Jitter adds up to as
    /// much again.
    pub fn first_delay(self, delay: Duration) -> Self {
        Self { first_delay: delay, ..self }
    }

    /// The longest wait between two attempts, unless the server asks for a longer one.
    pub fn longest_delay(self, delay: Duration) -> Self {
        Self { longest_delay: delay, ..self }
    }

    /// How long a call may take with all its attempts and waits. An attempt that runs into it
    /// ends as a timeout; a wait that would pass it is not begun.
    pub fn total_time(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// The waits between attempts.
    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(self.first_delay)
            .with_max_delay(self.longest_delay)
            .with_max_times(self.attempts.saturating_sub(1) as usize)
            .build()
    }
}

/// Statuses that mean "not now".
pub(crate) fn is_retryable(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// `Retry-After` in either of its forms (RFC 9110, section 10.2.3). A date that has passed, by
/// this machine's clock, asks for no wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}
