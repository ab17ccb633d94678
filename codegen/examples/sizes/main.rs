//! What a client of many operations costs: time and peak memory, beside progenitor alone on the same document.
//!
//! `cargo run --release --package manis-codegen --example sizes -- 1000 5000`
//!
//! Each run is a process of its own, so that its peak is its own. The document has operations of one shape:
//! parameters of path, query and header, a body and an answer with a list, a problem, in schemas of their own.
//! After the word `types`, the numbers are of schemas that eight operations lead to. `additions operations 50`
//! prints how many lines of each addition are in the client, and `SIZES_CODE=FILE` keeps the code of a `run`.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};

mod documents;

use documents::Shape;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["run", way, shape, size] => {
            print_cost(Way::named(way)?, Shape::named(shape).ok_or(shape)?, size.parse()?)
        }
        ["additions", shape, size] => {
            print_additions(Shape::named(shape).ok_or(shape)?, size.parse()?)
        }
        [] => compare(Shape::Operations, &["1000"]),
        [first, ref sizes @ ..] => match Shape::named(first) {
            Some(shape) => compare(shape, sizes),
            None => compare(Shape::Operations, &words),
        },
    }
}

/// The lines of each addition to what progenitor generates.
fn print_additions(shape: Shape, size: usize) -> Result<()> {
    let folder = spec(shape, size)?;
    let mut before = progenitor(folder.path())?.lines().count();
    println!(
        "{:16} {before:8} lines, {:7.1} each",
        "progenitor alone",
        before as f64 / size as f64
    );
    for (name, lines) in manis_codegen::pipeline::lines(folder.path())? {
        let more = lines as f64 - before as f64;
        println!("{name:16} {more:+8} lines, {:+7.1} each", more / size as f64);
        before = lines;
    }
    println!("{:16} {before:8} lines, {:7.1} each", "all", before as f64 / size as f64);
    Ok(())
}

/// A spec folder with a document.
fn spec(shape: Shape, size: usize) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("upstream"))?;
    fs::write(folder.path().join("upstream/api.json"), shape.document(size).to_string())?;
    Ok(folder)
}

/// Who makes the client.
#[derive(Clone, Copy)]
enum Way {
    Pipeline,
    Progenitor,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Progenitor => "progenitor alone",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let ways = [Self::Pipeline, Self::Progenitor];
        Ok(ways.into_iter().find(|way| way.name() == name).ok_or(name)?)
    }
}

/// Runs both ways as processes, and prints what they cost.
fn compare(shape: Shape, sizes: &[&str]) -> Result<()> {
    for size in sizes {
        let count: f64 = size.parse()?;
        println!("{size} {}", shape.name());
        let run = |way: Way| -> Result<Cost> {
            let cost = cost(way, shape, size)?;
            let Cost { lines, seconds, megabytes } = &cost;
            println!(
                "  {:16} {seconds:6.1} s  {megabytes:6.0} MB  {lines:8.0} lines, {:4.0} each  \
                 {:5.2} kB a line",
                way.name(),
                lines / count,
                megabytes * 1e3 / lines,
            );
            Ok(cost)
        };
        let (ours, alone) = (run(Way::Pipeline)?, run(Way::Progenitor)?);
        println!(
            "  ratio            {:6.2}    {:6.2}     {:8.2}         per line: time {:.2}, memory {:.2}",
            ours.seconds / alone.seconds,
            ours.megabytes / alone.megabytes,
            ours.lines / alone.lines,
            ours.seconds / ours.lines / (alone.seconds / alone.lines),
            ours.megabytes / ours.lines / (alone.megabytes / alone.lines),
        );
    }
    Ok(())
}

struct Cost {
    lines: f64,
    seconds: f64,
    megabytes: f64,
}

fn cost(way: Way, shape: Shape, size: &str) -> Result<Cost> {
    let output =
        Command::new(env::current_exe()?).args(["run", way.name(), shape.name(), size]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: std::result::Result<Vec<f64>, _> =
        text.split_whitespace().map(str::parse).collect();
    match numbers?.as_slice() {
        [lines, seconds, megabytes] => {
            Ok(Cost { lines: *lines, seconds: *seconds, megabytes: *megabytes })
        }
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

/// Runs one way in this process: its lines, seconds and peak of resident megabytes.
fn print_cost(way: Way, shape: Shape, size: usize) -> Result<()> {
    let folder = spec(shape, size)?;
    let begun = seconds()?;
    let code = match way {
        Way::Pipeline => pipeline(folder.path())?,
        Way::Progenitor => progenitor(folder.path())?,
    };
    let seconds = seconds()? - begun;
    println!("{} {seconds} {}", code.lines().count(), peak()?);
    if let Ok(file) = env::var("SIZES_CODE") {
        fs::write(file, code)?;
    }
    Ok(())
}

/// The seconds that a processor has worked for this thread, whatever else it works for.
fn seconds() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds = status.split_whitespace().next().ok_or("no time")?;
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

/// The peak of resident memory in megabytes, as Linux counts it.
fn peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(kilobytes.parse::<f64>()? / 1e3)
}

fn pipeline(folder: &Path) -> Result<String> {
    Ok(manis_codegen::pipeline::run_alone(folder, &Default::default())?.client)
}

/// As a build script that calls progenitor does.
fn progenitor(folder: &Path) -> Result<String> {
    let text = fs::read_to_string(folder.join("upstream/api.json"))?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    let tokens = Generator::new(&settings).generate_tokens(&serde_json::from_str(&text)?)?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}
