//! Documented bodies, and the one verdict on them: what a schema refuses, and what it does not describe.

pub(crate) mod documented;
pub(crate) mod samples;
mod undescribed;
mod validator;
mod verdict;

pub(crate) use verdict::{Judge, Misfit, MisfitKind, Verdict, fits, judge};
