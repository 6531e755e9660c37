//! Notebooks: what stands in their cells is rewritten, and all else keeps its bytes.

#[path = "properties/patch.rs"]
mod patch;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "cli/playground.rs"]
mod playground;

use playground::Playground;
use sslfix::cli::Mode;
use sslfix::codemods;
use sslfix::notebook;
use sslfix::rewrite::{Options, plan};
use sslfix::source::{Dialect, STACK_SIZE, Source, names_an_old_api, unescaped};
use std::path::Path;

const CLIENT: &str = include_str!("notebooks/client.ipynb");
const ORDER: &str = include_str!("notebooks/order.ipynb");
const BROKEN: &str = include_str!("notebooks/broken.ipynb");

macro_rules! assert_notebook_snapshot {
    ($name:expr, $shown:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots/notebooks", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $shown);
        });
    };
}

fn client() -> Playground {
    Playground::with(&[("client.ipynb", CLIENT)])
}

/// What becomes of the bytes of a notebook, of which all is checked that must hold of every notebook; `None` if nothing.
fn written(bytes: &[u8], options: &Options) -> Option<Vec<u8>> {
    let source = Source::decode_as(bytes, Dialect::Notebook).expect("is a notebook");
    let planned = plan(source.code(), options).expect("was parsed before");
    let old_cells = source.code().cells.expect("is a notebook").clone();
    let changed = planned.spans.iter().map(|span| span.old.clone());
    let changed: Vec<usize> = changed
        .map(|old| old_cells.at(old.start).expect("is in one").number)
        .collect();
    if !planned.findings.is_empty() {
        assert!(
            names_an_old_api(&unescaped(bytes)),
            "the prefilter would lose a finding"
        );
    }
    let (text, left) = (planned.text.clone(), planned.left.clone());
    let looked = notebook::looked_at(Path::new("a.ipynb"), bytes, source, planned, Mode::Write);
    let (looked, new) = looked.expect("can be written");
    let new = new?;
    // What is outside of the sources of cells that change keeps its bytes.
    let (old_json, new_json) = (looked.source.text(), &looked.plan.text);
    let in_cells = looked.in_cells.as_ref().expect("is a notebook");
    let (mut at_old, mut at_new) = (0, 0);
    for span in looked.plan.spans.iter() {
        assert_eq!(old_json[at_old..span.old.start], new_json[at_new..span.new.start]);
        (at_old, at_new) = (span.old.end, span.new.end);
        let is_around = |number: &usize| {
            let cell = old_cells.iter().find(|cell| cell.number == *number).expect("is there");
            let around = in_cells.source.range_in_file(cell.range.clone());
            // The list of an empty cell has no string yet.
            around.start <= span.old.end + 1 && span.old.start <= around.end + 1
        };
        assert!(
            changed.iter().any(is_around),
            "{:?} is in no cell that changes",
            span.old
        );
    }
    assert_eq!(old_json[at_old..], new_json[at_new..]);
    assert_eq!(patch::apply(bytes, &looked.diff).expect("applies"), new);
    // A second run finds what is left, and changes nothing.
    let again = Source::decode_as(&new, Dialect::Notebook).expect("is a notebook");
    assert_eq!(again.text(), text);
    let planned_again = plan(again.code(), options).expect("is Python");
    assert_eq!(planned_again.left, left);
    assert!(
        !planned_again.changes(),
        "a second run changes it again: {}",
        planned_again.text
    );
    Some(new)
}

fn rewritten(json: &str) -> String {
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let new = written(json.as_bytes(), &options).expect("there is something to rewrite");
    String::from_utf8(new).expect("is UTF-8")
}

/// A notebook of one cell, whose source is spelled so.
fn with_source(source: &str) -> String {
    format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": {source}}}], \"nbformat\": 4}}")
}

