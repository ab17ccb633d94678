//! How many values of one JSON document are in another one, by which clients choose the alternative of
//! a union that decodes most; and how deep unions are inside of each other while one is decoded.

fn matching_leaves(value: &::serde_json::Value, again: &::serde_json::Value) -> usize {
    use ::serde_json::Value;
    match (value, again) {
        (Value::Object(value), Value::Object(again)) => {
            let fields = value
                .iter()
                .filter_map(|(name, value)| Some(1 + matching_leaves(value, again.get(name)?)));
            fields.sum()
        }
        (Value::Array(value), Value::Array(again)) => {
            value.iter().zip(again).map(|(value, again)| 1 + matching_leaves(value, again)).sum()
        }
        // A whole number is one with or without a fraction of zero.
        (Value::Number(value), Value::Number(again)) => {
            usize::from(value == again || value.as_f64() == again.as_f64())
        }
        (value, again) => usize::from(value == again),
    }
}

/// Whether a value has none but these texts in some of its fields. What is no text is for the decoder.
#[allow(dead_code)]
fn has_texts(
    value: &::serde_json::Value,
    fields: &[(&str, &[&str])],
) -> ::std::result::Result<(), ::serde_json::Error> {
    for (name, texts) in fields {
        let text = value.get(*name).and_then(::serde_json::Value::as_str);
        if text.is_some_and(|text| !texts.contains(&text)) {
            let reason = format!("`{name}` is none of {}", texts.join(", "));
            return Err(::serde::de::Error::custom(reason));
        }
    }
    Ok(())
}

mod unions {
    use super::matching_leaves;
    use ::serde::de::{self, DeserializeOwned};
    use ::serde_json::Value;

    /// A union that is decoded: what is the same for each of them.
    pub(super) struct Union<U> {
        pub(super) value: Value,
        /// From the first attempt on: how much there is to explain, and how deep it is.
        search: ::std::option::Option<(usize, Level, bool)>,
        best: ::std::option::Option<(usize, U)>,
        is_found: bool,
        reasons: ::std::vec::Vec<::std::string::String>,
    }

    impl<U> Union<U> {
        #[allow(dead_code)]
        pub(super) fn read<'de, D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            <Value as ::serde::Deserialize>::deserialize(deserializer).map(Self::of)
        }

        pub(super) fn of(value: Value) -> Self {
            let reasons = ::std::vec::Vec::new();
            Self { value, search: None, best: None, is_found: false, reasons }
        }

        /// Tries an alternative, unless an earlier one explains all of the value.
        #[allow(dead_code)]
        pub(super) fn attempt<T: DeserializeOwned + ::serde::Serialize>(
            &mut self,
            name: &str,
            make: fn(T) -> U,
        ) {
            self.attempt_by(name, |value| ::serde_json::from_value(value.clone()), make);
        }

        pub(super) fn attempt_by<T: ::serde::Serialize>(
            &mut self,
            name: &str,
            decode: impl FnOnce(&Value) -> ::std::result::Result<T, ::serde_json::Error>,
            make: fn(T) -> U,
        ) {
            if self.is_found {
                return;
            }
            let value = &self.value;
            let (all, _, deep) = self.search.get_or_insert_with(|| {
                let (level, deep) = Level::enter();
                (matching_leaves(value, value), level, deep)
            });
            match decode(value) {
                Ok(decoded) => {
                    let again = ::serde_json::to_value(&decoded).unwrap_or_default();
                    let explained = matching_leaves(value, &again);
                    self.is_found = explained == *all || *deep;
                    if self.is_found || self.best.as_ref().is_none_or(|(most, _)| explained > *most)
                    {
                        self.best = Some((explained, make(decoded)));
                    }
                }
                Err(error) => self.reasons.push(format!("{name}: {error}")),
            }
        }

        /// The alternative that explains most of the value, the first one if several do.
        pub(super) fn best<E: de::Error>(self) -> ::std::result::Result<U, E> {
            match self.best {
                Some((_, best)) => Ok(best),
                None => Err(E::custom(format!("no alternative fits: {}", self.reasons.join("; ")))),
            }
        }
    }

    /// The alternative that the value of a discriminator stands for.
    #[allow(dead_code)]
    pub(super) fn only<T, U, E: de::Error>(
        name: &str,
        decoded: ::std::result::Result<T, ::serde_json::Error>,
        make: fn(T) -> U,
    ) -> ::std::result::Result<U, E> {
        decoded.map(make).map_err(|error| E::custom(format!("{name}: {error}")))
    }

    thread_local! {
        static LEVEL: ::std::cell::Cell<usize> = const { ::std::cell::Cell::new(0) };
    }
    pub(super) struct Level;
    impl Level {
        pub(super) fn enter() -> (Self, bool) {
            let level = LEVEL.get() + 1;
            LEVEL.set(level);
            // Each level tries all alternatives of those below it, so the time is exponential in these.
            (Self, level > 4)
        }
    }
    impl ::std::ops::Drop for Level {
        fn drop(&mut self) {
            LEVEL.set(LEVEL.get() - 1);
        }
    }
}

#[cfg(test)]
mod tests;
