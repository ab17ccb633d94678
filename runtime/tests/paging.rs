//! Lists that come page by page, over a socket.

#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use futures_core::Stream;
use openapi_client_runtime::generated::{
    Answer, Error, Extras, Input, OperationInfo, PageRead, Paging, Repeat, Step, pages,
};
use openapi_client_runtime::reqwest::header::HeaderMap;
use openapi_client_runtime::reqwest::{Method, Request};
use openapi_client_runtime::{Client, Credential, Items, Outcome, Pages, PagesError, RetryPolicy};
use serde::Deserialize;
use serde_json::{Value, json};
use server::{Act, Server, response};

#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Pet {
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct List {
    #[serde(default)]
    data: Option<Vec<Pet>>,
}

const INFO: OperationInfo = OperationInfo::new("list_pets", "/pets", Repeat::Safe);
const DATA: &[Step] = &[Step::Name("data")];
const TOTAL: &[Step] = &[Step::Name("total")];
const MORE: &[Step] = &[Step::Name("hasMore")];
const NEXT: &[Step] = &[Step::Name("paging"), Step::Name("next")];
const LAST_NAME: &[Step] = &[Step::Name("data"), Step::At(-1), Step::Name("name")];
const NUMBER: Paging = Paging::by_number(Input::Query("page"), 1).items(DATA);
const OFFSET: Paging = Paging::by_offset(Input::Query("offset"), 0).items(DATA);
const CURSOR: Paging = Paging::by_cursor(Input::Query("after"), NEXT).items(DATA);
const URL: Paging = Paging::by_url(NEXT).items(DATA);
const LINK: Paging = Paging::by_link().items(DATA);

fn read(answer: Answer) -> PageRead<List, ()> {
    Box::pin(async move {
        match answer.status().as_u16() {
            200 => openapi_client_runtime::ResponseValue::from_response(answer).await,
            _ => Err(Error::from_unexpected(answer).await),
        }
    })
}

fn client(server: &Server) -> Client {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    Client::builder(&server.url).bearer_token("t0ken").retry(quick).build().unwrap()
}

fn get(client: &Client, query: &str) -> Request {
    let url = format!("{}/pets{query}", client.base_url());
    Request::new(Method::GET, url.parse().unwrap())
}

fn paged(server: &Server, query: &str, paging: Paging) -> Pages<List> {
    let client = client(server);
    let request = get(&client, query);
    pages(Ok((client, request, INFO, Extras::default())), paging, read)
}

fn items(pages: Pages<List>) -> Items<List, Pet> {
    pages.items(|list| list.data.unwrap_or_default())
}

/// The names of all pets, and the error after them.
async fn names(server: &Server, query: &str, paging: Paging) -> (String, Option<Error>) {
    let (mut names, mut items) = (Vec::new(), items(paged(server, query, paging)));
    while let Some(item) = items.next().await {
        match item {
            Ok(pet) => names.push(pet.name),
            Err(error) => {
                assert!(items.next().await.is_none(), "it ends after an error");
                return (names.join(" "), Some(error));
            }
        }
    }
    assert!(items.next().await.is_none(), "it stays at its end");
    (names.join(" "), None)
}

fn page(names: &str, and: Value) -> Act {
    with_headers("", names, and)
}

fn with_headers(headers: &str, names: &str, and: Value) -> Act {
    let data: Vec<_> = names.split_whitespace().map(|name| json!({ "name": name })).collect();
    let mut body = json!({ "data": data });
    body.as_object_mut().unwrap().extend(and.as_object().unwrap().clone());
    let headers = format!("content-type: application/json\r\n{headers}");
    Act::Send(response("200 OK", &headers, body.to_string().as_bytes()))
}

/// What was asked for, without the method.
fn asked(server: &Server) -> Vec<String> {
    let targets = server.requests().into_iter();
    targets.map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect()
}

