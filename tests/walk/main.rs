//! What a maintainer reads when the vendor changes a page, and when eight pages come to the first. The README shows
//! these outputs.

mod changed_page;
mod first_page;
mod more_pages;
mod repository;
#[path = "../../codegen/tests/common/tables.rs"]
mod tables;

use changed_page::{COVERED, WALK};
use more_pages::GROWN;
use repository::from;

/// What the README quotes is what the commands print: every line of its walk-through.
#[test]
fn the_readme_shows_these_outputs() {
    let readme = include_str!("../../README.md");
    let walk = from(readme, "### The vendor changed their page");
    let walk = &walk[..walk.find("### Rooms").unwrap()];
    let changed = [&WALK.vendor.1, &WALK.codegen.1, &WALK.audit.1, &WALK.drift.1];
    let printed = changed.into_iter().chain(COVERED.iter()).chain(GROWN.texts());
    let printed: Vec<&str> = printed.flat_map(|text| text.lines()).map(str::trim).collect();
    let mut quoted = 0;
    for block in walk.split("```console\n").skip(1) {
        let lines = block[..block.find("```").unwrap()].lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with(['$', '\u{2026}'])) {
            assert!(printed.contains(&line), "the README says {line:?}; printed is {printed:#?}");
            quoted += 1;
        }
    }
    assert!(quoted > 15, "the walk-through quotes {quoted} lines");
}
