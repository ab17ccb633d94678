//! How many values of one JSON document are in another one, by which clients choose the alternative of
//! a union that decodes most; and what became of the unions inside of one that is decoded.

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
    use ::std::any::{Any, TypeId};
    use ::std::collections::HashMap;
    use ::std::rc::Rc;

    /// A union that is decoded: what is the same for each of them.
    pub(super) struct Union<U> {
        pub(super) value: Value,
        /// What was read, if the value does not tell all of it.
        written: ::std::option::Option<::std::string::String>,
        search: ::std::option::Option<Search<U>>,
        best: ::std::option::Option<(usize, U)>,
        is_found: bool,
        reasons: ::std::vec::Vec<::std::string::String>,
    }

    type Outcome<U> = ::std::result::Result<U, ::std::string::String>;

    /// What is known from the first attempt on.
    struct Search<U> {
        /// How much there is to explain.
        all: usize,
        /// By which the outcome is remembered, inside of another union.
        key: ::std::option::Option<::std::string::String>,
        known: ::std::option::Option<Outcome<U>>,
        _level: Level,
    }

    /// Of the error of an alternative: each has those of all unions below it.
    const MOST_OF_A_REASON: usize = 1000;

    impl<U: Clone + 'static> Union<U> {
        #[allow(dead_code)]
        pub(super) fn read<'de, D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            <Value as ::serde::Deserialize>::deserialize(deserializer).map(|it| Self::of(it, None))
        }

        pub(super) fn of(
            value: Value,
            written: ::std::option::Option<::std::string::String>,
        ) -> Self {
            let reasons = ::std::vec::Vec::new();
            Self { value, written, search: None, best: None, is_found: false, reasons }
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
            let (value, written) = (&self.value, &mut self.written);
            let search = self.search.get_or_insert_with(|| Search::begin(value, written.take()));
            if self.is_found || search.known.is_some() {
                return;
            }
            match decode(value) {
                Ok(decoded) => {
                    let again = ::serde_json::to_value(&decoded).unwrap_or_default();
                    let explained = matching_leaves(value, &again);
                    self.is_found = explained == search.all;
                    if self.is_found || self.best.as_ref().is_none_or(|(most, _)| explained > *most)
                    {
                        self.best = Some((explained, make(decoded)));
                    }
                }
                Err(error) => {
                    let error = error.to_string();
                    let end = error.char_indices().nth(MOST_OF_A_REASON).map(|(end, _)| end);
                    let error = error.get(..end.unwrap_or(error.len())).unwrap_or_default();
                    self.reasons.push(format!("{name}: {error}"));
                }
            }
        }

        /// The alternative that explains most of the value, the first one if several do.
        pub(super) fn best<E: de::Error>(self) -> ::std::result::Result<U, E> {
            let Self { search, best, reasons, .. } = self;
            let tried = || match best {
                Some((_, best)) => Ok(best),
                None => Err(format!("no alternative fits: {}", reasons.join("; "))),
            };
            let outcome = match search {
                Some(Search { known: Some(known), .. }) => known,
                Some(Search { key: Some(key), .. }) => {
                    let outcome = tried();
                    remember(TypeId::of::<U>(), key, Rc::new(outcome.clone()));
                    outcome
                }
                _ => tried(),
            };
            outcome.map_err(E::custom)
        }
    }

    impl<U: Clone + 'static> Search<U> {
        fn begin(value: &Value, written: ::std::option::Option<::std::string::String>) -> Self {
            let (level, is_inside) = Level::enter();
            let key = is_inside.then(|| written.unwrap_or_else(|| value.to_string()));
            let known = key.as_deref().and_then(|key| remembered(TypeId::of::<U>(), key));
            let known = known.and_then(|it| it.downcast_ref::<Outcome<U>>().cloned());
            let all = if known.is_some() { 0 } else { matching_leaves(value, value) };
            Self { all, key, known, _level: level }
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

    /// Of each union, what became of each JSON.
    type Outcomes = HashMap<TypeId, HashMap<::std::string::String, Rc<dyn Any>>>;

    thread_local! {
        static LEVEL: ::std::cell::Cell<usize> = const { ::std::cell::Cell::new(0) };
        /// Kept while an outermost union is decoded. Each of its alternatives decodes the same values again,
        /// so the time would be exponential in how deep unions are inside of each other.
        static OUTCOMES: ::std::cell::RefCell<Outcomes> = ::std::cell::RefCell::default();
    }

    fn remembered(ty: TypeId, key: &str) -> ::std::option::Option<Rc<dyn Any>> {
        OUTCOMES.with_borrow(|outcomes| outcomes.get(&ty)?.get(key).cloned())
    }

    fn remember(ty: TypeId, key: ::std::string::String, outcome: Rc<dyn Any>) {
        OUTCOMES.with_borrow_mut(|outcomes| {
            outcomes.entry(ty).or_default().insert(key, outcome);
        });
    }

    pub(super) struct Level;
    impl Level {
        /// And whether it is inside of another one.
        pub(super) fn enter() -> (Self, bool) {
            let level = LEVEL.get();
            LEVEL.set(level + 1);
            (Self, level > 0)
        }
    }
    impl ::std::ops::Drop for Level {
        fn drop(&mut self) {
            LEVEL.set(LEVEL.get() - 1);
            if LEVEL.get() == 0 {
                drop(OUTCOMES.take());
            }
        }
    }
}

#[cfg(test)]
mod tests;