#[test]
fn only_the_strings_of_lines_that_change_are_spelled_anew() {
    for (before, after) in [
        // One string.
        (
            r#""import ssl\nx = '\u00e9é\ud835\udcb3'; ssl.wrap_socket(s)  # \u0041\/""#,
            r#""import ssl\nx = '\u00e9é\ud835\udcb3'\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\ncontext.minimum_version = ssl.TLSVersion.TLSv1_2\ncontext.check_hostname = False\ncontext.verify_mode = ssl.CERT_NONE  # as before: certificates are not verified\ncontext.wrap_socket(s)  # \u0041\/""#,
        ),
        // One string a line, laid out in some way.
        (
            "[\"import \\u0073sl\\n\",\r\n   \"x = '\\ud835\\udcb3'; ssl.match_hostname(a, b)\\n\" ,\r\n \"\"\r\n]",
            "[\"import \\u0073sl\\n\",\r\n   \"x = '\\ud835\\udcb3'; ssl.match_hostname(a, b)\\n\" ,\r\n \"\"\r\n]",
        ),
        // A line more takes the layout of the list.
        (
            "[\n  \"import ssl\\n\",\n  \"ssl.wrap_socket(s)\"\n ]",
            "[\n  \"import ssl\\n\",\n  \"context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\\n\",\n  \"context.minimum_version = \
             ssl.TLSVersion.TLSv1_2\\n\",\n  \"context.check_hostname = False\\n\",\n  \"context.verify_mode = ssl.CERT_NONE  \
             # as before: certificates are not verified\\n\",\n  \"context.wrap_socket(s)\"\n ]",
        ),
        // Of a list of one there is no comma to copy.
        (
            "[\"import ssl; ssl.wrap_socket(s)\"]",
            "[\"import ssl\\n\", \"context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\\n\", \"context.minimum_version = \
             ssl.TLSVersion.TLSv1_2\\n\", \"context.check_hostname = False\\n\", \"context.verify_mode = ssl.CERT_NONE  # as \
             before: certificates are not verified\\n\", \"context.wrap_socket(s)\"]",
        ),
    ] {
        let (before, after) = (with_source(before), with_source(after));
        let options = Options {
            unsafe_fixes: true,
            ..Options::default()
        };
        let new = written(before.as_bytes(), &options).unwrap_or(before.into_bytes());
        assert_eq!(String::from_utf8(new).expect("is UTF-8"), after);
    }
}

#[test]
fn a_line_that_goes_takes_no_line_of_another_cell_along() {
    for (before, after) in [
        // The last line of a cell goes with the end of the line before.
        (
            ["import sys\nfrom ssl import wrap_socket", "x = 1"],
            ["import sys", "x = 1"],
        ),
        (
            ["import sys\n\n", "\nfrom ssl import wrap_socket\nx = 1"],
            ["import sys\n\n", "\nx = 1"],
        ),
    ] {
        assert_eq!(rewritten(&cells(&before)), cells(&after));
    }
    // A cell of which nothing is left is an empty list.
    let gone = rewritten(&cells(&["from ssl import wrap_socket", "x = 1"]));
    assert_eq!(gone, cells(&["x", "x = 1"]).replace("[\"x\"]", "[]"));
}

#[test]
fn odd_files_keep_their_bytes() {
    let cell = "{\"cell_type\":\"code\",\"source\":[\"x\"],\"source\":[\"import ssl\\n\",\"ssl.wrap_socket(s)\"],\"outputs\":[NaN,-Infinity,\"\\ud800\"]}";
    for json in [
        format!("{{\"cells\":[{cell}],\"nbformat\":4}}"),
        format!("\u{feff}{{\r\n\"nbformat\": 4,\r\n\t\"cells\": [ {cell} ],\r\n\"metadata\":{{}}}}\r\n"),
        format!(
            "{{\"cells\":[{{\"cell_type\":\"code\",\"source\":[]}},{{\"cell_type\":\"raw\",\"source\":5}},{cell}],\"nbformat\":4.0}}"
        ),
    ] {
        let new = rewritten(&json);
        let (before, after) = json.split_once("\"ssl.wrap_socket(s)\"").expect("is there");
        assert!(new.starts_with(before) && new.ends_with(after), "{new}");
    }
}

