use serde::Deserialize;

#[derive(Deserialize)]
struct Pet {
    #[serde(default, deserialize_with = "super::present")]
    nick: Option<Option<String>>,
}

#[track_caller]
fn nick(text: &str) -> Option<Option<String>> {
    serde_json::from_str::<Pet>(text).unwrap().nick
}

#[test]
fn null_is_not_absent() {
    assert_eq!(nick("{}"), None);
    assert_eq!(nick(r#"{"nick": null}"#), Some(None));
    assert_eq!(nick(r#"{"nick": "Rex"}"#), Some(Some("Rex".to_owned())));
}
