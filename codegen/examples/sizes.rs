//! What a client of many operations costs: time and peak memory, beside progenitor alone on the same document.
//!
//! `cargo run --release --package manis-codegen --example sizes -- 1000 5000`
//!
//! Each run is a process of its own, so that its peak is its own. The document has operations of one shape:
//! parameters of path, query and header, a body and an answer with a list, a problem, in schemas of their own.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use serde_json::{Map, Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [way, size] if way == "pipeline" => print_cost(pipeline, size.parse()?),
        [way, size] if way == "progenitor" => print_cost(progenitor, size.parse()?),
        [] => compare(&[1000]),
        sizes => {
            compare(&sizes.iter().map(|it| it.parse()).collect::<std::result::Result<Vec<_>, _>>()?)
        }
    }
}

/// Runs both ways as processes, and prints what they cost.
fn compare(sizes: &[usize]) -> Result<()> {
    for size in sizes {
        let [ours, alone] = [cost("pipeline", *size)?, cost("progenitor", *size)?];
        println!("{size} operations");
        for (name, Cost { lines, seconds, megabytes }) in
            [("pipeline", &ours), ("progenitor alone", &alone)]
        {
            let (each, per_line) = (lines / *size as f64, megabytes * 1e3 / lines);
            println!(
                "  {name:16} {seconds:6.1} s  {megabytes:6.0} MB  {lines:8.0} lines, {each:4.0} an operation  \
                 {per_line:5.2} kB a line"
            );
        }
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

fn cost(way: &str, size: usize) -> Result<Cost> {
    let output = Command::new(env::current_exe()?).args([way, &size.to_string()]).output()?;
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
fn print_cost(way: fn(&Path) -> Result<String>, size: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("upstream"))?;
    fs::write(folder.path().join("upstream/api.json"), document(size).to_string())?;
    let begun = Instant::now();
    let lines = way(folder.path())?.lines().count();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{lines} {seconds} {}", peak()?);
    Ok(())
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

fn document(size: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..size {
        paths.insert(format!("/shops/{{shop}}/orders{number}"), path_item(number));
        schemas.extend(schemas_of(number));
    }
    let title = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
    schemas.insert("Problem".to_owned(), title);
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Shops", "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn reference(name: &str, number: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}{number}") })
}

fn path_item(number: usize) -> Value {
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "post": {
        "operationId": format!("place_order{number}"),
        "summary": format!("Places an order of kind {number}."),
        "parameters": [
            { "name": "shop", "in": "path", "required": true, "schema": { "type": "string" } },
            { "name": "dryRun", "in": "query", "schema": { "type": "boolean" } },
            { "name": "X-Trace", "in": "header", "schema": { "type": "string" } },
        ],
        "requestBody": { "required": true, "content": content(reference("Order", number)) },
        "responses": {
            "200": { "description": "Placed.", "content": content(reference("Receipt", number)) },
            "400": { "description": "Refused.", "content": content(problem) },
        },
    }})
}

fn schemas_of(number: usize) -> [(String, Value); 3] {
    let lines = json!({ "type": "array", "items": reference("Line", number) });
    let id = json!({ "type": "string", "format": "uuid" });
    let line = json!({
        "type": "object", "required": ["article", "count"],
        "properties": {
            "article": { "type": "string" },
            "count": { "type": "integer", "format": "int32" },
        },
    });
    let order = json!({
        "type": "object", "required": ["customer", "lines"],
        "properties": {
            "customer": id,
            "lines": lines,
            "note": { "type": "string", "maxLength": 200 },
            "speed": { "type": "string", "enum": ["SLOW", "FAST"] },
        },
    });
    let receipt = json!({
        "type": "object", "required": ["id", "placed"],
        "properties": {
            "id": id,
            "placed": { "type": "string", "format": "date-time" },
            "lines": lines,
        },
    });
    [("Line", line), ("Order", order), ("Receipt", receipt)]
        .map(|(name, schema)| (format!("{name}{number}"), schema))
}
