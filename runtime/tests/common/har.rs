//! A layer that records what is sent and received as a HAR file (HTTP Archive 1.2).
//!
//! Values that this client marks as sensitive, which are credentials and signatures, are left out, and
//! cookies with them. Bodies are in it as they are: they may hold personal data.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use openapi_client_runtime::reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use openapi_client_runtime::reqwest::{Request, Response, Version};
use openapi_client_runtime::{BoxError, Bytes, HttpService};
use serde_json::{Value, json};
use tower::{Layer, Service};

/// Records every attempt of the clients that it is a layer of.
#[derive(Clone, Default)]
pub struct Recorder {
    entries: Arc<Mutex<Vec<Value>>>,
}

impl Recorder {
    /// What was recorded, as a HAR file.
    pub fn har(&self) -> Value {
        let creator =
            json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") });
        let entries = self.entries.lock().unwrap().clone();
        json!({ "log": { "version": "1.2", "creator": creator, "entries": entries } })
    }
}

impl Layer<HttpService> for Recorder {
    type Service = Recording;

    fn layer(&self, inner: HttpService) -> Recording {
        Recording { inner, recorder: self.clone() }
    }
}

#[derive(Clone)]
pub struct Recording {
    inner: HttpService,
    recorder: Recorder,
}

impl Service<Request> for Recording {
    type Response = Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut entry = json!({
            "startedDateTime": timestamp(SystemTime::now()),
            "request": of_request(&request),
            "cache": {},
        });
        let (started, recorder) = (Instant::now(), self.recorder.clone());
        let sent = self.inner.call(request);
        Box::pin(async move {
            let answered = sent.await;
            let wait = started.elapsed();
            let (response, result) = match answered {
                Ok(response) => read(response).await,
                Err(error) => (of_no_response(), Err(error)),
            };
            entry["response"] = response;
            entry["time"] = millis(started.elapsed());
            let receive = millis(started.elapsed().saturating_sub(wait));
            entry["timings"] = json!({ "send": 0, "wait": millis(wait), "receive": receive });
            recorder.entries.lock().unwrap().push(entry);
            result
        })
    }
}

fn of_request(request: &Request) -> Value {
    let body = request.body().and_then(|body| body.as_bytes());
    let pairs = request.url().query_pairs();
    let query: Vec<_> =
        pairs.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut entry = json!({
        "method": request.method().as_str(),
        "url": request.url().as_str(),
        "httpVersion": version(request.version()),
        "cookies": [],
        "headers": headers(request.headers()),
        "queryString": query,
        "headersSize": -1,
        "bodySize": body.map_or(0, <[u8]>::len),
    });
    if let Some(body) = body {
        let text = String::from_utf8_lossy(body);
        entry["postData"] =
            json!({ "mimeType": mime(request.headers()), "params": [], "text": text });
    }
    entry
}

/// The entry of a response, and the same response with the body that was read.
async fn read(response: Response) -> (Value, Result<Response, BoxError>) {
    let (status, version, headers) =
        (response.status(), response.version(), response.headers().clone());
    let (body, error) = match response.bytes().await {
        Ok(body) => (body, None),
        Err(error) => (Bytes::new(), Some(error)),
    };
    let mut entry = of_response(status.as_u16(), &headers, &body);
    entry["statusText"] = json!(status.canonical_reason().unwrap_or_default());
    entry["httpVersion"] = json!(self::version(version));
    if let Some(error) = error {
        entry["_error"] = json!("the body was cut off");
        return (entry, Err(error.into()));
    }
    let mut again = http::Response::new(body);
    (*again.status_mut(), *again.version_mut(), *again.headers_mut()) = (status, version, headers);
    (entry, Ok(again.into()))
}

fn of_response(status: u16, headers: &HeaderMap, body: &[u8]) -> Value {
    let mut content = json!({ "size": body.len(), "mimeType": mime(headers) });
    match std::str::from_utf8(body) {
        Ok(text) => content["text"] = json!(text),
        Err(_) => {
            content["text"] = json!(BASE64_STANDARD.encode(body));
            content["encoding"] = json!("base64");
        }
    }
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    json!({
        "status": status,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": self::headers(headers),
        "content": content,
        "redirectURL": location.unwrap_or_default(),
        "headersSize": -1,
        "bodySize": body.len(),
    })
}

/// Browsers write a status of 0 for a request that got no response.
fn of_no_response() -> Value {
    let mut entry = of_response(0, &HeaderMap::new(), b"");
    entry["_error"] = json!("no response");
    entry
}

/// Headers whose values are secrets, whether or not somebody has marked them.
const SECRET: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let shown = headers.iter().map(|(name, value)| {
        let is_secret = value.is_sensitive() || SECRET.contains(&name.as_str());
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if is_secret { "(left out)" } else { value.as_ref() };
        json!({ "name": name.as_str(), "value": value })
    });
    shown.collect()
}

fn mime(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn version(version: Version) -> String {
    format!("{version:?}")
}

fn millis(duration: Duration) -> Value {
    json!(duration.as_secs_f64() * 1000.0)
}

/// `2026-01-31T09:30:00Z`, of `Sat, 31 Jan 2026 09:30:00 GMT`.
fn timestamp(time: SystemTime) -> String {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let text = httpdate::fmt_http_date(time);
    let parts: Vec<_> = text.split(' ').collect();
    let month = MONTHS.find(parts[2]).unwrap() / 3 + 1;
    format!("{}-{month:02}-{}T{}Z", parts[3], parts[1], parts[4])
}
