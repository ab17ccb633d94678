//! How properties are tried: the same cases on every run, so that a run fails for what was changed
//! and for nothing else. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further.

use std::env;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, unless the environment says otherwise.
pub fn cases(number: u32) -> Config {
    let asked = |name| env::var_os(name).is_some();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if !asked("PROPTEST_CASES") {
        config.cases = number;
    }
    if !asked("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(0);
    }
    config
}
