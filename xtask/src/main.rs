//! `cargo xtask`: the maintainer's commands. A command line over `manis-codegen`, no more.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use manis_codegen::command::{self, Codegen};

/// From the vendor's pages to the client, and what changed on the way.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add or refresh documentation pages (.md) or OpenAPI files (.yaml, .json)
    Vendor {
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// Pages and OpenAPI files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Regenerate the patched document and the client
    Codegen {
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// Write a whole new crate into this folder
        #[arg(long)]
        out: Option<PathBuf>,
        /// Write nothing; show what is stale and exit with 1
        #[arg(long)]
        check: bool,
        /// Write a report of operations and patches, as JSON
        #[arg(long)]
        report: Option<PathBuf>,
        /// Write the document after each stage into this folder
        #[arg(long)]
        emit: Option<PathBuf>,
        /// Fail when an operation is left out
        #[arg(long)]
        deny_left_out: bool,
    },
}

fn main() -> ExitCode {
    let mut out = stdout().lock();
    let result = match Arguments::parse().command {
        Command::Vendor { spec, files } => command::vendor(&spec, &files, &mut out),
        Command::Codegen { spec, out: crate_folder, check, report, emit, deny_left_out } => {
            let options = Codegen { spec, out: crate_folder, check, report, emit, deny_left_out };
            command::codegen(&options, &mut out)
        }
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {error}");
            command::Exit::BadInput.into()
        }
    }
}
