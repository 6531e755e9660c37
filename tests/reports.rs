//! Reports as their readers get them: the real program, on real files.
//!
//! What each format looks like is a snapshot in `snapshots/reports/`. Whether the programs that they are for understand
//! them is for `tests/consumers/check`, which needs those programs.

#[path = "cli/playground.rs"]
#[allow(dead_code, reason = "the tests of the command line use the rest")]
mod playground;

use playground::Playground;
use serde_json::Value;
use std::path::Path;

/// Every format but `patch`, which the tests of the command line are full of.
const FORMATS: [&str; 9] = [
    "jsonl",
    "sarif",
    "rdjson",
    "github",
    "gitlab",
    "bitbucket",
    "junit",
    "codetf",
    "azure",
];

const ASTRAL: &str =
    "import ssl\n\nx = \"𝒳é\"; v = ssl.PROTOCOL_TLSv1\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";
const GUARDED: &str = "import ssl\n\nif not hasattr(ssl, 'SSLContext'):\n    sock = ssl.wrap_socket(sock)\n";
const UNSAFE: &str = "import ssl\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n";

macro_rules! assert_report_snapshot {
    ($name:expr, $report:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots/reports", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $report);
        });
    };
}

fn project() -> Playground {
    Playground::with(&[
        ("app/astral.py", ASTRAL.as_bytes()),
        ("app/compat.py", GUARDED.as_bytes()),
        ("app/dynamic.py", UNSAFE.as_bytes()),
        (
            "app/latin.py",
            b"# coding: latin-1\nimport ssl\nx = '\xe9'; s = ssl.wrap_socket(s)\n",
        ),
        ("app/old.py", b"import ssl\nprint 'x', ssl.wrap_socket(s)\n"),
        ("app/other.py", b"import ssl\n\nprint(ssl.OPENSSL_VERSION)\n"),
    ])
}

/// The report of a run, which goes to standard output.
fn report(project: &Playground, format: &str, arguments: &[&str]) -> String {
    let finished = project.run(&[&["--output-format", format], arguments].concat());
    String::from_utf8(finished.stdout).expect("reports are UTF-8")
}

fn records(project: &Playground, arguments: &[&str]) -> Vec<Value> {
    let report = report(project, "jsonl", arguments);
    report
        .lines()
        .map(|line| serde_json::from_str(line).expect("is JSON"))
        .collect()
}

#[test]
fn each_format_tells_the_findings_the_fixes_and_what_failed() {
    let project = project();
    for format in FORMATS {
        let report = report(&project, format, &["app", "gone.py"]);
        let shown = match format {
            // Most of it are the pages of the codemods.
            "sarif" => without_pages(&report),
            "codetf" => without_descriptions(&report),
            _ => report,
        };
        assert_report_snapshot!(format, shown);
    }
}

/// The run of SARIF in readable form, with the name of each rule alone.
fn without_pages(report: &str) -> String {
    let mut log: Value = serde_json::from_str(report).expect("is JSON");
    let driver = &mut log["runs"][0]["tool"]["driver"];
    driver["version"] = "VERSION".into();
    driver["semanticVersion"] = "VERSION".into();
    driver["fullName"] = "sslfix VERSION".into();
    let rules = driver["rules"].as_array_mut().expect("a list");
    for rule in rules.iter_mut() {
        *rule = rule["id"].clone();
    }
    serde_json::to_string_pretty(&log).expect("can be written")
}

fn without_descriptions(report: &str) -> String {
    let mut document: Value = serde_json::from_str(report).expect("is JSON");
    document["run"]["version"] = "VERSION".into();
    for result in document["results"].as_array_mut().expect("a list") {
        result.as_object_mut().expect("an object").remove("description");
    }
    serde_json::to_string_pretty(&document).expect("can be written")
}

