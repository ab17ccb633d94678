//! What an error means for a write, and what is sent again: the tables of `Outcome` and `RetryPolicy`, over
//! a socket.

#[path = "common/server.rs"]
mod server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use openapi_client_runtime::reqwest::{self, Method};
use openapi_client_runtime::{
    Call, Client, ClientBuilder, Credential, Error, Outcome, RetryBudget, RetryPolicy,
};
use server::{Act, Refusing, Server, response};

fn quick() -> RetryPolicy {
    RetryPolicy::default().first_delay(Duration::from_millis(1))
}

fn client(url: &str, policy: RetryPolicy) -> Client {
    let builder = Client::builder(url).retry(policy).retry_budget(RetryBudget::unlimited());
    builder.timeout(Duration::from_millis(500)).build().unwrap()
}

fn status(line: &str) -> Act {
    Act::Send(response(line, "", b""))
}

fn cut_off(line: &str) -> Act {
    Act::Send(format!("HTTP/1.1 {line}\r\ncontent-length: 100\r\n\r\n{{").into_bytes())
}

fn lost() -> Act {
    Act::SendAndReset(Vec::new())
}

/// The outcome of each status, as it is documented; none is a success.
fn documented(status: u16, has_retry_after: bool) -> Option<Outcome> {
    match status {
        200..=299 => None,
        307 | 308 => Some(Outcome::Refused),
        400..=499 => Some(Outcome::Refused),
        501 | 505 | 511 => Some(Outcome::Refused),
        503 if has_retry_after => Some(Outcome::Refused),
        _ => Some(Outcome::Unknown),
    }
}

#[tokio::test]
async fn every_status_has_its_outcome() {
    for header in ["", "retry-after: 0\r\n"] {
        let acts = (200..600).map(|code| Act::Send(response(&format!("{code} X"), header, b"")));
        let server = Server::start(acts.collect::<Vec<_>>()).await;
        let client = client(&server.url, RetryPolicy::none());
        for code in 200..600_u16 {
            let result = client.request::<()>(Method::POST, "/x").send().await;
            let found = result.as_ref().err().map(Error::outcome);
            assert_eq!(found, documented(code, !header.is_empty()), "{code} {header}");
            let status = result.map_or_else(|error| error.status(), |it| Some(it.status()));
            assert_eq!(status.map(|status| status.as_u16()), Some(code));
        }
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_after_an_interim_one_is_unknown() {
    for line in ["100 Continue", "102 Processing", "103 Early Hints"] {
        let interim = format!("HTTP/1.1 {line}\r\n\r\n").into_bytes();
        let server = Server::start([Act::Send(interim)]).await;
        let client = client(&server.url, RetryPolicy::none());
        let error = client.request::<()>(Method::POST, "/x").send().await.unwrap_err();
        assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, None), "{line}");
    }
}

#[tokio::test]
async fn switching_protocols_unasked_is_unknown() {
    let server = Server::start([status("101 Switching Protocols")]).await;
    let client = client(&server.url, RetryPolicy::none());
    let error = client.request::<()>(Method::POST, "/x").send().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
}

/// The columns of the table of `RetryPolicy`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Safe,
    Idempotent,
    Other,
}

/// The rows of it.
#[derive(Clone, Copy, Debug)]
enum Row {
    NotSent,
    AskedToWait,
    Unknown,
    CutOff,
    AnythingElse,
}

fn is_repeated(row: Row, column: Column, repeat_unknown: bool) -> bool {
    match (row, column) {
        (Row::AnythingElse, _) | (_, Column::Other) => false,
        (Row::NotSent | Row::AskedToWait, _) | (_, Column::Safe) => true,
        (Row::Unknown, Column::Idempotent) => repeat_unknown,
        (Row::CutOff, Column::Idempotent) => false,
    }
}

fn asks_to_wait(line: &str) -> Act {
    Act::Send(response(line, "retry-after: 0\r\n", b""))
}

fn rows() -> Vec<(Row, Option<Act>)> {
    let mut rows = vec![
        (Row::NotSent, None),
        (Row::AskedToWait, Some(asks_to_wait("503 Busy"))),
        (Row::Unknown, Some(lost())),
        (Row::Unknown, Some(Act::SendAndStall(Vec::new()))),
        (Row::CutOff, Some(cut_off("200 OK"))),
        (Row::CutOff, Some(cut_off("404 Not Found"))),
        (Row::AnythingElse, Some(Act::Send(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()))),
    ];
    for line in ["408 X", "429 X"] {
        rows.push((Row::AskedToWait, Some(status(line))));
    }
    for line in ["502 X", "503 X", "504 X"] {
        rows.push((Row::Unknown, Some(status(line))));
    }
    for line in
        ["200 X", "303 X", "307 X", "400 X", "401 X", "404 X", "407 X", "409 X", "500 X", "501 X"]
    {
        rows.push((Row::AnythingElse, Some(status(line))));
    }
    rows
}

fn columns() -> Vec<(Column, Method, bool)> {
    let of = |column, methods: &[Method]| {
        methods.iter().map(|method| (column, method.clone(), false)).collect::<Vec<_>>()
    };
    let mut columns = of(Column::Safe, &[Method::GET, Method::HEAD, Method::OPTIONS]);
    columns.extend(of(Column::Idempotent, &[Method::PUT, Method::DELETE]));
    columns.extend(of(Column::Other, &[Method::POST, Method::PATCH]));
    columns.extend([(Column::Safe, Method::POST, true), (Column::Safe, Method::PUT, true)]);
    columns
}

fn http_client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    let made = || ClientBuilder::<Client>::http_builder().no_proxy().build().unwrap();
    CLIENT.get_or_init(made).clone()
}

