//! What a page sets for all its operations, and pages set differently: servers, security, and the
//! version of OpenAPI. In the document of all pages, each operation has its own.

use serde_json::Value;

use super::Page;
use crate::document::operations::operations;
use crate::document::{is_3_0, visit};
use crate::normalize::rules::n08_server::{OTHER_BASE, OTHER_SERVER};
use crate::report::Log;

/// Removes what stands beside `$ref` in schemas: 3.0 ignores it, 3.1 would not.
fn drop_ref_siblings(page: &mut Page) {
    visit::each_schema_mut(&mut page.document, |_, keywords| {
        if keywords.contains_key("$ref") {
            keywords.retain(|key, _| key == "$ref");
        }
    });
}

/// Moves `servers` and `security` of the pages to their operations, where pages differ.
pub(super) fn move_to_operations(pages: &mut [Page], log: &mut Log) {
    if pages.iter().any(|page| !is_3_0(&page.document)) {
        pages.iter_mut().filter(|page| is_3_0(&page.document)).for_each(drop_ref_siblings);
    }
    let security = |page: &Page| page.document.get("security").cloned();
    if !pages.is_sorted_by(|one, next| security(one) == security(next)) {
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
    let root = page.document.as_object_mut();
    let Some(setting) = root.and_then(|root| root.shift_remove(key)) else { return };
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
