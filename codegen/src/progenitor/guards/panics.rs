//! Panics of a library, as errors.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`, without printing a panic inside of it.
///
/// # Errors
/// The message and place of the panic.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    // Panics outside of `work`, and in other threads, go to the hook that was set before.
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let place =
                    info.location().map(|at| format!(" ({}:{})", in_crate(at.file()), at.line()));
                let message = message(info.payload()).unwrap_or("it panicked");
                MESSAGE.set(format!("{message}{}", place.unwrap_or_default()));
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
fn message(payload: &dyn Any) -> Option<&str> {
    let literal = payload.downcast_ref::<&str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// The path of a source file from its crate on, without the folder of the registry on this machine.
fn in_crate(file: &str) -> &str {
    let folder = file.rsplit_once("/src/").and_then(|(folder, _)| folder.rfind('/'));
    folder.and_then(|slash| file.get(slash + 1..)).unwrap_or(file)
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
