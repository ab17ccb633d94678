//! What a call allocates, beside the same call written by hand. Run it with
//! `cargo test --manifest-path tests/cost/Cargo.toml --package calls`.

use std::sync::mpsc;

use calls::{ByHand, Caller, Manis, Wrong};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// What a call of this client allocates that one written by hand does not, one by one. All that is not here is the
/// HTTP client's, the body's and the answer's, and the same in both.
const MORE: [(u64, &str); 6] = [
    (
        1,
        "the kept request's URL: the HTTP client takes a request for good, and it may have to be sent again",
    ),
    (2, "the kept request's headers: their table and their entries"),
    (
        3,
        "the room for a timeout that the HTTP client makes in the copy of a request, whether there is one or not",
    ),
    (1, "the response that the answer keeps (status, headers, body, what was called), in one box"),
    (1, "the id as text, before it is percent-encoded: any value may stand in a path"),
    (1, "the customer's type as text: whether the company is required hangs on it"),
];

/// What a call written by hand allocates that one of this client does not.
const LESS: [(u64, &str); 4] = [
    (2, "the text of the token, and the header's value that is made of it for each call"),
    (1, "the timer of the HTTP client: here one stands in the call"),
    (2, "the server's address: read with each URL there, and with the base URL here"),
    (1, "the list of a body's pieces, though there is one"),
];

fn runtime() -> Result<Runtime, Wrong> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The address of a server on a thread of its own: what that allocates is not counted.
fn server() -> Result<String, Wrong> {
    let (say, address) = mpsc::channel();
    std::thread::spawn(move || {
        runtime()?.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            say.send(format!("http://{}", listener.local_addr()?))?;
            calls::server::serve(listener).await
        })
    });
    Ok(address.recv()?)
}

/// Allocations of a call, over a connection that is there already: of a hundred calls on this thread, of which one
/// or another makes a buffer of the connection larger.
fn of_a_call<C: Caller>() -> Result<u64, Wrong> {
    let (runtime, client) = (runtime()?, C::new(&server()?)?);
    let calls = async |number| {
        for _ in 0..number {
            client.call().await?;
        }
        Ok::<_, Wrong>(())
    };
    runtime.block_on(calls(10))?;
    let mut result = Ok(());
    let counted = allocation_counter::measure(|| result = runtime.block_on(calls(100)));
    result.map(|()| counted.count_total / 100)
}

fn sum(lines: &[(u64, &str)]) -> u64 {
    lines.iter().map(|(number, _)| number).sum()
}

#[test]
fn a_call_allocates_what_is_accounted_for() -> Result<(), Wrong> {
    let (manis, by_hand) = (of_a_call::<Manis>()?, of_a_call::<ByHand>()?);
    let ratio = manis as f64 / by_hand as f64;
    println!("allocations a call: manis {manis}, by hand {by_hand}: {ratio:.3}");
    assert!(manis + sum(&LESS) <= by_hand + sum(&MORE), "manis {manis}, by hand {by_hand}");
    Ok(())
}
