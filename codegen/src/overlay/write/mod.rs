//! Overlays written by a command: targets of places, actions as text, an overlay's own text with more of them.

mod action;
mod edit;
pub(crate) mod target;
pub(crate) mod text;

pub(crate) use action::{Action, folded};
pub(crate) use edit::{Change, Edit};
