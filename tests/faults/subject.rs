//! What the table is about here: an operation of this crate, and what its documented answer has in it.

pub use manis as api;
use manis::types::{Customer, CustomerType, CustomerUpdate};
use manis::{Client, Error, ResponseValue};
use serde_json::{Value, json};

/// The operation, as logs name it; it is a PUT.
pub const OPERATION: &str = "update_customer_info";
/// A text of the answer.
pub const TEXT: &str = "firstName";
/// A date of the answer.
pub const DATE: &str = "dob";
/// A list of objects in the answer, and a flag of theirs.
pub const LIST: (&str, &str) = ("pspResults", "success");
/// The code of a problem.
pub const CODE: &str = "soaCode";

/// What a success is decoded into.
pub type Success = Customer;

const CUSTOMER: &str = "14f5cba4-6ea2-4bbf-aa20-593232f193d4";

/// A request whose every text is recognisable.
fn planted() -> CustomerUpdate {
    CustomerUpdate::builder()
        .type_(CustomerType::Individual)
        .first_name("Zaphod-first")
        .last_name("Beeblebrox-last")
        .address_country("GB")
        .address_zip_code("zip-90909")
        .address_city("Betelgeuse-city")
        .address_street("Trillian-street")
        .address_location("Heartofgold-floor")
        .email("zaphod@betelgeuse.example")
        .phone_number("phone-424242")
        .identification_value("passport-777")
        .dob("1942-04-02")
        .try_into()
        .unwrap()
}

/// What must appear nowhere: the values of the request.
pub fn secrets() -> Vec<String> {
    let update = serde_json::to_value(planted()).unwrap();
    let texts = update.as_object().unwrap().values().filter_map(Value::as_str);
    // Texts of two or ten letters that others would print as well.
    let texts = texts.filter(|text| !["GB", "INDIVIDUAL"].contains(text));
    texts.map(str::to_owned).chain([CUSTOMER.to_owned()]).collect()
}

/// The documented answer, with the planted values again.
pub fn answer() -> Value {
    let mut customer = serde_json::to_value(planted()).unwrap();
    for (field, value) in [
        ("id", json!(CUSTOMER)),
        ("createdAt", json!("2025-06-11T09:41:39.838Z")),
        ("createdBy", json!(CUSTOMER)),
        ("updatedAt", json!("2025-06-11T09:41:39.838Z")),
        ("updatedBy", json!(CUSTOMER)),
        ("pspResults", json!([{"pspId": "nium", "pspName": "Nium", "success": true}])),
    ] {
        customer[field] = value;
    }
    customer
}

/// The text and the date of a decoded answer, and the flags in its list.
pub fn read(customer: &Success) -> (Option<String>, Option<String>, Vec<Option<bool>>) {
    let results = customer.psp_results.iter().flatten();
    let date = customer.dob.map(|date| date.to_string());
    (customer.first_name.clone(), date, results.map(|result| result.success).collect())
}

/// Makes the call; before it is sent, `show` gets what its `Debug` shows.
pub async fn send(client: &Client, show: &mut String) -> Result<ResponseValue<Success>, Error> {
    let id = CUSTOMER.parse::<manis::uuid::Uuid>().unwrap();
    let request = client.update_customer_info().customer_id(id).body(planted());
    *show += &format!("{request:?}");
    request.send().await
}
