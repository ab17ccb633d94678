//! What the tests share: cases in files, and a small spec folder.
#![allow(dead_code)]

pub mod audited;
pub mod case;
pub mod docs;
pub mod spec;
pub mod staged;
pub mod tables;
