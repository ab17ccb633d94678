//! What holds for the calls of all pages.

use super::*;

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
