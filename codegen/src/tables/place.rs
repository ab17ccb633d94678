//! What each table is about: by the words over it, and where they say nothing, by the object whose
//! fields it has.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Table, status_codes};
use super::row::{Row, entries};
use super::split::split;
use crate::document::merged::MergedSchema;
use crate::document::merged::object_of;
use crate::document::node::Node;
use crate::document::operations::OperationNode;

/// Which part of an operation a table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Response(u16),
    Parameters(&'static str),
}

/// A table and what it describes.
pub(crate) struct Placed<'d> {
    pub(crate) table: Table,
    pub(crate) side: Side,
    /// `response 200.companyInfo`
    pub(crate) name: String,
    /// The object in the document, if it has it.
    pub(crate) schema: Option<Node<'d>>,
    /// The status codes that it is about.
    pub(crate) codes: Vec<u16>,
    /// It describes an object below the body, under the table of the whole.
    pub(crate) is_part: bool,
    /// What the document has around the object and the table has not: `data.`
    pub(crate) envelope: String,
}

/// Places every table; those that fit nowhere come back apart.
pub(crate) fn place<'d>(
    operation: &OperationNode<'d>,
    tables: Vec<Table>,
) -> (Vec<Placed<'d>>, Vec<Table>) {
    let mut placed: Vec<Placed<'d>> = Vec::new();
    let mut unplaced = Vec::new();
    let mut carried: Vec<String> = Vec::new();
    for mut table in tables.into_iter().flat_map(|table| split(operation, table)) {
        // Words over a list of anything else are over the table after it as well.
        table.over.splice(0..0, std::mem::take(&mut carried));
        let subjects = by_heading(operation, &table);
        let subjects = match subjects.is_empty() {
            true => by_fields(operation, &placed, &table).into_iter().collect(),
            false => subjects,
        };
        match subjects.is_empty() {
            // A description may have any other list as well.
            true if table.is_list() => carried = table.over,
            true => unplaced.push(table),
            false => placed.extend(subjects.into_iter().map(|it| it.with(table.clone()))),
        }
    }
    (placed, unplaced)
}

/// The fields of [`Placed`] that say what its table is about.
struct Subject<'d> {
    side: Side,
    name: String,
    schema: Option<Node<'d>>,
    codes: Vec<u16>,
    is_part: bool,
}

impl<'d> Subject<'d> {
    fn of_body(side: Side, name: String, schema: Option<Node<'d>>, codes: Vec<u16>) -> Self {
        Self { side, name, schema, codes, is_part: false }
    }

    fn of_parameters(location: &'static str) -> Self {
        let name = format!("{location} parameters");
        Self::of_body(Side::Parameters(location), name, None, Vec::new())
    }

    fn request(operation: &OperationNode<'d>, codes: Vec<u16>) -> Self {
        Self::of_body(Side::Request, "request".to_owned(), operation.request_schema(), codes)
    }

    /// What the table is about: an item inside, if it has the fields of one and not of the whole.
    fn with(self, table: Table) -> Placed<'d> {
        let Self { side, mut name, mut schema, codes, is_part } = self;
        let mut envelope = String::new();
        let is_of_body = !is_part && !table.is_list();
        if let Some((path, item)) =
            schema.clone().filter(|_| is_of_body).and_then(|it| item(it, &table))
        {
            name = format!("{name}.{path}");
            envelope = format!("{path}.");
            schema = Some(item);
        }
        Placed { table, side, name, schema, codes, is_part, envelope }
    }
}

/// The object inside of an envelope whose fields a table lists, and the way to it.
fn item<'d>(schema: Node<'d>, table: &Table) -> Option<(String, Node<'d>)> {
    let rows = entries(&table.rows, &|_| false);
    let names: BTreeSet<&str> = rows.iter().map(|entry| entry.name.as_str()).collect();
    let shared = |object: &MergedSchema<'_>| {
        names.iter().filter(|name| object.properties.contains_key(**name)).count()
    };
    let whole = object_of(schema);
    let mut inside: Vec<(String, Node<'d>)> = Vec::new();
    for (name, property) in &whole.properties {
        inside.push(((*name).to_owned(), property.clone()));
        // An envelope may be in another, as a page of results in `data`.
        for (below, property) in object_of(property.clone()).properties {
            inside.push((format!("{name}.{below}"), property));
        }
    }
    // A table that names what is around its fields is about the whole.
    inside.retain(|(path, _)| !path.split('.').any(|name| names.contains(name)));
    let counted = inside.into_iter().map(|it| (shared(&object_of(it.1.clone())), it));
    let (most, best) = counted.rev().max_by_key(|(shared, _)| *shared)?;
    (most > shared(&whole) && most * 2 >= names.len()).then_some(best)
}

/// What the words over a table say, the nearest first: several where it is about several responses.
fn by_heading<'d>(operation: &OperationNode<'d>, table: &Table) -> Vec<Subject<'d>> {
    match table.location {
        Some("body") => return vec![Subject::request(operation, Vec::new())],
        Some(location) => return vec![Subject::of_parameters(location)],
        None => {}
    }
    let subjects = table.over.iter().rev().find_map(|words| by_words(operation, table, words));
    subjects.unwrap_or_default()
}

