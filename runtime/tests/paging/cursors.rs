//! The next page by a cursor or an address.

use super::*;

#[tokio::test]
async fn a_cursor_leads_from_page_to_page() {
    let next = |next: Value| json!({ "paging": { "next": next } });
    let server = Server::start([
        page("a b", next(json!("x y&z"))),
        page("", next(json!(12345678901234567890123456789_f64))),
        page("c", next(json!(""))),
    ])
    .await;
    let (names, error) = names(&server, "?limit=2", CURSOR).await;
    assert_eq!((names.as_str(), error.is_none()), ("a b c", true));
    assert_eq!(asked(&server)[..2], ["/pets?limit=2", "/pets?limit=2&after=x+y%26z"]);
}

#[tokio::test]
async fn a_cursor_that_is_a_number_keeps_its_digits() {
    let body = br#"{"data":[],"paging":{"next":12345678901234567890123456789}}"#;
    let first = Act::Send(response("200 OK", "", body));
    let server = Server::start([first, page("a", json!({}))]).await;
    assert_eq!(names(&server, "", CURSOR).await.0, "a");
    assert_eq!(asked(&server)[1], "/pets?after=12345678901234567890123456789");
}

#[tokio::test]
async fn a_cursor_ends_with_null_with_nothing_or_with_a_flag() {
    for and in [
        json!({ "paging": { "next": null } }),
        json!({ "paging": null }),
        json!({}),
        json!({ "paging": { "next": "x" }, "hasMore": false }),
    ] {
        let server = Server::start([page("a", and)]).await;
        let (names, error) = names(&server, "", CURSOR.more(MORE)).await;
        assert_eq!((names.as_str(), error.is_none(), asked(&server).len()), ("a", true, 1));
    }
}

#[tokio::test]
async fn a_cursor_that_comes_again_is_an_error() {
    let next = |next: &str| json!({ "paging": { "next": next } });
    let server =
        Server::start([page("a", next("x")), page("b", next("y")), page("c", next("x"))]).await;
    let (names, error) = names(&server, "", CURSOR).await;
    assert_eq!((names.as_str(), error_of(error)), ("a b c", PagesError::Repeated));
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn a_cursor_that_leads_to_the_callers_own_page_is_an_error() {
    let server = Server::start([page("a", json!({ "paging": { "next": "x" } }))]).await;
    let (names, error) = names(&server, "?after=x", CURSOR).await;
    assert_eq!((names.as_str(), error_of(error)), ("a", PagesError::Repeated));
}

#[tokio::test]
async fn more_without_a_cursor_is_an_error_and_no_silent_end() {
    let server = Server::start([page("a", json!({ "hasMore": true }))]).await;
    let (names, error) = names(&server, "", CURSOR.more(MORE)).await;
    assert_eq!((names.as_str(), error_of(error)), ("a", PagesError::NoNext));
}

#[tokio::test]
async fn a_cursor_that_is_no_text_is_an_error() {
    let server = Server::start([page("a", json!({ "paging": { "next": [1] } }))]).await;
    assert_eq!(error_of(names(&server, "", CURSOR).await.1), PagesError::Unreadable);
}

#[tokio::test]
async fn the_last_item_is_the_cursor() {
    let server =
        Server::start([page("a b", json!({})), page("c d", json!({})), page("", json!({}))]).await;
    let paging = Paging::by_cursor(Input::Query("after"), LAST_NAME).items(DATA);
    assert_eq!(names(&server, "", paging).await.0, "a b c d");
    assert_eq!(asked(&server), ["/pets", "/pets?after=b", "/pets?after=d"]);
}

#[tokio::test]
async fn a_url_in_the_body_absolute_or_not() {
    let server = Server::start([page("", json!({}))]).await;
    let absolute = format!("{}/pets?page=3#top", server.url);
    let next = |next: &str| json!({ "paging": { "next": next } });
    let acts = [page("a", next("/pets?page=2")), page("b", next("?page=3")), page("c", json!({}))];
    let server = Server::start(acts).await;
    assert_eq!(names(&server, "?kind=cat", URL).await.0, "a b c");
    assert_eq!(asked(&server), ["/pets?kind=cat", "/pets?page=2", "/pets?page=3"]);
    // The other server is another origin.
    let server = Server::start([page("a", next(&absolute))]).await;
    assert_eq!(error_of(names(&server, "", URL).await.1), PagesError::Elsewhere);
}

#[tokio::test]
async fn a_url_elsewhere_gets_no_credential() {
    let elsewhere = Server::start([page("", json!({}))]).await;
    let next = json!({ "paging": { "next": format!("{}/pets", elsewhere.url) } });
    let server = Server::start([page("a", next)]).await;
    let (names, error) = names(&server, "", URL).await;
    assert_eq!((names.as_str(), error_of(error)), ("a", PagesError::Elsewhere));
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_url_that_was_asked_for_is_an_error() {
    let next = |next: &str| json!({ "paging": { "next": next } });
    let server = Server::start([page("a", next("/pets?page=2")), page("b", next("/pets"))]).await;
    let (names, error) = names(&server, "", URL).await;
    assert_eq!((names.as_str(), error_of(error)), ("a b", PagesError::Repeated));
}

#[tokio::test]
async fn a_link_header_leads_on() {
    let link = |line: &str| format!("link: {line}\r\n");
    let first = link("</pets>; rel=\"first\", </pets?page=2>; rel=\"next last\"");
    let server = Server::start([
        with_headers(&first, "a", json!({})),
        with_headers(&link("</pets>; rel=prev"), "b", json!({})),
    ])
    .await;
    assert_eq!(names(&server, "", LINK).await.0, "a b");
    assert_eq!(asked(&server), ["/pets", "/pets?page=2"]);
}

#[tokio::test]
async fn bytes_that_are_no_text_do_not_end_a_list() {
    let body = b"{\"data\":[{\"name\":\"a\",\"note\":\"Ren\xe9\"}],\"paging\":{\"next\":\"x\"}}";
    let server =
        Server::start([Act::Send(response("200 OK", "", body)), page("b", json!({}))]).await;
    let (names, error) = names(&server, "", CURSOR).await;
    assert_eq!((names.as_str(), error.is_none()), ("a b", true));
}
