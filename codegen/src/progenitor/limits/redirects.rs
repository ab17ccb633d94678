//! Documented redirects. progenitor generates nothing for a status of 3xx, so that a caller would get a
//! documented 302 or 304 as an answer that nobody expected. `stand_in` gives each the place of a success
//! that the operation does not have; `restore` and `finish` put the real status back, in the document and
//! in the code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use syn::{Expr, Pat, parse_quote};

use super::Plan;
use crate::document::pointer;
use crate::error::Result;
use crate::progenitor::{Code, named_operations, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const REDIRECT: Rule = Rule::translated(
    "redirect",
    "a documented status of 3xx",
    "a success, which is not followed: its status and headers are the caller's",
);

/// Documented statuses of 3xx by those that stand for them, of one operation.
pub(crate) type StandIns = BTreeMap<String, String>;

/// Renames statuses of 3xx to successes that the operation does not have.
pub(super) fn stand_in(log: &mut Log, at: &str, responses: &mut Map<String, Value>) -> StandIns {
    let mut free = (200..300_u16).rev().map(|status| status.to_string());
    let taken: BTreeSet<_> = responses.keys().cloned().collect();
    let mut stand_ins = StandIns::new();
    for (status, response) in std::mem::take(responses) {
        let name = match is_redirect(&status) {
            true => free.find(|free| !taken.contains(free)),
            false => None,
        };
        if let Some(name) = &name {
            log.add(&REDIRECT, pointer::join(at, &status), "a success, not followed");
            stand_ins.insert(name.clone(), status.to_uppercase());
        }
        responses.insert(name.unwrap_or(status), response);
    }
    stand_ins
}

/// Whether a status is one of 3xx, or all of them.
pub(super) fn is_redirect(status: &str) -> bool {
    let digits = status.strip_prefix('3').unwrap_or_default();
    digits.eq_ignore_ascii_case("XX")
        || digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The document with the real statuses.
pub(in crate::progenitor) fn restore(document: &mut Value, plan: &Plan) {
    for (name, operation) in named_operations(document) {
        let Some(stand_ins) = plan.redirects.get(&name) else { continue };
        let at = format!("{}/responses", operation.pointer());
        let Some(Value::Object(responses)) = document.pointer_mut(&at) else { continue };
        let renamed = std::mem::take(responses).into_iter().map(|(status, response)| {
            (stand_ins.get(&status).cloned().unwrap_or(status), response)
        });
        *responses = renamed.collect();
    }
}

/// Matches the real statuses.
///
/// # Errors
/// An operation without the match arm that progenitor is known to generate for a status.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let mut missing = code.plan.redirects.clone();
    missing.retain(|operation, _| code.operations.contains(operation));
    for (operation, send) in shape::sends(code.file) {
        let Some(stand_ins) = missing.get_mut(&operation) else { continue };
        shape::each_expression(&mut send.block, |expression| {
            let Expr::Match(expression) = expression else { return };
            if !shape::is_match_on_status(expression) {
                return;
            }
            for arm in &mut expression.arms {
                let Some(status) = stand_ins.remove(&shape::status(&arm.pat)) else { continue };
                arm.pat = pattern(&status);
                log.add(&REDIRECT, &operation, status.as_str());
            }
        });
    }
    match missing.iter().find(|(_, left)| !left.is_empty()) {
        Some((operation, _)) => Err(shape::no_place_in(REDIRECT.id, operation)),
        None => Ok(()),
    }
}

/// The pattern of a status, or of all of 3xx.
fn pattern(status: &str) -> Pat {
    match status.parse::<u16>() {
        Ok(status) => parse_quote!(#status),
        Err(_) => parse_quote!(300u16..=399u16),
    }
}
