//! `audit.yaml`: findings that are left, and why. An entry explains two values, what the page says and what
//! the document says; once one of them is another, it explains nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::finding::Finding;
use crate::document::merged::object_of;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};
use crate::document::path_template::without_variables;
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::yaml;

/// One entry: findings that are left, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) findings: Vec<Explanation>,
    pub(super) because: String,
}

/// A finding that is left, and the values that were looked at when that was decided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Explanation {
    pub(super) finding: String,
    pub(super) values: Option<Values>,
}

/// The two values of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// What the page says.
    pub page: String,
    /// What the document says.
    pub document: String,
}

/// An explanation as it is written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a finding, or `finding`, `page` and `document`")]
enum Written {
    Unbound(String),
    Bound(Bound),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bound {
    finding: String,
    page: String,
    document: String,
}

impl From<Written> for Explanation {
    fn from(written: Written) -> Self {
        match written {
            Written::Unbound(finding) => Self { finding, values: None },
            Written::Bound(Bound { finding, page, document }) => {
                Self { finding, values: Some(Values { page, document }) }
            }
        }
    }
}

/// An explanation that no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaleEntry {
    /// The finding that it names.
    pub finding: String,
    /// Why it does not hold.
    #[serde(flatten)]
    pub fault: EntryFault,
}

/// Why an explanation does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum EntryFault {
    /// Page and document agree now.
    Fixed,
    /// What it is about is nowhere: moved or renamed by the vendor, or mistyped.
    Moved {
        /// A finding or an operation that reads most like it.
        nearest: Option<String>,
    },
    /// The page or the document says something else than when it was decided.
    Changed {
        /// What was said then.
        was: Values,
        /// What is said now.
        is: Values,
    },
    /// It does not say which values it explains.
    Unrecorded,
}

impl fmt::Display for StaleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.finding)?;
        match &self.fault {
            EntryFault::Fixed => writeln!(f, "      fixed: page and document agree, remove it"),
            EntryFault::Moved { nearest: Some(nearest) } => {
                writeln!(f, "      moved or mistyped: there is `{nearest}`")
            }
            EntryFault::Moved { nearest: None } => {
                writeln!(
                    f,
                    "      moved or mistyped: nothing like it is there; remove it if it is gone"
                )
            }
            EntryFault::Changed { was, is } => {
                for (side, was, is) in
                    [("page", &was.page, &is.page), ("document", &was.document, &is.document)]
                {
                    if without_variables(was) != without_variables(is) {
                        writeln!(f, "      {side}: was {was:?}, is {is:?}")?;
                    }
                }
                writeln!(f, "      look at it again: cargo xtask audit --accept, or mend it")
            }
            EntryFault::Unrecorded => {
                writeln!(
                    f,
                    "      does not say which values it explains: cargo xtask audit --accept"
                )
            }
        }
    }
}

