//! What setters of generated builders take, and what they say of a value that is missing or wrong.
//!
//! A setter takes [`IntoValue`]: the value itself, a text where the value has a form as text (a date, an
//! identifier, a value of an enum), a number of any width, a list of either, or the builder of an object.
//! What a builder says of its fields is [`Faults`]: all of them at once, by their names in JSON, and nothing
//! of a value.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// What a setter takes for a value of type `T`.
///
/// ```
/// use openapi_client_runtime::values::IntoValue;
/// use uuid::Uuid;
///
/// let id: Result<Uuid, _> = "14f5cba4-6ea2-4bbf-aa20-593232f193d4".into_value();
/// assert!(id.is_ok());
/// let wrong: Result<Uuid, _> = "fourteen".into_value();
/// assert!(wrong.is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "a value of type `{T}` cannot be made of `{Self}`",
    note = "a setter takes the value itself; an `Option` goes to the setter with `set_` before its name"
)]
pub trait IntoValue<T> {
    /// Makes the value.
    ///
    /// # Errors
    /// What is wrong with its form, or missing or wrong in it.
    fn into_value(self) -> Result<T, Faults>;
}

/// A type of which a setter takes the value itself.
pub trait Value: Sized {}

/// A type of which a setter takes a text as well.
pub trait FromText: Sized {
    /// Reads a text.
    ///
    /// # Errors
    /// What form it does not have: "not a date (YYYY-MM-DD)". It repeats nothing of the text.
    fn from_text(text: &str) -> Result<Self, Cow<'static, str>>;
}

/// All that is missing or wrong, the wrong ones first: by names in JSON, and never by values.
///
/// None is a value that was not set: every required field of a builder begins so, and most are set.
///
/// ```
/// use openapi_client_runtime::values::Faults;
///
/// let mut faults = Faults::default();
/// let age: Option<u8> = faults.take("age", Err(Faults::wrong("not a number")));
/// assert_eq!(age, None);
/// assert!(faults.to_string().contains("age"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Option<Vec<Fault>>);

impl Default for Faults {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Where: `companyInfo.email`, `items[0].name`.
    path: String,
    is_missing: bool,
    /// What form it does not have, or when it is required; nothing where it always is.
    what: Cow<'static, str>,
}

impl Fault {
    /// A value that was not set.
    const MISSING: Self = Self { path: String::new(), is_missing: true, what: Cow::Borrowed("") };
}

impl Faults {
    /// A value that was not set.
    pub fn missing() -> Self {
        Self(None)
    }

    /// A value of another form than `what` says: "not a UUID".
    pub fn wrong(what: impl Into<Cow<'static, str>>) -> Self {
        Self(Some(vec![Fault { path: String::new(), is_missing: false, what: what.into() }]))
    }

    /// Whether nothing is missing or wrong.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }

    fn into_list(self) -> Vec<Fault> {
        self.0.unwrap_or_else(|| vec![Fault::MISSING])
    }

    fn list(&mut self) -> &mut Vec<Fault> {
        self.0.get_or_insert_with(|| vec![Fault::MISSING])
    }

    /// Keeps what is wrong with a field, and returns its value if nothing is.
    pub fn take<T>(&mut self, name: &str, field: Result<T, Faults>) -> Option<T> {
        match field {
            Ok(value) => Some(value),
            Err(faults) => {
                self.list().extend(faults.inside(name));
                None
            }
        }
    }

    /// The same of the body of a call, whose fields are named without it.
    pub fn take_body<T>(&mut self, body: Result<T, Faults>) -> Option<T> {
        let is_named = |fault: &Fault| !fault.path.is_empty() && !fault.path.starts_with('[');
        match body {
            Ok(body) => Some(body),
            Err(faults) => {
                let (fields, whole) = faults.into_list().into_iter().partition(is_named);
                self.list().extend::<Vec<_>>(fields);
                self.list().extend(Self(Some(whole)).inside("body"));
                None
            }
        }
    }

    /// Says that a field is missing, and when it is required.
    pub fn required(&mut self, name: &str, when: &'static str) {
        let (path, what) = (name.to_owned(), Cow::Borrowed(when));
        self.list().push(Fault { path, is_missing: true, what });
    }

