//! Any update that can be built is one that the document accepts, and comes back equal.

mod common;
#[path = "../codegen/tests/common/properties.rs"]
mod properties;

use manis::chrono::NaiveDate;
use manis::types::{CompanyInfo, CountryCode, CustomerType, CustomerUpdate};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Any text that JSON can hold.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z]{1,12}", Just(String::new())]
}

/// Two capital letters.
fn country() -> impl Strategy<Value = CountryCode> {
    "[A-Z]{2}".prop_map(|code| code.parse().unwrap())
}

/// RFC 3339 has years of four digits.
fn date() -> impl Strategy<Value = NaiveDate> {
    (0i32..=9999, 1u32..=366)
        .prop_filter_map("a day of the year", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

/// The document declares `format: email`; the type is text, so the caller's value must be one.
fn email() -> impl Strategy<Value = String> {
    "[a-z]{1,10}@[a-z]{1,10}\\.example"
}

prop_compose! {
    fn company()(
        (name, website, registration_number) in (text(), text(), text()),
        (incorporation_country, incorporation_date, email) in (country(), date(), email()),
        (phone_country_code, phone_number) in (text(), text()),
        (address_country, address_zip_code, address_city) in (text(), text(), text()),
        (address_state, address_street, address_location) in (text(), text(), text()),
        documents in (text(), text()),
    ) -> CompanyInfo {
        CompanyInfo::builder()
            .name(name).website(website).registration_number(registration_number)
            .incorporation_country(incorporation_country).incorporation_date(incorporation_date)
            .email(email).phone_country_code(phone_country_code).phone_number(phone_number)
            .address_country(address_country).address_zip_code(address_zip_code)
            .address_city(address_city).address_state(address_state)
            .address_street(address_street).address_location(address_location)
            .incorporation_certificate_document_id(documents.0)
            .address_proof_document_id(documents.1)
            .try_into().unwrap()
    }
}

prop_compose! {
    fn update()(
        type_ in prop_oneof![Just(CustomerType::Individual), Just(CustomerType::Company)],
        company_info in option::of(company()),
        (first_name, last_name) in (text(), text()),
        (address_country, address_zip_code, address_city) in (country(), text(), text()),
        (address_street, address_location, address_state) in (text(), text(), option::of(text())),
        (account_usage_purpose, country_of_residence) in (option::of(text()), option::of(country())),
        (dob, email) in (option::of(date()), option::of(email())),
        (phone_country_code, phone_number) in (option::of(text()), option::of(text())),
        (identification_type, identification_value) in (option::of(text()), option::of(text())),
        documents in (option::of(text()), option::of(text())),
    ) -> CustomerUpdate {
        // As the setters leave it: whether that can be sent is what the test is about.
        let mut update = common::smallest();
        (update.type_, update.company_info) = (type_, company_info);
        (update.first_name, update.last_name) = (first_name, last_name);
        (update.address_country, update.address_zip_code) = (address_country, address_zip_code);
        (update.address_city, update.address_street) = (address_city, address_street);
        (update.address_location, update.address_state) = (address_location, address_state);
        update.account_usage_purpose = account_usage_purpose;
        update.country_of_residence = country_of_residence;
        (update.dob, update.email) = (dob, email);
        (update.phone_country_code, update.phone_number) = (phone_country_code, phone_number);
        (update.identification_type, update.identification_value) =
            (identification_type, identification_value);
        (update.identification_document_id, update.address_proof_document_id) = documents;
        update
    }
}

/// What the patched document accepts as the body of the operation.
fn validator() -> jsonschema::Validator {
    let text = include_str!("../spec/openapi.yaml");
    let mut schema = manis_codegen::syntax::yaml::parse(text).unwrap();
    schema["allOf"] = json!([{ "$ref": "#/components/schemas/CustomerUpdate" }]);
    jsonschema::draft4::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Whether the client would send it: the conversion that every request body goes through.
fn can_be_sent(update: &CustomerUpdate) -> bool {
    let builder = manis::types::builder::CustomerUpdate::from(update.clone());
    CustomerUpdate::try_from(builder).is_ok()
}

proptest! {
    #![proptest_config(properties::cases(256))]

    #[test]
    fn what_can_be_sent_is_what_the_document_accepts(update in update()) {
        let body = serde_json::to_value(&update).unwrap();
        prop_assert_eq!(can_be_sent(&update), validator().is_valid(&body), "{}", body);
    }

    #[test]
    fn what_is_encoded_decodes_back_equal(update in update()) {
        let text = serde_json::to_string(&update).unwrap();
        prop_assert_eq!(serde_json::from_str::<CustomerUpdate>(&text).unwrap(), update);
    }

    #[test]
    fn nothing_that_is_unset_is_encoded_as_null(update in update()) {
        let body = serde_json::to_value(&update).unwrap();
        prop_assert!(!body.as_object().unwrap().values().any(Value::is_null));
    }

    #[test]
    fn debug_shows_none_of_the_text(name in "[A-Z]{12}") {
        let mut update = common::smallest();
        (update.first_name, update.email) = (name.clone(), Some(name.clone()));
        let shown = format!("{update:?} {:?}", manis::types::builder::CustomerUpdate::from(update.clone()));
        prop_assert!(!shown.contains(&name), "{}", shown);
    }
}
