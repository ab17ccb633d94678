//! Every limit of depth, count and length in this module, with its reason. Documents of people stay
//! far below them; they keep time and memory in proportion to a document of anybody else.

/// How deep `allOf` inside of `allOf` is followed. `cycles` has ended what leads back to itself, so
/// this bounds recursion alone.
pub(in crate::progenitor) const MAX_MERGE_DEPTH: usize = 16;

/// The same for the fields of a form, each of which must be known to be sent at all.
pub(in crate::progenitor) const MAX_FORM_MERGE_DEPTH: usize = 32;

/// How many schemas may be merged into one type: parts, times the ways to choose alternatives.
/// typify merges every part with every other, which takes seconds from here on.
pub(in crate::progenitor) const MAX_MERGED_SCHEMAS: u64 = 4096;

/// How many combinations of alternatives `recursion` looks at in one schema. They multiply; a merge
/// without end shows in the first of them already.
pub(in crate::progenitor) const MAX_COMBINATIONS: usize = 256;

/// How many components may be made out of alternatives. They multiply, and each is a Rust type to
/// compile.
pub(in crate::progenitor) const MAX_DISTRIBUTED_TYPES: usize = 65_536;

/// How long a name may be that is put together from the names of a schema and its alternative.
/// Alternatives of alternatives would double it each time.
pub(in crate::progenitor) const MAX_COMBINED_NAME: usize = 80;

/// How often a name is made a type's name until it stays what it is. Each time mends one run of
/// capitals, of which names have few.
pub(in crate::progenitor) const MAX_NAME_ROUNDS: usize = 4;

/// How often types of one name are told apart. The new name may be taken by a type that typify makes
/// up, which only the next run shows.
pub(in crate::progenitor) const MAX_COLLISION_ROUNDS: usize = 4;
