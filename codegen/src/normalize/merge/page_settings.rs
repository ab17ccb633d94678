//! What a page sets for all its operations, and pages set differently: servers, security, and the
//! version of OpenAPI. In the document of all pages, each operation has its own.

use serde_json::{Map, Value};

use super::Page;
use crate::document::operations::operations;
use crate::document::visit::{self, Kind};
use crate::normalize::rules::n08_server::{OTHER_BASE, OTHER_SERVER};
use crate::report::Log;

fn is_3_0(page: &Page) -> bool {
    let version = page.document.get("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.0"))
}

/// Removes what stands beside `$ref` in schemas: 3.0 ignores it, 3.1 would not.
fn drop_ref_siblings(page: &mut Page) {
    visit::each_mut(&mut page.document, |kind, _, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && let Some(reference) = fields.get("$ref").cloned()
        {
            *fields = Map::from_iter([("$ref".to_owned(), reference)]);
        }
    });
}

/// Moves `servers` and `security` of the pages to their operations, where pages differ.
pub(super) fn move_to_operations(pages: &mut [Page], log: &mut Log) {
    if pages.iter().any(|page| !is_3_0(page)) {
        pages.iter_mut().filter(|page| is_3_0(page)).for_each(drop_ref_siblings);
    }
    if pages
        .windows(2)
        .any(|pair| pair[0].document.get("security") != pair[1].document.get("security"))
    {
        for page in pages.iter_mut() {
            move_setting(page, "security");
        }
    }
    let servers = |page: &Page| page.document.get("servers").cloned();
    let Some(first) = pages.iter().find_map(servers) else { return };
    for page in pages.iter_mut() {
        let Some(others) = servers(page).filter(|servers| *servers != first) else { continue };
        let urls = others.as_array().into_iter().flatten();
        let urls = urls.filter_map(|server| server.get("url")?.as_str());
        let note = format!("on {}: {OTHER_BASE}", urls.collect::<Vec<_>>().join(", "));
        move_setting(page, "servers");
        log.add(&OTHER_SERVER, page.place("/servers"), note);
    }
}

fn move_setting(page: &mut Page, key: &str) {
    let Some(setting) = page.document.as_object_mut().and_then(|root| root.shift_remove(key))
    else {
        return;
    };
    for operation in operations(&page.document) {
        let of_path = page.document.pointer(&operation.path_pointer());
        if key == "servers" && of_path.is_some_and(|item| item.get(key).is_some()) {
            continue;
        }
        if let Some(Value::Object(fields)) = page.document.pointer_mut(&operation.pointer()) {
            fields.entry(key).or_insert_with(|| setting.clone());
        }
    }
}
