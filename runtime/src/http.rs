//! The HTTP client, and the layers that a user puts around it.

use std::time::{Duration, Instant};

use reqwest::{Request, Response};
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

use crate::transport::TransportError;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a layer is put around: one request in, one response out, after credentials and signature, once for
/// each attempt.
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

/// Sends requests.
#[derive(Clone)]
pub(crate) enum Http {
    Plain(reqwest::Client),
    Layered(HttpService),
}

impl Http {
    /// Puts layers around a client, the last one outermost.
    pub(crate) fn new(client: reqwest::Client, layers: &[AddLayer]) -> Self {
        if layers.is_empty() {
            return Self::Plain(client);
        }
        let inner = HttpService::new(client.map_err(BoxError::from));
        Self::Layered(layers.iter().fold(inner, |inner, add| add(inner)))
    }

    /// Sends a request, which has its timeout in it; layers know nothing of that.
    pub(crate) async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let sent = match (self, request.timeout().copied()) {
            (Self::Plain(client), _) => client.execute(request).await.map_err(BoxError::from),
            (Self::Layered(service), may_take) => {
                let sent = service.clone().oneshot(request);
                let sent = tokio::time::timeout(may_take.unwrap_or(Duration::MAX), sent).await;
                sent.map_err(|_| TransportError::timed_out())?
            }
        };
        sent.map_err(TransportError::new)
    }
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
