//! What the tests share: fixtures, and a small spec folder.
#![allow(dead_code)]

pub mod fixture;
pub mod spec;
