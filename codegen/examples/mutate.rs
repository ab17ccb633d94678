//! Changes documents at random and runs the pipeline on each: `cargo run --release --package manis-codegen
//! --example mutate -- FILES… [--seed N] [--count M] [--through lower|merge|overlay|refine]`. Mutant N is the same in every run
//! over the same files, so that a run goes on where another ended. Exits with 1 if one panics or hangs.

#[path = "../tests/common/mutation.rs"]
mod mutation;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use manis_codegen::syntax::yaml;
use mutation::End;
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

/// Far more than a document of some hundred KB takes, on a machine with other things to do.
const TIME: Duration = Duration::from_secs(300);

struct Arguments {
    documents: Vec<(String, Value)>,
    seed: u64,
    count: u64,
    through: fn(&Value, Duration) -> End,
}

fn arguments() -> Result<Arguments, Failure> {
    let (documents, through) = (Vec::new(), mutation::lower as _);
    let mut read = Arguments { documents, seed: 0, count: 1_000, through };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--seed" => read.seed = value()?.parse()?,
            "--count" => read.count = value()?.parse()?,
            "--through" => {
                read.through = match value()?.as_str() {
                    "lower" => mutation::lower,
                    "merge" => mutation::merge,
                    "overlay" => mutation::overlay,
                    "refine" => mutation::refine,
                    other => {
                        return Err(
                            format!("--through {other}: lower, merge, overlay or refine").into()
                        );
                    }
                }
            }
            file => {
                let text = std::fs::read_to_string(file)?;
                let document = yaml::parse(&text).map_err(|error| error.message)?;
                read.documents.push((file.to_owned(), document));
            }
        }
    }
    if read.documents.is_empty() {
        return Err("no documents: pass YAML or JSON files".into());
    }
    Ok(read)
}

/// Where the last panic was.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string().replace('\n', " ");
        if let Ok(mut last) = PANIC.lock() {
            *last = text;
        }
    }));
}

fn main() -> Result<ExitCode, Failure> {
    let Arguments { documents, seed, count, through } = arguments()?;
    keep_panics();
    let mut ends = BTreeMap::<&str, u64>::new();
    for seed in seed..seed.saturating_add(count) {
        let Some((name, document)) = documents.get((seed % documents.len() as u64) as usize) else {
            continue;
        };
        let (mutant, changes) = mutation::mutate(document, seed);
        let end = match through(&mutant, TIME) {
            End::Well => "well",
            End::Refused => "refused",
            End::Panic => {
                let panic = PANIC.lock().map(|it| it.clone()).unwrap_or_default();
                println!("panic: seed {seed} of {name}: {changes}: {panic}");
                "panic"
            }
            End::Hang => {
                println!("hang: seed {seed} of {name}: {changes}");
                "hang"
            }
        };
        *ends.entry(end).or_default() += 1;
        if (seed + 1) % 1_000 == 0 {
            eprintln!("next: --seed {}; {ends:?}", seed + 1);
        }
    }
    println!("{ends:?}");
    let failed = ends.keys().any(|end| matches!(*end, "panic" | "hang"));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
