//! The HTTP client, and the layers that a user puts around it.

use std::time::{Duration, Instant};

use reqwest::{Request, Response};
use tokio::time::timeout;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

use crate::transport::TransportError;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a layer is put around: one request in, one response out, after credentials and signature, once for
/// each attempt.
///
/// Its error is what the HTTP client says (a [`reqwest::Error`]), or what a layer further in says. A layer
/// hands it on, as it is or as the cause of its own, and the outcome of the call stays known. With an error
/// of a layer's own, nobody knows whether something was sent: the outcome is
/// [`Unknown`](crate::Outcome::Unknown), unless it is, or has for a cause, [`NotSent`]. One that is tokio's
/// `Elapsed` is a timeout.
///
/// ```
/// use openapi_client_runtime::tower::ServiceBuilder;
/// use openapi_client_runtime::{Client, HttpService};
///
/// // One request at a time, of all calls together.
/// let one = ServiceBuilder::new().map_request(|request: openapi_client_runtime::reqwest::Request| {
///     println!("{}", request.method());
///     request
/// });
/// let client = Client::builder("http://localhost").layer(one).build()?;
/// # Ok::<(), openapi_client_runtime::ConfigError>(())
/// ```
pub type HttpService = BoxCloneSyncService<Request, Response, BoxError>;

/// The time that an attempt may take.
#[derive(Clone, Copy)]
pub(crate) struct TimeLeft {
    pub started: Instant,
    pub may_take: Duration,
}

impl TimeLeft {
    pub(crate) fn left(&self) -> Duration {
        self.may_take.saturating_sub(self.started.elapsed())
    }
}

/// The error of a layer that did not send the request: over its limit, its circuit open, no such recording.
///
/// The outcome is [`NotSent`](crate::Outcome::NotSent), and the call is not sent again.
///
/// ```
/// use openapi_client_runtime::{BoxError, NotSent};
///
/// /// The error of a layer that lets nothing through at night.
/// fn closed() -> BoxError {
///     NotSent::new("closed until 8 o'clock").into()
/// }
/// # assert!(closed().to_string().contains("closed"));
/// ```
#[derive(Debug)]
pub struct NotSent(BoxError);

impl NotSent {
    /// Nothing was sent, for this reason.
    pub fn new(reason: impl Into<BoxError>) -> Self {
        Self(reason.into())
    }
}

impl std::fmt::Display for NotSent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotSent {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Sends requests.
#[derive(Clone)]
pub(crate) enum Http {
    /// Without layers nothing is boxed and nothing cloned.
    Plain {
        client: reqwest::Client,
        /// It may have a timeout of its own, which that of the request goes before.
        is_given: bool,
    },
    Layered(HttpService),
}

tokio::task_local! {
    /// When the attempt must be over, to the last byte of the body.
    static DEADLINE: Instant;
}

impl Http {
    /// Puts layers around a client, the last one outermost.
    pub(crate) fn new(client: reqwest::Client, is_given: bool, layers: &[AddLayer]) -> Self {
        if layers.is_empty() {
            return Self::Plain { client, is_given };
        }
        let inner =
            HttpService::new(tower::service_fn(move |request| send(client.clone(), request)));
        Self::Layered(layers.iter().fold(inner, |inner, add| add(inner)))
    }

    /// Sends a request, and waits for the head of the response as long as it may take.
    pub(crate) async fn send(
        &self,
        mut request: Request,
        may_take: Duration,
    ) -> Result<Response, TransportError> {
        let sent = match self {
            // The time of a request takes more to set than a timer here.
            Self::Plain { client, is_given: false } => {
                let sent = timeout(may_take, client.execute(request)).await;
                sent.map(|sent| sent.map_err(BoxError::from))
            }
            Self::Plain { client, is_given: true } => {
                *request.timeout_mut() = Some(may_take);
                Ok(client.execute(request).await.map_err(BoxError::from))
            }
            Self::Layered(service) => {
                *request.timeout_mut() = Some(may_take);
                let sent = service.clone().oneshot(request);
                match Instant::now().checked_add(may_take) {
                    Some(deadline) => timeout(may_take, DEADLINE.scope(deadline, sent)).await,
                    // Longer than any clock.
                    None => Ok(sent.await),
                }
            }
        };
        sent.map_err(|_| TransportError::timed_out())?.map_err(TransportError::new)
    }
}

/// Sends what layers have let through, in what they have left of the time.
async fn send(client: reqwest::Client, mut request: Request) -> Result<Response, BoxError> {
    if let Ok(deadline) = DEADLINE.try_with(|deadline| *deadline) {
        *request.timeout_mut() = Some(deadline.saturating_duration_since(Instant::now()));
    }
    Ok(client.execute(request).await?)
}

/// Puts one layer around a service.
pub(crate) type AddLayer = std::sync::Arc<dyn Fn(HttpService) -> HttpService + Send + Sync>;

/// A layer whose types are forgotten.
pub(crate) fn boxed<L>(layer: L) -> AddLayer
where
    L: Layer<HttpService> + Send + Sync + 'static,
    L::Service: Service<Request, Response = Response> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
    <L::Service as Service<Request>>::Error: Into<BoxError>,
{
    std::sync::Arc::new(move |inner| HttpService::new(layer.layer(inner).map_err(Into::into)))
}
