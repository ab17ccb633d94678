//! Every limit of depth, count and length in this module, with its reason. Documents of people stay
//! below them; they keep time and memory in proportion to a document of anybody else. Only the depth from
//! which a client takes the first alternative that decodes is elsewhere, in `emitted/alternatives.rs`.

/// How deep `allOf` inside of `allOf` is followed. `cycles` has broken what leads back to itself, so this
/// is for chains of parts that are longer than anybody writes.
pub(in crate::progenitor) const MAX_MERGE_DEPTH: usize = 16;

/// The same for the fields of a form. It is twice as deep, since a field that is not found is not sent.
pub(in crate::progenitor) const MAX_FORM_MERGE_DEPTH: usize = 32;

/// How many schemas may be merged into one type: parts, times the ways to choose alternatives. typify
/// merges each of them, and they grow exponentially with the lines of a document.
pub(in crate::progenitor) const MAX_MERGED_SCHEMAS: u64 = 4096;

/// How many combinations of alternatives `recursion` checks in one schema. They multiply; those beyond
/// are not checked.
pub(in crate::progenitor) const MAX_COMBINATIONS: usize = 256;

/// How many components may be made out of alternatives. They multiply, and each is a Rust type to
/// compile.
pub(in crate::progenitor) const MAX_DISTRIBUTED_TYPES: usize = 65_536;

/// How long a name may be that is put together from the names of a schema and its alternative.
/// Alternatives of alternatives would add to it without end.
pub(in crate::progenitor) const MAX_COMBINED_NAME: usize = 80;

/// How often a type's name is made out of a name until typify does not change it any more. `uKPlaces`
/// needs two times; the others are a margin.
pub(in crate::progenitor) const MAX_NAME_ROUNDS: usize = 5;

/// How often types of one name are renamed. typify may give another type the new name, which only the
/// next run shows.
pub(in crate::progenitor) const MAX_COLLISION_ROUNDS: usize = 4;
