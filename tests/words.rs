//! The vendor's words reach the reader: each field's documentation in Rust against an independent reading of
//! the page's tables.

#[path = "../codegen/tests/common/tables.rs"]
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use manis::types::{CustomerType, CustomerUpdate, Provider};
use tables::{Held, compare, documentation};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn client() -> tables::Documentation {
    documentation(&fs::read_to_string(root().join("src/generated.rs")).unwrap())
}

#[test]
fn every_row_is_on_its_field_and_setter() {
    let all = client();
    let mut held = Held::default();
    for entry in fs::read_dir(root().join("spec/upstream")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "md") {
            let page = compare(&fs::read_to_string(file).unwrap(), &all);
            held.said += page.said;
            held.held += page.held;
            held.without_field.extend(page.without_field);
            held.missing.extend(page.missing);
        }
    }
    let expected = Held { said: 77, held: 77, ..Held::default() };
    assert_eq!(held, expected);
}

#[test]
fn what_is_documented_is_counted() {
    let all = client();
    let fields = || all.types.iter().flat_map(|it| it.members.iter().map(move |field| (it, field)));
    let bare: Vec<_> = fields().filter(|(_, (_, words))| words.is_empty()).collect();
    let bare: Vec<_> = bare.iter().map(|(it, (name, _))| format!("{}.{name}", it.name)).collect();
    // The table has a name and a plain type for these, and nothing else.
    let expected = [
        "Company.createdby",
        "Company.updatedby",
        "Customer.createdby",
        "Customer.updatedby",
        "PspResult.errormessage",
    ];
    assert_eq!((fields().count(), bare), (92, expected.map(str::to_owned).to_vec()));
}

#[test]
fn what_decides_whether_a_field_must_be_set_is_on_its_setter() {
    let all = client();
    let update = all.setters.iter().find(|it| it.name == "customerupdate").unwrap();
    let line = |name: &str| update.members[name].lines().last().unwrap_or_default().to_owned();
    assert_eq!(line("dob"), "Required: Finmo only.");
    assert_eq!(line("companyinfo"), "Required: if `type` is COMPANY.");
    let omitted = "Required: All providers, by the table; the page's own example omits it.";
    assert_eq!(line("addressstate"), omitted);
    assert_eq!(update.members.values().filter(|words| words.contains("Required: ")).count(), 12);
}

#[test]
fn a_method_fits_a_screen() {
    let methods = client().methods.members.into_iter();
    // The others are those of every client.
    let operations = methods.filter(|(_, words)| words.contains("<https://"));
    let operations: Vec<_> = operations.collect();
    assert_eq!(operations.len(), 1);
    for (name, words) in operations {
        let count = words.lines().count();
        assert!(count <= 25, "{name}: {count} lines");
        for part in [
            "[`types::CustomerUpdate`]",
            "[`types::Customer`]",
            "403 Forbidden",
            "no_run",
            "<https://",
        ] {
            assert!(words.contains(part), "{name}: no {part}");
        }
    }
}

/// A customer with nothing but what every provider requires.
fn update() -> manis::types::builder::CustomerUpdate {
    CustomerUpdate::builder()
        .type_(CustomerType::Individual)
        .first_name("Ada")
        .last_name("Lovelace")
        .address_country("GB")
        .address_zip_code("SW1Y 4JH")
        .address_city("London")
        .address_street("12 St James's Square")
        .address_location("Ground floor")
}

#[test]
fn what_a_provider_will_ask_for_is_what_the_rows_say() {
    let page = fs::read_to_string(root().join("spec/upstream/update-customer-info.md")).unwrap();
    let rows = tables::tables(&page).into_iter().flatten();
    let mut only: Vec<_> =
        rows.filter(|row| row.required == "Finmo only").map(|row| row.name).collect();
    only.sort();
    let update: CustomerUpdate = update().try_into().unwrap();
    assert_eq!(update.missing_for(Provider::Finmo), only);
    assert_eq!(only.len(), 10);
}

#[test]
fn what_is_set_is_not_missing() {
    let update: CustomerUpdate =
        update().account_usage_purpose("savings").email("ada@example.com").try_into().unwrap();
    let missing = update.missing_for(Provider::Finmo);
    assert_eq!(missing.len(), 8);
    assert!(!missing.contains(&"email") && missing.contains(&"dob"));
    assert_eq!(Provider::Finmo.to_string(), "Finmo");
}
