//! Bodies that are handed on as they arrive.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;
use tokio::time::Sleep;

use crate::transport::TransportError;

type Inner = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send + Sync>>;

/// The bytes of a body, piece by piece.
///
/// The limit for bodies does not apply, since nothing is kept; the timeout of an attempt does, to the last
/// byte.
///
/// ```
/// use futures_util::StreamExt;
/// use openapi_client_runtime::{ByteStream, TransportError};
///
/// async fn length(mut file: ByteStream) -> Result<usize, TransportError> {
///     let mut length = 0;
///     while let Some(piece) = file.next().await {
///         length += piece?.len();
///     }
///     Ok(length)
/// }
/// ```
#[must_use = "nothing is read until the stream is polled"]
pub struct ByteStream(Inner);

impl ByteStream {
    /// A stream of any pieces, for tests.
    pub fn new(
        pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::pin(pieces))
    }

    /// A body that has been read already.
    pub(crate) fn of(body: &Bytes) -> Self {
        Self::new(Once(Some(body.clone()).filter(|body| !body.is_empty())))
    }

    /// The stream as a boxed one.
    pub fn into_inner(self) -> Inner {
        self.0
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// Shows nothing of the bytes.
impl std::fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ByteStream")
    }
}

/// One piece, or none: a body that has been read already.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The next bytes of a body. What comes after them, in trailers, is documented nowhere.
fn next_piece(
    body: &mut reqwest::Body,
    context: &mut Context<'_>,
) -> Poll<Option<reqwest::Result<Bytes>>> {
    loop {
        match ready!(Pin::new(&mut *body).poll_frame(context)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) => return Poll::Ready(Some(Ok(piece))),
                Err(_trailers) => {}
            },
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        }
    }
}

/// The body of a response, with this crate's errors, until it ends, fails or its time is over.
pub(crate) struct Pieces<F> {
    body: Option<reqwest::Body>,
    /// The HTTP client keeps the time of its own bodies, not of one that a layer made.
    time: Pin<Box<Sleep>>,
    /// Makes the error; without a cause, time is over.
    fail: F,
}

impl<F> Pieces<F> {
    pub(crate) fn new(body: reqwest::Body, may_take: Duration, fail: F) -> Self {
        Self { body: Some(body), time: Box::pin(tokio::time::sleep(may_take)), fail }
    }
}

impl<F> Stream for Pieces<F>
where
    F: Fn(Option<reqwest::Error>) -> TransportError + Unpin,
{
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { body, time, fail } = self.get_mut();
        let Some(pieces) = body else { return Poll::Ready(None) };
        let next = match next_piece(pieces, context) {
            Poll::Ready(next) => next.map(|piece| piece.map_err(|error| fail(Some(error)))),
            Poll::Pending => {
                ready!(time.as_mut().poll(context));
                Some(Err(fail(None)))
            }
        };
        if !matches!(next, Some(Ok(_))) {
            *body = None;
        }
        Poll::Ready(next)
    }
}
