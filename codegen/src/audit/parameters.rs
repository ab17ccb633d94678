//! The parameters of an operation against its path and its tables.

use serde_json::{Map, json};

use super::check::Report;
use super::compare;
use super::described::{self, Owner};
use super::finding::Kind;
use super::mend::{Edit, Mend, Reason};
use super::naming;
use crate::document::operations::Parameter;
use crate::document::pointer::percent_decoded;
use crate::drift::requirement;
use crate::tables::row::{Entry, Row};
use crate::tables::words::Need;
use crate::tables::{Placed, Side};

/// Headers that OpenAPI describes in other places than parameters (OpenAPI 3.1, section 4.8.12.1).
const NO_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

pub(super) fn check(report: &mut Report<'_, '_>, placed: &[Placed<'_>]) {
    let path = percent_decoded(&report.operation.operation.path);
    let declared = report.operation.parameters();
    let in_path = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    for (name, _) in in_path {
        if find(&declared, "path", name).is_none() {
            let quote = format!("the path `{path}`");
            undeclared(report, "path", name, &quote, &Row::default());
        }
    }
    let mut seen: Vec<(&str, &Row)> = Vec::new();
    for placed in placed {
        let Side::Parameters(location) = placed.side else { continue };
        seen.extend(placed.table.rows.iter().map(|row| (location, row)));
    }
    for (location, row) in &seen {
        let is_elsewhere = *location == "header"
            && NO_PARAMETERS.iter().any(|name| name.eq_ignore_ascii_case(&row.name));
        match find(&declared, location, &row.name) {
            Some(parameter) => compare_one(report, row, location, parameter),
            // A nested row is about a part of the one above.
            None if is_elsewhere || row.depth > 0 => {}
            None => undeclared(report, location, &row.name, &row.quote, row),
        }
    }
    undocumented(report, &declared, &seen);
}

/// The declared parameter that a name is of: `ids` of `ids[]`, `filter` of `filter[name]`.
fn find<'p, 'd>(
    declared: &'p [Parameter<'d>],
    location: &str,
    name: &str,
) -> Option<&'p Parameter<'d>> {
    let is_same = |other: &str, name: &str| match location {
        "header" => other.eq_ignore_ascii_case(name),
        _ => other == name,
    };
    let named = |name: &str| {
        let mut there = declared.iter().filter(|it| it.location() == Some(location));
        there.find(|it| it.name().is_some_and(|other| is_same(other, name)))
    };
    named(name).or_else(|| named(name.split_once('[')?.0))
}

fn undeclared(report: &mut Report<'_, '_>, location: &str, name: &str, quote: &str, row: &Row) {
    let place = report.operation.node.place("parameters");
    let document = format!("no parameter `{name}` in {location}");
    let correction = format!("declare `{name}`, in {location}");
    let mend = declared(report, location, name, row);
    let name = format!("{location} parameter {name}");
    report.add(Kind::UndeclaredParameter, &name, place, quote, document, correction, mend);
}

/// The parameter that a row describes.
fn declared(report: &Report<'_, '_>, location: &str, name: &str, row: &Row) -> Mend {
    let about = naming::about(report.operation);
    let owner = Owner { about: &about, is_request: true };
    let entry = Entry { name: name.to_owned(), row, is_implied: false, children: Vec::new() };
    let mut schema = described::field(&entry, owner);
    if schema.as_object().is_some_and(Map::is_empty) {
        // In an address everything is a text.
        schema = json!({ "type": "string" });
    }
    let required = location == "path" || row.need() == Need::Always;
    let parameter = json!({ "name": name, "in": location, "required": required, "schema": schema });
    let update = json!({ "parameters": [parameter] });
    Mend::edits([Edit::update("parameters", &report.operation.node.pointer, update)])
}

/// Parameters that the tables of their location lack. A table that has none of them is about others.
fn undocumented(report: &mut Report<'_, '_>, declared: &[Parameter<'_>], seen: &[(&str, &Row)]) {
    let is_seen = |it: &Parameter<'_>| {
        let rows = seen.iter().filter(|(location, _)| it.location() == Some(location));
        let location = it.location().unwrap_or_default();
        let mut named = rows.filter_map(|(_, row)| find(declared, location, &row.name));
        named.any(|other| other.node.pointer == it.node.pointer)
    };
    let documented: Vec<_> = declared.iter().filter(|it| is_seen(it)).collect();
    for parameter in declared.iter().filter(|it| !is_seen(it)) {
        let (Some(name), Some(location)) = (parameter.name(), parameter.location()) else {
            continue;
        };
        if documented.iter().any(|other| other.location() == Some(location)) {
            let is_required = requirement(parameter.node.flag("required"));
            let document = format!("parameter `{name}` in {location}, {is_required}");
            let quote = format!("no row `{name}`");
            let correction = format!("document `{name}`, or remove it from `parameters`");
            let name = format!("{location} parameter {name}");
            let place = &parameter.written.pointer;
            let mend = Mend::asked(Reason::NoEvidence);
            let kind = Kind::UndocumentedParameter;
            report.add(kind, &name, place, quote, document, correction, mend);
        }
    }
}

fn compare_one(report: &mut Report<'_, '_>, row: &Row, location: &str, parameter: &Parameter<'_>) {
    let name = format!("{location} parameter {}", row.name);
    let is_required = parameter.node.flag("required");
    let correction = match row.need() {
        Need::Always if !is_required => Some("required: true"),
        // What is in the path is always sent.
        Need::Never | Need::Sometimes | Need::If { .. } if is_required && location != "path" => {
            Some("required: false")
        }
        _ => None,
    };
    if let Some(correction) = correction {
        let document = format!("`{}` is {}", row.name, requirement(is_required));
        let place = &parameter.node.pointer;
        let update = json!({ "required": !is_required });
        let mend = Mend::edits([Edit::update("required parameters", place, update)]);
        report.add(Kind::Required, &name, place, &row.quote, document, correction, mend);
    }
    // `ids[]` is a name, not a list of the type that its row has.
    let is_whole = parameter.name().is_some_and(|other| other.eq_ignore_ascii_case(&row.name));
    if let Some(schema) = parameter.node.get("schema").filter(|_| is_whole) {
        compare::value(report, row, &name, &schema);
    }
}
