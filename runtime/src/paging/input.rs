//! The parameters that say which page is asked for, in the requests that ask.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use reqwest::Request;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use serde_json::value::RawValue;

/// Where a request says which page it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A parameter of the query.
    Query(&'static str),
    /// A header.
    Header(&'static str),
    /// A field of a body that is a JSON object.
    Body(&'static str),
}

impl Input {
    const fn name(self) -> &'static str {
        match self {
            Self::Query(name) | Self::Header(name) | Self::Body(name) => name,
        }
    }

    /// What a request says; nothing for null.
    pub(crate) fn get(self, request: &Request) -> Result<Option<String>, String> {
        let no_text = |_| format!("`{}` is no text", self.name());
        match self {
            Self::Query(name) => {
                let mut pairs = request.url().query_pairs();
                Ok(pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()))
            }
            Self::Header(name) => {
                let value = request.headers().get(name).map(HeaderValue::to_str);
                Ok(value.transpose().map_err(no_text)?.map(str::to_owned))
            }
            Self::Body(name) => Ok(match fields(request)?.get(name).map(|value| value.get()) {
                None | Some("null") => None,
                Some(json) => Some(match serde_json::from_str(json) {
                    Ok(Value::String(text)) => text,
                    _ => json.to_owned(),
                }),
            }),
        }
    }

    /// The same as a number.
    pub(crate) fn number(self, request: &Request) -> Result<Option<u64>, String> {
        let text = self.get(request)?;
        let number = text.map(|text| text.trim().parse()).transpose();
        number.map_err(|_| format!("`{}` is no number, so pages cannot be counted", self.name()))
    }

    /// Says it in a request, in place of what it says already.
    pub(crate) fn set(
        self,
        request: &mut Request,
        value: &str,
        is_number: bool,
    ) -> Result<(), String> {
        match self {
            Self::Query(name) => set_query(request, name, value),
            Self::Header(name) => {
                let wrong = |_| format!("`{name}` cannot be sent in a header");
                let value = HeaderValue::from_str(value).map_err(wrong)?;
                let name = HeaderName::from_bytes(name.as_bytes());
                request.headers_mut().insert(name.map_err(|error| error.to_string())?, value);
            }
            Self::Body(name) => {
                let mut fields = fields(request)?;
                // A text stays one, if that is what the body has.
                let was_text = fields.get(name).is_some_and(|old| old.get().starts_with('"'));
                let json = match is_number && !was_text {
                    true => value.to_owned(),
                    false => Value::from(value).to_string(),
                };
                let json = RawValue::from_string(json).map_err(|error| error.to_string())?;
                fields.insert(name.to_owned(), json);
                let body = serde_json::to_vec(&fields).map_err(|error| error.to_string())?;
                *request.body_mut() = Some(body.into());
            }
        }
        Ok(())
    }
}

/// The fields of a body, each as it is written.
fn fields(request: &Request) -> Result<BTreeMap<String, Box<RawValue>>, String> {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    serde_json::from_slice(body).map_err(|_| "the body is no JSON object".to_owned())
}

/// Replaces one parameter of a query. The others stay byte for byte as they are.
fn set_query(request: &mut Request, name: &str, value: &str) {
    let is_other = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default().replace('+', " ");
        percent_decode_str(&key).decode_utf8_lossy() != name && !pair.is_empty()
    };
    let query = request.url().query().unwrap_or_default();
    let others = query.split('&').filter(is_other).collect::<Vec<_>>().join("&");
    let url = request.url_mut();
    url.set_query(Some(&others).filter(|others| !others.is_empty()).map(String::as_str));
    url.query_pairs_mut().append_pair(name, value);
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    fn request(query: &str) -> Request {
        let url = format!("https://api.example.com/pets{query}");
        Request::new(Method::GET, url.parse().unwrap())
    }

    fn set(query: &str) -> String {
        let mut request = request(query);
        Input::Query("page[no]").set(&mut request, "a b&c", false).unwrap();
        request.url().query().unwrap().to_owned()
    }

    #[test]
    fn a_parameter_is_added() {
        assert_eq!(set(""), "page%5Bno%5D=a+b%26c");
        assert_eq!(set("?a=1"), "a=1&page%5Bno%5D=a+b%26c");
    }

    #[test]
    fn a_parameter_is_replaced_however_it_is_encoded_and_the_others_stay() {
        assert_eq!(set("?page[no]=1&a=%7C|+%20"), "a=%7C|+%20&page%5Bno%5D=a+b%26c");
        assert_eq!(set("?page%5bno%5D=1&b&page[no]"), "b&page%5Bno%5D=a+b%26c");
    }

    #[test]
    fn what_is_no_number_is_told_without_its_value() {
        let error = Input::Query("page").number(&request("?page=hunter2")).unwrap_err();
        assert!(error.contains("`page`") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_field_of_a_body_is_replaced_and_other_numbers_keep_their_digits() {
        let mut request = request("");
        let body = r#"{"least": 0.10000000000000000001, "page": 1}"#;
        *request.body_mut() = Some(body.into());
        Input::Body("page").set(&mut request, "2", true).unwrap();
        let body = request.body().unwrap().as_bytes().unwrap();
        assert_eq!(body, br#"{"least":0.10000000000000000001,"page":2}"#);
    }

    #[test]
    fn a_body_that_is_no_object_has_no_fields() {
        let mut request = request("");
        *request.body_mut() = Some("[1]".into());
        assert!(Input::Body("page").set(&mut request, "2", true).is_err());
    }
}
