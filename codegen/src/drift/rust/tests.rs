//! Forms that no document makes the generator write today.

use super::*;

/// The changes of a piece of Rust: class, how it breaks and the body of the witness.
fn changes(old: &str, new: &str) -> Vec<(Class, Option<Break>, String)> {
    let [old, new] = [old, new].map(|code| Surface::of(&syn::parse_file(code).unwrap()));
    let changes = compare(&old, &new).into_iter();
    changes
        .map(|it| {
            let witness = it.witness.unwrap_or_default();
            (it.class, it.how, witness.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

#[track_caller]
fn breaks(old: &str, new: &str, how: Break, witness: &str) {
    assert_eq!(changes(old, new), [(Class::Breaking, Some(how), witness.to_owned())]);
}

#[track_caller]
fn is_compatible(old: &str, new: &str) {
    assert_eq!(changes(old, new), [(Class::Compatible, None, String::new())]);
}

#[test]
fn fields_of_a_variant() {
    breaks(
        "#[non_exhaustive] pub enum Home { House { street: String, number: i64 } }",
        "#[non_exhaustive] pub enum Home { House { street: String } }",
        Break::VariantChanged,
        "fn witness(it: Home) { if let Home::House { street, number } = it { \
         let _: String = street; let _: i64 = number; } }",
    );
}

#[test]
fn values_of_a_variant() {
    breaks(
        "pub enum Home { House(String, i64) }",
        "pub enum Home { House(String) }",
        Break::VariantChanged,
        "fn witness(it: Home) { if let Home::House(value0, value1) = it { \
         let _: String = value0; let _: i64 = value1; } }",
    );
}

#[test]
fn variant_that_gets_a_value() {
    breaks(
        "pub enum Home { House }",
        "pub enum Home { House(String) }",
        Break::VariantChanged,
        "fn witness(it: Home) { let _ = matches!(it, Home::House); }",
    );
}

#[test]
fn private_value_that_nobody_can_have() {
    let (old, new) = ("pub struct Code(String);", "pub struct Code(i64);");
    is_compatible(old, new);
}

#[test]
fn private_value_that_becomes_public() {
    let into = "impl ::std::convert::From<Code> for ::std::string::String {}";
    let code = ["pub struct Code(String);", "#[non_exhaustive] pub struct Code(pub String);"];
    let [old, new] = code.map(|code| format!("{code} {into}"));
    is_compatible(&old, &new);
}

#[test]
fn public_value_that_becomes_private() {
    breaks(
        "#[non_exhaustive] pub struct Code(pub String);",
        "pub struct Code(String);",
        Break::ValueChanged,
        "fn witness(it: Code) { let _: String = it.0; }",
    );
}

#[test]
fn fields_that_are_not_closed_any_more() {
    is_compatible(
        "#[non_exhaustive] pub struct Pet { pub name: String }",
        "pub struct Pet { pub name: String }",
    );
}

#[test]
fn field_beside_private_ones() {
    is_compatible(
        "pub struct Pet { name: String }",
        "pub struct Pet { name: String, pub age: i64 }",
    );
}

#[test]
fn argument_of_another_name() {
    is_compatible(
        "pub struct Pet; impl Pet { pub fn feed(self, food: &str) {} }",
        "pub struct Pet; impl Pet { pub fn feed(mut self, meal: &str) {} }",
    );
}

#[test]
fn receiver_that_is_borrowed_where_it_was_taken() {
    breaks(
        "pub struct Pet; impl Pet { pub fn feed(self) -> Self {} }",
        "pub struct Pet; impl Pet { pub fn feed(&self) -> Self {} }",
        Break::MethodChanged,
        "fn witness(it: Pet) { let _: Pet = Pet::feed(it); }",
    );
}

#[test]
fn method_that_is_async() {
    let [old, new] = ["pub async fn feed(&self) -> bool {}", "pub fn feed(&self) -> bool {}"]
        .map(|method| format!("pub struct Pet; impl Pet {{ {method} }}"));
    let witness = "async fn witness(it: &Pet) { let _: bool = it.feed().await; }".to_owned();
    let broken = (Class::Breaking, Some(Break::MethodRemoved), witness);
    assert_eq!(changes(&old, &new), [broken, (Class::Compatible, None, String::new())]);
}

#[test]
fn bounds_and_parameters() {
    breaks(
        "pub struct Pet; impl Pet { pub fn feed<V>(&self, food: V) where V: Into<String> {} }",
        "pub struct Pet; impl Pet { pub fn feed<V>(&self, food: V) where V: Into<i64> {} }",
        Break::MethodChanged,
        "fn witness<V>(it: &Pet, food: V) where V: Into<String>, { it.feed(food); }",
    );
}

#[test]
fn type_of_the_same_name_elsewhere() {
    breaks(
        "pub mod types { pub struct Uuid; pub struct Pet { pub id: Uuid } }",
        "pub mod types { pub struct Uuid; pub struct Pet { pub id: ::uuid::Uuid } }",
        Break::FieldChanged,
        "fn witness(it: types::Pet) { let _: types::Uuid = it.id; }",
    );
}

#[test]
fn the_same_through_another_import() {
    let new = "pub mod types { use super::a as b; pub struct Pet { pub id: b::Id } } pub mod a { pub struct Id; }";
    let old =
        "pub mod types { pub struct Pet { pub id: super::a::Id } } pub mod a { pub struct Id; }";
    assert_eq!(changes(old, new), []);
}

#[test]
fn parameter_that_has_no_name_any_more() {
    breaks(
        "pub struct Pet; impl Pet { pub fn feed<V: Into<String>>(&self, food: V) {} }",
        "pub struct Pet; impl Pet { pub fn feed(&self, food: impl Into<String>) {} }",
        Break::MethodChanged,
        "fn witness<V: Into<String>>(it: &Pet, food: V) { it.feed::<V>(food); }",
    );
}