#[test]
fn a_file_in_ascii_stays_in_ascii() {
    let cell = |text: &str| {
        with_source(&format!(
            "[\"import ssl\\n\", \"ssl.wrap_socket(s, ca_certs='{text}')\"]"
        ))
    };
    assert!(rewritten(&cell("\\u00e9")).is_ascii());
    assert!(rewritten(&cell("é")).contains("('é')"));
}

/// A notebook of one cell is rewritten as a module is, whatever the layout; one that is cut into cells keeps its bytes.
#[test]
fn what_holds_of_a_module_holds_of_a_notebook() {
    let look = || {
        let blocks = codemods::ALL
            .iter()
            .flat_map(|codemod| codemod.page.split("\n```py\n").skip(1));
        let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
        let options = Options {
            unsafe_fixes: true,
            ..Options::default()
        };
        let (mut changed, mut in_cells) = (0, 0);
        for text in blocks {
            let text = text.trim_end_matches('\n');
            let Ok(as_module) = plan(text, &options) else { continue };
            let lines: Vec<String> = text
                .split_inclusive('\n')
                .map(|line| serde_json::json!(line).to_string())
                .collect();
            let sources = [
                serde_json::json!(text).to_string(),
                format!("[{}]", lines.join(",")),
                format!("[\n {}\n]", lines.join(",\n ")),
            ];
            for source in sources {
                let json = with_source(&source);
                let Some(new) = written(json.as_bytes(), &options) else {
                    assert!(!as_module.changes(), "{text}");
                    continue;
                };
                changed += 1;
                let new = Source::decode_as(&new, Dialect::Notebook).expect("is a notebook");
                assert_eq!(new.text(), as_module.text);
            }
            // Each statement of the module is a cell.
            let parsed = sslfix::source::parse(text).expect("was parsed before");
            let mut starts: Vec<usize> = parsed
                .syntax()
                .body
                .iter()
                .map(|statement| line_start(text, ruff_start(statement)))
                .collect();
            starts.dedup();
            starts.retain(|start| *start > 0);
            let ends = starts.iter().copied().chain([text.len()]);
            let cells = std::iter::once(0)
                .chain(starts.iter().copied())
                .zip(ends)
                .map(|(start, end)| {
                    let code = text[start..end].trim_end_matches('\n');
                    format!("{{\"cell_type\": \"code\", \"source\": {}}}", serde_json::json!([code]))
                });
            let json = format!(
                "{{\"cells\": [{}], \"nbformat\": 4}}",
                cells.collect::<Vec<_>>().join(", ")
            );
            if Source::decode_as(json.as_bytes(), Dialect::Notebook).is_ok() {
                in_cells += usize::from(written(json.as_bytes(), &options).is_some());
            }
        }
        assert!(
            changed > 300 && in_cells > 100,
            "{changed} notebooks, {in_cells} of many cells"
        );
    };
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(look);
    thread.expect("starts").join().expect("holds");
}

fn ruff_start(statement: &ruff_python_ast::Stmt) -> usize {
    ruff_text_size::Ranged::start(statement).into()
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |end| end + 1)
}

#[test]
fn findings_are_shown_in_their_cells_and_the_diff_is_that_of_the_file() {
    let project = client();
    assert_notebook_snapshot!("check", project.run(&["client.ipynb"]).to_string());
    assert_notebook_snapshot!("dry-run", project.run(&["--dry-run", "client.ipynb"]).to_string());
    assert_eq!(project.text("client.ipynb"), CLIENT);
}

#[test]
fn a_tree_is_rewritten_once_and_git_takes_the_patch() {
    let project = client();
    project.git(&["init", "-q"], b"");
    let patch = project.run(&["--dry-run", "--output-format", "patch"]).stdout;
    project.git(&["apply", "-"], &patch);
    let applied = project.text("client.ipynb");
    std::fs::write(project.path("client.ipynb"), CLIENT).expect("writes");
    assert_eq!(project.run(&["--write"]).status, 0);
    assert_eq!(project.text("client.ipynb"), applied);
    assert_ne!(applied, CLIENT);
    assert_eq!(project.run(&["--write"]).stdout(), "");
    assert_eq!(project.text("client.ipynb"), applied);
    let on_stdin = project.run_on(CLIENT.as_bytes(), &["--write", "--stdin-filename", "x.ipynb", "-"]);
    assert_eq!(on_stdin.stdout(), applied);
}

