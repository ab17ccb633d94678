//! Lists that come page by page, as a stream of pages or of the items on them.
//!
//! A page is asked for when somebody polls for it, by the same client and with the same retries as any
//! other call. Where the next page is, [`Walk`] knows.

mod input;
mod link;
mod path;
mod walk;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use reqwest::Request;

use self::path::{count, shown};
use self::walk::{Listed, Walk};
use crate::answer::{DecodeError, ResponseValue};
use crate::error::Error;
use crate::generated::{Answer, Extras, Inner, NoAnswer, OperationInfo};
use crate::info::CalledAs;
use crate::log;

pub use self::input::Input;
pub use self::path::{Path, Step};
pub use self::walk::Paging;

/// How many pages are asked for at the most, unless set otherwise.
pub const DEFAULT_MOST_PAGES: usize = 1000;

/// Why the pages end before the API's do.
///
/// ```
/// use openapi_client_runtime::{Error, PagesError};
///
/// fn is_capped<E>(error: &Error<E>) -> bool {
///     matches!(error, Error::Pages(PagesError::TooMany { .. }))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PagesError {
    /// The API has more pages than are asked for.
    #[error("there are more than {most} pages, which is the most that are asked for")]
    TooMany {
        /// The most pages, see [`Pages::most_pages`].
        most: usize,
    },
    /// The next page is one that was asked for before: it would never end.
    #[error("the next page is one that was asked for before")]
    Repeated,
    /// The next page is at another origin, or outside of the base URL. Credentials are not sent there.
    #[error("the next page is outside of the base URL")]
    Elsewhere,
    /// The API says that there are more pages, and not where.
    #[error("there are more pages, and the answer does not say where")]
    NoNext,
    /// What stands for the next page is no text, no number and no URL.
    #[error("what stands for the next page cannot be read")]
    Unreadable,
}

type Asking<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Reads the answer of a call.
type Read<T, E> = fn(Answer) -> Asking<Result<ResponseValue<T>, Error<E>>>;

/// What a call is made of, or why it cannot be made.
type Prepared<E> = Result<(Inner, Request, OperationInfo, Extras), Error<E>>;

/// The pages of a list, each asked for when the stream is polled for it.
///
/// Ends when the API's pages do, and after the first error. No page is asked for twice. There are at most
/// [`DEFAULT_MOST_PAGES`], see [`most_pages`](Self::most_pages).
///
/// ```
/// use openapi_client_runtime::{Error, Pages};
///
/// async fn count(pages: Pages<Vec<String>>) -> Result<usize, Error> {
///     let (mut pages, mut count) = (pages.most_pages(10), 0);
///     while let Some(page) = pages.next().await {
///         count += page?.len();
///     }
///     Ok(count)
/// }
/// ```
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Pages<T, E = ()> {
    state: State<T, E>,
    read: Read<T, E>,
    /// What the calls are in logs.
    call: Option<CalledAs>,
    items: Option<Path>,
    asked: usize,
    most: usize,
}

enum State<T, E> {
    /// The request for the next page.
    Ask(Box<(Walk, Request)>),
    Asking(Asking<Asked<T, E>>),
    /// The request cannot be made, or the next page not be asked for.
    Failed(Box<Error<E>>),
    Ended,
}

/// What came of asking for a page, and where the next one is.
type Asked<T, E> =
    (Result<ResponseValue<T>, Error<E>>, Result<Option<(Walk, Request)>, PagesError>);

impl<T: Send + 'static, E: Send + 'static> Pages<T, E> {
    /// The pages that begin with a call.
    pub(crate) fn new(prepared: Prepared<E>, paging: Paging, read: Read<T, E>) -> Self {
        let mut call = None;
        let state = match prepared.and_then(|prepared| begin(prepared, paging, &mut call)) {
            Ok(first) => State::Ask(Box::new(first)),
            Err(error) => State::Failed(Box::new(error)),
        };
        let items = paging.list();
        Self { state, read, call, items, asked: 0, most: DEFAULT_MOST_PAGES }
    }

    /// How many pages are asked for at the most; 0 is taken for 1. If the API has more, the last thing that
    /// comes is an error ([`PagesError::TooMany`]): what is missing is not passed over in silence.
    pub fn most_pages(self, most: usize) -> Self {
        Self { most: most.max(1), ..self }
    }

    /// The items of all pages; `split` takes them from a page.
    pub fn items<I>(self, split: fn(T) -> Vec<I>) -> Items<T, I, E> {
        Items { pages: self, split, ready: Vec::new().into_iter(), is_over: false }
    }

    /// The next page; none after the last one, and after an error.
    pub async fn next(&mut self) -> Option<Result<ResponseValue<T>, Error<E>>> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<ResponseValue<T>, Error<E>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Failed(error) => {
                    let error = match &self.call {
                        Some(call) => log::failed(call, *error),
                        None => *error,
                    };
                    return Poll::Ready(Some(Err(error)));
                }
                State::Ask(next) => {
                    let (walk, request) = *next;
                    self.asked += 1;
                    self.state = State::Asking(Box::pin(ask(walk, request, self.read)));
                }
                State::Asking(mut asking) => {
                    let Poll::Ready((page, next)) = asking.as_mut().poll(context) else {
                        self.state = State::Asking(asking);
                        return Poll::Pending;
                    };
                    if page.is_ok() {
                        self.state = self.after(next);
                    }
                    return Poll::Ready(Some(page));
                }
            }
        }
    }

    /// What comes after a page.
    fn after(&self, next: Result<Option<(Walk, Request)>, PagesError>) -> State<T, E> {
        let failed = |error| State::Failed(Box::new(Error::Pages(error)));
        match next {
            Ok(None) => State::Ended,
            Ok(Some(_)) if self.asked >= self.most => {
                failed(PagesError::TooMany { most: self.most })
            }
            Ok(Some(next)) => State::Ask(Box::new(next)),
            Err(error) => failed(error),
        }
    }
}

