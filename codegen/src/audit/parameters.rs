//! The parameters of an operation against its path and its tables.

use super::check::Report;
use super::compare;
use super::finding::Kind;
use crate::document::operations::Parameter;
use crate::document::pointer::percent_decoded;
use crate::drift::requirement;
use crate::tables::row::Row;
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
            undeclared(report, "path", name, &format!("the path `{path}`"));
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
            None => undeclared(report, location, &row.name, &row.quote),
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

fn undeclared(report: &mut Report<'_, '_>, location: &str, name: &str, quote: &str) {
    let place = report.operation.node.place("parameters");
    let document = format!("no parameter `{name}` in {location}");
    let correction = format!("declare `{name}`, in {location}");
    let name = format!("{location} parameter {name}");
    report.add(Kind::UndeclaredParameter, &name, place, quote, document, correction);
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
            report.add(Kind::UndocumentedParameter, &name, place, quote, document, correction);
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
        report.add(Kind::Required, &name, place, &row.quote, document, correction);
    }
    // `ids[]` is a name, not a list of the type that its row has.
    let is_whole = parameter.name().is_some_and(|other| other.eq_ignore_ascii_case(&row.name));
    if let Some(schema) = parameter.node.get("schema").filter(|_| is_whole) {
        compare::value(report, row, &name, &schema);
    }
}