#[test]
fn what_rests_on_another_cell_is_not_safe() {
    let project = Playground::with(&[("order.ipynb", ORDER)]);
    assert_notebook_snapshot!("order", project.run(&["order.ipynb"]).to_string());
    // Two cells give a name a value, and a third takes what it finds.
    let twice = cells(&[
        "import ssl",
        "context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\ncontext.wrap_socket(sock)",
        "context = other()",
        "context.wrap_socket(listener, server_side=True)",
    ]);
    let project = Playground::with(&[("a.ipynb", &twice)]);
    let check = project.run(&["a.ipynb"]).stdout();
    assert!(check.contains("unsafe fix") || check.contains("(unsafe, "), "{check}");
    assert!(!check.contains("(safe, "), "{check}");
}

fn cells(codes: &[&str]) -> String {
    let cells: Vec<String> = codes
        .iter()
        .map(|code| format!("{{\"cell_type\": \"code\", \"source\": {}}}", serde_json::json!([code])))
        .collect();
    format!("{{\"cells\": [\n{}\n], \"nbformat\": 4}}\n", cells.join(",\n"))
}

#[test]
fn a_magic_proves_nothing() {
    let client = "import ssl\ndef connect(s):\n    return ssl.wrap_socket(s)";
    for (magic, is_safe) in [
        ("%matplotlib inline", true),
        ("!pip install requests", true),
        ("connect?", true),
        ("%run setup.py", false),
        ("%sql select 1", false),
        ("%time ssl = other", false),
        ("%timeit wrap()", true),
    ] {
        let project = Playground::with(&[("a.ipynb", &cells(&[client, magic]))]);
        let check = project.run(&["a.ipynb"]).stdout();
        assert_eq!(check.contains("(safe, applied"), is_safe, "{magic}: {check}");
    }
}

#[test]
fn a_cell_of_another_language_is_none_of_ours() {
    for code in [
        "%%bash\nssl.wrap_socket(s)",
        "%%writefile a.py\nimport ssl\nssl.wrap_socket(s)",
        "\n%%html\n<a",
    ] {
        let project = Playground::with(&[("a.ipynb", &cells(&["import ssl", code]))]);
        assert_eq!(project.run(&["a.ipynb"]).status, 0, "{code}");
    }
    let julia = cells(&["ssl.wrap_socket(s) end"])
        .replace("4}", "4, \"metadata\": {\"kernelspec\": {\"language\": \"julia\"}}}");
    assert_eq!(Playground::with(&[("a.ipynb", &julia)]).run(&["a.ipynb"]).status, 0);
}

#[test]
fn what_is_no_notebook_is_refused_in_one_line() {
    let old = "{\"nbformat\": 3, \"worksheets\": [], \"x\": \"ssl.wrap_socket\"}";
    for (name, text) in [
        ("broken.ipynb", BROKEN),
        ("cut.ipynb", "{\"cells\": [\n\"ssl.wrap_socket\",\n"),
        ("old.ipynb", old),
        ("other.ipynb", "[\"ssl.wrap_socket\"]"),
        ("python2.ipynb", &CLIENT.replace("3.11.2", "2.7.18")),
        (
            "split.ipynb",
            &cells(&["ssl.wrap_socket(s)"])
                .replace("wrap_socket", "wrap_\", \"socket")
                .replace("{\"cell", "{\"x\": \"wrap_socket\", \"cell"),
        ),
    ] {
        let project = Playground::with(&[(name, text)]);
        let check = project.run(&[name]);
        assert_notebook_snapshot!(name.replace(".ipynb", ""), check.stdout());
        assert_eq!(check.status, 1);
        let written = project.run(&["--write", name]);
        assert_eq!((project.text(name).as_str(), written.status), (text, 1));
    }
}

