//! Decimals of which no digit is lost: [`Number`] is a JSON number, [`Text`] a JSON text.
//!
//! Both hold a [`rust_decimal::Decimal`]: 28 significant digits, and as many places. What has more, or
//! is out of range, is an error; nothing is rounded. `10.50` is sent again as `10.50`, `1e3` as `1000`.
//!
//! A number is read as it is written in the JSON. Where the JSON was made into a `serde_json::Value`, or
//! is read by `serde_json::from_reader`, it may have been a float: there, one with a fraction and more
//! than 15 significant digits is an error.
//!
//! `Debug` shows the digits. A type that holds a decimal decides for itself whether it shows them.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

pub use ::rust_decimal;
use ::rust_decimal::Decimal;

/// A decimal that is a JSON number.
pub type Number = Exact<false>;

/// A decimal that is a JSON text. In addresses, headers and forms all decimals are.
pub type Text = Exact<true>;

/// A decimal of which no digit is lost, as a JSON text or a JSON number.
///
/// It is made of a text (`"10.50".parse()`), of whole numbers and of a [`Decimal`], and not of a float:
/// that would have lost digits before. It dereferences to the [`Decimal`], for arithmetic and comparing.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact<const TEXT: bool>(Decimal);

/// A text that is no decimal, or none that can be held exactly. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecimalError {
    /// It is not written as a JSON number: digits, at most one point between them, an exponent.
    NotADecimal,
    /// It has more digits than 28, or is too large for these.
    TooManyDigits,
    /// It was a float before, which may have lost digits.
    Inexact,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotADecimal => "not a decimal such as 10.50",
            Self::TooManyDigits => "more digits than the 28 of a decimal: it would be rounded",
            Self::Inexact => "more than the 15 digits of a float, which it was: it may be rounded",
        })
    }
}

impl std::error::Error for DecimalError {}

impl<const TEXT: bool> Exact<TEXT> {
    /// The decimal itself.
    pub fn value(self) -> Decimal {
        self.0
    }
}

impl<const TEXT: bool> std::ops::Deref for Exact<TEXT> {
    type Target = Decimal;

    fn deref(&self) -> &Decimal {
        &self.0
    }
}

impl<const TEXT: bool> fmt::Display for Exact<TEXT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<const TEXT: bool> fmt::Debug for Exact<TEXT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<const TEXT: bool> FromStr for Exact<TEXT> {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        decimal(text).map(Self)
    }
}

impl<const TEXT: bool> TryFrom<&str> for Exact<TEXT> {
    type Error = DecimalError;

    fn try_from(text: &str) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl<const TEXT: bool> TryFrom<String> for Exact<TEXT> {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl<const TEXT: bool> TryFrom<&String> for Exact<TEXT> {
    type Error = DecimalError;

    fn try_from(text: &String) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl<const TEXT: bool> From<Exact<TEXT>> for Decimal {
    fn from(value: Exact<TEXT>) -> Decimal {
        value.0
    }
}

impl From<Number> for Text {
    fn from(value: Number) -> Text {
        Exact(value.0)
    }
}

impl From<Text> for Number {
    fn from(value: Text) -> Number {
        Exact(value.0)
    }
}

macro_rules! from {
    ($($whole:ty),*) => {
        $(
            impl<const TEXT: bool> From<$whole> for Exact<TEXT> {
                fn from(value: $whole) -> Self {
                    Self(value.into())
                }
            }
        )*
    };
}

from!(Decimal, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// The most significant digits of which a float keeps each.
const FLOAT_DIGITS: usize = 15;

/// The parts of a number as JSON writes it: sign, digits before and after the point, exponent.
struct Parts<'t> {
    is_negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (digits, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, fraction)) if !is_digits(fraction) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let of_exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let fits = is_digits(whole) && is_digits(of_exponent);
        fits.then_some(Self { is_negative, whole, fraction, exponent })
    }

    /// All digits from the first that is not zero.
    fn significant(&self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes()).skip_while(|digit| *digit == b'0')
    }
}

/// The decimal that a text stands for, to the last digit.
fn decimal(text: &str) -> Result<Decimal, DecimalError> {
    let parts = Parts::of(text).ok_or(DecimalError::NotADecimal)?;
    let mut digits = 0_i128;
    for digit in parts.significant() {
        let more = digits.checked_mul(10).and_then(|it| it.checked_add((digit - b'0').into()));
        digits = more.ok_or(DecimalError::TooManyDigits)?;
    }
    let places = i64::try_from(parts.fraction.len()).map_err(|_| DecimalError::TooManyDigits)?;
    let exponent = match parts.exponent.parse::<i64>() {
        Ok(exponent) => exponent,
        // Zero is zero, however far the point is moved to the right.
        Err(_) if digits == 0 && !parts.exponent.starts_with('-') => places,
        Err(_) => return Err(DecimalError::TooManyDigits),
    };
    let mut places = places.checked_sub(exponent).ok_or(DecimalError::TooManyDigits)?;
    while places < 0 && digits != 0 {
        digits = digits.checked_mul(10).ok_or(DecimalError::TooManyDigits)?;
        places += 1;
    }
    let places = u32::try_from(places.max(0)).map_err(|_| DecimalError::TooManyDigits)?;
    let mut value = Decimal::try_from_i128_with_scale(digits, places)
        .map_err(|_| DecimalError::TooManyDigits)?;
    value.set_sign_negative(parts.is_negative);
    Ok(value)
}

