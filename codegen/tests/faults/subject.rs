//! What the table is about in a crate that was generated for another vendor: an operation, and what its
//! documented answer has in it.

pub use parcels as api;
use parcels::types::{Parcel, ParcelOrder};
use parcels::{Client, Error, ResponseValue};
use serde_json::{Value, json};

/// The operation, as logs name it; it is a PUT.
pub const OPERATION: &str = "send_parcel";
/// A text of the answer.
pub const TEXT: &str = "receiver";
/// A date of the answer.
pub const DATE: &str = "wanted";
/// A list of objects in the answer, and a flag of theirs.
pub const LIST: (&str, &str) = ("stops", "reached");
/// The code of a problem.
pub const CODE: &str = "reason";

/// What a success is decoded into.
pub type Success = Parcel;

const NUMBER: &str = "parcel Magrathea/π";

fn planted() -> Value {
    json!({ "receiver": "Zaphod-first", "street": "Trillian-street", "wanted": "1942-04-02" })
}

/// What must appear nowhere: the values of the request.
pub fn secrets() -> Vec<String> {
    let order = planted();
    let texts = order.as_object().unwrap().values().filter_map(Value::as_str);
    texts.map(str::to_owned).chain([NUMBER.to_owned(), "Magrathea".to_owned()]).collect()
}

/// The documented answer, with the planted values again.
pub fn answer() -> Value {
    let mut parcel = planted();
    parcel["id"] = json!("zip-90909");
    parcel["stops"] = json!([{ "town": "Betelgeuse-city", "reached": true }]);
    parcel
}

/// The text and the date of a decoded answer, and the flags in its list.
pub fn read(parcel: &Success) -> (Option<String>, Option<String>, Vec<Option<bool>>) {
    let stops = parcel.stops.iter().flatten();
    let date = parcel.wanted.map(|date| date.to_string());
    (parcel.receiver.clone(), date, stops.map(|stop| stop.reached).collect())
}

/// Makes the call; before it is sent, `show` gets what its `Debug` shows.
pub async fn send(
    client: &Client,
    show: &mut String,
) -> Result<ResponseValue<Success>, Error> {
    let order: ParcelOrder = serde_json::from_value(planted()).unwrap();
    let request = client.send_parcel().number(NUMBER).body(order);
    *show += &format!("{request:?}");
    request.send().await
}
