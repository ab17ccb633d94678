//! What the settings ask for. These are no limits of progenitor.

pub(super) mod mocks;
mod redaction;
mod runtime;

use super::Code;
use crate::error::Result;
use crate::report::{Log, Rule};

/// Everything that is done because the settings ask for it.
pub(super) const RULES: [&Rule; 2] = [&runtime::RUNTIME, &redaction::REDACT];

/// Edits of the code, after the limits, which look for code as progenitor writes it.
pub(super) const FINISH: [fn(&mut Code<'_>, &mut Log) -> Result<()>; 2] = [
    // Replaces statements, and the client.
    runtime::finish,
    // Looks at all types, also those that the others have added.
    redaction::finish,
];
