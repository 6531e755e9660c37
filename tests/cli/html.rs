//! What stands in the page of `--report html`. `tests/browser.rs` looks at what a browser makes of it.

use crate::playground::Playground;
use serde_json::Value;

const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";

/// The page about a project, the data of its files, and what is known of the run.
fn report(project: &Playground, arguments: &[&str]) -> (String, Vec<Value>, Value) {
    let arguments = [arguments, &["--report", "html=-"]].concat();
    let finished = project.run(&arguments);
    let page = finished.stdout();
    let data = |id: &str| -> Value {
        let start = format!("<script type=\"application/json\" id=\"{id}\">");
        let (_, rest) = page.split_once(&start).expect("the data are there");
        let (data, _) = rest.split_once("</script>").expect("it ends");
        serde_json::from_str(data).expect("is JSON")
    };
    let files = data("files").as_array().expect("is a list").clone();
    let run = data("run");
    (page, files, run)
}

/// Codemod, outcome and place of each finding.
fn findings(file: &Value) -> Vec<String> {
    let findings = file["findings"].as_array().expect("is a list").iter();
    findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().expect("is a text").to_string();
            format!(
                "{} {} {}:{}",
                text("codemod"),
                text("fate"),
                finding["line"],
                finding["column"]
            )
        })
        .collect()
}

#[test]
fn every_finding_is_there_with_what_becomes_of_it() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("b.py", "import ssl\n\nssl.match_hostname(certificate, name)\n"),
        (
            "c.py",
            "import ssl\n\n\ndef old(sock):\n    return ssl.wrap_socket(sock, ciphers='@SECLEVEL=0')\n",
        ),
        (
            "d.py",
            "import ssl\n\nif not hasattr(ssl, 'SSLContext'):\n    sock = ssl.wrap_socket(sock)\n",
        ),
        ("e.py", "import ssl\nssl.wrap_socket(\n"),
        ("f.py", "import ssl\n"),
    ]);
    let (_, files, run) = report(&project, &[]);
    let paths: Vec<&str> = files.iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, ["a.py", "b.py", "c.py", "d.py", "e.py"]);
    assert_eq!(
        findings(&files[0]),
        ["kept-weakness note 5:5", "wrap-socket rewritten 5:12"]
    );
    assert_eq!(findings(&files[1]), ["match-hostname for-a-person 3:1"]);
    assert_eq!(findings(&files[2]), ["wrap-socket held-back 5:12"]);
    assert_eq!(findings(&files[3]), ["wrap-socket note 4:12"]);
    assert_eq!(files[4]["unreadable"]["line"], 3);
    assert_eq!(
        (&run["scanned"], &run["rewrites"], &run["unreadable"]),
        (&6.into(), &1.into(), &1.into())
    );
    // Each with its code: what changes, what would, what is there.
    let hunk = files[0]["hunks"][0].as_str().expect("is a text");
    assert!(
        hunk.starts_with("@@ -2,4 +2,8 @@\n") && hunk.contains("\n-    return ssl.wrap_socket(sock)\n"),
        "{hunk}"
    );
    assert_eq!(files[0]["findings"][1]["hunks"], Value::from(vec![0]));
    let kept = files[0]["findings"][0]["code"].as_str().expect("is a text");
    assert!(kept.contains("as before: certificates are not verified"), "{kept}");
    let offered = files[2]["findings"][0]["code"].as_str().expect("is a text");
    assert!(
        offered.contains("\n+    context.set_ciphers('@SECLEVEL=0')\n"),
        "{offered}"
    );
    assert_eq!(
        files[1]["findings"][0]["code"],
        "@@ -1,3 +1,3 @@\n import ssl\n \n ssl.match_hostname(certificate, name)\n"
    );
    let told: Vec<_> = run["codemods"].as_array().expect("is a list").iter().collect();
    assert_eq!(told.len(), 3);
    assert!(
        told.iter()
            .all(|page| page["introduction"].as_str().is_some_and(|text| text.len() > 100))
    );
}

#[test]
fn places_are_those_of_the_file_on_disk() {
    let project = Playground::with(&[("a.py", format!("{CLIENT}\n\nssl.match_hostname(a, b)\n"))]);
    let (_, files, _) = report(&project, &[]);
    assert_eq!(
        findings(&files[0]).last().map(String::as_str),
        Some("match-hostname for-a-person 8:1")
    );
    let (_, files, _) = report(&project, &["--write"]);
    assert_eq!(files[0]["mode"], "write");
    let places = findings(&files[0]);
    assert_eq!(
        places,
        [
            "kept-weakness note 8:5",
            "wrap-socket rewritten 9:12",
            "match-hostname for-a-person 12:1"
        ]
    );
    let text = project.text("a.py");
    assert_eq!(text.lines().nth(11), Some("ssl.match_hostname(a, b)"));
    let shown = files[0]["findings"][2]["code"].as_str().expect("is a text");
    assert!(shown.ends_with("\n ssl.match_hostname(a, b)\n"), "{shown}");
}

