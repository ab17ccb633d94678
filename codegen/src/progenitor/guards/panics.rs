//! Panics of a library, as errors.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`; a panic inside is returned as its message and place, and not printed.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    // Panics elsewhere, and in other threads, keep going to the hook that was there.
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let place =
                    info.location().map(|at| format!(" ({}:{})", short(at.file()), at.line()));
                let words = words(info.payload()).unwrap_or("it panicked");
                MESSAGE.set(format!("{words}{}", place.unwrap_or_default()));
            } else {
                previous(info);
            }
        }));
    });
    CATCHING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(false);
    result.map_err(|_| MESSAGE.take())
}

/// The message of a panic: a literal or a formatted text.
fn words(payload: &dyn Any) -> Option<&str> {
    let literal = payload.downcast_ref::<&str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// The crate and file, without the place where this machine keeps its registry.
fn short(file: &str) -> &str {
    let crates = file.rfind("/src/").and_then(|src| file[..src].rfind('/'));
    crates.map_or(file, |slash| &file[slash + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_message_and_place() {
        let message = caught(|| panic!("no {}", "way")).unwrap_err();
        assert!(message.starts_with("no way ("), "{message}");
        assert!(message.contains("panics.rs:"), "{message}");
    }
}