    /// The same faults of a value that is inside of another.
    fn inside(self, name: &str) -> Vec<Fault> {
        let inside = |fault: Fault| {
            let path = match fault.path.as_str() {
                path if name.is_empty() => path.to_owned(),
                "" => name.to_owned(),
                path if path.starts_with('[') => format!("{name}{path}"),
                path => format!("{name}.{path}"),
            };
            Fault { path, ..fault }
        };
        self.into_list().into_iter().map(inside).collect()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = [Fault::MISSING];
        let all = self.0.as_deref().unwrap_or(&missing);
        let (missing, wrong): (Vec<&Fault>, Vec<_>) = all.iter().partition(|it| it.is_missing);
        for (index, Fault { path, what, .. }) in wrong.iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            match path.as_str() {
                "" => write!(f, "{before}{what}")?,
                path => write!(f, "{before}`{path}`: {what}")?,
            }
        }
        for (index, Fault { path, what, .. }) in missing.iter().enumerate() {
            f.write_str(match (index, wrong.is_empty()) {
                (0, true) => "missing: ",
                (0, false) => "; missing: ",
                _ => ", ",
            })?;
            write!(f, "`{path}`")?;
            if !what.is_empty() {
                write!(f, " ({what})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl<T: Value> IntoValue<T> for T {
    fn into_value(self) -> Result<T, Faults> {
        Ok(self)
    }
}

impl<T: Value> IntoValue<T> for Box<T> {
    fn into_value(self) -> Result<T, Faults> {
        Ok(*self)
    }
}

impl<T: FromText> IntoValue<T> for &str {
    fn into_value(self) -> Result<T, Faults> {
        T::from_text(self).map_err(Faults::wrong)
    }
}

impl<T: FromText> IntoValue<T> for &String {
    fn into_value(self) -> Result<T, Faults> {
        self.as_str().into_value()
    }
}

impl<T: FromText> IntoValue<T> for String {
    fn into_value(self) -> Result<T, Faults> {
        self.as_str().into_value()
    }
}

impl<T: FromText> IntoValue<T> for Cow<'_, str> {
    fn into_value(self) -> Result<T, Faults> {
        self.as_ref().into_value()
    }
}

macro_rules! values {
    ($($ty:ty),* $(,)?) => {
        $(impl Value for $ty {})*
    };
}

values!(String, bool, (), Json, Map<String, Json>, NaiveDate, NaiveDateTime, NaiveTime, Uuid);
values!(IpAddr, Ipv4Addr, Ipv6Addr);

macro_rules! made_by_from {
    ($($target:ty: $($source:ty),*;)*) => {
        $($(
            impl IntoValue<$target> for $source {
                fn into_value(self) -> Result<$target, Faults> {
                    Ok(<$target>::from(self))
                }
            }
        )*)*
    };
}

made_by_from! {
    String: &str, &String, Cow<'_, str>, Box<str>, char;
    Json: &str, String, bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, Map<String, Json>, Vec<Json>;
    f32: f32, i8, i16, u8, u16;
    f64: f64, f32, i8, i16, i32, u8, u16, u32;
}

macro_rules! whole_numbers {
    ($($target:ty),*) => {
        $(whole_numbers! { @of $target, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize })*
    };
    (@of $target:ty, $($source:ty),*) => {
        $(
            impl IntoValue<$target> for $source {
                fn into_value(self) -> Result<$target, Faults> {
                    <$target>::try_from(self).map_err(|_| {
                        let (least, greatest) = (<$target>::MIN, <$target>::MAX);
                        Faults::wrong(format!("not a whole number from {least} to {greatest}"))
                    })
                }
            }
        )*
    };
}

whole_numbers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! positive_numbers {
    ($($target:ty: $whole:ty),*) => {
        $(
            impl Value for $target {}
            positive_numbers! { @of $target, $whole, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize }
        )*
    };
    (@of $target:ty, $whole:ty, $($source:ty),*) => {
        $(
            impl IntoValue<$target> for $source {
                fn into_value(self) -> Result<$target, Faults> {
                    let number = <$whole>::try_from(self).ok().and_then(<$target>::new);
                    number.ok_or_else(|| {
                        Faults::wrong(format!("not a whole number from 1 to {}", <$whole>::MAX))
                    })
                }
            }
        )*
    };
}

positive_numbers!(NonZeroU8: u8, NonZeroU16: u16, NonZeroU32: u32, NonZeroU64: u64);

macro_rules! texts {
    ($($ty:ty: $what:literal, $read:expr;)*) => {
        $(
            impl FromText for $ty {
                fn from_text(text: &str) -> Result<Self, Cow<'static, str>> {
                    let read: fn(&str) -> Option<Self> = $read;
                    read(text).ok_or(Cow::Borrowed($what))
                }
            }
        )*
    };
}

texts! {
    // `chrono` would take a month of one digit.
    NaiveDate: "not a date (YYYY-MM-DD)", |text| text.parse().ok().filter(|_| text.len() == 10);
    NaiveTime: "not a time of day (HH:MM:SS)", |text| text.parse().ok();
    NaiveDateTime: "not a date and time (YYYY-MM-DDTHH:MM:SS)", |text| text.parse().ok();
    DateTime<Utc>: "not a date and time with a zone (YYYY-MM-DDTHH:MM:SSZ)", |text| {
        DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc))
    };
    Uuid: "not a UUID", |text| Uuid::parse_str(text).ok();
    IpAddr: "not an IP address", |text| text.parse().ok();
    Ipv4Addr: "not an IPv4 address", |text| text.parse().ok();
    Ipv6Addr: "not an IPv6 address", |text| text.parse().ok();
}

