//! What the settings ask for, and documentation. These are no limits of progenitor.

mod documentation;
mod growth;
pub(super) mod mocks;
mod providers;
mod redaction;
mod runtime;
mod setters;

use super::Code;
use crate::error::Result;
use crate::report::{Log, Rule};

/// Everything that is done so.
pub(super) const RULES: [&Rule; 7] = [
    &runtime::RUNTIME,
    &setters::SETTERS,
    &growth::GROWTH,
    &growth::UNSENT,
    &redaction::REDACT,
    &documentation::DOCUMENTATION,
    &providers::MISSING,
];

/// Edits of the code, after the limits, which look for code as progenitor writes it.
pub(super) const FINISH: [fn(&mut Code<'_>, &mut Log) -> Result<()>; 6] = [
    // Replaces statements, and the client.
    runtime::finish,
    // Looks for statements that `runtime` leaves, and reads the types that the limits have changed.
    setters::finish,
    growth::finish,
    // Looks at all types, also those that the others have added.
    redaction::finish,
    // Hands on descriptions, from which the marks must be gone.
    documentation::finish,
    // Adds documented items.
    providers::finish,
];
