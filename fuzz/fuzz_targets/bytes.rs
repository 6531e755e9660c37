//! Arbitrary bytes, taken for a file, through all that happens to a file: decoding, the prefilter, every codemod under
//! several options, the diff and the way back to bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sslfix::rewrite::{Helper, Options, Policy, plan};
use sslfix::source::{Source, Unreadable, mentions_ssl, names_an_old_api, parse};
use sslfix_fuzz::{holds, stack};

fuzz_target!(|bytes: &[u8]| {
    let bytes = bytes.to_vec();
    stack::on_large_stack(move || look_at(&bytes));
});

fn look_at(bytes: &[u8]) {
    let source = match Source::decode(bytes) {
        Ok(source) => source,
        Err(unreadable) => return assert_is_told(&unreadable, bytes),
    };
    if let Err(unreadable) = parse(source.text()) {
        return assert_is_told(&unreadable, bytes);
    }
    // What the prefilter leaves out need not be looked at under each of them: there must be nothing.
    let needed = if mentions_ssl(bytes) && names_an_old_api(bytes) {
        4
    } else {
        1
    };
    for options in &options()[..needed] {
        let planned = plan(source.text(), options).expect("it was parsed before");
        if let Err(message) = holds::check(&source, bytes, &planned, options) {
            panic!("{message}\nunder {options:?}\n{}", source.text());
        }
        // Without a finding no option matters.
        if planned.findings.is_empty() {
            return;
        }
    }
}

fn options() -> [Options; 4] {
    let unsafe_fixes = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    [
        unsafe_fixes.clone(),
        Options::default(),
        Options {
            helper: Helper::Module("acme.net.tls".into()),
            strict: true,
            ..unsafe_fixes.clone()
        },
        Options {
            policy: Policy::Harden,
            helper: Helper::Off,
            ..unsafe_fixes
        },
    ]
}

fn assert_is_told(unreadable: &Unreadable, bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    assert!(
        !unreadable.message.is_empty() && !unreadable.message.contains('\n'),
        "{unreadable:?}"
    );
    assert!(
        (1..=lines).contains(&unreadable.line) && unreadable.column >= 1,
        "{unreadable:?}"
    );
}
