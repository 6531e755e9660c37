//! How long each stage of sslfix takes: `cargo bench --bench stages`, and behind `--` a part of a name to measure only
//! that. What a stage made is dropped outside the time that it took, but for `module`, which borrows its input.

mod measured;

use divan::{Bencher, black_box};
use measured::{INPUTS, input};
use sslfix::rewrite::Options;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    divan::main();
}

fn bytes_of(name: &str) -> Vec<u8> {
    input(name).expect("it is one of the list")
}

fn text_of(name: &str) -> String {
    let source = measured::decode(&bytes_of(name)).expect("it is UTF-8");
    source.text().to_string()
}

#[divan::bench(args = INPUTS)]
fn prefilter(bencher: Bencher, name: &str) {
    let bytes = bytes_of(name);
    bencher.bench_local(|| measured::prefilter(black_box(&bytes)));
}

#[divan::bench(args = INPUTS)]
fn decode(bencher: Bencher, name: &str) {
    let bytes = bytes_of(name);
    bencher.bench_local(|| measured::decode(black_box(&bytes)));
}

#[divan::bench(args = INPUTS)]
fn parse(bencher: Bencher, name: &str) {
    let text = text_of(name);
    bencher.bench_local(|| measured::parse(black_box(&text)));
}

#[divan::bench(args = INPUTS)]
fn module(bencher: Bencher, name: &str) {
    let text = text_of(name);
    let options = Options::default();
    // The nodes are numbered in the tree itself, so it is a new one each time.
    bencher
        .with_inputs(|| measured::parse(&text).expect("it is Python"))
        .bench_local_refs(|parsed| {
            black_box(measured::module(black_box(&text), parsed, &options));
        });
}

#[divan::bench(args = INPUTS)]
fn plan(bencher: Bencher, name: &str) {
    let text = text_of(name);
    let options = Options::default();
    bencher.bench_local(|| measured::plan(black_box(&text), &options));
}

#[divan::bench(args = INPUTS)]
fn diff(bencher: Bencher, name: &str) {
    let bytes = bytes_of(name);
    let source = measured::decode(&bytes).expect("it is UTF-8");
    let plan = measured::plan(source.text(), &Options::default()).expect("it is Python");
    bencher.bench_local(|| measured::diff(black_box(&bytes), &source, &plan));
}
