//! When a call is sent again, and after how long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::info::Repeat;
use crate::outcome::Outcome;

/// When a call is sent again, and how often.
///
/// | what came of it | safe method, or marked | PUT, DELETE | others |
/// |---|---|---|---|
/// | not sent: no connection was made | again | again | no |
/// | 408, 429, or 503 with `Retry-After` | again | again | no |
/// | unknown: time ran out, connection lost, 502, 503, 504 | again | only with [`repeat_unknown`](Self::repeat_unknown) | no |
/// | answered, but the answer was cut off | again | no | no |
/// | anything else | no | no | no |
///
/// *Marked* is an operation of which the document says that it recognises a request that it has seen
/// (`x-retryable`, an idempotency key). A lost connection, a 502 and a 504 are alike: the request may have
/// been carried out. To send a PUT again then is to write twice, and to undo what another writer did in
/// between.
///
/// Between attempts it waits exponentially longer, with jitter; at least as long as the server asks for
/// with `Retry-After`, and somewhat longer, so that not all come back at once. An attempt is begun only
/// while the whole timeout of one is left of the total time: one that would be cut short is not sent, since
/// what it did would not be known. The default is 3 attempts within 60 seconds. A [`RetryBudget`] bounds
/// what all calls of a client repeat together.
///
/// ```
/// use std::time::Duration;
///
/// use openapi_client_runtime::{Client, RetryPolicy};
///
/// // A batch at night may wait; a call that somebody looks at may not.
/// let patient = RetryPolicy::default().attempts(6).total_time(Duration::from_secs(300));
/// let client = Client::builder("http://localhost").retry(patient).build()?;
/// let hasty = client.with_retry(RetryPolicy::none());
/// # Ok::<(), openapi_client_runtime::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until a client has it"]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) first_delay: Duration,
    pub(crate) longest_delay: Duration,
    pub(crate) total: Duration,
    pub(crate) repeat_unknown: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_delay: Duration::from_millis(200),
            longest_delay: Duration::from_secs(5),
            total: Duration::from_secs(60),
            repeat_unknown: false,
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

    /// How long a call may take with all its attempts, waits and credentials. A first attempt that runs
    /// into it ends as a timeout; another one is not begun unless the timeout of an attempt is left.
    pub fn total_time(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// Sends PUT and DELETE again, too, when nobody can tell what became of the first. Right where nobody
    /// else writes to the same resource.
    pub fn repeat_unknown(self, yes: bool) -> Self {
        Self { repeat_unknown: yes, ..self }
    }

    /// Whether a call of this kind is sent again after what came of it.
    pub(crate) fn repeats(&self, repeat: Repeat, happened: Happened) -> bool {
        match (happened, repeat) {
            (Happened::Final, _) | (_, Repeat::Never) => false,
            (Happened::Unread, repeat) => repeat == Repeat::Safe,
            (Happened::NotDone, _) | (Happened::Unknown, Repeat::Safe) => true,
            (Happened::Unknown, Repeat::Idempotent) => self.repeat_unknown,
        }
    }

    /// Whether a call of this kind may be sent again at all, after so many repetitions.
    pub(crate) fn may_repeat(&self, repeat: Repeat, resends: u32) -> bool {
        repeat != Repeat::Never && resends.saturating_add(1) < self.attempts
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

    /// How long to wait: as the server asks, and up to a quarter longer, so that those who were told the
    /// same do not come back together.
    pub(crate) fn wait(&self, backoff: Duration, asked: Option<Duration>) -> Duration {
        let Some(asked) = asked else { return backoff };
        let spread = (asked / 4).max(self.first_delay).min(self.longest_delay);
        asked.max(backoff).saturating_add(spread.mul_f64(fastrand::f64()))
    }
}

/// What came of an attempt, as far as sending it again goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// Nothing was done, and it may go better later.
    NotDone,
    /// Nobody can tell.
    Unknown,
    /// The status came, and the rest did not: done or refused, and worth repeating only for those who
    /// need the answer.
    Unread,
    /// It was done, or it will not go better.
    Final,
}

