//! The reasons for which a person must decide are a closed list, and the documentation has it.

use manis_codegen::audit::Reason;

#[test]
fn the_documentation_lists_every_reason_and_no_other() {
    let docs = include_str!("../../docs/findings.md");
    let (_, table) = docs.split_once("| reason | what it means |\n|---|---|\n").unwrap();
    let rows: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    let reasons = Reason::ALL.map(|reason| format!("| `{reason}` | {} |", reason.meaning()));
    assert_eq!(rows, reasons);
}
