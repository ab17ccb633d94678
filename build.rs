//! Generates the client from `spec/` into `OUT_DIR`, through the same library as
//! `cargo xtask codegen`. Without the feature `codegen` there is nothing to do.

fn main() {
    #[cfg(feature = "codegen")]
    if let Err(error) = manis_codegen::build::run("spec".as_ref()) {
        println!("cargo::error={}", error.to_string().replace('\n', " "));
    }
}
