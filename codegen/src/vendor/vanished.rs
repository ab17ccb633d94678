//! Parts of a file that are not in it any more, when it is vendored again. The vendor may have dropped the page,
//! or moved it into another file: a person says which, so nothing is deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::slugs::Known;
use super::{PAGE_ENDING, Upstream};

/// A page that a file had, and has no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vanished {
    /// The name under which it is kept.
    pub(crate) slug: String,
    title: Option<String>,
    /// The file that has it no more.
    input: PathBuf,
    /// What is kept of it.
    kept: Vec<PathBuf>,
}

impl fmt::Display for Vanished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slug, title, input, kept } = self;
        let title = title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
        writeln!(f, "vanished: {slug}{title} is not in {} any more", input.display())?;
        writeln!(f, "  it is kept; if the vendor has dropped the page, delete")?;
        kept.iter().try_for_each(|file| writeln!(f, "    {}", file.display()))
    }
}

/// The pages that a file of a name had before and has no more. `slugs` are those that it has, `unread` the
/// titles of parts that could not be read.
pub(super) fn vanished(
    input: &Path,
    name: &str,
    slugs: &[String],
    unread: &[String],
    known: &BTreeMap<String, Known>,
) -> Vec<Vanished> {
    let hash = |known: &Known| known.provenance.sha256.file.clone();
    let before: BTreeSet<_> = slugs.iter().filter_map(|slug| hash(known.get(slug)?)).collect();
    let was_of = |slug: &str, known: &Known| match &known.provenance.part_of {
        Some(file) => file == name,
        // Of what was vendored before files were named, their hashes tell; of a single page, its name.
        None => slug == name || hash(known).is_some_and(|hash| before.contains(&hash)),
    };
    let gone = known.iter().filter(|(slug, known)| {
        let title = known.provenance.title.as_ref();
        !slugs.contains(slug)
            && was_of(slug, known)
            && !title.is_some_and(|title| unread.contains(title))
    });
    gone.map(|(slug, known)| Vanished {
        slug: slug.clone(),
        title: known.provenance.title.clone(),
        input: input.to_owned(),
        kept: known.kept(slug),
    })
    .collect()
}

impl Known {
    /// The files that are kept of a page.
    fn kept(&self, slug: &str) -> Vec<PathBuf> {
        let beside = [PAGE_ENDING, "examples.json", "provenance.json"]
            .map(|ending| self.file.with_file_name(format!("{slug}.{ending}")));
        let mut kept: Vec<_> = beside.into_iter().filter(|file| file.exists()).collect();
        kept.push(self.file.clone());
        kept.sort();
        kept
    }
}

/// The pages that were parts of a file which was vendored later without them, each with the file's name. Days
/// tell what is later, so a file that was vendored twice on one day tells nothing.
pub(super) fn left_behind(pages: &[Upstream]) -> Vec<(String, String)> {
    let part = |page: &Upstream| {
        let provenance = &page.provenance;
        Some((provenance.part_of.clone()?, provenance.retrieved.clone()?))
    };
    let left = pages.iter().filter_map(|page| {
        let (file, day) = part(page)?;
        let is_later = |other: &Upstream| {
            other.provenance.sha256.file != page.provenance.sha256.file
                && part(other).is_some_and(|(name, later)| name == file && later > day)
        };
        pages.iter().any(is_later).then(|| (page.slug.clone(), file))
    });
    left.collect()
}