#[test]
fn a_finding_that_is_answered_in_part_is_there_twice() {
    let project = Playground::with(&[(
        "a.py",
        "import ssl\n\n\ndef make(store):\n    context = ssl.SSLContext(ssl.PROTOCOL_TLS)\n    store.context = context\n",
    )]);
    let (_, files, run) = report(&project, &[]);
    assert_eq!(
        findings(&files[0]),
        ["ssl-context rewritten 5:15", "ssl-context for-a-person 5:15"]
    );
    assert_eq!(run["rewrites"], 1);
}

#[test]
fn code_is_shown_in_the_encoding_of_its_file() {
    let mut latin: Vec<u8> = b"# coding: latin-1\r\n".to_vec();
    latin.extend(
        CLIENT
            .replace('\n', "\r\n")
            .replace("(sock):", "(sock):  # \u{e9}")
            .chars()
            .map(|letter| letter as u8),
    );
    let project = Playground::with(&[("a.py", latin)]);
    let (_, files, _) = report(&project, &[]);
    let hunk = files[0]["hunks"][0].as_str().expect("is a text");
    assert!(hunk.contains("(sock):  # \u{e9}\r\n"), "{hunk}");
}

#[test]
fn nothing_of_it_is_markup_and_nothing_tells_of_the_machine() {
    let attack = "</script><!--<img src=x>&amp;\u{2028}";
    let source = format!("{CLIENT}\n\ntable[\"{attack}\"](ssl.PROTOCOL_TLSv1)\n");
    let files = [("app/<img src=x>.py", source.as_str()), ("other/b.py", CLIENT)];
    let project = Playground::with(&files);
    let root = project.path("").to_string_lossy().trim_end_matches('/').to_string();
    let (page, records, _) = report(&project, &["app", &format!("{root}/other")]);
    assert!(!page.contains(&root) && !page.contains("<img") && !page.contains('\u{2028}'));
    assert_eq!(page.matches("</script").count(), 3);
    assert_eq!(records[0]["path"], "app/<img src=x>.py");
    let quoted = records[0]["findings"].to_string();
    assert!(quoted.contains("</script><!--<img src=x>&amp;"), "{quoted}");
    // Another folder with the same files has the same page.
    assert_eq!(report(&Playground::with(&files), &["app", "other"]).0, page);
}

#[test]
fn owners_are_those_of_the_project() {
    let project = Playground::with(&[
        (".github/CODEOWNERS", "* @all\n/app/ @app @all\n/none/\n*.pyw nobody\n"),
        ("app/a.py", CLIENT),
        ("none/a.py", CLIENT),
        ("a.py", CLIENT),
    ]);
    let (_, files, run) = report(&project, &[]);
    let owners: Vec<&Value> = files.iter().map(|file| &file["owners"]).collect();
    assert_eq!(owners[0], &Value::from(vec!["@all"]));
    assert_eq!(owners[1], &Value::from(vec!["@app", "@all"]));
    assert_eq!(owners[2], &Value::Null);
    assert_eq!(run["has_owners"], true);
    assert_eq!(
        run["owner_problems"],
        Value::from(vec!["line 4 of CODEOWNERS: an owner is neither `@name` nor an address"])
    );
    let wrong = Playground::with(&[("CODEOWNERS", "* nobody\n".repeat(50).as_str()), ("a.py", CLIENT)]);
    let (_, _, run) = report(&wrong, &[]);
    let problems = run["owner_problems"].as_array().expect("is a list");
    assert_eq!(problems.len(), 11);
    assert_eq!(problems[10], "40 more lines of CODEOWNERS cannot be understood");
    let unreadable = Playground::with(&[("CODEOWNERS/x", ""), ("a.py", CLIENT)]);
    let (_, files, run) = report(&unreadable, &[]);
    assert_eq!(findings(&files[0]).len(), 2);
    assert_eq!(run["has_owners"], false);
    assert_eq!(
        run["owner_problems"],
        Value::from(vec!["CODEOWNERS cannot be read: it is no file"])
    );
}

#[test]
fn a_run_that_finds_nothing_has_a_page() {
    let (page, files, run) = report(&Playground::with(&[("a.py", "import ssl\n")]), &[]);
    assert_eq!((files.len(), &run["scanned"]), (0, &Value::from(1)));
    assert!(page.ends_with("</html>\n"));
}
