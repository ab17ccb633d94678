//! One verdict: what the next version of the crate must be called.

use serde::Serialize;

use super::Drift;
use super::wire::Class;

/// Which part of the version must go up. Before 1.0 cargo reads `0.MINOR` as the major version, so
/// `major` raises that and anything less raises the last number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Something did that no rule judges, that a patch covers or that only the page says: whoever reads it decides.
    Review,
    /// Only texts changed.
    Patch,
    /// More is possible; what was possible still is.
    Minor,
    /// Deployed clients or calling code may fail.
    Major,
}

impl std::fmt::Display for Bump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{self:?}").to_lowercase())
    }
}

/// The bump and its reasons, the weightiest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The part of the version.
    pub bump: Bump,
    /// How many changes of which kind ask for it.
    pub reasons: Vec<String>,
}

impl Verdict {
    /// That of no change.
    pub(super) fn none() -> Self {
        Self { bump: Bump::None, reasons: Vec::new() }
    }
}

/// The verdict on all that a report has and that is not accepted.
pub(super) fn judge(drift: &Drift) -> Verdict {
    let wire = |class| drift.wire.iter().filter(|change| change.class == class).count();
    let rust = |class| drift.rust.iter().filter(|change| change.class == class).count();
    let texts = drift.documentation.len() + drift.examples.len();
    let counts = [
        (Bump::Major, wire(Class::Breaking), "breaking on the wire"),
        (Bump::Major, rust(Class::Breaking), "breaking in Rust"),
        (Bump::Minor, wire(Class::Compatible), "compatible on the wire"),
        (Bump::Minor, rust(Class::Compatible), "compatible in Rust"),
        (Bump::Patch, texts, "of documentation and examples"),
    ];
    let counted = counts.iter().filter(|(_, count, _)| *count > 0);
    let least = if drift.is_to_be_reviewed() { Bump::Review } else { Bump::None };
    let bump = counted.clone().map(|(bump, ..)| *bump).max().unwrap_or(least);
    let reasons = counted.map(|(_, count, what)| {
        let changes = if *count == 1 { "change" } else { "changes" };
        format!("{count} {changes} {what}")
    });
    Verdict { bump, reasons: reasons.collect() }
}
