//! One disagreement between a document and its own documentation or examples.

use std::fmt;

use serde::Serialize;

use super::mend::{Mend, Reason};

/// What disagrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A field that a table has and the schema has not.
    MissingField,
    /// A field that the schema has and no table.
    UndocumentedField,
    /// Required in one, optional in the other.
    Required,
    /// The documented type is another.
    Type,
    /// An amount of money that is an integer.
    Money,
    /// The documented default is another, or the schema has none.
    Default,
    /// The documented values are others, or the schema has any.
    Values,
    /// The documented format is not in the schema.
    Format,
    /// A documented status without a response.
    MissingResponse,
    /// A parameter of the path or of a table that is not declared.
    UndeclaredParameter,
    /// A declared parameter that the table of its kind has not.
    UndocumentedParameter,
    /// A body without fields in the document, and a table of them.
    UndescribedBody,
    /// A path template that is percent-encoded.
    EncodedPath,
    /// A body that requires fields and is itself optional.
    OptionalBody,
    /// A server that is no address.
    Server,
    /// A request line that is not the path and server of the document.
    RequestLine,
    /// A code sample that does not call the operation as the document has it.
    Sample,
    /// An example has a field that the schema lacks.
    ExampleUnknownField,
    /// An example lacks a field that the schema requires.
    ExampleMissingField,
    /// An example has a value that the schema refuses.
    ExampleValue,
    /// An example is `undefined`, or does not parse.
    UndefinedExample,
    /// A table that describes nothing in the document.
    UnplacedTable,
    /// A row of a table that names no field.
    UnreadRow,
    /// Two pages that say different things of the same.
    Disagreement,
    /// A status that was recorded, and that no response describes.
    UndocumentedStatus,
    /// A call of the API that was recorded, and that no page is about.
    UndocumentedCall,
    /// A page's operation is not in the patched document.
    MissingOperation,
    /// A variable of the path that is a UUID wherever else it is, and has no format.
    Identifier,
    /// A request that the client may send again, as it carries an id of its own, and no mark of that.
    Repeatable,
    /// An operation that documents no error, although the other pages all document the same one.
    UndocumentedErrors,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = serde_json::to_value(self).unwrap_or_default();
        f.pad(name.as_str().unwrap_or_default())
    }
}

/// A disagreement, with both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Kind, operation and place in words; the same whatever the components are called.
    pub id: String,
    /// What disagrees.
    pub kind: Kind,
    /// Where in the document, as JSON Pointer.
    pub pointer: String,
    /// What the page says.
    pub documentation: String,
    /// What the document says.
    pub document: String,
    /// The smallest change of the document after which both agree.
    pub correction: String,
    /// The same as edits, or what a person must decide.
    #[serde(skip)]
    pub(crate) mend: Mend,
}

impl Finding {
    /// Method and path of the operation that it is about.
    pub(crate) fn operation(&self) -> String {
        let about = self.id.split_once(": ").map_or("", |(_, about)| about);
        about.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ")
    }

    /// Adds what the page says in another place of the same thing. Of a field in examples, the first that
    /// shows it is enough.
    pub(super) fn absorb(&mut self, other: &Self) {
        // Two places of the page that ask for two edits disagree.
        if self.mend != other.mend {
            self.mend = Mend::asked(Reason::EvidenceDisagrees);
        }
        let is_in_examples = matches!(
            self.kind,
            Kind::ExampleUnknownField | Kind::ExampleMissingField | Kind::ExampleValue
        );
        if !is_in_examples && !self.documentation.contains(&other.documentation) {
            self.documentation += &format!("; {}", other.documentation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{self, *};

    const KINDS: [Kind; 30] = [
        MissingField,
        UndocumentedField,
        Required,
        Type,
        Money,
        Default,
        Values,
        Format,
        MissingResponse,
        UndeclaredParameter,
        UndocumentedParameter,
        UndescribedBody,
        EncodedPath,
        OptionalBody,
        Server,
        RequestLine,
        Sample,
        ExampleUnknownField,
        ExampleMissingField,
        ExampleValue,
        UndefinedExample,
        UnplacedTable,
        UnreadRow,
        Disagreement,
        UndocumentedStatus,
        UndocumentedCall,
        MissingOperation,
        Identifier,
        Repeatable,
        UndocumentedErrors,
    ];

    #[test]
    fn every_kind_has_a_case() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/audit");
        let cases = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let cases: Vec<_> = cases.map(|name| name.into_string().unwrap()).collect();
        for kind in KINDS {
            let kind = kind.to_string();
            assert!(cases.iter().any(|case| case.starts_with(&kind)), "{kind} has no case");
        }
    }
}