/// The first page's request.
fn begin<E>(
    (client, mut request, info, extras): (Inner, Request, OperationInfo, Extras),
    paging: Paging,
    call: &mut Option<CalledAs>,
) -> Result<(Walk, Request), Error<E>> {
    let base = &client.shared.base_url;
    *call = Some(CalledAs::new(info, request.method(), request.url(), base));
    // They are a part of the request that all pages are asked for with. A credential's header among them
    // is refused when it is sent.
    extras
        .apply(&mut request, &reqwest::header::HeaderMap::new())
        .map_err(Error::InvalidRequest)?;
    let walk = Walk::begin(client, info, paging, &mut request).map_err(Error::InvalidRequest)?;
    Ok((walk, request))
}

/// Asks for one page.
async fn ask<T, E>(mut walk: Walk, request: Request, read: Read<T, E>) -> Asked<T, E> {
    let Some(copy) = request.try_clone() else {
        let reason = "a body that is not held in memory cannot be sent for each page";
        return (Err(Error::InvalidRequest(reason.to_owned())), Ok(None));
    };
    let answer: Result<Answer, NoAnswer> =
        walk.client.execute(copy, walk.info, Extras::default()).await;
    let page = match answer {
        Ok(answer) => read(answer).await,
        Err(error) => Err(error.retype()),
    };
    let page = match page {
        Ok(page) => page,
        Err(error) => return (Err(error), Ok(None)),
    };
    let fail = |error: Error<E>| log::failed(page.response.call(), error);
    match walk.listed(&page.response) {
        Listed::No(path) => {
            let source = DecodeError::at(path, "no list where items are expected");
            let response = page.response.clone();
            (Err(fail(Error::InvalidResponse { response, source })), Ok(None))
        }
        Listed::SameAgain => (Err(fail(Error::Pages(PagesError::Repeated))), Ok(None)),
        Listed::Items(count) => {
            let next = walk.next(&request, &page.response, count);
            let next = next.map(|next| next.map(|request| (walk, request)));
            (Ok(page), next)
        }
    }
}

/// The items of a list that comes page by page.
///
/// Ends when the API's pages do, and after the first error. The items before it have come. A page is asked
/// for when the items of the one before are used up.
///
/// An item of which too much does not fit its type, so that it would be left out of a decoded page, is an
/// error here: nobody would see that it is missing. The pages themselves
/// ([`ResponseValue::misfits`]) tell.
///
/// ```
/// use openapi_client_runtime::{Error, Items};
///
/// async fn first(mut names: Items<Vec<String>, String>) -> Result<Option<String>, Error> {
///     names.next().await.transpose()
/// }
/// ```
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Items<T, I, E = ()> {
    pages: Pages<T, E>,
    split: fn(T) -> Vec<I>,
    ready: std::vec::IntoIter<I>,
    is_over: bool,
}

impl<T: Send + 'static, I, E: Send + 'static> Items<T, I, E> {
    /// How many pages are asked for at the most, see [`Pages::most_pages`].
    pub fn most_pages(self, most: usize) -> Self {
        Self { pages: self.pages.most_pages(most), ..self }
    }

    /// The next item; none after the last one, and after an error.
    pub async fn next(&mut self) -> Option<Result<I, Error<E>>> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error<E>>>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            match ready!(self.pages.poll_page(context)) {
                Some(page) => match page.and_then(|page| self.split(page)) {
                    Ok(items) => self.ready = items.into_iter(),
                    Err(error) => {
                        self.is_over = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                None => self.is_over = true,
            }
        }
    }

    /// The items of a page, if none is left out of it.
    fn split(&self, page: ResponseValue<T>) -> Result<Vec<I>, Error<E>> {
        let ResponseValue { value, response, .. } = page;
        let items = (self.split)(value);
        let sent = self.pages.items.map(|path| count(path, &response));
        match sent {
            Some(Some(sent)) if sent != items.len() as u64 => {
                let path = shown(self.pages.items.unwrap_or_default());
                let source = DecodeError::at(path, "an item does not fit its type");
                let call = response.call().clone();
                Err(log::failed(&call, Error::InvalidResponse { response, source }))
            }
            _ => Ok(items),
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> Stream for Pages<T, E> {
    type Item = Result<ResponseValue<T>, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<T: Send + 'static, I, E: Send + 'static> Stream for Items<T, I, E> {
    type Item = Result<I, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.ready.len(), None)
    }
}

// Nothing of either is pinned but what is in a box.
impl<T, E> Unpin for Pages<T, E> {}
impl<T, I, E> Unpin for Items<T, I, E> {}

/// Shows how many pages have been asked for, nothing of them.
impl<T, E> fmt::Debug for Pages<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("asked", &self.asked).finish_non_exhaustive()
    }
}

/// Shows how many pages have been asked for, nothing of their items.
impl<T, I, E> fmt::Debug for Items<T, I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("asked", &self.pages.asked).finish_non_exhaustive()
    }
}
