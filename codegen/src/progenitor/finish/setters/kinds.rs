//! Which types setters take plain values for.

use std::collections::BTreeSet;

use syn::{Item, Type};

use crate::progenitor::shape;

/// The types that are declared in the client.
pub(super) struct Known {
    names: BTreeSet<String>,
    /// Whether there are exact decimals.
    pub(super) decimals: bool,
}

/// Types of other crates of which the runtime makes values.
const FOREIGN: [&str; 30] = [
    "String",
    "::std::string::String",
    "bool",
    "()",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "::std::num::NonZeroU8",
    "::std::num::NonZeroU16",
    "::std::num::NonZeroU32",
    "::std::num::NonZeroU64",
    "::serde_json::Value",
    "::serde_json::Map<::std::string::String,::serde_json::Value>",
    "::chrono::naive::NaiveDate",
    "::chrono::naive::NaiveTime",
    "::chrono::naive::NaiveDateTime",
    "::chrono::NaiveDate",
    "::chrono::DateTime<::chrono::offset::Utc>",
    "::uuid::Uuid",
    "::std::net::IpAddr",
    "::std::net::Ipv4Addr",
    "::std::net::Ipv6Addr",
    "serde_json::Value",
];

/// Those that have a form as text.
const TEXTS: [&str; 5] =
    ["::chrono::naive::", "::chrono::NaiveDate", "::chrono::DateTime<", "::uuid::", "::std::net::"];

impl Known {
    /// The structs and enums among the items of `types`.
    pub(super) fn of(types: &[Item]) -> Self {
        let own = types.iter().filter(|item| matches!(item, Item::Struct(_) | Item::Enum(_)));
        let names = own.filter_map(shape::declared).map(ToString::to_string).collect();
        let is_decimals = |item: &Item| shape::is_module(item, "decimal");
        Self { names, decimals: types.iter().any(is_decimals) }
    }

    /// The name of a type of the client, whatever module it is written in.
    pub(super) fn own<'t>(&self, ty: &'t Type) -> Option<&'t syn::Ident> {
        let Type::Path(path) = ty else { return None };
        let mut segments = path.path.segments.iter();
        let last = segments.next_back().filter(|last| last.arguments.is_none())?;
        let is_of_client = match (segments.next(), segments.next()) {
            (None, _) => true,
            (Some(module), None) => module.ident == "super" || module.ident == "types",
            _ => false,
        };
        let is_own = is_of_client && path.path.leading_colon.is_none();
        (is_own && self.names.contains(&last.ident.to_string())).then_some(&last.ident)
    }

    /// Whether a type is an exact decimal.
    fn is_decimal(&self, ty: &Type) -> bool {
        let is_one = |name: &str| name == "Number" || name == "Text";
        let is_last = shape::last_segment(ty).is_some_and(|last| is_one(&last.ident.to_string()));
        self.decimals && is_last && shape::mentions(ty, "decimal")
    }

    /// Whether the runtime, or what is added to the client, makes values of a type.
    pub(super) fn is_value(&self, ty: &Type) -> bool {
        for wrapper in ["Option", "Vec"] {
            if let Some(inner) = shape::argument(ty, wrapper) {
                return self.is_value(inner);
            }
        }
        if let Some(last) = shape::last_segment(ty).filter(|last| last.ident == "HashMap") {
            return shape::arguments(last).iter().all(|ty| self.is_value(ty));
        }
        self.own(ty).is_some()
            || self.is_decimal(ty)
            || FOREIGN.contains(&shape::text_of(ty).as_str())
    }

    /// Whether a type of another crate has a form as text, of which the runtime tells.
    pub(super) fn is_text(&self, ty: &Type) -> bool {
        let text = shape::text_of(ty);
        let is_foreign = FOREIGN.contains(&text.as_str());
        is_foreign && TEXTS.iter().any(|path| text.starts_with(path)) || self.is_decimal(ty)
    }
}