/// How many attempts there are, and what comes of them.
async fn attempts(act: Option<Act>, method: Method, marked: bool, policy: RetryPolicy) -> usize {
    let stalls = matches!(act, Some(Act::SendAndStall(_)));
    let server = match act {
        Some(act) => Some(Server::start([act]).await),
        None => None,
    };
    let refusing = Refusing::new();
    let url = server.as_ref().map_or(&refusing.url, |it| &it.url);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let provider = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, std::io::Error>(Credential::bearer("t")) }
    };
    let client = Client::builder(url)
        .retry(policy)
        .timeout(if stalls { Duration::from_millis(300) } else { Duration::from_secs(20) })
        // One for all, since making one takes as long as some calls do.
        .http_client(http_client())
        .credentials_provider(provider)
        .build()
        .unwrap();
    let mut call: Call = client.request(method, "/x");
    if marked {
        call = call.repeatable();
    }
    let _ = call.send().await;
    if let Some(server) = server.filter(|_| !stalls) {
        assert_eq!(server.requests().len(), asked.load(Ordering::SeqCst));
    }
    asked.load(Ordering::SeqCst)
}

async fn check_table(repeat_unknown: bool) {
    let mut calls = Vec::new();
    for (number, (row, act)) in rows().into_iter().enumerate() {
        for (column, method, marked) in columns() {
            // Without a body, nothing of it is cut off.
            if method == Method::HEAD && matches!(row, Row::CutOff) {
                continue;
            }
            let expected = if is_repeated(row, column, repeat_unknown) { 3 } else { 1 };
            let policy = quick().repeat_unknown(repeat_unknown);
            let found = tokio::spawn(attempts(act.clone(), method.clone(), marked, policy));
            calls.push((
                format!("row {number}, {row:?}, {method}, marked: {marked}"),
                expected,
                found,
            ));
        }
    }
    for (name, expected, found) in calls {
        assert_eq!(found.await.unwrap(), expected, "{name}");
    }
}

#[tokio::test]
async fn what_is_sent_again() {
    check_table(false).await;
}

#[tokio::test]
async fn what_is_sent_again_where_unknown_writes_may_be() {
    check_table(true).await;
}

#[tokio::test]
async fn a_policy_of_none_sends_once() {
    for (row, act) in rows() {
        let found = attempts(act, Method::GET, true, RetryPolicy::none()).await;
        assert_eq!(found, 1, "{row:?}");
    }
}

#[tokio::test]
async fn as_many_attempts_as_the_policy_says() {
    for (set, expected) in [(0, 1), (1, 1), (2, 2), (5, 5)] {
        let policy = quick().attempts(set);
        let found = attempts(Some(status("502 X")), Method::GET, false, policy).await;
        assert_eq!(found, expected);
    }
}

/// What a call ends with, of attempts that end like this.
async fn ended(acts: [Act; 2], method: Method, marked: bool) -> Error {
    let server = Server::start(acts).await;
    let client = client(&server.url, quick().attempts(2).repeat_unknown(true));
    let mut call: Call = client.request(method, "/x").json("Ada");
    if marked {
        call = call.repeatable();
    }
    let error = call.send().await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
    error
}

#[tokio::test]
async fn a_refusal_does_not_undo_what_an_earlier_attempt_may_have_done() {
    for first in [lost(), Act::SendAndStall(Vec::new()), status("502 X"), status("504 X")] {
        for (method, marked) in
            [(Method::PUT, false), (Method::DELETE, false), (Method::POST, true)]
        {
            let error = ended([first.clone(), status("409 Conflict")], method, marked).await;
            assert_eq!(error.status().unwrap().as_u16(), 409);
            assert_eq!(error.outcome(), Outcome::Unknown);
        }
    }
}

#[tokio::test]
async fn a_refusal_does_not_undo_what_an_earlier_attempt_has_done() {
    let error = ended([cut_off("200 OK"), status("409 Conflict")], Method::POST, true).await;
    assert_eq!(error.outcome(), Outcome::CarriedOut);
    let error = ended([cut_off("200 OK"), lost()], Method::POST, true).await;
    assert_eq!(error.outcome(), Outcome::CarriedOut);
}

#[tokio::test]
async fn a_body_that_is_too_large_does_not_hide_earlier_attempts() {
    let large = Act::Send(response("409 Conflict", "", &[b' '; 100]));
    let server = Server::start([lost(), large]).await;
    let policy = quick().repeat_unknown(true);
    let client = Client::builder(&server.url).retry(policy).response_limit(50).build().unwrap();
    let error = client.request::<()>(Method::PUT, "/x").send().await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { .. }), "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn two_refusals_are_one() {
    let acts = [asks_to_wait("503 Busy"), status("409 Conflict")];
    assert_eq!(ended(acts, Method::PUT, false).await.outcome(), Outcome::Refused);
}

#[tokio::test]
async fn what_only_reads_leaves_nothing_behind() {
    let error = ended([lost(), status("404 Not Found")], Method::GET, false).await;
    assert_eq!(error.outcome(), Outcome::Refused);
}

#[tokio::test]
async fn an_attempt_without_credentials_does_not_hide_the_one_before_it() {
    let server = Server::start([lost()]).await;
    let asked = AtomicUsize::new(0);
    let provider = move || {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => Ok(Credential::bearer("t")),
                _ => Err(std::io::Error::other("sealed")),
            }
        }
    };
    let builder = Client::builder(&server.url).retry(quick().repeat_unknown(true));
    let client = builder.credentials_provider(provider).build().unwrap();
    let error = client.request::<()>(Method::PUT, "/x").send().await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:#}");
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
}