fn error_of(error: Option<Error>) -> PagesError {
    match error {
        Some(Error::Pages(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn pages_are_numbered_up_to_the_total() {
    let total = || json!({ "total": 5 });
    let server =
        Server::start([page("a b", total()), page("c d", total()), page("e", total())]).await;
    let (names, error) = names(&server, "?kind=cat|dog", NUMBER.total(TOTAL)).await;
    assert_eq!((names.as_str(), error.is_none()), ("a b c d e", true));
    assert_eq!(
        asked(&server),
        ["/pets?kind=cat|dog&page=1", "/pets?kind=cat|dog&page=2", "/pets?kind=cat|dog&page=3"]
    );
}

#[tokio::test]
async fn a_full_last_page_is_the_last_one_if_the_total_says_so() {
    let total = || json!({ "total": "4" });
    let server = Server::start([page("a b", total()), page("c d", total())]).await;
    assert_eq!(names(&server, "", NUMBER.total(TOTAL)).await.0, "a b c d");
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn the_first_page_that_is_asked_for_is_the_callers() {
    let total = || json!({ "total": 5 });
    let server = Server::start([page("c d", total()), page("e", total())]).await;
    assert_eq!(names(&server, "?page=2", NUMBER.total(TOTAL)).await.0, "c d e");
    assert_eq!(asked(&server), ["/pets?page=2", "/pets?page=3"]);
}

#[tokio::test]
async fn numbers_begin_where_the_document_says() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    let paging = Paging::by_number(Input::Query("pageNo"), 0).items(DATA);
    assert_eq!(names(&server, "", paging).await.0, "a b c");
    assert_eq!(asked(&server), ["/pets?pageNo=0", "/pets?pageNo=1"]);
}

#[tokio::test]
async fn as_many_pages_as_the_api_says() {
    const PAGES: &[Step] = &[Step::Name("meta"), Step::Name("pages")];
    let of = || json!({ "meta": { "pages": 2 } });
    let server = Server::start([page("a", of()), page("b c", of())]).await;
    assert_eq!(names(&server, "", NUMBER.total_pages(PAGES)).await.0, "a b c");
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn without_a_total_the_first_empty_page_is_the_end() {
    let server =
        Server::start([page("a", json!({})), page("b", json!({})), page("", json!({}))]).await;
    assert_eq!(names(&server, "", NUMBER).await.0, "a b");
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn a_page_with_fewer_items_than_one_before_it_is_the_end() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    assert_eq!(names(&server, "", NUMBER).await.0, "a b c");
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn a_page_with_fewer_items_than_the_api_promises_is_the_end() {
    let server = Server::start([page("a", json!({}))]).await;
    let paging = NUMBER.size(Input::Query("size"), Some(100));
    assert_eq!(names(&server, "?size=2", paging).await.0, "a");
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_server_that_gives_fewer_than_are_asked_for_loses_nothing() {
    let pages = [page("a b", json!({})), page("c d", json!({})), page("", json!({}))];
    for most in [None, Some(2)] {
        let server = Server::start(pages.clone()).await;
        let paging = NUMBER.size(Input::Query("size"), most);
        assert_eq!(names(&server, "?size=1000", paging).await.0, "a b c d");
    }
}

#[tokio::test]
async fn a_flag_says_whether_there_are_more() {
    let more = |more: bool| json!({ "hasMore": more });
    let server =
        Server::start([page("a b", more(true)), page("c", more(true)), page("d", more(false))])
            .await;
    assert_eq!(names(&server, "", NUMBER.more(MORE)).await.0, "a b c d");
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn a_list_that_is_null_or_absent_is_empty() {
    for body in [json!({ "data": null }), json!({})] {
        let server = Server::start([Act::Send(server::json("200 OK", &body))]).await;
        let (names, error) = names(&server, "", NUMBER).await;
        assert!(names.is_empty() && error.is_none());
        assert_eq!(asked(&server).len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_list_is_an_error() {
    let server = Server::start([Act::Send(server::json("200 OK", &json!({ "data": 7 })))]).await;
    let (_, error) = names(&server, "", NUMBER).await;
    let Some(Error::InvalidResponse { source, .. }) = error else { panic!("{error:?}") };
    assert_eq!(source.path(), "data");
}

#[tokio::test]
async fn an_item_that_would_be_left_out_is_an_error() {
    let body = json!({ "data": [{ "name": "a" }, { "name": null }] });
    let server = Server::start([Act::Send(server::json("200 OK", &body))]).await;
    let (_, error) = names(&server, "", NUMBER).await;
    assert!(matches!(error, Some(Error::InvalidResponse { .. })), "{error:?}");
    // The page tells of it.
    let page = paged(&server, "", NUMBER).next().await.unwrap().unwrap();
    assert_eq!(page.misfits().len(), 1);
}

#[tokio::test]
async fn a_server_that_does_not_know_the_parameter_is_found_out() {
    let server = Server::start([page("a b", json!({}))]).await;
    let (names, error) = names(&server, "", NUMBER).await;
    assert_eq!((names.as_str(), error_of(error)), ("a b", PagesError::Repeated));
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn an_offset_moves_by_the_items_that_came() {
    let total = || json!({ "total": 6 });
    let server =
        Server::start([page("a b c", total()), page("d", total()), page("e f", total())]).await;
    let paging = OFFSET.total(TOTAL).size(Input::Query("limit"), None);
    assert_eq!(names(&server, "?limit=3", paging).await.0, "a b c d e f");
    assert_eq!(
        asked(&server),
        ["/pets?limit=3&offset=0", "/pets?limit=3&offset=3", "/pets?limit=3&offset=4"]
    );
}

#[tokio::test]
async fn an_offset_of_the_callers_counts_to_the_total() {
    let server = Server::start([page("e f", json!({ "total": 6 }))]).await;
    assert_eq!(names(&server, "?offset=4", OFFSET.total(TOTAL)).await.0, "e f");
    assert_eq!(asked(&server), ["/pets?offset=4"]);
}

#[tokio::test]
async fn a_page_that_is_no_number_is_refused_before_anything_is_sent() {
    let server = Server::start([page("a", json!({}))]).await;
    let (_, error) = names(&server, "?page=hunter2", NUMBER).await;
    let error = error.unwrap();
    assert!(matches!(&error, Error::InvalidRequest(_)) && !error.to_string().contains("hunter2"));
    assert!(asked(&server).is_empty());
}

#[tokio::test]
async fn a_number_in_a_body_or_a_header() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    let client = client(&server);
    let url = format!("{}/search", client.base_url()).parse().unwrap();
    let mut request = Request::new(Method::POST, url);
    *request.body_mut() = Some(r#"{"text":"x"}"#.into());
    let paging = Paging::by_number(Input::Body("page"), 1).items(DATA);
    let found = pages(Ok((client.clone(), request, INFO, Extras::default())), paging, read);
    let mut found = items(found);
    while let Some(item) = found.next().await {
        item.unwrap();
    }
    assert!(server.requests()[0].ends_with(r#"{"page":1,"text":"x"}"#));
    assert!(server.requests()[1].ends_with(r#"{"page":2,"text":"x"}"#));

    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    let paging = Paging::by_number(Input::Header("x-page"), 1).items(DATA);
    assert_eq!(names(&server, "", paging).await.0, "a b c");
    assert!(server.requests()[1].contains("x-page: 2\r\n"));
}

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
async fn every_page_is_asked_for_with_the_credential() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    names(&server, "", NUMBER).await;
    assert!(server.requests().iter().all(|it| it.contains("authorization: Bearer t0ken\r\n")));
}

#[tokio::test]
async fn headers_and_fields_of_the_call_are_on_every_page_and_once() {
    let next = json!({ "paging": { "next": "/pets?tag=x&page=2" } });
    let acts = || [page("a", next.clone()), page("b", json!({}))];
    for paging in [URL, CURSOR] {
        let server = Server::start(acts()).await;
        let client = client(&server);
        let mut extras = Extras::default();
        extras.header("x-trace", "7");
        extras.extra("tag", "x");
        let request = get(&client, "");
        let mut pages = pages(Ok((client, request, INFO, extras)), paging, read);
        while let Some(page) = pages.next().await {
            page.unwrap();
        }
        for request in server.requests() {
            assert!(request.contains("x-trace: 7\r\n"), "{request}");
            assert_eq!(request.matches("tag=x").count(), 1, "{request}");
        }
    }
}

#[tokio::test]
async fn a_header_that_is_the_credentials_is_refused() {
    let server = Server::start([page("a", json!({}))]).await;
    let client = client(&server);
    let mut extras = Extras::default();
    extras.header("authorization", "hunter2");
    let request = get(&client, "");
    let mut pages = pages(Ok((client, request, INFO, extras)), NUMBER, read);
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(
        matches!(&error, Error::InvalidRequest(_)) && !format!("{error:?}").contains("hunter2")
    );
    assert!(asked(&server).is_empty());
}

#[tokio::test]
async fn a_call_that_cannot_be_made_is_one_error() {
    let mut pages = pages(Err(Error::InvalidRequest("no".to_owned())), NUMBER, read);
    assert!(matches!(pages.next().await, Some(Err(Error::InvalidRequest(_)))));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn it_stops_at_the_first_error_after_the_items_before_it() {
    let refused = Act::Send(server::json("403 Forbidden", &json!({})));
    let server = Server::start([page("a b", json!({})), refused, page("c", json!({}))]).await;
    let (names, error) = names(&server, "", NUMBER).await;
    assert_eq!(names, "a b");
    assert_eq!(error.unwrap().status().unwrap(), 403);
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn a_page_that_is_refused_for_now_is_asked_for_again() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([page("a b", json!({})), busy, page("c", json!({}))]).await;
    assert_eq!(names(&server, "", NUMBER).await.0, "a b c");
    assert_eq!(asked(&server), ["/pets?page=1", "/pets?page=2", "/pets?page=2"]);
}

#[tokio::test]
async fn more_pages_than_the_most_are_an_error_and_not_asked_for() {
    let server =
        Server::start([page("a", json!({})), page("b", json!({})), page("c", json!({}))]).await;
    let mut items = items(paged(&server, "", NUMBER)).most_pages(2);
    assert_eq!(items.next().await.unwrap().unwrap().name, "a");
    assert_eq!(items.next().await.unwrap().unwrap().name, "b");
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error_of(Some(error)), PagesError::TooMany { most: 2 });
    assert!(items.next().await.is_none());
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn as_many_pages_as_the_most_are_no_error() {
    let total = || json!({ "total": 2 });
    let server = Server::start([page("a", total()), page("b", total())]).await;
    let mut pages = paged(&server, "", NUMBER.total(TOTAL)).most_pages(2);
    assert!(pages.next().await.unwrap().is_ok() && pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn nothing_is_asked_for_before_it_is_wanted() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    let mut items = items(paged(&server, "", NUMBER));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(asked(&server).is_empty(), "nothing is polled yet");
    items.next().await.unwrap().unwrap();
    items.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(asked(&server).len(), 1, "the second page is not wanted yet");
}

#[tokio::test]
async fn a_poll_that_is_given_up_loses_no_page() {
    let late = |names| match page(names, json!({ "total": 3 })) {
        Act::Send(bytes) => Act::WaitAndSend(Duration::from_millis(100), bytes),
        other => other,
    };
    let server = Server::start([late("a b"), late("c")]).await;
    let (mut items, mut names) = (items(paged(&server, "", NUMBER.total(TOTAL))), String::new());
    loop {
        match tokio::time::timeout(Duration::from_millis(30), items.next()).await {
            Ok(Some(item)) => names += &item.unwrap().name,
            Ok(None) => break,
            Err(_) => {}
        }
    }
    assert_eq!((names.as_str(), asked(&server).len()), ("abc", 2));
}

#[test]
fn streams_can_be_sent_and_outlive_the_client() {
    fn is_stream<S: Stream + Send + Unpin + 'static>() {}
    is_stream::<Pages<List>>();
    is_stream::<Items<List, Pet>>();
}

#[tokio::test]
async fn a_stream_shows_nothing_of_its_items() {
    let server = Server::start([page("hunter2", json!({}))]).await;
    let mut items = items(paged(&server, "?text=hunter2", NUMBER));
    items.next().await.unwrap().unwrap();
    assert_eq!(format!("{items:?}"), "Items { asked: 1, .. }");
}

#[tokio::test]
async fn a_signer_sees_each_page() {
    let server = Server::start([page("a b", json!({})), page("c", json!({}))]).await;
    let sign = |request: openapi_client_runtime::ToSign| async move {
        let mut headers = HeaderMap::new();
        let value = request.query().unwrap_or_default().parse()?;
        headers.insert("x-signed", value);
        Ok::<_, openapi_client_runtime::BoxError>(headers)
    };
    let builder = Client::builder(&server.url).credential(Credential::header("x-key", "k"));
    let client: Client = builder.signer(sign).build().unwrap();
    let request = get(&client, "");
    let mut pages = pages(Ok((client, request, INFO, Extras::default())), NUMBER, read);
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    assert!(server.requests()[1].contains("x-signed: page=2\r\n"));
}
