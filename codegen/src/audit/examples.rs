//! The page's examples against the schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Report;
use super::finding::Kind;
use super::infer;
use super::mend::{Answer, Edit, Mend, Reason};
use super::shown::{self, Shown};
use super::traffic;
use serde_json::{Value, json};

use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;
use crate::document::pointer;
use crate::examples::{Judge, Misfit, MisfitKind};
use crate::tables::row::Row;
use crate::tables::words::Need;
use crate::vendor::{Body, Upstream};

pub(super) fn check(report: &mut Report<'_, '_>, page: &Upstream) {
    let operation = report.operation;
    for name in &page.provenance.undefined {
        report.add(
            Kind::UndefinedExample,
            name,
            &operation.node.pointer,
            format!("the {name} is `undefined`"),
            "an example is a value",
            "show the value, or leave the example out",
            Mend::explained(NOT_SHOWN),
        );
    }
    let examples: Vec<_> = traffic::examples(page, operation).collect();
    traffic::check(report, &examples);
    // There may be thousands of recorded calls: what is made for a schema is made once, and what was told is.
    let (mut judges, mut told) = (BTreeMap::new(), BTreeSet::new());
    for example in examples {
        let status = example.status.or_else(|| operation.success());
        let response = status.map(|status| (format!("response {status}"), Some(status)));
        let request = Some(("request".to_owned(), None));
        for (body, side) in [(&example.request, request), (&example.response, response)] {
            let (Some(body), Some((side, status))) = (body, side) else { continue };
            let judge = judges.entry(side.clone()).or_insert_with(|| {
                let schema = match status {
                    Some(status) => operation.response_schema(status),
                    None => operation.request_schema(),
                };
                schema.map(Judge::of)
            });
            let Some(judge) = judge else { continue };
            unparsed(report, body, &format!("{side} of {}", example.name), judge.schema());
            let Some(value) = body.json() else { continue };
            let mut misfits = judge.judge(value).misfits;
            if example.recorded.is_some() {
                // Whose values they are is nobody's business here.
                misfits.iter_mut().for_each(|misfit| traffic::mask(misfit, judge.schema()));
                misfits.retain(|it| told.insert((it.kind, name_of(&side, &it.told))));
            }
            report_misfits(report, &example.name, &side, misfits);
        }
    }
}

/// Reports a body that looks like JSON and is none.
fn unparsed(report: &mut Report<'_, '_>, body: &Body, name: &str, schema: &Node<'_>) {
    if let Body::Text(text) = body
        && text.trim_start().starts_with(['{', '['])
    {
        let documentation = format!("the {name} does not parse as JSON");
        let correction = "show a value that parses, with each key once";
        let (document, mend) = ("an example is a value", Mend::explained(NOT_SHOWN));
        let place = &schema.pointer;
        report.add(Kind::UndefinedExample, name, place, documentation, document, correction, mend);
    }
}

/// The name of a field in findings. Which item of a list it is does not matter.
fn name_of(side: &str, field: &str) -> String {
    let path = field.split('/').filter(|part| part.parse::<usize>().is_err());
    format!("{side}{}", path.collect::<Vec<_>>().join("."))
}

/// Reports what does not fit in a body that is shown under a name.
pub(super) fn report_misfits(
    report: &mut Report<'_, '_>,
    shown: &str,
    side: &str,
    misfits: Vec<Misfit>,
) {
    for misfit in misfits {
        let (kind, correction) = match misfit.kind {
            MisfitKind::Missing => {
                (Kind::ExampleMissingField, "show the field, or take it out of `required`")
            }
            MisfitKind::Refused => (Kind::ExampleValue, "correct the example, or the schema"),
            MisfitKind::Undescribed => {
                (Kind::ExampleUnknownField, "add the property, or take it out of the example")
            }
        };
        let documentation = format!("the {side} of {shown:?}, at `{}`", misfit.told);
        let mend = mend_of(report, &misfit, side, &name_of(side, &misfit.field));
        let name = name_of(side, &misfit.told);
        report.add(kind, &name, misfit.schema, documentation, misfit.reason, correction, mend);
    }
}

const NOT_SHOWN: &str = "What the page does not show cannot be added here.";

