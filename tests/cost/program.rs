// What every program has: `call` is its own, with its own client.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(update)) = (arguments.next(), arguments.next()) else {
        return Err("an address and an update, please".into());
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(call(&address, &update))
}
