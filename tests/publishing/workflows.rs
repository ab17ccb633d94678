//! What can't run here, held against what does.

use crate::common::{files, root, text};

/// The commands of `.ci/run`, in order.
fn commands() -> Vec<String> {
    let text = text(".ci/run");
    let commands = text.lines().filter_map(|line| match line.strip_prefix("step ") {
        Some(command) => Some(command.to_owned()),
        None => line.starts_with("test ").then(|| line.to_owned()),
    });
    commands.collect()
}

#[test]
fn the_workflow_runs_what_ci_runs() {
    let workflow = text(".github/workflows/ci.yml");
    let (_, job) = workflow.split_once("\n  check:\n").unwrap();
    let (job, _) = job.split_once("\n\n").unwrap();
    let run = job.lines().map(|line| line.trim().trim_start_matches("- run: "));
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let found: Vec<_> = run.filter(|line| commands.iter().any(|command| command == line)).collect();
    assert_eq!(found, commands, "left: the job `check`, right: .ci/run");
}

#[test]
fn the_oldest_toolchain_is_built() {
    let version = env!("CARGO_PKG_RUST_VERSION");
    let workflow = text(".github/workflows/ci.yml");
    assert!(workflow.contains(&format!("rustup toolchain install {version} ")), "{version}");
    assert_eq!(workflow.matches(&format!("cargo +{version} ")).count(), 2);
}

/// A workflow has the rights that it names, and a fork's change must not get more.
#[test]
fn every_workflow_names_its_rights() {
    for file in files(".github/workflows", ".yml") {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().display();
        assert!(text.contains("\npermissions:"), "{name} takes the rights that are the default");
        assert!(!text.contains("pull_request_target"), "{name} runs changes of others with rights");
        let commands = text.lines().filter(|line| line.contains("run: "));
        for command in commands {
            assert!(!command.contains("${{"), "{name}: an expression in a shell: {command}");
        }
    }
}

/// What a workflow calls is here, and can be run.
#[test]
fn the_scripts_of_the_workflows_are_there() {
    let workflow = text(".github/workflows/vendor.yml");
    let called: Vec<_> = workflow
        .lines()
        .filter_map(|line| Some(line.split_once("run: scripts/")?.1.split_once(' ')?.0))
        .collect();
    assert_eq!(called, ["vendor-again.sh", "open-change.sh"]);
    for script in called {
        assert!(
            text(&format!("scripts/{script}")).starts_with("#!/usr/bin/env bash\n"),
            "{script}"
        );
    }
}
