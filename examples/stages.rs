//! Runs each stage of sslfix once on one input, for `benches/instructions`, which counts what each of them takes:
//! `cargo run --release --example stages -- INPUT`, where the input is one of `benches/measured` or a file.
//!
//! Whoever reads the counts takes the calls that [`run`] makes; what is done once for a process is done before.

#[path = "../benches/measured/mod.rs"]
mod measured;

use measured::{decode, diff, module, parse, plan, prefilter};
use sslfix::rewrite::{self, Options};
use sslfix::source::{self, Unreadable};
use std::hint::black_box;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let Some(name) = std::env::args().nth(1) else {
        eprintln!("usage: stages INPUT");
        eprintln!("inputs: {}, or a file", measured::INPUTS.join(", "));
        return ExitCode::from(2);
    };
    let bytes = match measured::input(&name).map_or_else(|| std::fs::read(&name), Ok) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("error: {name}: {error}");
            return ExitCode::from(2);
        }
    };
    warm_up();
    match run(&bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(unreadable) => {
            eprintln!("error: {name}: {}", unreadable.message);
            ExitCode::FAILURE
        }
    }
}

/// Has everything made that is made at its first use. Calls no stage by the name that is counted.
fn warm_up() {
    // The searches are made after some bytes.
    let many = vec![b' '; 1 << 20];
    black_box(source::mentions_ssl(&many) || source::names_an_old_api(&many));
    black_box(rewrite::plan("import ssl\n", &Options::default())).expect("it is Python");
}

/// Each stage once, in their order.
#[inline(never)]
fn run(bytes: &[u8]) -> Result<(), Unreadable> {
    let options = Options::default();
    black_box(prefilter(bytes));
    let source = decode(bytes)?;
    let parsed = parse(source.text())?;
    black_box(module(source.text(), &parsed, &options));
    let plan = plan(source.text(), &options)?;
    black_box(diff(bytes, &source, &plan)?);
    Ok(())
}
