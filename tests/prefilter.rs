//! No file that yields a finding is filtered out before it is parsed: what the program reports of a tree is what a plan,
//! which no filter stands before, finds in each of its files.
//!
//! The files are the examples of the pages, with the names arriving in every way that a name can, and in the encodings that
//! a source can have. UTF-16 and its like are not among them: Python takes no source in an encoding without ASCII.

#[path = "cli/playground.rs"]
#[allow(dead_code, reason = "of the tests of the command line")]
mod playground;

use playground::Playground;
use sslfix::codemods;
use sslfix::rewrite::{Options, plan};
use sslfix::source::{Dialect, STACK_SIZE, Source};
use std::collections::{BTreeMap, BTreeSet};

/// How the text of an example becomes the bytes of a file; nothing if it cannot.
type Variant = fn(&str) -> Option<Vec<u8>>;

const VARIANTS: &[(&str, Variant)] = &[
    ("plain.py", |text| Some(text.into())),
    ("alias.py", |text| imported(text, "import ssl as tls", "tls.")),
    ("star.py", |text| imported(text, "from ssl import *", "")),
    ("arrives.py", |text| imported(text, "from compat import ssl", "ssl.")),
    ("dynamic.py", |text| imported(text, "ssl = __import__('ssl')", "ssl.")),
    ("string.py", |text| {
        let (before, name) = text.split_once("ssl.")?;
        let length = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
        Some(format!("{before}getattr(ssl, '{}'){}", &name[..length], &name[length..]).into())
    }),
    ("mark.py", |text| Some([b"\xEF\xBB\xBF", text.as_bytes()].concat())),
    ("endings.py", |text| Some(text.replace('\n', "\r\n").into())),
    ("old-endings.py", |text| Some(text.replace('\n', "\r").into())),
    ("latin.py", |text| encoded(text, "latin-1", b"\xe9")),
    ("windows.py", |text| encoded(text, "cp1252", b"\x93")),
    ("cyrillic.py", |text| encoded(text, "koi8-r", b"\xd4")),
    ("japanese.py", |text| encoded(text, "shift_jis", b"\x83\x65")),
    ("unix-japanese.py", |text| encoded(text, "euc_jp", b"\xa4\xa2")),
    ("chinese.py", |text| encoded(text, "gbk", b"\xc4\xe3")),
    ("taiwanese.py", |text| encoded(text, "big5", b"\xa7\x41")),
    ("korean.py", |text| encoded(text, "euc_kr", b"\xb0\xa1")),
    ("cells.ipynb", |text| notebook(text, |source| source)),
    ("escaped.ipynb", |text| {
        notebook(text, |source| source.replace('s', "\\u0073").replace('S', "\\u0053"))
    }),
];

/// The name of the module as another import gives it.
fn imported(text: &str, import: &str, name: &str) -> Option<Vec<u8>> {
    let is_replaced = text.contains("import ssl\n") && text.contains("ssl.");
    is_replaced.then(|| {
        text.replace("ssl.", name)
            .replace("import ssl\n", &format!("{import}\n"))
            .into()
    })
}

/// With a cookie, and a comment that no other encoding has in these bytes.
fn encoded(text: &str, encoding: &str, letter: &[u8]) -> Option<Vec<u8>> {
    let cookie = format!("# coding: {encoding}\n# ");
    text.is_ascii()
        .then(|| [cookie.as_bytes(), letter, b"\n", text.as_bytes()].concat())
}

fn notebook(text: &str, escape: fn(String) -> String) -> Option<Vec<u8>> {
    let source = escape(serde_json::json!(text).to_string());
    let cell = format!(r#"{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": {source}}}"#);
    Some(format!(r#"{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}"#).into())
}

fn has_findings(name: &str, bytes: &[u8]) -> bool {
    let dialect = match name.ends_with(".ipynb") {
        true => Dialect::Notebook,
        false => Dialect::Python,
    };
    let Ok(source) = Source::decode_as(bytes, dialect) else {
        return false;
    };
    plan(source.code(), &Options::default()).is_ok_and(|plan| !plan.findings.is_empty())
}

#[test]
fn what_a_plan_would_find_is_found() {
    let pages = codemods::ALL
        .iter()
        .flat_map(|codemod| codemod.page.split("\n```py\n").skip(1));
    let examples: Vec<&str> = pages.filter_map(|block| Some(block.split_once("\n```")?.0)).collect();
    let tree = Playground::empty();
    let mut files = Vec::new();
    for (number, example) in examples.iter().enumerate() {
        std::fs::create_dir(tree.path(&number.to_string())).expect("makes a folder");
        for (name, variant) in VARIANTS {
            if let Some(bytes) = variant(&format!("{example}\n")) {
                let path = format!("{number}/{name}");
                std::fs::write(tree.path(&path), &bytes).expect("writes");
                files.push((path, *name, bytes));
            }
        }
    }
    // As everywhere, a tree may need a large stack.
    let in_large_stack = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(move || {
        let with_findings = files.iter().filter(|(_, name, bytes)| has_findings(name, bytes));
        with_findings
            .map(|(path, name, _)| (path.clone(), *name))
            .collect::<Vec<_>>()
    });
    let expected = in_large_stack.expect("a thread").join().expect("looks at all");
    let mut of_variant: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in &expected {
        *of_variant.entry(name).or_default() += 1;
    }
    for (name, _) in VARIANTS {
        let found = of_variant.get(name).copied().unwrap_or_default();
        assert!(found > 100, "{name}: only {found} examples have findings");
    }
    let run = tree.run(&["--isolated", "--output-format", "jsonl", "."]);
    let stdout = run.stdout();
    let records = stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("is JSON"));
    let has_one = |record: &serde_json::Value| record["file"]["findings"].as_array().is_some_and(|all| !all.is_empty());
    let reported: BTreeSet<String> = records
        .filter(has_one)
        .filter_map(|record| record["path"].as_str().map(str::to_string))
        .collect();
    let expected: BTreeSet<String> = expected.into_iter().map(|(path, _)| path).collect();
    let lost: Vec<&String> = expected.difference(&reported).collect();
    assert!(lost.is_empty(), "filtered out: {lost:?}");
    assert_eq!(reported, expected);
}
