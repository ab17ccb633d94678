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
