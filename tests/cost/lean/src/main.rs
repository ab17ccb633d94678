//! See `../../default/src/main.rs`: one program, two builds.

include!("../../default/src/main.rs");
