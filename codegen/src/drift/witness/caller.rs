//! Names as a caller writes them, who depends on the client alone.

use syn::visit_mut::{self, VisitMut};
use syn::{Path, Type};

/// The crates that a client is made of. Each client shows what is in its signatures, by the same name.
const RUNTIMES: [&str; 2] = ["openapi_client_runtime", "progenitor_client"];

/// A type.
pub(super) fn ty(whole: &str) -> Option<Type> {
    let mut ty = syn::parse_str(whole).ok()?;
    rename(&mut ty);
    Some(ty)
}

/// Replaces the names in a type.
pub(super) fn rename(ty: &mut Type) {
    Shown::ByTheClient.visit_type_mut(ty);
}

/// Names that callers write.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    /// Without the crates that callers need not depend on.
    ByTheClient,
    /// As their own crate has them: all that differs may be which crate it is.
    ByTheirCrate,
}

impl VisitMut for Shown {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let step = |index: usize| path.segments.iter().nth(index).map(|it| it.ident.to_string());
        if !step(0).is_some_and(|first| RUNTIMES.contains(&first.as_str())) {
            return;
        }
        let is_inner = step(1).is_some_and(|second| second == "generated");
        let is_skipped = |index: usize| match index {
            0 => matches!(self, Self::ByTheClient),
            1 => is_inner,
            _ => false,
        };
        let kept = path.segments.iter().enumerate().filter(|(index, _)| !is_skipped(*index));
        path.segments = kept.map(|(_, step)| step.clone()).collect();
    }
}