#[test]
fn the_page_of_a_codemod_is_the_help_of_its_rule() {
    let log: Value = serde_json::from_str(&report(&project(), "sarif", &[])).expect("is JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    let wrap_socket = rules.iter().find(|rule| rule["id"] == "wrap-socket").expect("is there");
    assert_eq!(wrap_socket["name"], "WrapSocket");
    let help = wrap_socket["help"]["markdown"].as_str().expect("a text");
    assert!(
        help.contains("**What is left for a person.**") && !help.contains("```"),
        "{help}"
    );
    let names: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    let mut listed: Vec<&str> = sslfix::codemods::ALL.iter().map(|codemod| codemod.name).collect();
    listed.push("parse");
    assert_eq!(names, listed);
    for rule in rules {
        for (text, most) in [("shortDescription", 1024), ("fullDescription", 1024)] {
            let length = rule[text]["text"].as_str().expect("a text").chars().count();
            assert!((10..=most).contains(&length), "{}: {text} has {length}", rule["id"]);
        }
    }
}

#[test]
fn what_is_reported_is_what_is_on_disk_after_the_run() {
    let project = project();
    let dry_run = records(&project, &["--dry-run"]);
    assert_eq!(dry_run, records(&project, &[]));
    let write = records(&project, &["--write"]);
    let file = |records: &[Value], name: &str| {
        let record = records.iter().find(|record| record["path"] == name);
        record.expect("has a record")["file"].clone()
    };
    let (before, after) = (file(&dry_run, "app/astral.py"), file(&write, "app/astral.py"));
    assert_eq!(
        (&before["applied"], &after["applied"]),
        (&Value::Bool(false), &Value::Bool(true))
    );
    assert_eq!(before["edits"], after["edits"]);
    let codemods = |file: &Value| -> Vec<String> {
        let findings = file["findings"].as_array().expect("a list").iter();
        findings
            .map(|finding| finding["codemod"].as_str().expect("a name").into())
            .collect()
    };
    assert_eq!(codemods(&before), ["protocol-constant", "wrap-socket"]);
    assert_eq!(codemods(&after), ["protocol-constant", "kept-weakness"]);
    // The next run tells the same.
    let again = file(&records(&project, &[]), "app/astral.py");
    assert_eq!(again["findings"], after["findings"]);
}

#[test]
fn every_record_is_as_the_schema_says() {
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("is there")).expect("is JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).expect("is a schema");
    let project = project();
    let mut seen = 0;
    for arguments in [
        ["app", "gone.py"].as_slice(),
        &["--unsafe-fixes", "--dry-run"],
        &["--policy", "harden"],
        &["--write"],
        &["--strict"],
    ] {
        for record in records(&project, arguments) {
            seen += 1;
            let errors: Vec<String> = validator
                .iter_errors(&record)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{record}\n{errors:#?}");
        }
    }
    assert!(seen > 20, "{seen}");
    // And it refuses what is not so.
    let record = records(&project, &[]).remove(0);
    for (pointer, value) in [
        ("/schema", Value::from("sslfix-report/v2")),
        ("/file/applied", Value::from("yes")),
        ("/file/findings/0/level", Value::from("fatal")),
        ("/file/findings/0/start/line", Value::from(0)),
        ("/file/findings/0/fingerprint", Value::from("x")),
        ("/unreadable", Value::from("")),
    ] {
        let mut damaged = record.clone();
        *damaged
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer} is there")) = value;
        assert!(!validator.is_valid(&damaged), "{pointer}");
    }
    let mut damaged = record;
    damaged["more"] = true.into();
    assert!(!validator.is_valid(&damaged));
}

#[test]
fn what_a_comment_silences_is_told_to_scripts_and_opens_no_alert() {
    let ignored = "import ssl\n\nsock = ssl.wrap_socket(sock)  # sslfix: ignore[wrap-socket] the lab has no names\n";
    let project = Playground::with(&[("client.py", ignored)]);
    let records = records(&project, &["client.py"]);
    let [record] = records.as_slice() else {
        panic!("one record is expected: {records:?}")
    };
    assert_eq!(record["file"]["findings"], serde_json::json!([]));
    let [suppressed] = record["file"]["suppressed"].as_array().map_or(&[][..], Vec::as_slice) else {
        panic!("one suppression is expected: {record}")
    };
    assert_eq!(suppressed["codemod"], "wrap-socket");
    assert_eq!(suppressed["reason"], "the lab has no names");
    assert_eq!(suppressed["start"], serde_json::json!({ "line": 3, "column": 8 }));
    assert_eq!(suppressed["range"], serde_json::json!({ "start": 19, "end": 40 }));
    let sarif: Value = serde_json::from_str(&report(&project, "sarif", &["client.py"])).expect("is JSON");
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn nothing_to_tell_is_a_whole_document() {
    let project = Playground::with(&[("clean.py", "import ssl\n\nprint(ssl.OPENSSL_VERSION)\n")]);
    let documents = FORMATS.map(|format| (format, report(&project, format, &[])));
    for (format, document) in &documents {
        let value: Option<Value> = serde_json::from_str(document).ok();
        match *format {
            "jsonl" | "github" | "azure" => assert_eq!(document, "", "{format}"),
            "junit" => assert!(document.contains("tests=\"1\" failures=\"0\""), "{document}"),
            "gitlab" => assert_eq!(value.expect("is JSON"), serde_json::json!([])),
            "rdjson" => assert_eq!(value.expect("is JSON")["diagnostics"], serde_json::json!([])),
            "bitbucket" => assert_eq!(value.expect("is JSON")["report"]["result"], "PASSED"),
            "sarif" => assert_eq!(value.expect("is JSON")["runs"][0]["results"], serde_json::json!([])),
            "codetf" => assert_eq!(value.expect("is JSON")["results"], serde_json::json!([])),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn reports_do_not_depend_on_threads_or_on_the_folder() {
    let (one, two) = (project(), project());
    for format in FORMATS {
        let expected = report(&one, format, &["-j", "1"]);
        assert_eq!(report(&one, format, &["-j", "8"]), expected, "{format}");
        assert_eq!(report(&two, format, &["./app"]), expected, "{format}");
    }
}

#[test]
fn several_reports_come_of_one_run() {
    let project = project();
    let alone = FORMATS.map(|format| report(&project, format, &[]));
    let options: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("--report={format}=../{format}"))
        .collect();
    std::fs::create_dir(project.path("in")).expect("makes the folder");
    std::fs::rename(project.path("app"), project.path("in/app")).expect("moves");
    let mut command = project.command(&options.iter().map(String::as_str).collect::<Vec<_>>());
    command.current_dir(project.path("in"));
    let finished = playground::feed(command, b"");
    assert_eq!(finished.status, 1, "{finished}");
    for (format, alone) in FORMATS.iter().zip(alone) {
        assert_eq!(project.text(format), alone, "{format}");
    }
}

/// No reader may take a name or a message of strangers for a command or for the end of what it stands in.
#[cfg(unix)]
#[test]
fn strange_names_break_no_format() {
    use std::os::unix::ffi::OsStrExt;
    let project = Playground::empty();
    let names: [&[u8]; 4] = [
        b"]]>&<\"'.py",
        b"::error file=x::\n%0A,;.py",
        "\u{202e}\u{1b}[2J𝒳.py".as_bytes(),
        b"no\xfftext.py",
    ];
    for name in names {
        let path = project.path("x").with_file_name(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, "import ssl\nssl.match_hostname(a)\n").expect("writes");
    }
    let count = |text: &str, what: &str| text.matches(what).count();
    let github = report(&project, "github", &[]);
    assert!(
        github
            .lines()
            .all(|line| line.starts_with("::error title=match-hostname,file=")),
        "{github}"
    );
    assert_eq!(
        (
            github.lines().count(),
            count(&github, "%3A%3Aerror file=x%3A%3A%0A%250A%2C;")
        ),
        (4, 1)
    );
    let azure = report(&project, "azure", &[]);
    assert_eq!((azure.lines().count(), count(&azure, "sourcepath=%5D%5D>&<")), (4, 1));
    let junit = report(&project, "junit", &[]);
    assert_eq!(
        count(&junit, "<testsuite name=\"]]&gt;&amp;&lt;&quot;'.py\""),
        1,
        "{junit}"
    );
    assert_eq!(
        count(&junit, "<testsuite name=\"\\u{202e}\\u{1b}[2J𝒳.py\""),
        1,
        "{junit}"
    );
    for format in FORMATS {
        let document = report(&project, format, &[]);
        assert!(!document.contains(['\u{202e}', '\u{1b}']), "{document}");
    }
    for format in ["jsonl", "sarif", "rdjson", "gitlab", "bitbucket", "codetf"] {
        let document = report(&project, format, &[]);
        for line in document.lines().filter(|_| format == "jsonl") {
            serde_json::from_str::<Value>(line).expect("is JSON");
        }
        if format != "jsonl" {
            serde_json::from_str::<Value>(&document).expect("is JSON");
        }
    }
    let base64: Vec<Value> = records(&project, &[])
        .iter()
        .map(|record| record["path_base64"].clone())
        .collect();
    assert_eq!(
        base64.iter().filter(|value| **value == "bm//dGV4dC5weQ==").count(),
        1,
        "{base64:?}"
    );
    let sarif = report(&project, "sarif", &[]);
    assert!(sarif.contains("\"no%FFtext.py\""), "{sarif}");
}

#[test]
fn a_file_that_fails_is_in_every_report_that_can_say_so() {
    let project = project();
    for format in FORMATS {
        let report = report(&project, format, &["app/other.py", "gone.py"]);
        assert!(report.contains("gone.py"), "{format}: {report}");
        assert!(
            format == "codetf" || report.contains("cannot be read"),
            "{format}: {report}"
        );
    }
}

/// Only what a reader does not take at all is left out, and the report says so.
#[test]
fn of_more_than_bitbucket_takes_the_worst_are_reported() {
    let many = format!("import ssl\n{}", "ssl.match_hostname(a, b)\n".repeat(1001));
    let project = Playground::with(&[("a.py", GUARDED), ("b.py", &many)]);
    let document: Value = serde_json::from_str(&report(&project, "bitbucket", &[])).expect("is JSON");
    let batches = document["annotations"].as_array().expect("a list");
    let all: Vec<&Value> = batches
        .iter()
        .flat_map(|batch| batch.as_array().expect("a list"))
        .collect();
    assert_eq!((batches.len(), all.len()), (10, 1000));
    assert!(all.iter().all(|annotation| annotation["severity"] == "HIGH"));
    let details = document["report"]["details"].as_str().expect("a text");
    assert!(
        details.contains("2 findings of the lowest severity are not shown"),
        "{details}"
    );
}