impl<Z: TimeZone> IntoValue<DateTime<Utc>> for DateTime<Z> {
    fn into_value(self) -> Result<DateTime<Utc>, Faults> {
        Ok(self.with_timezone(&Utc))
    }
}

impl<T, V: IntoValue<T>> IntoValue<Option<T>> for Option<V> {
    fn into_value(self) -> Result<Option<T>, Faults> {
        self.map(V::into_value).transpose()
    }
}

/// All items, or what is wrong with any of them.
fn items<T, V: IntoValue<T>>(values: impl Iterator<Item = V>) -> Result<Vec<T>, Faults> {
    let mut faults = Faults::default();
    let named = values.enumerate().map(|(index, value)| (format!("[{index}]"), value.into_value()));
    let items: Vec<T> = named.filter_map(|(name, value)| faults.take(&name, value)).collect();
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

impl<T, V: IntoValue<T>> IntoValue<Vec<T>> for Vec<V> {
    fn into_value(self) -> Result<Vec<T>, Faults> {
        items(self.into_iter())
    }
}

impl<T, V: IntoValue<T>, const N: usize> IntoValue<Vec<T>> for [V; N] {
    fn into_value(self) -> Result<Vec<T>, Faults> {
        items(self.into_iter())
    }
}

impl<T, V: IntoValue<T> + Clone> IntoValue<Vec<T>> for &[V] {
    fn into_value(self) -> Result<Vec<T>, Faults> {
        items(self.iter().cloned())
    }
}

impl<T, V: IntoValue<T> + Clone, const N: usize> IntoValue<Vec<T>> for &[V; N] {
    fn into_value(self) -> Result<Vec<T>, Faults> {
        items(self.iter().cloned())
    }
}

/// All entries, or what is wrong with any of them. A key may be about a person, so it is not told.
fn entries<K, V, L, T>(values: impl Iterator<Item = (L, V)>) -> Result<HashMap<K, T>, Faults>
where
    K: Eq + Hash,
    L: IntoValue<K>,
    V: IntoValue<T>,
{
    let mut faults = Faults::default();
    let entries = values.filter_map(|(key, value)| {
        let key = faults.take("*", key.into_value());
        let value = faults.take("*", value.into_value());
        key.zip(value)
    });
    let entries: HashMap<K, T> = entries.collect();
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

impl<K: Eq + Hash, T, L: IntoValue<K>, V: IntoValue<T>> IntoValue<HashMap<K, T>> for HashMap<L, V> {
    fn into_value(self) -> Result<HashMap<K, T>, Faults> {
        entries(self.into_iter())
    }
}

impl<K: Eq + Hash, T, L: IntoValue<K>, V: IntoValue<T>> IntoValue<HashMap<K, T>>
    for BTreeMap<L, V>
{
    fn into_value(self) -> Result<HashMap<K, T>, Faults> {
        entries(self.into_iter())
    }
}

impl<K: Eq + Hash, T, L: IntoValue<K>, V: IntoValue<T>, const N: usize> IntoValue<HashMap<K, T>>
    for [(L, V); N]
{
    fn into_value(self) -> Result<HashMap<K, T>, Faults> {
        entries(self.into_iter())
    }
}