impl Happened {
    /// By a status and what it stands for.
    pub(crate) fn of(status: u16, outcome: Outcome) -> Self {
        match (status, outcome) {
            (408 | 429, _) | (503, Outcome::Refused) => Self::NotDone,
            (502..=504, _) => Self::Unknown,
            _ => Self::Final,
        }
    }
}

/// How much of what a client sends may be repetition, all its clones together, so that a service which
/// fails is not called the more for it.
///
/// Each call adds a share of a repetition, each second adds a whole one, up to a reserve; each repetition
/// takes one. When there is none left, a call ends with what its last attempt brought. The default is a
/// share of 20 percent and a reserve of 10.
///
/// ```
/// use openapi_client_runtime::{Client, RetryBudget};
///
/// // Of 100 calls, at most 5 are sent again, and 20 more once in a while.
/// let budget = RetryBudget::new(5, 20);
/// let client = Client::builder("http://localhost").retry_budget(budget).build()?;
/// # Ok::<(), openapi_client_runtime::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a budget does nothing until a client has it"]
pub struct RetryBudget {
    percent: u32,
    reserve: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { percent: 20, reserve: 10 }
    }
}

impl RetryBudget {
    /// A share of all calls in percent, and how many repetitions may be saved up; a reserve of 0 allows
    /// none at all.
    pub fn new(percent: u32, reserve: u32) -> Self {
        Self { percent, reserve }
    }

    /// No bound but that of each call's policy.
    pub fn unlimited() -> Self {
        Self { percent: u32::MAX, reserve: u32::MAX }
    }
}

/// What is left of a budget, in hundredths of a repetition.
pub(crate) struct Bucket {
    budget: RetryBudget,
    left: Mutex<(u64, Instant)>,
}

impl Bucket {
    pub(crate) fn new(budget: RetryBudget) -> Self {
        Self { budget, left: Mutex::new((u64::from(budget.reserve) * 100, Instant::now())) }
    }

    /// A call is made. What the time adds is added when it is asked for.
    pub(crate) fn called(&self) {
        let mut state = self.state();
        state.0 = state.0.saturating_add(u64::from(self.budget.percent)).min(self.most());
    }

    /// Takes a repetition, if there is one.
    pub(crate) fn take(&self) -> bool {
        let mut state = self.state();
        let seconds = state.1.elapsed().as_secs();
        if seconds > 0 {
            state.0 = state.0.saturating_add(seconds.saturating_mul(100)).min(self.most());
            // The rest of a second counts to the next one.
            state.1 += Duration::from_secs(seconds);
        }
        let rest = state.0.checked_sub(100);
        state.0 = rest.unwrap_or(state.0);
        rest.is_some()
    }

    fn most(&self) -> u64 {
        u64::from(self.budget.reserve) * 100
    }

    fn state(&self) -> MutexGuard<'_, (u64, Instant)> {
        // Nothing here panics; if something did, the numbers are still numbers.
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `Retry-After` in either of its forms (RFC 9110, section 10.2.3), however many digits it has. A date
/// that has passed, by this machine's clock, asks for no wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after_of(value: &str) -> Option<Duration> {
        let value = value.parse().unwrap();
        retry_after(&[(RETRY_AFTER, value)].into_iter().collect())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_a_server_asks_for() {
        assert_eq!(retry_after_of("0"), Some(seconds(0)));
        assert_eq!(retry_after_of(" 120 "), Some(seconds(120)));
        assert_eq!(retry_after_of("000000000000000000000000000000007"), Some(seconds(7)));
        assert_eq!(retry_after_of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(seconds(0)));
        let later = SystemTime::now() + seconds(100);
        let later = retry_after_of(&httpdate::fmt_http_date(later)).unwrap();
        assert!((seconds(90)..=seconds(100)).contains(&later), "{later:?}");
    }

    #[test]
    fn any_number_of_digits_is_a_number() {
        for digits in [19, 20, 23, 400] {
            assert!(
                retry_after_of(&"9".repeat(digits)).unwrap() >= seconds(u64::MAX / 2),
                "{digits}"
            );
        }
    }

    #[test]
    fn what_is_no_number_and_no_date_asks_for_nothing() {
        for value in ["", "-1", "+1", "1.5", "soon", "1, 2"] {
            assert_eq!(retry_after_of(value), None, "{value}");
        }
    }

