//! Every limit of depth, count and size, with its reason. Documents of people stay far below them; they
//! keep time and memory in proportion to a document of anybody else. Only the depth from which a client
//! takes the first alternative that decodes is elsewhere, in `progenitor/emitted/alternatives.rs`.

// Reading.

/// The largest file that is read, in MiB.
pub(crate) const MAX_FILE_MIB: u64 = 64;

/// How deep lists and mappings of YAML may be nested: as deep as serde_json reads.
pub(crate) const MAX_NESTING: usize = 128;

/// How much larger than the text the aliases of YAML may make a document.
pub(crate) const MAX_ALIAS_GROWTH: usize = 16;

/// How many references may follow each other before they count as a cycle, which the check of
/// references refuses with its place.
pub(crate) const MAX_REFERENCE_CHAIN: usize = 64;

// Mending.

/// How deep N3 follows references in search of a required field.
pub(crate) const MAX_REQUIRED_DEPTH: usize = 32;

/// How many `7D` N4 tries as the end of a template: the template's name may contain some.
pub(crate) const MAX_TEMPLATE_ENDS: usize = 4;

/// How often components are compared anew by what they refer to: the longest chain of references of which
/// the ends decide whether two components are the same.
pub(crate) const MAX_EQUALITY_ROUNDS: usize = 256;

/// How many steps of the way to a schema its name is made of.
pub(crate) const MAX_NAME_STEPS: usize = 8;

// Generating.

/// How deep `allOf` inside of `allOf` is followed. `cycles` has broken what leads back to itself, so this
/// is for chains of parts that are longer than anybody writes.
pub(crate) const MAX_MERGE_DEPTH: usize = 16;

/// The same for the fields of a form. It is twice as deep, since a field that is not found is not sent.
pub(crate) const MAX_FORM_MERGE_DEPTH: usize = 32;

/// How many schemas may be merged into one type: parts, times the ways to choose alternatives. typify
/// merges each of them, and they grow exponentially with the lines of a document.
pub(crate) const MAX_MERGED_SCHEMAS: u64 = 4096;

/// How many combinations of alternatives `recursion` checks in one schema. They multiply; those beyond
/// are not checked.
pub(crate) const MAX_COMBINATIONS: usize = 256;

/// How many components may be made out of alternatives. They multiply, and each is a Rust type to
/// compile.
pub(crate) const MAX_DISTRIBUTED_TYPES: usize = 65_536;

/// How long a name may be that is put together from the names of a schema and its alternative.
/// Alternatives of alternatives would add to it without end.
pub(crate) const MAX_COMBINED_NAME: usize = 80;

/// How often a type's name is made out of a name until typify does not change it any more. `uKPlaces`
/// needs two times; the others are a margin.
pub(crate) const MAX_NAME_ROUNDS: usize = 5;

/// How often types of one name are renamed. typify may give another type the new name, which only the
/// next run shows.
pub(crate) const MAX_COLLISION_ROUNDS: usize = 4;

// Comparing.

/// How many changes of vendored documents drift makes alone to see what covers them: the stages run once
/// for each.
#[cfg(feature = "commands")]
pub(crate) const MAX_COVERED: usize = 200;

// Examples.

/// How deep a value is made up for a schema; a page without an example of one that nests deeper is
/// tested without.
#[cfg(feature = "commands")]
pub(crate) const MAX_SAMPLE_DEPTH: usize = 8;

/// How deep a value is compared with its schema; one that nests deeper proves nothing more.
#[cfg(feature = "commands")]
pub(crate) const MAX_JUDGED_DEPTH: usize = 64;

/// How many schemas one value is compared with; alternatives of alternatives would take forever. What
/// is behind them counts as described.
#[cfg(feature = "commands")]
pub(crate) const MAX_JUDGED_SCHEMAS: usize = 100_000;

/// How many references are followed in one example, and how many inside of each other: they may lead to
/// themselves.
#[cfg(feature = "commands")]
pub(crate) const MAX_EXAMPLE_REFERENCES: usize = 1000;
#[cfg(feature = "commands")]
pub(crate) const MAX_EXAMPLE_DEPTH: usize = 16;

/// Rows of a table that are nested deeper stand at this depth, so that no page makes the audit, or the stage
/// that hands on its words, overflow its stack.
pub(crate) const MAX_ROW_DEPTH: usize = 32;

/// How deep the fields of a body are looked at for what a provider requires.
pub(crate) const MAX_MISSING_DEPTH: usize = 8;

// Documenting.

/// How many lines of an example the documentation of a type shows: a screen.
pub(crate) const MAX_EXAMPLE_LINES: usize = 60;

/// How many lines of an operation's description its method has: with the rest they fit a screen.
pub(crate) const MAX_PROSE: usize = 10;

/// How many arguments or errors a method's documentation lists; the setters have all.
pub(crate) const MAX_ARGUMENTS: usize = 8;

/// How many values of an enum an error lists of which a text is none; the type's documentation has all.
pub(crate) const MAX_LISTED_VALUES: usize = 12;

// Showing.

/// How long to look for a smaller diff: two large files that have little in common would take hours.
#[cfg(feature = "commands")]
pub(crate) const MAX_DIFF_TIME: std::time::Duration = std::time::Duration::from_millis(500);

/// How many lines of a page, places of a difference, or links of a chain an error names.
pub(crate) const MAX_SHOWN: usize = 8;

/// How deep an example is compared with its schema before it becomes a value of the mocks, and with how many
/// schemas; one that needs more is none.
pub(crate) const MAX_FITTED_DEPTH: usize = 64;
pub(crate) const MAX_FITTED_SCHEMAS: usize = 10_000;
