//! The parts of a run that are measured, and the inputs that they are measured on, for the benchmarks and for the counts
//! of instructions. Knows no clock and counts nothing.
//!
//! A stage is never inlined, so that a profile has it under its own name, and gives back what it made, so that to drop
//! that is no part of it.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use sslfix::python::Module;
use sslfix::report::{self, Sides};
use sslfix::rewrite::{self, Options, Plan};
use sslfix::source::{self, Source, Unreadable};
use std::fmt::Write;
use std::path::Path;

/// The names of the fixed inputs, the smallest first.
pub const INPUTS: [&str; 3] = ["small", "real", "dense"];

/// How many functions the dense input has.
const DENSE_FUNCTIONS: usize = 400;

/// The bytes of a fixed input; `None` if there is none of that name.
pub fn input(name: &str) -> Option<Vec<u8>> {
    match name {
        "small" => Some(include_bytes!("../inputs/small.py").to_vec()),
        "real" => Some(include_bytes!("../inputs/real.py").to_vec()),
        "dense" => Some(dense().into_bytes()),
        _ => None,
    }
}

/// Nothing but functions that each have a call to rewrite.
fn dense() -> String {
    let mut text = String::from("import socket\nimport ssl\n");
    for number in 0..DENSE_FUNCTIONS {
        write!(
            text,
            "\n\ndef connect_{number}(host, port):\n    \
             plain = socket.create_connection((host, port))\n    \
             return ssl.wrap_socket(plain, cert_reqs=ssl.CERT_REQUIRED, ca_certs=\"{number}.pem\")\n"
        )
        .expect("a string takes any text");
    }
    text
}

/// Whether the bytes can concern sslfix at all.
#[inline(never)]
pub fn prefilter(bytes: &[u8]) -> bool {
    source::mentions_ssl(bytes) && source::names_an_old_api(bytes)
}

/// From the bytes to the text.
#[inline(never)]
pub fn decode(bytes: &[u8]) -> Result<Source, Unreadable> {
    Source::decode(bytes)
}

/// From the text to the syntax tree.
#[inline(never)]
pub fn parse(text: &str) -> Result<Parsed<ModModule>, Unreadable> {
    source::parse(text)
}

/// What the file means.
#[inline(never)]
pub fn module<'a>(text: &'a str, parsed: &'a Parsed<ModModule>, options: &'a Options) -> Module<'a> {
    Module::new(text, parsed, options)
}

/// All rounds of looking, choosing and proving; each of them parses, and asks what the file means, again.
#[inline(never)]
pub fn plan(text: &str, options: &Options) -> Result<Plan, Unreadable> {
    rewrite::plan(text, options)
}

/// From the plan to the bytes that would be written, and to the diff.
#[inline(never)]
pub fn diff(bytes: &[u8], source: &Source, plan: &Plan) -> Result<Vec<u8>, Unreadable> {
    let new_bytes = source.encode(&plan.text)?;
    let old = Sides {
        text: source.text(),
        bytes,
    };
    let new = Sides {
        text: &plan.text,
        bytes: &new_bytes,
    };
    Ok(report::diff(Path::new("input.py"), old, new, &plan.spans))
}
