//! A fixture is a defect: `before`, `after`, and the `changes` that are reported for it, or the
//! `error`. Its file name is the defect's, and the name of its test.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use manis_codegen::Result;
use manis_codegen::report::Staged;
use manis_codegen::syntax::yaml;
use serde_json::Value;

/// One test for each fixture of a stage, and one that fails for a fixture without.
#[macro_export]
macro_rules! fixtures {
    ($stage:literal, $check:path: $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                $check(&$crate::common::fixture::Fixture::read($stage, stringify!($name)));
            }
        )+

        #[test]
        fn no_fixture_is_without_a_test() {
            $crate::common::fixture::all_have_tests($stage, &[$(stringify!($name)),+]);
        }
    };
}

fn folder(stage: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(stage)
}

pub fn all_have_tests(stage: &str, tests: &[&str]) {
    let names = fs::read_dir(folder(stage)).unwrap().map(|entry| entry.unwrap().file_name());
    let files: BTreeSet<_> = names.map(|name| name.into_string().unwrap()).collect();
    let tests = tests.iter().map(|name| format!("{}.yaml", name.replace('_', "-"))).collect();
    assert_eq!(files.difference(&tests).collect::<Vec<_>>(), Vec::<&String>::new());
}

pub struct Fixture(Value);

impl Fixture {
    pub fn read(stage: &str, test: &str) -> Self {
        let file = folder(stage).join(format!("{}.yaml", test.replace('_', "-")));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let fixture = Self(yaml::parse(&text).unwrap());
        assert!(fixture.get("after").is_some() != fixture.get("error").is_some());
        fixture
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub fn before(&self) -> &Value {
        self.get("before").unwrap()
    }

    pub fn list(&self, key: &str) -> Vec<Value> {
        self.get(key).map(|list| list.as_array().unwrap().clone()).unwrap_or_default()
    }

    /// Compares what a stage did; the order of keys counts, for people read the result in diffs.
    #[track_caller]
    pub fn assert(&self, result: Result<Staged>) {
        match (result, self.get("after"), self.get("error")) {
            (Ok(staged), Some(after), None) => {
                assert_same(&yaml::print(&staged.document), &yaml::print(after));
                let changes = staged.changes.iter().map(|change| {
                    let mark = if change.loosened { "~" } else { "" };
                    let place = if change.place.is_empty() { "" } else { " at " };
                    Value::String(format!("{mark}{}{place}{}", change.rule, change.place))
                });
                let changes = changes.collect();
                assert_same(
                    &yaml::print(&changes),
                    &yaml::print(&Value::Array(self.list("changes"))),
                );
            }
            (Err(error), None, Some(expected)) => {
                let text = error.to_string();
                let (first, help) = text.split_once('\n').unwrap();
                assert_eq!(first, expected.as_str().unwrap());
                assert!(help.trim().starts_with("help: "), "{help}");
            }
            (Ok(staged), ..) => panic!("an error is expected, not {:#}", staged.document),
            (Err(error), ..) => panic!("{error}"),
        }
    }
}

#[track_caller]
fn assert_same(found: &str, expected: &str) {
    let diff = similar::TextDiff::from_lines(expected, found);
    assert!(found == expected, "\n{}", diff.unified_diff().header("expected", "found"));
}
