//! The page's examples against the schemas.

use super::check::Report;
use super::finding::Kind;
use crate::examples::{Misfit, MisfitKind, judge};
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
        );
    }
    for example in &page.examples {
        let request = operation.request_schema().map(|schema| ("request".to_owned(), schema));
        let status = example.status.or_else(|| operation.success());
        let response = status.and_then(|status| {
            Some((format!("response {status}"), operation.response_schema(status)?))
        });
        for (body, described) in [(&example.request, request), (&example.response, response)] {
            let Some((side, schema)) = described else { continue };
            if let Some(Body::Text(text)) = body
                && text.trim_start().starts_with(['{', '['])
            {
                let name = format!("{side} of {}", example.name);
                let documentation = format!("the {name} does not parse as JSON");
                let correction = "show a value that parses, with each key once";
                let place = &schema.pointer;
                let document = "an example is a value";
                report.add(
                    Kind::UndefinedExample,
                    &name,
                    place,
                    documentation,
                    document,
                    correction,
                );
            }
            let Some(value) = body.as_ref().and_then(|body| body.json()) else { continue };
            report_misfits(report, &example.name, &side, judge(&schema, value).misfits);
        }
    }
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
        // Which item of a list it is does not matter.
        let path = misfit.field.split('/').filter(|part| part.parse::<usize>().is_err());
        let name = format!("{side}{}", path.collect::<Vec<_>>().join("."));
        let documentation = format!("the {side} of {shown:?}, at `{}`", misfit.field);
        report.add(kind, &name, misfit.schema, documentation, misfit.reason, correction);
    }
}
