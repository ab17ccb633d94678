//! What the tests share: cases in files, fixtures, and a small spec folder.
#![allow(dead_code)]

pub mod case;
pub mod fixture;
pub mod spec;
