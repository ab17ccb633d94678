//! Documented bodies, and one judge of them: what a schema refuses, and what it does not describe.

pub(crate) mod documented;
pub(crate) mod samples;
mod undescribed;
mod validator;

pub(crate) use undescribed::{Undescribed, undescribed};
pub(crate) use validator::validator;
