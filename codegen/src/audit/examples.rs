//! The page's examples against the schemas.

use super::check::{Said, add};
use super::finding::{Finding, Kind};
use super::operation::Operation;
use crate::examples::{Misfit, MisfitKind, judge};
use crate::vendor::{Example, Upstream};

pub(super) fn check(operation: &Operation<'_>, page: &Upstream, found: &mut Vec<Finding>) {
    for name in &page.provenance.undefined {
        add(
            operation,
            found,
            Kind::UndefinedExample,
            name,
            Said {
                pointer: operation.node.pointer.clone(),
                documentation: format!("the {name} is `undefined`"),
                document: "an example is a value".to_owned(),
                correction: "show the value, or leave the example out".to_owned(),
            },
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
            let Some(value) = body.as_ref().and_then(|body| body.json()) else { continue };
            for misfit in judge(&schema, value).misfits {
                misfit_finding(operation, example, &side, misfit, found);
            }
        }
    }
}

fn misfit_finding(
    operation: &Operation<'_>,
    example: &Example,
    side: &str,
    misfit: Misfit,
    found: &mut Vec<Finding>,
) {
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
    let documentation = format!("the {side} of {:?}, at `{}`", example.name, misfit.field);
    add(
        operation,
        found,
        kind,
        &name,
        Said {
            pointer: misfit.schema,
            documentation,
            document: misfit.reason,
            correction: correction.to_owned(),
        },
    );
}
