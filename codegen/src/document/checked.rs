//! The check of a document's shape, after normalize and again after the overlay.

use serde_json::Value;

use super::structure::{self, Fault};
use crate::error::{Error, Problem, Result, Stage};

/// Refuses values of another type than OpenAPI says which no later stage could tell, and returns the others as
/// warnings. They are the pages' where the overlay leaves them as they were, and else the overlay's.
pub(crate) fn check(normalized: &Value, patched: &Value) -> Result<Vec<String>> {
    let (refused, told): (Vec<_>, Vec<_>) =
        structure::faults(patched).into_iter().partition(Fault::is_refused);
    if !refused.is_empty() {
        return Err(refusal(refused, &structure::faults(normalized)));
    }
    let told = told.iter().filter(|fault| !fault.is_reported());
    Ok(told.map(|fault| format!("#{} is not {}", fault.place, fault.expected)).collect())
}

fn refusal(refused: Vec<Fault>, before: &[Fault]) -> Error {
    let (of_pages, written): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|fault| before.contains(fault));
    let (stage, faults) = match of_pages.is_empty() {
        true => (Stage::Overlay, written),
        false => (Stage::Normalize, of_pages),
    };
    let place = faults.first().map(|fault| fault.place.clone()).unwrap_or_default();
    Error::new(stage, Problem::Structure { faults }).at(place)
}
