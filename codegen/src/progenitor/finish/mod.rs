//! What the settings ask for, and documentation. These are no limits of progenitor.

mod documentation;
mod growth;
pub(super) mod mocks;
mod paging;
mod parts;
mod providers;
mod redaction;
mod runtime;
mod setters;

pub(super) use runtime::RUNTIME;

use super::Code;
use crate::error::Result;
use crate::report::{Log, Rule};

/// Everything that is done so.
pub(super) const RULES: [&Rule; 12] = [
    &RUNTIME,
    &setters::SETTERS,
    &growth::GROWTH,
    &growth::UNSENT,
    &paging::PAGING,
    &paging::NO_PAGING,
    &redaction::REDACT,
    &documentation::DOCUMENTATION,
    &providers::MISSING,
    &parts::REJECTED,
    &mocks::TOLD,
    &mocks::EXAMPLE,
];

/// Edits of the code, after the limits, which look for code as progenitor writes it.
pub(super) const FINISH: [(&str, Finish); 8] = [
    // Replaces statements, and the client.
    ("runtime", runtime::finish),
    // Looks for statements that `runtime` leaves, and reads the types that the limits have changed.
    ("setters", setters::finish),
    ("growth", growth::finish),
    // Copies what sends a request, once it is as it will be.
    ("paging", paging::finish),
    // Looks at all types, also those that the others have added.
    ("redaction", redaction::finish),
    // Hands on descriptions, from which the marks must be gone.
    ("documentation", documentation::finish),
    // Adds documented items.
    ("providers", providers::finish),
    ("parts", parts::finish),
];

type Finish = fn(&mut Code<'_>, &mut Log) -> Result<()>;