/// What settles a misfit. A field that an example lacks need not be there; whether one must be sent is for
/// the table to say.
fn mend_of(report: &Report<'_, '_>, misfit: &Misfit, side: &str, name: &str) -> Mend {
    let is_response = side.starts_with("response");
    let field = misfit.field.rsplit('/').next().map(pointer::unescape).unwrap_or_default();
    match misfit.kind {
        MisfitKind::Refused => refused(report, misfit, name),
        MisfitKind::Missing => {
            let path = name.split_once('.').map_or("", |(_, path)| path);
            let need = report.request_rows.get(path).map(Row::need);
            let Some(object) = object_of_field(report.operation.node.document, misfit) else {
                return Mend::asked(Reason::NoEvidence);
            };
            let edit = Edit::unrequire(is_response, &object, &field);
            match need {
                Some(Need::Always) if !is_response => {
                    let leave = format!("leave `{field}` required, as the table has it");
                    let optional = format!("make `{field}` optional, as the example has it");
                    let sides = vec![Answer::of(optional, [edit]), Answer::leave(leave)];
                    Mend::default().asking(Reason::EvidenceDisagrees, sides)
                }
                _ => Mend::edits([edit]),
            }
        }
        MisfitKind::Undescribed => {
            let shown = Shown::of(report.page, report.operation, name);
            let Some(value) = shown.values.iter().find(|value| !value.is_null()) else {
                return Mend::asked(Reason::NoEvidence);
            };
            let purpose =
                if is_response { "missing response fields" } else { "missing request fields" };
            let update = json!({ &*field: infer::inferred(value) });
            Mend::edits([Edit::update(purpose, &misfit.schema, update)])
        }
    }
}

/// Exporters show this in the place of what they could not read.
const PLACEHOLDERS: [&str; 2] = ["string", "undefined"];
const PLACEHOLDER: &str = "The page shows a placeholder in the place of a value.";

/// What settles a value that its schema refuses: numbers and flags that the schema lists as texts are what they
/// are; of anything else, nothing says which side is right.
fn refused(report: &Report<'_, '_>, misfit: &Misfit, name: &str) -> Mend {
    let shown = Shown::of(report.page, report.operation, name);
    let document = report.operation.node.document;
    if misfit.field.is_empty() && misfit.reason.starts_with('"') {
        let is_placeholder = |text: &&str| misfit.reason.starts_with(&format!("\"{text}\""));
        if PLACEHOLDERS.iter().any(is_placeholder) {
            return Mend::explained(PLACEHOLDER);
        }
    }
    let typed = schema_of_field(document, misfit).and_then(|schema| {
        let listed = schema.list("enum")?;
        let read = |text: &Value| serde_json::from_str::<Value>(text.as_str()?).ok();
        let typed: Vec<Value> = listed.iter().map(read).collect::<Option<_>>()?;
        let is_listed = |value: &Value| typed.contains(value);
        let kind = ["boolean", "integer", "number"];
        let kind = kind.into_iter().find(|kind| typed.iter().all(|it| shown::is_of(it, kind)))?;
        let place = schema.node.clone().resolved().pointer;
        shown.all(is_listed).then(|| {
            let values = Edit::replace("types", format!("{place}/enum"), json!(typed));
            Mend::edits([Edit::update("types", place, json!({ "type": kind })), values])
        })
    });
    typed.unwrap_or_else(|| Mend::asked(Reason::EvidenceDisagrees))
}

/// The schema of the field that does not fit.
fn schema_of_field<'d>(document: &'d Value, misfit: &Misfit) -> Option<MergedSchema<'d>> {
    // A refused value is told with the schema of the whole body.
    let mut here = object_of(Node::at(document, &misfit.schema)?);
    let steps = misfit.field.split('/').skip(1).filter(|step| step.parse::<usize>().is_err());
    for step in steps {
        let name = pointer::unescape(step);
        here = MergedSchema::of(object_of(here.node).properties.get(name.as_str())?.clone());
    }
    Some(here)
}

/// The place of the schema that requires a missing field: below the schema of the body, as deep as the field.
fn object_of_field(document: &Value, misfit: &Misfit) -> Option<String> {
    let holder = misfit.field.rsplit_once('/').map_or("", |(holder, _)| holder);
    let mut here = object_of(Node::at(document, &misfit.schema)?);
    for step in holder.split('/').skip(1).filter(|step| step.parse::<usize>().is_err()) {
        here = object_of(here.properties.get(pointer::unescape(step).as_str())?.clone());
    }
    Some(here.node.resolved().pointer)
}
