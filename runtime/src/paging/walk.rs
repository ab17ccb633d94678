//! Where the next page of a list is: what generated code says of an operation ([`Paging`]), and how far a
//! stream has come ([`Walk`]).

use std::collections::HashSet;

use bytes::Bytes;
use reqwest::Request;

use super::input::Input;
use super::path::{Path, Step, count, flag, number, shown, text};
use super::{PagesError, link};
use crate::answer::Response;
use crate::generated::{Inner, OperationInfo};

/// How an operation is paged, as the document says.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    kind: Kind,
    items: Option<Path>,
    size: Option<Size>,
    total: Option<Path>,
    pages: Option<Path>,
    more: Option<Path>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Number { input: Input, start: u64 },
    Offset { input: Input, start: u64 },
    Cursor { input: Input, next: Path },
    Url { next: Path },
    Link,
}

/// The parameter that says how many items a page has.
#[derive(Clone, Copy, Debug)]
struct Size {
    input: Input,
    most: Option<u64>,
}

impl Paging {
    const fn new(kind: Kind) -> Self {
        Self { kind, items: None, size: None, total: None, pages: None, more: None }
    }

    /// Pages have numbers; `start` is that of the first one.
    pub const fn by_number(input: Input, start: u64) -> Self {
        Self::new(Kind::Number { input, start })
    }

    /// A page begins after a number of items; `start` is that of the first item.
    pub const fn by_offset(input: Input, start: u64) -> Self {
        Self::new(Kind::Offset { input, start })
    }

    /// Each page names the next one, by what the parameter is set to.
    pub const fn by_cursor(input: Input, next: Path) -> Self {
        Self::new(Kind::Cursor { input, next })
    }

    /// Each page has the URL of the next one in its body.
    pub const fn by_url(next: Path) -> Self {
        Self::new(Kind::Url { next })
    }

    /// Each page has the URL of the next one in its header `Link` (RFC 8288).
    pub const fn by_link() -> Self {
        Self::new(Kind::Link)
    }

    /// Where the items are.
    pub const fn items(self, path: Path) -> Self {
        Self { items: Some(path), ..self }
    }

    /// The parameter that says how many items a page has, and the most that the API accepts.
    pub const fn size(self, input: Input, most: Option<u64>) -> Self {
        Self { size: Some(Size { input, most }), ..self }
    }

    /// Where the number of all items is.
    pub const fn total(self, path: Path) -> Self {
        Self { total: Some(path), ..self }
    }

    /// Where the number of all pages is.
    pub const fn total_pages(self, path: Path) -> Self {
        Self { pages: Some(path), ..self }
    }

    /// Where it says whether there are more.
    pub const fn more(self, path: Path) -> Self {
        Self { more: Some(path), ..self }
    }

    pub(crate) const fn list(&self) -> Option<Path> {
        self.items
    }
}

/// What a page lists.
pub(crate) enum Listed {
    /// So many items; none where the document does not say where they are.
    Items(Option<u64>),
    /// Something that is no list, at this path.
    No(String),
    /// The very page that came before.
    SameAgain,
}

/// How far a stream of pages has come.
pub(crate) struct Walk {
    pub(crate) client: Inner,
    pub(crate) info: OperationInfo,
    paging: Paging,
    /// The number of the page that is asked for, or of its first item.
    at: u64,
    /// How many pages, or items, there are before the first one that was asked for.
    skipped: u64,
    /// How many items have come.
    came: u64,
    /// The most items that a page had.
    largest: u64,
    /// How many items a page has unless it is the last one, if that can be relied on: a server may give
    /// fewer than are asked for, unless so many are what it says it accepts.
    full: Option<u64>,
    /// Cursors and URLs that have been used.
    used: HashSet<String>,
    previous: Option<Bytes>,
}

impl Walk {
    /// Begins where the request says, or with the first page, and says so in the request.
    pub(crate) fn begin(
        client: Inner,
        info: OperationInfo,
        paging: Paging,
        request: &mut Request,
    ) -> Result<Self, String> {
        let mut walk = Self {
            client,
            info,
            paging,
            at: 0,
            skipped: 0,
            came: 0,
            largest: 0,
            full: None,
            used: HashSet::new(),
            previous: None,
        };
        if let Some(Size { input, most }) = paging.size {
            walk.full = input.number(request)?.filter(|set| most.is_some_and(|most| *set <= most));
        }
        match paging.kind {
            Kind::Number { input, start } | Kind::Offset { input, start } => {
                walk.at = input.number(request)?.unwrap_or(start);
                input.set(request, &walk.at.to_string(), true)?;
                walk.skipped = walk.at.saturating_sub(start);
            }
            Kind::Cursor { input, .. } => walk.used.extend(input.get(request)?),
            Kind::Url { .. } | Kind::Link => {
                walk.used.insert(request.url().to_string());
            }
        }
        Ok(walk)
    }