/// The entries of a file; none if it is not there.
pub(super) fn read(file: &Path) -> Result<Vec<Entry>> {
    match file.exists() {
        true => {
            let text = files::read(Stage::Audit, file)?;
            parse(&text).map_err(|error| error.in_file(file))
        }
        false => Ok(Vec::new()),
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>> {
    let refused = |message: String| Error::new(Stage::Audit, Problem::Syntax { message });
    let entries: Vec<Entry> = yaml::read(text).map_err(|error| error.report(refused))?;
    match entries.iter().position(|entry| entry.because.trim().is_empty()) {
        Some(index) => Err(refused("`because` is empty".to_owned()).at(format!("/{index}"))),
        None => Ok(entries),
    }
}

impl Values {
    pub(super) fn of(finding: &Finding) -> Self {
        Self { page: finding.documentation.clone(), document: finding.document.clone() }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        without_variables(&self.page) == without_variables(&other.page)
            && without_variables(&self.document) == without_variables(&other.document)
    }
}

/// The entries, held against the findings of the patched document.
pub(super) struct Entries<'e> {
    pub(super) entries: &'e [Entry],
    pub(super) findings: &'e BTreeMap<String, Finding>,
    pub(super) document: &'e Value,
}

impl<'e> Entries<'e> {
    /// Why a finding is left. An explanation of other values is none.
    pub(super) fn because(&self, finding: &Finding) -> Option<&'e str> {
        let is_of = |explanation: &Explanation| {
            let values = explanation.values.as_ref();
            without_variables(&explanation.finding) == without_variables(&finding.id)
                && values.is_none_or(|values| values.says_the_same(&Values::of(finding)))
        };
        let entry = self.entries.iter().find(|entry| entry.findings.iter().any(is_of))?;
        Some(&entry.because)
    }

    /// The explanations that do not hold.
    pub(super) fn stale(&self) -> Vec<StaleEntry> {
        let explanations = self.entries.iter().flat_map(|entry| &entry.findings);
        let stale = explanations.filter_map(|explanation| {
            let fault = self.fault(explanation)?;
            Some(StaleEntry { finding: explanation.finding.clone(), fault })
        });
        stale.collect()
    }

    fn fault(&self, explanation: &Explanation) -> Option<EntryFault> {
        let wanted = without_variables(&explanation.finding);
        let Some(finding) = self.findings.values().find(|it| without_variables(&it.id) == wanted)
        else {
            return Some(self.missing(&explanation.finding));
        };
        let is = Values::of(finding);
        match &explanation.values {
            None => Some(EntryFault::Unrecorded),
            Some(was) if was.says_the_same(&is) => None,
            Some(was) => Some(EntryFault::Changed { was: was.clone(), is }),
        }
    }

    /// What became of a finding that is not there.
    fn missing(&self, id: &str) -> EntryFault {
        let (kind, rest) = id.split_once(": ").unwrap_or(("", id));
        let of_other_kind = self.findings.keys().find(|other| {
            let (_, other) = other.split_once(": ").unwrap_or_default();
            without_variables(other) == without_variables(rest)
        });
        if let Some(other) = of_other_kind {
            return EntryFault::Moved { nearest: Some(other.clone()) };
        }
        let nodes = operations::nodes(self.document);
        let labels =
            nodes.iter().map(|operation| (operation, without_variables(&operation.label())));
        let rest = without_variables(rest);
        let here = labels.filter_map(|(operation, label)| {
            let name = rest.strip_prefix(&label)?;
            (name.is_empty() || name.starts_with(' ')).then(|| (operation, name.trim().to_owned()))
        });
        // Of `/pets` and `/pets/{id}`, the longer one has less left to name.
        match here.min_by_key(|(_, name)| name.len()) {
            Some((operation, name)) if is_there(operation, &name) => EntryFault::Fixed,
            Some(_) => {
                let ids = self.findings.keys().filter(|other| {
                    other.starts_with(kind)
                        && self.findings.get(*other).is_some_and(|it| self.because(it).is_none())
                });
                EntryFault::Moved { nearest: nearest(id, ids.cloned()) }
            }
            None => EntryFault::Moved {
                nearest: nearest(&rest, nodes.iter().map(OperationNode::label)),
            },
        }
    }
}

/// Whether an operation has what a finding names; what names no field is there with the operation.
fn is_there(operation: &OperationNode<'_>, name: &str) -> bool {
    let (side, path) = name.split_once('.').unwrap_or((name, ""));
    let schema = match side.split_once(' ') {
        _ if path.is_empty() => return true,
        Some(("response", status)) => {
            status.parse().ok().and_then(|it| operation.response_schema(it))
        }
        None if side == "request" => operation.request_schema(),
        _ => return true,
    };
    let field = |node: Node<'_>, name: &str| object_of(node).properties.contains_key(name);
    let mut names: Vec<&str> = path.split('.').collect();
    let last = names.pop().unwrap_or_default();
    let holder = names.into_iter().try_fold(schema, |node, name| {
        let found = node.map(object_of).and_then(|object| object.properties.get(name).cloned());
        found.is_some().then_some(found)
    });
    holder.flatten().is_some_and(|node| field(node, last))
}

/// What reads most like a text, if anything does.
fn nearest(text: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    const LIKE: f64 = 0.6;
    let scored = candidates.map(|other| {
        (
            strsim::normalized_levenshtein(&without_variables(text), &without_variables(&other)),
            other,
        )
    });
    let like = scored.filter(|(score, _)| *score >= LIKE);
    like.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, other)| other)
}
