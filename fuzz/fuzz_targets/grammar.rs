//! Python programs around the `ssl` APIs, made by the grammar, under options that are chosen with them.

#![no_main]

use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use sslfix::rewrite::plan;
use sslfix::source::Source;
use sslfix_fuzz::grammar::Program;
use sslfix_fuzz::{holds, stack};

fuzz_target!(|choices: &[u8]| {
    let choices = choices.to_vec();
    stack::on_large_stack(move || {
        // Of too few choices no program can be made.
        if let Ok(program) = Program::arbitrary_take_rest(Unstructured::new(&choices)) {
            look_at(&program);
        }
    });
});

fn look_at(program: &Program) {
    let say = |message: &str| -> ! { panic!("{message}\n{program:?}") };
    let source = match Source::decode(&program.bytes) {
        Ok(source) => source,
        Err(error) => say(&error.message),
    };
    let planned = match plan(source.text(), &program.options) {
        Ok(planned) => planned,
        Err(error) => say(&format!("line {}: {}", error.line, error.message)),
    };
    // To choose a part of the findings takes as long as all the rest.
    let check = match program.bytes.len() % 4 {
        0 => holds::check,
        _ => holds::check_plan,
    };
    if let Err(message) = check(&source, &program.bytes, &planned, &program.options) {
        say(&message);
    }
}
