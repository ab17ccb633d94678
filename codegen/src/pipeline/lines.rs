//! How many lines each addition to what progenitor generates has.

use std::path::Path;

use super::{alone, lowered};
use crate::error::Result;
use crate::{progenitor, vendor};

/// The lines of the client of a spec folder as it comes from progenitor, and after each addition by the name of
/// that.
///
/// # Errors
/// As [`run`](super::run).
pub fn lines(spec: &Path) -> Result<Vec<(&'static str, usize)>> {
    let lowered = lowered(&vendor::load(spec)?)?;
    let settings = alone(progenitor::settings::read(&spec.join("generate.yaml"))?);
    let draft = progenitor::generate(&lowered, &settings)?;
    let mut counted = Vec::new();
    draft.finish_watched(&lowered, &settings, &mut |name, file| {
        counted.push((name, progenitor::print(file.clone()).map(|text| text.lines().count())));
    })?;
    counted.into_iter().map(|(name, lines)| Ok((name, lines?))).collect()
}