impl<const TEXT: bool> Serialize for Exact<TEXT> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if TEXT {
            return serializer.collect_str(self);
        }
        let text = self.to_string();
        if TO_VALUE.get() && !is_exact_float(&text) {
            return Err(S::Error::custom(DecimalError::Inexact));
        }
        RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de, const TEXT: bool> Deserialize<'de> for Exact<TEXT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if TEXT {
            return String::deserialize(deserializer)?.parse().map_err(de::Error::custom);
        }
        let written = Written::read::<D, ::serde_json::Number>(deserializer)?;
        if !written.is_original && !is_exact_float(&written.text) {
            return Err(de::Error::custom(DecimalError::Inexact));
        }
        written.text.parse().map_err(de::Error::custom)
    }
}

/// Whether a float would keep each digit, or it is a whole number, which no float is made of.
fn is_exact_float(text: &str) -> bool {
    let is_whole = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    let digits = Parts::of(text).map(|it| it.significant().count());
    is_whole || digits.is_none_or(|it| it <= FLOAT_DIGITS)
}

thread_local! {
    /// Whether numbers are being written into a `Value`, where they become floats.
    static TO_VALUE: Cell<bool> = const { Cell::new(false) };
}

/// A `Value` of something that may hold decimals, for parameters and forms.
///
/// # Errors
/// A number of more digits than a float keeps.
#[allow(dead_code)]
pub(crate) fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, ::serde_json::Error> {
    let _outer = Outer(TO_VALUE.replace(true));
    ::serde_json::to_value(value)
}

/// What [`TO_VALUE`] was before.
struct Outer(bool);

impl Drop for Outer {
    fn drop(&mut self) {
        TO_VALUE.set(self.0);
    }
}

/// JSON as it was written, for what has to look at it more than once.
pub(crate) struct Written {
    text: String,
    /// Whether each digit is as it was received.
    is_original: bool,
}

impl Written {
    /// The JSON of any value.
    #[allow(dead_code)]
    pub(crate) fn of_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read::<D, Value>(deserializer)
    }

    /// What it is decoded to depends on nothing else.
    #[allow(dead_code)]
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.is_original, self.text)
    }

    /// The JSON, decoded.
    #[allow(dead_code)]
    pub(crate) fn decode<T: de::DeserializeOwned>(&self) -> Result<T, ::serde_json::Error> {
        if self.is_original {
            return ::serde_json::from_str(&self.text);
        }
        ::serde_json::from_str::<Value>(&self.text).and_then(::serde_json::from_value)
    }

    /// The JSON of each field of an object.
    ///
    /// # Errors
    /// JSON that is no object.
    #[allow(dead_code)]
    pub(crate) fn fields(&self) -> Result<BTreeMap<String, Self>, ::serde_json::Error> {
        let fields: BTreeMap<String, Box<RawValue>> = ::serde_json::from_str(&self.text)?;
        let own =
            |raw: &RawValue| Self { text: raw.get().to_owned(), is_original: self.is_original };
        Ok(fields.into_iter().map(|(name, raw)| (name, own(&raw))).collect())
    }

    /// The JSON of a value, read by way of `F` from what has no JSON.
    fn read<'de, D, F>(deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
        F: Deserialize<'de> + fmt::Display,
    {
        deserializer.deserialize_newtype_struct(RAW, AsWritten::<F>(PhantomData))
    }
}

/// By this name serde_json hands out the JSON of a value; so does its own `RawValue`. Under another name
/// it would hand out a float, which is an error where it may not be exact.
const RAW: &str = "$serde_json::private::RawValue";

/// Reads the JSON of a value where there is some; else what `F` makes of it.
struct AsWritten<F>(PhantomData<F>);

impl<'de, F: Deserialize<'de> + fmt::Display> Visitor<'de> for AsWritten<F> {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Written, D::Error> {
        Ok(Written { text: F::deserialize(inner)?.to_string(), is_original: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
        match map.next_key::<String>()? {
            Some(_) => map.next_value(),
            None => Err(de::Error::custom("JSON is expected")),
        }
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(JsonText)
    }
}

/// serde_json borrows from what it was given; it owns a text that it has made of a `Value`.
struct JsonText;

impl<'de> Visitor<'de> for JsonText {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Written, E> {
        Ok(Written { text: text.to_owned(), is_original: true })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written { text: text.to_owned(), is_original: false })
    }
}

#[cfg(test)]
mod tests;
