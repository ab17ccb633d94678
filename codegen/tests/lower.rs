//! What 3.1 says and 3.0 cannot: each file in `fixtures/lower` is a rule. `before` is a schema, or a document.
//!
//! A case of one schema may list values that are `accepted` and `refused` before and after, and
//! `loosened` ones that were refused; a JSON Schema validator is asked. It is asked about random
//! values as well: nothing is ever tightened, and what is not reported as loosened is not.

mod common;
#[path = "common/dialects.rs"]
mod dialects;
#[path = "common/properties.rs"]
mod properties;
#[path = "common/values.rs"]
mod values;

use std::cell::Cell;
use std::path::Path;

use common::case::{Case, Outcome};
use common::staged;
use dialects::{Dialects, IT, document};
use manis_codegen::lower;
use proptest::prop_assert;
use proptest::test_runner::TestRunner;
use serde_json::Value;

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let schema = case.input("before")?;
    if schema.get("openapi").is_some() {
        return staged::expect(&case, lower::run(schema));
    }
    let before = document(schema);
    let mut lowered = lower::run(&before)?;
    let dialects = Dialects::of(&before, &lowered.document);
    let after = lowered.document.pointer(IT).ok_or("the schema is gone")?.clone();
    lowered.document = after.clone();
    lowered.changes.retain(|change| change.rule != "version");
    for change in &mut lowered.changes {
        let inside = change.place.strip_prefix(IT).filter(|rest| !rest.starts_with('_'));
        change.place = inside.unwrap_or(&change.place).to_owned();
    }
    let is_loosened = lowered.changes.iter().any(|change| change.loosened);
    staged::expect(&case, Ok(lowered))?;
    is_openapi_3_0(after)?;
    same_values(&case, &dialects)?;
    equivalent(&case, schema, &dialects, is_loosened)
}

fn is_openapi_3_0(schema: Value) -> Outcome {
    serde_json::from_value::<openapiv3::ReferenceOr<openapiv3::Schema>>(schema)?;
    Ok(())
}

fn same_values(case: &Case, Dialects { before, after }: &Dialects) -> Outcome {
    for (list, then, now) in
        [("accepted", true, true), ("refused", false, false), ("loosened", false, true)]
    {
        for value in case.list(list)? {
            let found = (before.is_valid(value), after.is_valid(value));
            if found != (then, now) {
                return Err(format!("{list}: {value} is valid before and after: {found:?}").into());
            }
        }
    }
    Ok(())
}

/// Random values are judged alike, or more kindly where that is reported.
fn equivalent(case: &Case, schema: &Value, dialects: &Dialects, is_loosened: bool) -> Outcome {
    let Dialects { before, after } = dialects;
    let config = properties::cases(400);
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let values = values::values(&document(schema), schema);
    TestRunner::new(config).run(&values, |value| {
        let (then, now) = (before.is_valid(&value), after.is_valid(&value));
        prop_assert!(now || !then, "tightened: {value} is no longer valid");
        prop_assert!(is_loosened || then == now, "{value} is valid now, and nothing is reported");
        if then { &accepted } else { &refused }.update(|count| count + 1);
        Ok(())
    })?;
    // Values that never are on one side would prove nothing about it.
    for (list, judged) in [("accepted", accepted), ("refused", refused)] {
        if !case.list(list)?.is_empty() && judged.get() == 0 {
            return Err(format!("no random value was {list}").into());
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/lower", pattern = r".*" },
}
