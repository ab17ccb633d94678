//! What the setters of the client take, and what is told of what they cannot take.

mod common;

use manis::chrono::NaiveDate;
use manis::types::{CompanyInfo, CountryCode, CustomerType, CustomerUpdate, builder};
use manis::{Client, Error};

/// An update of a company, with plain values throughout.
fn company() -> builder::CompanyInfo {
    CompanyInfo::builder()
        .name("Analytical Engines Ltd")
        .website("https://engines.example")
        .registration_number("00000001")
        .incorporation_country("GB")
        .incorporation_date("1843-09-01")
        .email("office@engines.example")
        .phone_country_code("44")
        .phone_number("2079460000")
        .address_country("GB")
        .address_zip_code("SW1Y 4JH")
        .address_city("London")
        .address_state("London")
        .address_street("12 St James's Square")
        .address_location("Ground floor")
        .incorporation_certificate_document_id("doc-1")
        .address_proof_document_id("doc-2")
}

fn update() -> builder::CustomerUpdate {
    CustomerUpdate::builder()
        .type_("INDIVIDUAL")
        .first_name("Ada")
        .last_name("Lovelace")
        .address_country("GB")
        .address_zip_code("SW1Y 4JH")
        .address_city("London")
        .address_street("12 St James's Square")
        .address_location("Ground floor")
}

fn refused(update: builder::CustomerUpdate) -> String {
    CustomerUpdate::try_from(update).unwrap_err().to_string()
}

#[test]
fn optional_fields_take_plain_values() {
    let date = NaiveDate::from_ymd_opt(1990, 1, 2).unwrap();
    let country: CountryCode = "GB".parse().unwrap();
    let plain = update().email("a@b.example").country_of_residence("GB").dob("1990-01-02");
    let plain: CustomerUpdate = plain.company_info(company()).try_into().unwrap();
    let exact = update().email("a@b.example".to_owned()).country_of_residence(country).dob(date);
    let company: CompanyInfo = company().try_into().unwrap();
    let exact: CustomerUpdate = exact.company_info(company).try_into().unwrap();
    assert_eq!(plain, exact);
    assert_eq!((plain.dob, plain.type_), (Some(date), CustomerType::Individual));
}

#[test]
fn an_option_is_set_by_the_other_setter() {
    let some = update().set_email(Some("a@b.example".to_owned())).set_dob(None);
    let some: CustomerUpdate = some.try_into().unwrap();
    assert_eq!((some.email.as_deref(), some.dob), (Some("a@b.example"), None));
    let none: CustomerUpdate = update().email("a@b.example").set_email(None).try_into().unwrap();
    assert_eq!(none.email, None);
}

#[test]
fn all_faults_are_told_the_wrong_ones_first_and_no_value() {
    let error = refused(
        CustomerUpdate::builder()
            .type_("PERSON")
            .first_name("Zaphod")
            .dob("01.02.1990")
            .address_country("99")
            .country_of_residence("gb"),
    );
    let (wrong, missing) = error.split_once("; missing: ").unwrap();
    assert_eq!(
        missing,
        "`addressCity`, `addressLocation`, `addressStreet`, `addressZipCode`, `lastName`"
    );
    assert!(wrong.contains("`type`: not one of INDIVIDUAL, COMPANY"), "{error}");
    assert!(wrong.contains("`dob`: not a date (YYYY-MM-DD)"), "{error}");
    for country in ["`addressCountry`: ", "`countryOfResidence`: "] {
        assert!(wrong.contains(country), "{error}");
    }
    for shown in ["::", "PERSON", "Zaphod", "01.02.1990", "99", "gb"] {
        assert!(!error.contains(shown), "{shown}: {error}");
    }
}

#[test]
fn a_fault_inside_of_a_builder_has_its_path() {
    let company = CompanyInfo::builder().incorporation_date("yesterday");
    let error = refused(update().company_info(company));
    assert!(error.starts_with("`companyInfo.incorporationDate`: not a date"), "{error}");
    assert!(error.contains("`companyInfo.email`"), "{error}");
}

#[test]
fn what_a_company_must_have_is_told_with_the_rest() {
    let error = refused(CustomerUpdate::builder().type_("COMPANY").first_name("A").last_name("B"));
    assert!(error.contains("`companyInfo` (required if `type` is COMPANY)"), "{error}");
    assert!(error.contains("`addressCity`"), "{error}");
}

#[tokio::test]
async fn a_call_tells_its_own_faults_with_those_of_its_body() {
    let client = Client::builder("http://127.0.0.1:9").build().unwrap();
    let body = CustomerUpdate::builder().type_("PERSON");
    let call = client.update_customer_info().customer_id("4711").body(body.clone());
    let Error::InvalidRequest(told) = call.send().await.unwrap_err() else { panic!() };
    assert!(told.starts_with("`customerId`: not a UUID; `type`: not one of"), "{told}");
    let Error::InvalidRequest(told) =
        client.update_customer_info().body(body).send().await.unwrap_err()
    else {
        panic!()
    };
    assert!(told.contains("`type`: not one of") && told.contains("`customerId`"), "{told}");
}

#[test]
fn a_country_has_two_capital_letters() {
    assert!("GB".parse::<CountryCode>().is_ok());
    for wrong in ["99", "gb", "G", "GBR", "ÄÖ", "", "GB\n"] {
        assert!(wrong.parse::<CountryCode>().is_err(), "{wrong:?}");
    }
}
