//! Lists that come page by page, over a socket.

mod calls;
mod cursors;
#[path = "../common/server.rs"]
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
