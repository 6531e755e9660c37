//! Python programs around the `ssl` APIs, made by the grammar, under options that are chosen with them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sslfix::rewrite::plan;
use sslfix::source::Source;
use sslfix_fuzz::grammar::Program;
use sslfix_fuzz::holds;

fuzz_target!(|program: Program| {
    let say = |message: &str| -> ! { panic!("{message}\n{program:?}") };
    let source = match Source::decode(&program.bytes) {
        Ok(source) => source,
        Err(error) => say(&error.message),
    };
    let planned = match plan(source.text(), &program.options) {
        Ok(planned) => planned,
        Err(error) => say(&format!("line {}: {}", error.line, error.message)),
    };
    if let Err(message) = holds::check(&source, &program.bytes, &planned, &program.options) {
        say(&message);
    }
});
