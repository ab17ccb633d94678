//! Lists that come page by page: what the document marks as such gets `pages` and `items` on the builder of its
//! call. The mark is read and checked in `mark`; what takes the items from a page is made in `list`.

mod list;
mod mark;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Block, Ident, ImplItem, ItemImpl, Stmt, Type, parse_quote};

use super::documentation::methods;
use crate::error::{Error, Problem, Result, Stage};
use crate::progenitor::names::numbered;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};
use list::Types;
use mark::Paged;

pub(in crate::progenitor) const PAGING: Rule = Rule::translated(
    "paging",
    "`x-pagination`, or `x-speakeasy-pagination`, of an operation",
    "`pages` and `items` of its call: streams that ask for one page after the other",
);
pub(in crate::progenitor) const NO_PAGING: Rule = Rule::loosened(
    "paging",
    "the same in a crate on `progenitor-client`",
    "nothing: the caller asks for each page",
);

/// Adds the streams. They are made of `send`, so whatever edits that comes before.
///
/// # Errors
/// A mark that does not fit its operation.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let mut marked = BTreeMap::new();
    for (id, operation) in methods::lowered(code) {
        let is_generated = code.operations.contains(&id);
        if let Some(paged) = mark::read(&operation)?.filter(|_| is_generated) {
            marked.insert(id, paged);
        }
    }
    if code.settings.runtime == Runtime::ProgenitorClient {
        marked.keys().for_each(|id| log.add(&NO_PAGING, id, "asked for by the caller"));
        return Ok(());
    }
    if marked.is_empty() {
        return Ok(());
    }
    let types = shape::module(&mut code.file.items, "types").map(|types| types.clone());
    let types = Types::of(types.as_deref().unwrap_or_default());
    let mut added = BTreeSet::new();
    for (id, builder) in shape::builders(code.file) {
        let Some(paged) = marked.get(&id) else { continue };
        let streams = streams(builder, paged, &types)?;
        let streams = streams.ok_or_else(|| shape::no_place_in(PAGING.id, &id))?;
        log.add(&PAGING, &id, streams.join(" and "));
        added.insert(id);
    }
    match marked.keys().find(|id| !added.contains(*id)) {
        Some(id) => Err(shape::no_place_in(PAGING.id, id)),
        None => Ok(()),
    }
}

/// The error of a mark that does not fit its operation.
fn refused(operation: &str, place: &str, reason: impl Into<String>) -> Error {
    let problem = Problem::Paging { reason: reason.into() };
    Error::new(Stage::Refine, problem).at(place).in_operation(operation)
}

const NO_LIST: &str =
    "in Rust there is no list: it is inside of alternatives, or of a type without fields";

/// Adds the streams to the builder of a call; their names, unless the builder has an unknown shape.
fn streams(builder: &mut ItemImpl, paged: &Paged, types: &Types) -> Result<Option<Vec<String>>> {
    let (pages, items) = (free(builder, "pages"), free(builder, "items"));
    let Some(send) = shape::function(builder, shape::SEND) else { return Ok(None) };
    let Some((page, error)) = shape::result_types(send) else { return Ok(None) };
    let Some(sends) = Sends::of(&send.block) else { return Ok(None) };
    let mut names = vec![pages.to_string()];
    let mut added = vec![pages_of(&pages, &sends, &paged.code, &page, &error)];
    if let Some(path) = &paged.items {
        let refused = || refused(&paged.operation, &paged.place_of_items, NO_LIST);
        let (take, item) = types.list(&page, path).ok_or_else(refused)?;
        names.push(items.to_string());
        added.push(items_of(&items, &pages, &take, [&page, &item, &error]));
    }
    builder.items.extend(added);
    Ok(Some(names))
}

/// A name that no setter has.
fn free(builder: &ItemImpl, wanted: &str) -> Ident {
    let taken = builder.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    let taken: BTreeSet<_> = taken.collect();
    let name = numbered(wanted).find(|name| !taken.contains(name));
    format_ident!("{}", name.unwrap_or_else(|| wanted.to_owned()))
}

/// What a `send` does before and after the request is sent.
struct Sends<'b> {
    makes: &'b [Stmt],
    reads: &'b [Stmt],
}

impl<'b> Sends<'b> {
    fn of(block: &'b Block) -> Option<Self> {
        let position = |name| block.stmts.iter().position(|it| shape::declares(it, name));
        let response = position("response")?;
        let makes = block.stmts.get(..=position("info")?)?;
        let reads = block.stmts.get(response + 1..)?;
        let is_known = shape::mentions(&block.stmts.get(response), "execute");
        (is_known && !reads.is_empty()).then_some(Self { makes, reads })
    }
}

fn pages_of(
    name: &Ident,
    sends: &Sends<'_>,
    paging: &TokenStream,
    page: &Type,
    error: &Type,
) -> ImplItem {
    let Sends { makes, reads } = sends;
    let generated = quote!(::openapi_client_runtime::generated);
    parse_quote! {
        /// All pages from the one that is asked for here to the last one, each asked for when the stream is
        /// polled for it.
        ///
        /// The stream ends after the first error. It asks for at most
        /// [`DEFAULT_MOST_PAGES`](::openapi_client_runtime::DEFAULT_MOST_PAGES) pages, unless `most_pages`
        /// says otherwise; more are an error.
        pub fn #name(self) -> ::openapi_client_runtime::Pages<#page, #error> {
            async fn read(
                response: #generated::Answer,
            ) -> Result<ResponseValue<#page>, Error<#error>> {
                #(#reads)*
            }
            let prepare = move || -> Result<
                (#generated::Inner, ::reqwest::Request, #generated::OperationInfo, #generated::Extras),
                Error<#error>,
            > {
                #(#makes)*
                Ok((client.inner.clone(), request, info, extras))
            };
            let paging = #paging;
            #generated::pages(prepare(), paging, |response| ::std::boxed::Box::pin(read(response)))
        }
    }
}

fn items_of(name: &Ident, pages: &Ident, take: &TokenStream, types: [&Type; 3]) -> ImplItem {
    let [page, item, error] = types;
    let words = format!("The items of all [`{pages}`](Self::{pages}), one after the other.");
    parse_quote! {
        #[doc = #words]
        pub fn #name(self) -> ::openapi_client_runtime::Items<#page, #item, #error> {
            self.#pages().items(|page| #take)
        }
    }
}
