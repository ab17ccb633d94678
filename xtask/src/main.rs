//! `cargo xtask`: the maintainer's commands. A command line over `manis-codegen`, no more.

mod progress;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use manis_codegen::command::{self, Codegen, DriftOptions, Old, RuntimeFrom};
use manis_codegen::drift::Format;
use manis_codegen::vendor::Date;

/// Of a comparison of two large documents, a third of the time is in the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
        #[arg(required_unless_present = "index")]
        files: Vec<PathBuf>,
        /// Keep this list of all pages (llms.txt), and show which are here; exit with 1 if not all are
        #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "keep_going"])]
        index: Option<PathBuf>,
        /// When they were retrieved [default: the day of each file]
        #[arg(long, value_name = "YYYY-MM-DD")]
        retrieved: Option<Date>,
        /// Write what can be read, whatever else is refused, and exit with 1 if something is
        #[arg(long)]
        keep_going: bool,
    },
    /// Regenerate the patched document and the client
    Codegen {
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// Write a whole new crate into this folder
        #[arg(long)]
        out: Option<PathBuf>,
        /// Where the new crate has from what sends its requests [default: sources]
        #[arg(long, value_enum, requires = "out")]
        runtime: Option<Runtime>,
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
    /// What the overlay's actions were written against, and what the vendor says there now
    Overlay {
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// Record what the vendor says now in overlay.yaml
        #[arg(long)]
        accept: bool,
        /// Add the actions that make this edited document of the patched one (3-patched.yaml of codegen --emit)
        #[arg(long, value_name = "EDITED", conflicts_with = "accept")]
        from: Option<PathBuf>,
        /// Name in all targets, and in audit.yaml, what the vendor calls otherwise now
        #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["accept", "from"])]
        retarget: Option<Vec<String>>,
    },
    /// The document against its own documentation and examples
    Audit {
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// Record in audit.yaml which values its entries explain
        #[arg(long, conflicts_with = "format")]
        accept: bool,
        /// Print overlay actions for what has one right mend, and what a person must decide
        #[arg(long, conflicts_with_all = ["format", "accept"])]
        propose: bool,
        /// Recorded calls (HAR files), held against the document as examples are
        #[arg(long, value_name = "HAR", conflicts_with = "accept")]
        traffic: Vec<PathBuf>,
        /// Write what is proposed into overlay.yaml and audit.yaml
        #[arg(long, requires = "propose")]
        write: bool,
        /// How the findings are written; markdown is a report for the vendor
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
    },
    /// What changed between two specs, on the wire and in Rust, and the version bump it asks for
    Drift {
        #[command(flatten)]
        old: OldSide,
        /// The new side: a spec folder or an OpenAPI file [default: the spec folder]
        #[arg(long, value_name = "PATH")]
        new: Option<PathBuf>,
        /// The spec folder
        #[arg(long, default_value = "spec")]
        spec: PathBuf,
        /// How the report is written
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Record all that is found in drift.yaml of the new side, a spec folder, as accepted for that reason
        #[arg(long, value_name = "BECAUSE", conflicts_with = "format")]
        accept: Option<String>,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct OldSide {
    /// The old side: the spec folder as this git revision has it
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// The old side: a spec folder or an OpenAPI file
    #[arg(long, value_name = "PATH")]
    old: Option<PathBuf>,
}

impl OldSide {
    /// Of a spec folder, if it is a revision of it.
    fn of(self, spec: PathBuf) -> Old {
        match (self.since, self.old) {
            (Some(revision), _) => Old::Revision { spec, revision },
            (None, path) => Old::Path(path.unwrap_or_default()),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Runtime {
    /// The sources of openapi-client-runtime, written into the crate
    Sources,
    /// openapi-client-runtime from the registry
    Registry,
    /// Plain progenitor-client: no retries, limits, credentials or redaction
    ProgenitorClient,
}

impl From<Runtime> for RuntimeFrom {
    fn from(runtime: Runtime) -> Self {
        match runtime {
            Runtime::Sources => Self::Sources,
            Runtime::Registry => Self::Registry,
            Runtime::ProgenitorClient => Self::ProgenitorClient,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportFormat {
    /// For a terminal
    Text,
    /// To paste in a review
    Markdown,
    /// For scripts
    Json,
}

impl From<ReportFormat> for Format {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Text => Self::Text,
            ReportFormat::Markdown => Self::Markdown,
            ReportFormat::Json => Self::Json,
        }
    }
}

fn main() -> ExitCode {
    // Colour on a terminal alone.
    let mut out = anstream::stdout().lock();
    match run(Arguments::parse().command, &mut out) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {error}");
            command::Exit::BadInput.into()
        }
    }
}

fn run(command: Command, out: &mut dyn Write) -> manis_codegen::Result<command::Exit> {
    match command {
        Command::Vendor { spec, index: Some(index), retrieved, .. } => {
            command::index(&spec, &index, retrieved, out)
        }
        Command::Vendor { spec, files, retrieved, keep_going, .. } => {
            let run = if keep_going { command::vendor_keep_going } else { command::vendor };
            run(&spec, &files, retrieved, &progress::bar(), out)
        }
        Command::Codegen { spec, out: folder, runtime, check, report, emit, deny_left_out } => {
            let (runtime, progress) = (runtime.map(RuntimeFrom::from), progress::bar());
            let options = Codegen {
                spec,
                out: folder,
                runtime,
                check,
                report,
                emit,
                deny_left_out,
                progress,
            };
            command::codegen(&options, out)
        }
        Command::Overlay { spec, accept, from, retarget } => match (retarget.as_deref(), from) {
            (Some([old, new]), _) => command::retarget(&spec, old, new, out),
            (_, Some(edited)) => command::overlay_from(&spec, &edited, out),
            _ => command::overlay(&spec, accept, out),
        },
        Command::Audit { spec, traffic, accept, propose, write, format } => {
            match (accept, propose) {
                (true, _) => command::accept_audit(&spec, out),
                (_, true) => command::propose(&spec, &traffic, write, out),
                _ => command::audit(&spec, &traffic, format.into(), out),
            }
        }
        Command::Drift { old, new, spec, format, accept } => {
            let (old, new) = (old.of(spec.clone()), new.unwrap_or(spec));
            command::drift(&DriftOptions { old, new, format: format.into(), accept }, out)
        }
    }
}