    /// The waits of many clients that are told the same.
    fn waits(policy: &RetryPolicy, asked: Duration) -> Vec<Duration> {
        let mut waits: Vec<_> =
            (0..1000).map(|_| policy.wait(policy.first_delay, Some(asked))).collect();
        waits.sort();
        waits
    }

    #[test]
    fn a_crowd_does_not_come_back_at_once() {
        let policy = RetryPolicy::default();
        for asked in [0, 1, 10, 30].map(seconds) {
            let waits = waits(&policy, asked);
            let spread = (asked / 4).max(policy.first_delay).min(policy.longest_delay);
            assert!(waits[0] >= asked, "no earlier than asked for");
            // All within the spread, and no tenth of it is left out or crowded: 100 are expected in it.
            let first = asked.max(policy.first_delay);
            assert!(waits[999] <= first + spread);
            for tenth in 0..10 {
                let (from, to) = (first + spread / 10 * tenth, first + spread / 10 * (tenth + 1));
                let within = waits.iter().filter(|wait| (from..to).contains(*wait)).count();
                assert!(
                    (40..=180).contains(&within),
                    "{within} of 1000 between {from:?} and {to:?}"
                );
            }
        }
    }

    #[test]
    fn the_longest_waits_do_not_overflow() {
        let policy = RetryPolicy::default().first_delay(Duration::MAX).longest_delay(Duration::MAX);
        assert_eq!(policy.wait(Duration::MAX, Some(Duration::MAX)), Duration::MAX);
        assert_eq!(policy.delays().count(), 2);
        let none = RetryPolicy::default().first_delay(Duration::ZERO).longest_delay(Duration::ZERO);
        assert_eq!(none.delays().collect::<Vec<_>>(), [Duration::ZERO; 2]);
        assert_eq!(none.wait(Duration::ZERO, Some(Duration::ZERO)), Duration::ZERO);
    }

    #[test]
    fn waits_without_a_word_of_the_server_grow_and_have_jitter() {
        let policy = RetryPolicy::default().attempts(4);
        let all: Vec<Vec<_>> = (0..100).map(|_| policy.delays().collect()).collect();
        for (number, least) in [200, 400, 800].map(Duration::from_millis).into_iter().enumerate() {
            let of: Vec<_> = all.iter().map(|delays| delays[number]).collect();
            assert!(of.iter().all(|delay| (least..=least * 2).contains(delay)), "{of:?}");
            assert!(of.iter().max() > of.iter().min());
        }
    }

    /// A bucket to which time adds nothing: it lies in the future.
    fn bucket(budget: RetryBudget) -> Bucket {
        let bucket = Bucket::new(budget);
        bucket.left.lock().unwrap().1 = Instant::now() + seconds(3600);
        bucket
    }

    fn takes(bucket: &Bucket) -> usize {
        std::iter::repeat_with(|| bucket.take()).take(1000).take_while(|taken| *taken).count()
    }

    #[test]
    fn a_bucket_holds_its_reserve() {
        assert_eq!(takes(&bucket(RetryBudget::new(20, 10))), 10);
        assert_eq!(takes(&bucket(RetryBudget::new(20, 0))), 0);
        assert_eq!(takes(&bucket(RetryBudget::unlimited())), 1000);
    }

    #[test]
    fn calls_fill_a_bucket() {
        let bucket = bucket(RetryBudget::new(20, 10));
        takes(&bucket);
        (0..4).for_each(|_| bucket.called());
        assert_eq!(takes(&bucket), 0);
        bucket.called();
        assert_eq!(takes(&bucket), 1);
        (0..1000).for_each(|_| bucket.called());
        assert_eq!(takes(&bucket), 10, "no more than the reserve");
    }

    #[test]
    fn time_fills_a_bucket() {
        let bucket = Bucket::new(RetryBudget::new(0, 10));
        takes(&bucket);
        bucket.left.lock().unwrap().1 = Instant::now() - Duration::from_millis(2_900);
        assert_eq!(takes(&bucket), 2);
        bucket.left.lock().unwrap().1 -= Duration::from_millis(200);
        assert_eq!(takes(&bucket), 1, "parts of seconds are not lost");
    }
}
