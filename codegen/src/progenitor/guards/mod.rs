//! What would make the generator hang, overflow, panic or declare a name twice.

pub(super) mod collisions;
pub(super) mod cycles;
pub(super) mod panics;
pub(super) mod probe;
pub(super) mod recursion;
pub(super) mod sizes;
pub(super) mod typed;

use crate::report::Rule;

/// Everything that is done to keep the generator from it.
pub(super) const RULES: [&Rule; 3] = [&cycles::CYCLE, &sizes::TOO_MANY_PARTS, &probe::REFUSED];