#[test]
fn every_report_has_the_places_of_the_file() {
    let project = client();
    for format in sslfix::report::formats::ALL.iter().map(|format| format.name) {
        let report = project.run(&["--output-format", format, "client.ipynb"]).stdout();
        match format {
            "patch" => assert!(report.starts_with("--- a/client.ipynb\n"), "{report}"),
            _ => assert!(report.contains("ell 3, line 4: "), "{format}: {report}"),
        }
    }
    let line = 1 + CLIENT
        .lines()
        .position(|line| line.contains("return ssl"))
        .expect("is there");
    let column = 1 + CLIENT
        .lines()
        .nth(line - 1)
        .and_then(|line| line.find("ssl"))
        .expect("is there");
    let github = project.run(&["--output-format", "github", "client.ipynb"]).stdout();
    assert!(
        github.contains(&format!("line={line},")) && github.contains(&format!("col={column},")),
        "{github}"
    );
    for mode in ["--dry-run", "--write"] {
        let report = project
            .run(&[mode, "--output-format", "jsonl", "client.ipynb"])
            .stdout();
        let record: serde_json::Value = serde_json::from_str(&report).expect("is JSON");
        let mut bytes = CLIENT.as_bytes().to_vec();
        for edit in record["file"]["edits"].as_array().expect("a list").iter().rev() {
            let place = |name: &str| edit["old"][name].as_u64().expect("a number") as usize;
            let new = edit["new"]["text"].as_str().expect("a text").bytes();
            bytes.splice(place("start")..place("end"), new);
        }
        assert_eq!(record["file"]["applied"], mode == "--write");
        assert_eq!(record["file"]["findings"][0]["cell"], 3);
        if mode == "--write" {
            assert_eq!(
                String::from_utf8(bytes).expect("is UTF-8"),
                project.text("client.ipynb")
            );
        }
    }
}

#[test]
fn the_lines_of_a_range_are_those_of_the_file() {
    let line = 1 + CLIENT
        .lines()
        .position(|line| line.contains("return ssl"))
        .expect("is there");
    for (range, status) in [(line.to_string(), 1), ("1-3".to_string(), 0)] {
        let project = client();
        assert_eq!(
            project.run(&["--line-ranges", &range, "client.ipynb"]).status,
            status,
            "{range}"
        );
    }
}

#[test]
fn a_baseline_knows_the_findings_of_a_notebook() {
    let project = client();
    assert_eq!(
        project.run(&["--write-baseline", "known.json", "client.ipynb"]).status,
        0
    );
    assert_eq!(project.run(&["--baseline", "known.json", "client.ipynb"]).status, 0);
}

#[test]
fn comments_in_cells_leave_things_alone_and_are_added() {
    let call = "import ssl\nssl.match_hostname(a, b)";
    for (codes, status) in [
        (vec![call], 1),
        (
            vec!["import ssl\nssl.match_hostname(a, b)  # sslfix: ignore[match-hostname] old"],
            0,
        ),
        (vec!["# sslfix: ignore-file old", call], 0),
    ] {
        let project = Playground::with(&[("a.ipynb", &cells(&codes))]);
        assert_eq!(project.run(&["a.ipynb"]).status, status, "{codes:?}");
    }
    let project = Playground::with(&[("a.ipynb", &cells(&[call, "b"]))]);
    assert_eq!(project.run(&["--write", "--add-ignores", "old", "a.ipynb"]).status, 0);
    let comment = "b)  # sslfix: ignore[match-hostname] old\"";
    assert!(project.text("a.ipynb").contains(comment), "{}", project.text("a.ipynb"));
}

#[test]
fn checkpoints_are_left_out() {
    let project = Playground::with(&[(".ipynb_checkpoints/a.ipynb", CLIENT), ("b.ipynb", CLIENT)]);
    assert_eq!(project.run(&["--show-files"]).stdout(), "b.ipynb\n");
}
