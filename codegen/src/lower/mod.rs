//! Stage 5, lower: OpenAPI 3.1 becomes 3.0.3, the only dialect that progenitor takes.
//!
//! What 3.0 can say is translated with the same meaning. What it cannot say is loosened, never
//! tightened, and reported. The two specifications are all that this stage knows.

mod bodies;
mod document;
mod keywords;
mod loosening;
mod names;
mod nulls;
mod reference_targets;
mod references;
mod unsupported;

use serde_json::{Map, Value};

use crate::document::path_items;
use crate::document::set;
use crate::document::structure;
use crate::document::visit::{self, Kind};
use crate::error::{Result, Stage};
use crate::report::{Log, Rule, Staged};

pub(crate) use document::RULES_BESIDE_SCHEMAS;

/// The version that documents are lowered to.
const VERSION: &str = "3.0.3";

const VERSION_3_0: Rule = Rule::translated("version", "`openapi: 3.1`", "3.0.3");

const UNKNOWN_KEYWORD: Rule = Rule::loosened(
    "unknown-keyword",
    "a keyword that neither OpenAPI nor JSON Schema has and that is no extension (`x-…`)",
    "nothing: nobody knows what it means",
);

const LATER_KEYWORD: Rule = Rule::translated(
    "later-keyword",
    "a keyword of 3.1 in a document of 3.0",
    "what it means in 3.1, for whoever wrote it means it",
);

/// Everything that this stage does.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain(&unsupported::ANNOTATIONS)
}

const RULES: &[&Rule] = &[
    &UNKNOWN_KEYWORD,
    &VERSION_3_0,
    &LATER_KEYWORD,
    &names::RULE,
    &bodies::RULE,
    &nulls::TYPE_LIST,
    &nulls::NULL_TYPE,
    &nulls::NULL_ALTERNATIVE,
    &nulls::NULLABLE,
    &nulls::UNKNOWN_TYPE,
    &nulls::ARRAY_ITEMS,
    &keywords::CONST,
    &keywords::EXAMPLES,
    &keywords::EXCLUSIVE_BOUND,
    &keywords::EXCLUSIVE_FLAG,
    &keywords::REFERENCE_SIBLINGS,
    &keywords::IF_THEN_ELSE,
    &keywords::DEPENDENT_REQUIRED,
    &keywords::DEPENDENT_SCHEMAS,
    &keywords::BOOLEAN_SCHEMA,
    &reference_targets::REFERENCE,
    &reference_targets::DYNAMIC_REFERENCE,
    &unsupported::DYNAMIC_REFERENCE,
    &keywords::BINARY_CONTENT,
    &keywords::OTHER_CONTENT,
    &unsupported::UNEVALUATED_PROPERTIES,
    &unsupported::UNEVALUATED_ITEMS,
    &unsupported::UNEVALUATED_PROPERTIES_OF_PARTS,
    &unsupported::UNEVALUATED_ITEMS_OF_PARTS,
    &unsupported::PATTERN_PROPERTIES,
    &unsupported::RECURSIVE_REFERENCE,
    &unsupported::PREFIX_ITEMS,
    &unsupported::ITEMS_LIST,
    &unsupported::PROPERTY_NAMES,
    &keywords::CONTAINS,
    &keywords::CONTAINS_COUNT,
    &loosening::NOT,
    &loosening::ONE_OF,
    &document::DIALECT,
    &document::OTHER_DIALECT,
    &path_items::RULE,
    &document::WEBHOOKS,
    &document::INFO_SUMMARY,
    &document::LICENSE,
    &document::MUTUAL_TLS,
    &document::REFERENCE_SUMMARY,
    &document::REQUIRED_FIELD,
];

/// The fields of a node.
type Fields = Map<String, Value>;

/// Lowers a document, after giving schemas the names that `x-schema-name` asks for.
///
/// # Errors
/// A reference or a path template that leads nowhere, now that the overlay had its chance to mend
/// it; two different schemas that ask for the same name.
pub fn run(document: &Value) -> Result<Staged> {
    references::check_templates(document)?;
    let mut log = Log::new(Stage::Lower);
    for place in structure::unknown(document) {
        log.add(&UNKNOWN_KEYWORD, place, "nothing reads it");
    }
    let mut document = document.clone();
    names::rename(&mut document, &mut log)?;
    reference_targets::move_to_components(&mut document, &mut log);
    references::check(&document)?;
    names::hoist(&mut document, &mut log)?;
    bodies::name(&mut document, &mut log);
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !version.starts_with("3.0") {
        visit::each_mut(&mut document, |kind, at, node| {
            if kind == Kind::Schema {
                keywords::lower(node, at, &mut log);
            }
        });
        loosening::propagate(&mut document, &mut log);
        document::lower(&mut document, &mut log);
        set(&mut document, "openapi", VERSION);
        log.add(&VERSION_3_0, "/openapi", format!("{version} -> {VERSION}"));
        // A reference may have led to something that 3.0 has no place for.
        references::check(&document)?;
    } else {
        lower_later_keywords(&mut document, &mut log);
    }
    Ok(Staged { document, changes: log.changes })
}

/// Lowers the schemas of a document of 3.0 that say what only 3.1 can.
fn lower_later_keywords(document: &mut Value, log: &mut Log) {
    visit::each_mut(document, |kind, at, node| {
        // Beside `$ref`, 3.0 ignores everything.
        if kind != Kind::Schema || visit::reference(node).is_some() {
            return;
        }
        let later = keywords::of_3_1(node);
        if !later.is_empty() {
            log.add(&LATER_KEYWORD, at, format!("{}: not in 3.0, but meant", later.join(", ")));
            keywords::lower_later(node, at, log);
        }
    });
    loosening::propagate(document, log);
}
