//! What would settle a finding: an edit of the document, an explanation, or a person.

use std::fmt;

use serde::Serialize;
use serde_json::json;

pub(crate) use crate::overlay::write::{Change, Edit};

/// What would settle a finding. What is sure and what is asked may stand side by side: a field that only a
/// table has is added, and whether it is required is a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mend {
    /// Edits with one answer.
    pub(crate) edits: Vec<Edit>,
    /// What a person must decide.
    pub(crate) question: Option<Question>,
    /// Why the document is right as it is, for `audit.yaml`.
    pub(crate) because: Option<&'static str>,
}

/// What a person is asked: why, and between what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) reason: Reason,
    /// The mends that are possible; none where nothing says what they are.
    pub(crate) answers: Vec<Answer>,
}

/// One of the mends between which a person chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What it comes to, in words.
    pub(crate) says: String,
    /// The edits that make it; none if an explanation is all that it takes.
    pub(crate) edits: Vec<Edit>,
}

/// Why a person must decide. The list is closed: every finding without one right mend has one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The page's words can be read in two ways.
    TwoReadings,
    /// Nothing on any page says what the right value is.
    NoEvidence,
    /// Two places of the documentation say different things, and neither is nearer to the wire.
    EvidenceDisagrees,
    /// The fault is in the page's text, which no edit of the document can mend.
    InThePage,
    /// Another finding at the same place must be decided first.
    WaitsForAnother,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::TwoReadings,
        Self::NoEvidence,
        Self::EvidenceDisagrees,
        Self::InThePage,
        Self::WaitsForAnother,
    ];

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::TwoReadings => "the page's words can be read in two ways",
            Self::NoEvidence => "nothing on any page says what the right value is",
            Self::EvidenceDisagrees => {
                "two places of the documentation say different things, and neither is nearer to the wire"
            }
            Self::InThePage => {
                "the fault is in the page's text, which no edit of the document can mend"
            }
            Self::WaitsForAnother => "another finding at the same place must be decided first",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = serde_json::to_value(self).unwrap_or_default();
        f.pad(name.as_str().unwrap_or_default())
    }
}

impl Mend {
    pub(crate) fn edits(edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { edits: edits.into_iter().collect(), ..Self::default() }
    }

    /// Nothing in the document is wrong.
    pub(crate) fn explained(because: &'static str) -> Self {
        Self { because: Some(because), ..Self::default() }
    }

    /// A person decides, and nothing says between what.
    pub(crate) fn asked(reason: Reason) -> Self {
        Self::default().asking(reason, Vec::new())
    }

    pub(crate) fn asking(self, reason: Reason, answers: Vec<Answer>) -> Self {
        Self { question: Some(Question { reason, answers }), ..self }
    }
}

impl Answer {
    pub(crate) fn of(says: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { says: says.into(), edits: edits.into_iter().collect() }
    }

    /// The document stays as it is.
    pub(crate) fn leave(says: impl Into<String>) -> Self {
        Self::of(says, [])
    }
}

/// What becomes of the `required` of an object.
impl Edit {
    /// Takes a name out of the `required` of the object at a place.
    pub(crate) fn unrequire(is_response: bool, object: &str, name: &str) -> Self {
        let change = Change::Drop(name.to_owned());
        Self { purpose: required(is_response), at: format!("{object}/required"), change }
    }

    /// Adds a name to the `required` of the object at a place.
    pub(crate) fn require(is_response: bool, object: &str, name: &str) -> Self {
        Self::update(required(is_response), object, json!({ "required": [name] }))
    }
}

fn required(is_response: bool) -> &'static str {
    if is_response { "required response fields" } else { "required request fields" }
}
