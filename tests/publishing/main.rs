//! What must hold before the crates are published: what is in the packages, what their documentation links to,
//! licences, dependencies, the workflows and the version.

mod common;
mod defects;
mod dependencies;
mod documentation;
mod packages;
mod scripts;
mod versions;
mod workflows;
