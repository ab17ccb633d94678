//! Whether the snapshots that review reads are of this client: made of the same inputs. What they say is
//! compared by `cargo xtask codegen --out DIR --check`.

/// What a generated file says that it is made of.
fn inputs(text: &str) -> Option<&str> {
    text.lines().take(2).find_map(|line| Some(line.split_once("Inputs: ")?.1))
}

#[test]
fn the_snapshots_are_of_this_client() {
    let client = inputs(include_str!("../src/generated.rs"));
    assert!(client.is_some(), "src/generated.rs does not say what it is made of");
    for (name, snapshot) in [
        ("document", include_str!("snapshots/document.txt")),
        ("patches", include_str!("snapshots/patches.txt")),
        ("surface", include_str!("snapshots/surface.txt")),
    ] {
        assert_eq!(inputs(snapshot), client, "{name}: run `cargo xtask codegen --out` again");
    }
}
