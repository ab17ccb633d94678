//! A client from the environment.

use manis::Client;

/// Variables belong to the whole process, so the tests of them are one.
#[test]
fn from_the_environment() {
    // Each case in a process of its own: this test again, with the variables set.
    let run = |variables: &[(&str, &str)]| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"])
            .env_remove("MANIS_BASE_URL")
            .env_remove("MANIS_TOKEN")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let url = ("MANIS_BASE_URL", "https://api.example.com");
    assert!(run(&[]).contains("MANIS_BASE_URL is not set"));
    assert!(run(&[url]).contains("credentials: none"));
    let with_token = run(&[url, ("MANIS_TOKEN", "hunter2")]);
    assert!(with_token.contains("authorization: set") && !with_token.contains("hunter2"));
    assert!(run(&[url, ("MANIS_TOKEN", "a\nb")]).contains("a header cannot have"));
}

#[test]
#[ignore = "run by from_the_environment, in a process of its own"]
fn in_a_process_of_its_own() {
    match Client::from_env() {
        Ok(client) => println!("{client:?}"),
        Err(error) => println!("{error}"),
    }
}
