//! What a run says of itself: how many operations there are, and what was done.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Outcome;
use crate::count;
use crate::lower;
use crate::normalize::Pages;
use crate::report::{Change, LeftOut};

/// What `--report` writes.
#[derive(Debug, Serialize)]
pub struct Report<'o> {
    operations: Operations<'o>,
    pages: Pages,
    schemas: Schemas,
    patches: &'o [Change],
}

#[derive(Debug, Serialize)]
struct Operations<'o> {
    total: usize,
    generated: usize,
    merged: &'o [count::Merged],
    left_out: &'o [LeftOut],
}

#[derive(Debug, Serialize)]
struct Schemas {
    total: usize,
    loosened: usize,
}

impl Report<'_> {
    /// One line for a person.
    pub fn summary(&self) -> String {
        let Operations { total, generated, .. } = &self.operations;
        format!("{generated} of {total} operations generated")
    }
}

impl Outcome {
    /// The report of this run.
    pub fn report(&self) -> Report<'_> {
        let (total, generated) = (self.operations, self.generated);
        let operations =
            Operations { total, generated, merged: &self.merged, left_out: &self.left_out };
        let of_schemas = |change: &&Change| {
            lower::RULES_BESIDE_SCHEMAS.iter().all(|rule| rule.id != change.rule)
        };
        let loosened = self.changes.iter().filter(|change| change.loosened).filter(of_schemas);
        let loosened: BTreeSet<_> = loosened.map(|change| &change.place).collect();
        let schemas = Schemas { total: self.schemas, loosened: loosened.len() };
        Report { operations, pages: self.pages, schemas, patches: &self.changes }
    }
}