    /// What a page lists.
    pub(crate) fn listed(&mut self, response: &Response) -> Listed {
        let Some(path) = self.paging.items else { return Listed::Items(None) };
        let Some(count) = count(path, response) else { return Listed::No(shown(path)) };
        let is_numbered = matches!(self.paging.kind, Kind::Number { .. } | Kind::Offset { .. });
        if is_numbered && count > 0 {
            let body = response.body().clone();
            // A server that does not know the parameter gives the first page for ever.
            if self.previous.replace(body).is_some_and(|previous| previous == *response.body()) {
                return Listed::SameAgain;
            }
        }
        Listed::Items(Some(count))
    }

    /// The request for the page after this one.
    pub(crate) fn next(
        &mut self,
        request: &Request,
        response: &Response,
        count: Option<u64>,
    ) -> Result<Option<Request>, PagesError> {
        let more = self.paging.more.and_then(|path| flag(path, response));
        let is_short = self.is_short(count);
        self.came = self.came.saturating_add(count.unwrap_or(0));
        let Some(mut next) = request.try_clone().filter(|_| more != Some(false)) else {
            return Ok(None);
        };
        let (input, value, is_number) = match self.paging.kind {
            Kind::Number { input, .. } | Kind::Offset { input, .. } => {
                if self.is_last(more, is_short, count, response) {
                    return Ok(None);
                }
                (input, self.advance(count)?, true)
            }
            Kind::Cursor { input, next: path } => {
                let Some((cursor, is_number)) = text(path, response)? else {
                    return no_next(more);
                };
                // The last item of a page says nothing of whether another page follows.
                let is_of_an_item = path.iter().any(|step| matches!(step, Step::At(_)));
                if is_of_an_item && more.is_none() && is_short {
                    return Ok(None);
                }
                self.use_once(&cursor)?;
                (input, cursor, is_number)
            }
            Kind::Url { .. } | Kind::Link => {
                let Some(link) = self.link(response)? else { return no_next(more) };
                self.go_to(&link, &mut next)?;
                return Ok(Some(next));
            }
        };
        let is_set = input.set(&mut next, &value, is_number);
        is_set.map(|()| Some(next)).map_err(|_| PagesError::Unreadable)
    }

    /// The number of the next page, or of its first item.
    fn advance(&mut self, count: Option<u64>) -> Result<String, PagesError> {
        let step = match self.paging.kind {
            Kind::Offset { .. } => count.unwrap_or(0),
            _ => 1,
        };
        self.at = self.at.checked_add(step).ok_or(PagesError::Unreadable)?;
        Ok(self.at.to_string())
    }

    /// The URL of the next page, as the answer has it.
    fn link(&self, response: &Response) -> Result<Option<String>, PagesError> {
        match self.paging.kind {
            Kind::Url { next } => Ok(text(next, response)?.map(|(url, _)| url)),
            _ => Ok(link::next(response.headers())),
        }
    }

    /// Whether a page has fewer items than there would be room for.
    fn is_short(&mut self, count: Option<u64>) -> bool {
        let Some(count) = count else { return false };
        let is_short = count < self.full.unwrap_or(0).max(self.largest);
        self.largest = self.largest.max(count);
        is_short
    }

    /// Whether a page is the last one, where pages or items are counted: as the answer says, or else the
    /// first that is empty or has fewer items than there would be room for.
    fn is_last(
        &self,
        more: Option<bool>,
        is_short: bool,
        count: Option<u64>,
        response: &Response,
    ) -> bool {
        let start = match self.paging.kind {
            Kind::Number { start, .. } => start,
            _ => 0,
        };
        let pages = self.paging.pages.and_then(|path| number(path, response));
        let total = self.paging.total.and_then(|path| number(path, response));
        let before = match self.paging.kind {
            Kind::Number { .. } => self.skipped.saturating_mul(self.full.unwrap_or(self.largest)),
            _ => self.skipped,
        };
        match (more, pages, total) {
            _ if count == Some(0) => true,
            (Some(more), _, _) => !more,
            (None, Some(pages), _) => self.at.saturating_sub(start).saturating_add(1) >= pages,
            (None, None, Some(total)) => before.saturating_add(self.came) >= total,
            (None, None, None) => is_short || count.is_none(),
        }
    }

    fn use_once(&mut self, next: &str) -> Result<(), PagesError> {
        match self.used.insert(next.to_owned()) {
            true => Ok(()),
            false => Err(PagesError::Repeated),
        }
    }

    /// Goes where a link leads, if that is inside of the base URL.
    fn go_to(&mut self, link: &str, next: &mut Request) -> Result<(), PagesError> {
        let mut url = next.url().join(link).map_err(|_| PagesError::Unreadable)?;
        url.set_fragment(None);
        if self.client.shared.base_url.below(&url).is_none() {
            return Err(PagesError::Elsewhere);
        }
        self.use_once(url.as_str())?;
        *next.url_mut() = url;
        Ok(())
    }
}

/// No next page: the last one was reached, unless the answer says that there are more.
fn no_next(more: Option<bool>) -> Result<Option<Request>, PagesError> {
    match more {
        Some(true) => Err(PagesError::NoNext),
        _ => Ok(None),
    }
}