fn by_words<'d>(
    operation: &OperationNode<'d>,
    table: &Table,
    words: &str,
) -> Option<Vec<Subject<'d>>> {
    let codes = status_codes(words);
    // A sentence that mentions a header is no heading.
    let is_sentence = words.trim_end().ends_with('.');
    let words = words.to_lowercase();
    let has = |word: &str| words.contains(word);
    // `param` is in `parameter` as well.
    let is_of_parameters = has("variable") || has("param");
    let locations = [
        ("path", is_of_parameters),
        ("query", is_of_parameters || has("query string")),
        ("header", !is_sentence),
        ("cookie", is_of_parameters),
    ];
    let location = locations.into_iter().find(|(word, is_one)| *is_one && has(word));
    if location.is_some_and(|(word, _)| word == "header") && has("response") {
        // The headers of a response are no parameters, and nothing here has them.
        Some(Vec::new())
    } else if let Some((location, _)) = location {
        Some(vec![Subject::of_parameters(location)])
    } else if table.is_list() {
        None
    } else if !codes.is_empty() || has("response") {
        Some(responses(operation, codes))
    } else if has("request") || has("body") || has("payload") {
        Some(vec![Subject::request(operation, codes)])
    } else {
        None
    }
}

/// The responses that status codes name: that of success, or each.
fn responses<'d>(operation: &OperationNode<'d>, codes: Vec<u16>) -> Vec<Subject<'d>> {
    let success = codes.iter().copied().find(|code| (200..300).contains(code));
    let statuses = match (success, codes.is_empty()) {
        (Some(status), _) => vec![status],
        (None, true) => vec![operation.success().unwrap_or(200)],
        (None, false) => codes.clone(),
    };
    let subjects = statuses.into_iter().enumerate().map(|(index, status)| {
        let schema = operation.response_schema(status);
        let codes = if index == 0 { codes.clone() } else { Vec::new() };
        Subject::of_body(Side::Response(status), format!("response {status}"), schema, codes)
    });
    subjects.collect()
}

/// A property of what the last table was about, which has most of these fields on any side.
fn by_fields<'d>(
    operation: &OperationNode<'d>,
    placed: &[Placed<'d>],
    table: &Table,
) -> Option<Subject<'d>> {
    if table.is_list() {
        return None;
    }
    let last = placed.iter().rev().find(|placed| !matches!(placed.side, Side::Parameters(_)))?;
    // Tables of nested objects stand side by side under the one of the whole.
    let parent = placed.iter().rev().find(|other| other.side == last.side && !other.is_part)?;
    let rows: BTreeSet<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    let shared = nested_fields(operation, parent).into_iter().map(|(name, fields)| {
        let shared = rows.iter().filter(|row| fields.contains(**row)).count();
        (shared, name)
    });
    let most = shared.max_by_key(|(shared, _)| *shared);
    let most = most.filter(|(shared, _)| shared * 2 >= rows.len() && *shared > 0);
    let name = most.map(|(_, name)| name).or_else(|| by_name(parent, table))?;
    let object = parent.schema.clone().map(object_of);
    let schema = object.and_then(|object| object.properties.get(name.as_str()).cloned());
    let name = format!("{}.{name}", parent.name);
    Some(Subject { side: parent.side, name, schema, codes: Vec::new(), is_part: true })
}

/// The row of an object that the words over a table name: `companyInfo` under "Company info".
fn by_name(parent: &Placed<'_>, table: &Table) -> Option<String> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let over = letters(table.over.last()?);
    let is_object = |row: &&Row| matches!(row.json_type(), Some("object" | "array"));
    let mut objects = parent.table.rows.iter().filter(is_object);
    objects
        .find(|row| row.name.len() > 3 && over.starts_with(&letters(&row.name)))
        .map(|row| row.name.clone())
}

/// Properties that are objects, in the document or by the table, and the fields that they have on
/// any side: the parent's own may lack what another has.
fn nested_fields(
    operation: &OperationNode<'_>,
    parent: &Placed<'_>,
) -> BTreeMap<String, BTreeSet<String>> {
    let is_object = |row: &&Row| matches!(row.json_type(), Some("object" | "array"));
    let documented = parent.table.rows.iter().filter(is_object).map(|row| row.name.clone());
    let object = parent.schema.clone().map(object_of);
    let declared = object.iter().flat_map(|object| object.properties.keys());
    let names = documented.chain(declared.map(|name| (*name).to_owned()));
    let mut nested: BTreeMap<_, BTreeSet<_>> = names.map(|name| (name, BTreeSet::new())).collect();
    let sides = [operation.request_schema(), operation.response_schema(200), parent.schema.clone()];
    for (name, property) in sides.into_iter().flatten().flat_map(|side| object_of(side).properties)
    {
        if let Some(fields) = nested.get_mut(name) {
            fields.extend(object_of(property).properties.keys().map(|name| (*name).to_owned()));
        }
    }
    nested
}
