//! Local references: what they lead to.

use serde_json::Value;

use super::{pointer, visit};
use crate::bounds::MAX_REFERENCE_CHAIN;

/// What a reference leads to, or the value itself. A reference that leads nowhere stays.
pub(crate) fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    for _ in 0..MAX_REFERENCE_CHAIN {
        let target = visit::reference(value).and_then(pointer::of_reference);
        match target.and_then(|at| document.pointer(&at)) {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}
