//! The settings as users meet them: where they come from, which goes before which, and what is said of one that is wrong.

#[path = "cli/playground.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line")]
mod playground;

use playground::{Finished, Playground};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";
/// Needs a function, which tells where the settings of a file come from.
const NEEDS_HELPER: &str = "import ssl\n\nwrap = lambda sock: ssl.wrap_socket(sock)\n";
/// Has a fix that is unsafe.
const UNSAFE: &str = "import ssl\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n";

/// The files that a run would look at.
fn files(project: &Playground, arguments: &[&str]) -> Vec<String> {
    let finished = project.run(&[arguments, &["--show-files"]].concat());
    assert_eq!(finished.status, 0, "{finished}");
    finished.stdout().lines().map(str::to_string).collect()
}

/// The module that the helper is imported from.
fn module(finished: &Finished) -> Option<String> {
    let diff = finished.stdout();
    let import = diff.lines().find_map(|line| line.strip_prefix("+from "))?;
    Some(import.split(' ').next()?.to_string())
}

fn setting(project: &Playground, arguments: &[&str], key: &str) -> String {
    let finished = project.run(arguments);
    assert_eq!(finished.status, 0, "{finished}");
    let line = finished.stdout().lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = ")?;
        Some(value.to_string())
    });
    line.unwrap_or_default()
}

// Where it is found.

#[test]
fn each_file_has_the_nearest_configuration_alone() {
    let project = Playground::with(&[
        ("a.py", NEEDS_HELPER),
        ("sslfix.toml", "helper-module = \"of.root\"\nstrict = true\n"),
        ("hidden/b.py", NEEDS_HELPER),
        ("hidden/.sslfix.toml", "helper-module = \"of.hidden\"\n"),
        ("tool/c.py", NEEDS_HELPER),
        ("tool/pyproject.toml", "[tool.sslfix]\nhelper-module = \"of.tool\"\n"),
        ("other/d.py", NEEDS_HELPER),
        ("other/pyproject.toml", "[tool.other]\nhelper-module = \"of.other\"\n"),
        ("spelt/e.py", NEEDS_HELPER),
        (
            "spelt/pyproject.toml",
            "[tool]\nsslfix = { helper-module = \"of.spelt\" }\n",
        ),
    ]);
    let diff = project.run(&["--dry-run"]).stdout();
    let imports: Vec<&str> = diff
        .lines()
        .filter_map(|line| line.strip_prefix("+from ")?.split(' ').next())
        .collect();
    assert_eq!(imports, ["of.root", "of.hidden", "of.root", "of.spelt", "of.tool"]);
    assert_eq!(
        setting(&project, &["--show-settings", "hidden/b.py"], "strict"),
        "false  # default"
    );
    assert_eq!(
        setting(&project, &["--show-settings", "other/d.py"], "strict"),
        "true  # sslfix.toml"
    );
}

#[test]
fn a_path_with_dots_has_the_configuration_of_where_it_leads() {
    let project = Playground::with(&[
        ("here/sslfix.toml", "helper-module = \"of.here\"\n"),
        ("there/a.py", NEEDS_HELPER),
        ("there/sslfix.toml", "helper-module = \"of.there\"\n"),
        ("nowhere/b.py", NEEDS_HELPER),
    ]);
    let run_in_here = |path: &str| {
        let mut command = project.command(&["--dry-run", path]);
        command.current_dir(project.path("here"));
        playground::feed(command, b"")
    };
    assert_eq!(module(&run_in_here("../there/a.py")).as_deref(), Some("of.there"));
    assert_eq!(module(&run_in_here("../nowhere/b.py")), None);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    let project = Playground::with(&[
        ("a.py", NEEDS_HELPER),
        ("sslfix.toml", "strict = true\r\nhelper-module = \"of.crlf\"\r\n"),
    ]);
    assert_eq!(module(&project.run(&["--dry-run"])).as_deref(), Some("of.crlf"));
    std::fs::write(project.path("sslfix.toml"), "strict = true\r\n\r\npolcy = 1\r\n").expect("writes");
    assert!(
        project
            .run(&[])
            .stderr()
            .contains("wrong in line 3: unknown key `polcy`")
    );
}

#[test]
fn a_configuration_extends_another_key_by_key() {
    let project = Playground::with(&[
        ("a.py", NEEDS_HELPER),
        (
            "sslfix.toml",
            "extend = \"shared/middle.toml\"\nstrict = true\nextend-exclude = [\"own\"]\n",
        ),
        (
            "shared/middle.toml",
            "extend = \"../base.toml\"\nhelper-module = \"of.middle\"\n",
        ),
        (
            "base.toml",
            "helper-module = \"of.base\"\nstrict = false\ntarget-version = \"3.8\"\nextend-exclude = [\"shared/made\"]\n",
        ),
        ("shared/made/b.py", CLIENT),
        ("own/c.py", CLIENT),
        ("made/d.py", CLIENT),
    ]);
    assert_eq!(module(&project.run(&["--dry-run"])).as_deref(), Some("of.middle"));
    let show = |key: &str| setting(&project, &["config"], key);
    assert_eq!(show("strict"), "true  # sslfix.toml");
    assert_eq!(show("target-version"), "\"3.8\"  # base.toml");
    assert_eq!(show("helper-module"), "\"of.middle\"  # shared/middle.toml");
    assert_eq!(files(&project, &[]), ["a.py", "made/d.py"]);
}

#[test]
fn globs_of_an_extended_configuration_are_relative_to_its_own_folder() {
    let project = Playground::with(&[
        ("app/sslfix.toml", "extend = \"../rules/base.toml\"\n"),
        ("rules/base.toml", "exclude = [\"gen/*.py\"]\n"),
        ("app/gen/a.py", CLIENT),
        ("rules/gen/b.py", CLIENT),
    ]);
    assert_eq!(files(&project, &["app"]), ["app/gen/a.py"]);
    std::fs::write(project.path("rules/sslfix.toml"), "extend = \"base.toml\"\n").expect("writes");
    assert_eq!(files(&project, &["rules"]), [""; 0]);
}

#[test]
fn an_extension_that_leads_nowhere_or_back_is_an_error() {
    for (extend, expected) in [
        (
            "gone.toml",
            "extends `gone.toml`, which cannot be read: no such file or directory",
        ),
        ("sslfix.toml", "extends `sslfix.toml`, which leads back to it"),
        ("other.toml", "extends `sslfix.toml`, which leads back to it"),
        ("pyproject.toml", "pyproject.toml: it has no `[tool.sslfix]`"),
        ("folder", "folder: the configuration cannot be read: it is no file"),
    ] {
        let project = Playground::with(&[
            ("a.py", CLIENT),
            ("b.py", CLIENT),
            ("sslfix.toml", &format!("extend = \"{extend}\"\n")),
            ("other.toml", "extend = \"sslfix.toml\"\n"),
            ("pyproject.toml", "[project]\nname = \"x\"\n"),
            ("folder/c.txt", ""),
        ]);
        let finished = project.run(&["--write"]);
        assert_eq!(finished.status, 2, "{extend}: {finished}");
        assert_eq!(finished.stderr().matches("error: ").count(), 1, "{extend}: {finished}");
        assert!(finished.stderr().contains(expected), "{extend}: {finished}");
        assert_eq!(project.text("a.py"), CLIENT);
    }
}

#[test]
fn a_file_that_is_named_is_the_configuration_of_everything() {
    let project = Playground::with(&[
        ("a.py", NEEDS_HELPER),
        ("sslfix.toml", "helper-module = \"of.root\"\n"),
        ("deep/b.py", NEEDS_HELPER),
        ("deep/sslfix.toml", "polcy = 1\n"),
        ("ci/rules.toml", "helper-module = \"of.ci\"\n"),
        ("ci/pyproject.toml", "[tool.sslfix]\nhelper-module = \"of.tool\"\n"),
    ]);
    let dry_run = |config: &str| project.run(&["--dry-run", "--config", config]);
    let finished = dry_run("ci/rules.toml");
    assert_eq!(finished.stdout().matches("+from of.ci import").count(), 2, "{finished}");
    assert_eq!(finished.status, 1);
    assert_eq!(module(&dry_run("ci/pyproject.toml")).as_deref(), Some("of.tool"));
    for (config, expected) in [
        (
            "gone.toml",
            "gone.toml: the configuration cannot be read: no such file or directory",
        ),
        ("deep/sslfix.toml", "wrong in line 1: unknown key `polcy`"),
        ("policy = ", "is neither a file nor a setting"),
        (
            "polcy = 1",
            "--config: the configuration is wrong in line 1: unknown key `polcy`",
        ),
    ] {
        let finished = dry_run(config);
        assert_eq!(finished.status, 2, "{config}: {finished}");
        assert!(finished.stderr().contains(expected), "{config}: {finished}");
        assert_eq!(finished.stdout(), "");
    }
}

#[test]
fn isolated_reads_nothing_of_the_project() {
    let project = Playground::with(&[
        ("a.py", NEEDS_HELPER),
        ("sslfix.toml", "helper-module = \"of.root\"\nexclude = [\"a.py\"]\n"),
        ("pyproject.toml", "[project]\nrequires-python = \">=3.6\"\n"),
    ]);
    assert_eq!(files(&project, &[]), [""; 0]);
    assert_eq!(project.run(&["--dry-run", "a.py"]).stdout(), "");
    let isolated = project.run(&["--dry-run", "--isolated"]);
    assert!(isolated.stdout().contains("+def _wrap_socket("), "{isolated}");
    let inline = project.run(&["--dry-run", "--isolated", "--config", "helper-module = 'of.inline'"]);
    assert_eq!(module(&inline).as_deref(), Some("of.inline"));
    assert_eq!(project.run(&["--isolated", "--config", "sslfix.toml"]).status, 2);
    // What is typed goes before a word of the environment that says otherwise.
    let module_of =
        |environment: (&str, &str), arguments: &[&str]| module(&project.run_with(&[environment], arguments));
    let file = [
        "--dry-run",
        "--target-version",
        "3.8",
        "--config",
        "sslfix.toml",
        "--exclude",
        "zzz",
    ];
    assert_eq!(module_of(("SSLFIX_ISOLATED", "1"), &file).as_deref(), Some("of.root"));
    assert_eq!(
        module_of(("SSLFIX_CONFIG", "sslfix.toml"), &["--dry-run", "--isolated"]),
        None
    );
}

// Which goes before which.

#[test]
fn the_command_line_goes_before_the_environment_and_that_before_inline_and_that_before_files() {
    let project = Playground::with(&[("a.py", NEEDS_HELPER), ("sslfix.toml", "helper-module = \"of.file\"\n")]);
    let inline = [
        "--config",
        "helper-module = 'of.first'",
        "--config",
        "helper-module = 'of.inline'",
    ];
    let environment = [("SSLFIX_HELPER_MODULE", "of.environment")];
    let by_hand = ["--helper-module", "of.hand"];
    let dry_run = |environment: &[(&str, &str)], arguments: &[&str]| {
        module(&project.run_with(environment, &[&["--dry-run"], arguments].concat())).unwrap_or_default()
    };
    assert_eq!(dry_run(&[], &[]), "of.file");
    assert_eq!(dry_run(&[], &inline), "of.inline");
    assert_eq!(dry_run(&environment, &inline), "of.environment");
    assert_eq!(dry_run(&environment, &[&inline[..], &by_hand].concat()), "of.hand");
    assert_eq!(
        dry_run(&[("SSLFIX_CONFIG", "helper-module = 'of.word'")], &[]),
        "of.word"
    );
}

#[test]
fn every_option_has_its_variable() {
    let project = Playground::with(&[("a.py", CLIENT), ("b.py", UNSAFE)]);
    let check = project.run(&[]);
    let with = |name: &str, value: &str| project.run_with(&[(name, value)], &[]);
    assert_eq!(with("SSLFIX_EXIT_ZERO", "1").status, 0);
    assert_eq!(with("SSLFIX_DRY_RUN", "yes"), project.run(&["--dry-run"]));
    assert_eq!(with("SSLFIX_QUIET", "true"), project.run(&["--quiet"]));
    assert_eq!(with("SSLFIX_COLOR", "always"), project.run(&["--color", "always"]));
    assert_eq!(with("SSLFIX_SHOW_FILES", "1").stdout(), "a.py\nb.py\n");
    assert_eq!(
        with("SSLFIX_SELECT", "ssl-context"),
        project.run(&["--select", "ssl-context"])
    );
    for no in ["", "0", "false", "no", "off", "NO"] {
        assert_eq!(with("SSLFIX_DRY_RUN", no), check, "{no}");
    }
    for (name, value) in [
        ("SSLFIX_DRY_RUN", "maybe"),
        ("SSLFIX_JOBS", "0"),
        ("SSLFIX_POLICY", "hard"),
    ] {
        let finished = with(name, value);
        assert_eq!(finished.status, 2);
        assert!(
            finished.stderr().contains(&format!("The value is that of {name}")),
            "{finished}"
        );
    }
    // What is typed goes before it, and contradicts nothing.
    assert_eq!(
        project.run_with(&[("SSLFIX_WRITE", "1")], &["--dry-run"]),
        project.run(&["--dry-run"])
    );
    assert_eq!(project.text("a.py"), CLIENT);
    assert_eq!(project.run_with(&[("SSLFIX_POLICY", "harden")], &["explain"]).status, 0);
    assert_eq!(with("SSLFIX_WRITE", "1").status, 1);
    assert_ne!(project.text("a.py"), CLIENT);
}

#[test]
fn a_flag_can_be_taken_back_and_given_twice() {
    let project = Playground::with(&[
        ("a.py", UNSAFE),
        ("sslfix.toml", "unsafe-fixes = true\nstrict = true\nhelper = false\n"),
    ]);
    let is_rewritten = |environment: &[(&str, &str)], arguments: &[&str]| {
        let finished = project.run_with(environment, &[&["--dry-run"], arguments].concat());
        assert_ne!(finished.status, 2, "{finished}");
        !finished.stdout.is_empty()
    };
    assert!(is_rewritten(&[], &[]));
    assert!(!is_rewritten(&[], &["--no-unsafe-fixes"]));
    assert!(!is_rewritten(&[("SSLFIX_UNSAFE_FIXES", "0")], &[]));
    assert!(!is_rewritten(&[("SSLFIX_NO_UNSAFE_FIXES", "1")], &[]));
    assert!(is_rewritten(&[("SSLFIX_UNSAFE_FIXES", "0")], &["--unsafe-fixes"]));
    assert!(!is_rewritten(&[("SSLFIX_UNSAFE_FIXES", "1")], &["--no-unsafe-fixes"]));
    assert!(is_rewritten(
        &[],
        &["--no-unsafe-fixes", "--unsafe-fixes", "--unsafe-fixes"]
    ));
    assert!(!is_rewritten(
        &[],
        &["--unsafe-fixes", "--no-unsafe-fixes", "--no-unsafe-fixes"]
    ));
    let show =
        |arguments: &[&str], key: &str| setting(&project, &[arguments, &["--show-settings", "a.py"]].concat(), key);
    assert_eq!(show(&["--no-strict"], "strict"), "false  # the command line");
    assert_eq!(show(&["--helper"], "helper"), "true  # the command line");
    assert_eq!(
        show(&["--policy", "harden", "--policy", "preserve"], "policy"),
        "\"preserve\"  # the command line"
    );
}

#[test]
fn unsafe_fixes_of_a_configuration_are_told() {
    let project = Playground::with(&[("a.py", UNSAFE), ("sslfix.toml", "unsafe-fixes = true\n")]);
    let check = project.run(&[]);
    assert!(check.stderr().contains("held back 1 unsafe rewrite"), "{check}");
    assert!(!check.stderr().contains("allows"), "{check}");
    let write = project.run(&["--write", "-q"]);
    let told = "note: sslfix.toml allows unsafe fixes; --no-unsafe-fixes forbids them\n";
    assert!(write.stderr().contains(told), "{write}");
    assert_ne!(project.text("a.py"), UNSAFE);
}

// Which codemods look.

#[test]
fn codemods_are_selected_by_name() {
    let both = "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\ncontext.wrap_socket(sock)\nother = ssl.wrap_socket(sock)\n";
    let project = Playground::with(&[
        ("a.py", both),
        ("tests/b.py", both),
        ("sslfix.toml", "per-file-ignores = { tests = [\"wrap-socket\"] }\n"),
    ]);
    let found = |arguments: &[&str]| -> Vec<String> {
        let stdout = project.run(arguments).stdout();
        let findings = stdout.lines().filter(|line| !line.starts_with(' '));
        let names =
            findings.filter_map(|line| Some((line.split_once(':')?.0, line.split_once('[')?.1.split_once(']')?.0)));
        names.map(|(path, name)| format!("{path} {name}")).collect()
    };
    let all = found(&[]);
    assert!(all.contains(&"a.py wrap-socket".to_string()), "{all:?}");
    assert!(all.contains(&"tests/b.py ssl-context".to_string()), "{all:?}");
    assert!(!all.contains(&"tests/b.py wrap-socket".to_string()), "{all:?}");
    assert_eq!(found(&["--select", "wrap-socket"]), ["a.py wrap-socket"]);
    assert_eq!(
        found(&[
            "--select",
            "wrap-socket,ssl-context",
            "--ignore",
            "ssl-context",
            "--extend-select",
            "tls-version"
        ]),
        ["a.py wrap-socket"]
    );
    assert_eq!(
        found(&["--select=wrap-socket", "--per-file-ignores", "a.py:wrap-socket"]),
        ["tests/b.py wrap-socket"]
    );
    let finished = project.run(&["--select", "wrap-sockets"]);
    assert_eq!(finished.status, 2);
    assert!(finished.stderr().contains("did you mean `wrap-socket`?"), "{finished}");
    // What is not selected is not rewritten either.
    let diff = project.run(&["--dry-run", "--select", "wrap-socket", "a.py"]).stdout();
    assert!(!diff.contains("-context = ssl.SSLContext"), "{diff}");
    assert!(diff.contains("-other = ssl.wrap_socket(sock)"), "{diff}");
}

// Which files.

#[test]
fn globs_are_relative_to_their_configuration_and_never_to_the_root_of_the_disk() {
    let project = Playground::with(&[
        ("build/tree/a.py", CLIENT),
        ("build/tree/build/b.py", CLIENT),
        ("build/tree/deep/build/c.py", CLIENT),
        ("build/tree/deep/out/d.py", CLIENT),
        ("build/tree/out/e.py", CLIENT),
        ("build/tree/sslfix.toml", "extend-exclude = [\"build\", \"/out\"]\n"),
    ]);
    let in_tree = ["build/tree/a.py", "build/tree/deep/out/d.py"];
    assert_eq!(files(&project, &[]), in_tree);
    assert_eq!(files(&project, &["build/tree"]), in_tree);
    let absolute = project.path("build/tree");
    assert_eq!(files(&project, &[absolute.to_str().expect("is UTF-8")]), in_tree);
    assert_eq!(
        files(&project, &["--force-exclude", "build/tree/a.py"]),
        ["build/tree/a.py"]
    );
    // From inside of the tree as well.
    let mut command = project.command(&["--show-files", "--force-exclude", "--exclude", "build", "."]);
    command.current_dir(project.path("build/tree/deep"));
    assert_eq!(playground::feed(command, b"").stdout(), "out/d.py\n");
    // Nothing is excluded because of where it is.
    let foreign = Playground::with(&[("node_modules/x/a.py", CLIENT)]);
    let mut command = foreign.command(&["--show-files", "--force-exclude", "."]);
    command.current_dir(foreign.path("node_modules/x"));
    assert_eq!(playground::feed(command, b"").stdout(), "a.py\n");
}

#[test]
fn what_is_named_is_looked_at_unless_excludes_are_forced() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("vendor/b.py", CLIENT),
        ("vendor/inner/c.py", CLIENT),
        ("vendor/inner/sslfix.toml", "strict = true\n"),
        ("list", "vendor/b.py\na.py\n"),
        ("sslfix.toml", "exclude = [\"vendor\"]\n"),
    ]);
    assert_eq!(files(&project, &[]), ["a.py"]);
    assert_eq!(files(&project, &["vendor/b.py"]), ["vendor/b.py"]);
    assert_eq!(files(&project, &["--force-exclude", "vendor/b.py", "a.py"]), ["a.py"]);
    assert_eq!(files(&project, &["--files-from", "list"]), ["a.py", "vendor/b.py"]);
    assert_eq!(files(&project, &["--force-exclude", "--files-from", "list"]), ["a.py"]);
    assert_eq!(files(&project, &["--force-exclude", "vendor"]), [""; 0]);
    assert_eq!(
        files(&project, &["--force-exclude", "--no-force-exclude", "vendor/b.py"]),
        ["vendor/b.py"]
    );
    let from_stdin = |arguments: &[&str]| project.run_on(CLIENT.as_bytes(), arguments);
    let named = ["--stdin-filename", "vendor/b.py", "--write", "-"];
    assert_ne!(from_stdin(&named).stdout(), CLIENT);
    let forced = from_stdin(&[&named[..], &["--force-exclude"]].concat());
    assert_eq!((forced.stdout().as_str(), forced.status), (CLIENT, 0));
    // Another configuration nearer to the file does not let it in.
    std::fs::write(project.path("vendor/inner/sslfix.toml"), "force-exclude = true\n").expect("writes");
    assert_eq!(files(&project, &["vendor/inner/c.py"]), [""; 0]);
}

#[test]
fn excludes_replace_the_default_and_extend_adds_to_it() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("node_modules/b.py", CLIENT),
        ("out/c.py", CLIENT),
        ("out/kept.py", CLIENT),
    ]);
    assert_eq!(files(&project, &[]), ["a.py", "out/c.py", "out/kept.py"]);
    assert_eq!(files(&project, &["--exclude", "out"]), ["a.py", "node_modules/b.py"]);
    assert_eq!(files(&project, &["--extend-exclude", "out/"]), ["a.py"]);
    assert_eq!(
        files(&project, &["--extend-exclude", "out/*.py,!out/kept.py"]),
        ["a.py", "out/kept.py"]
    );
    assert_eq!(files(&project, &["--extend-exclude", "{a,c}.py"]), ["out/kept.py"]);
}

#[test]
fn include_says_what_is_looked_at() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("SConstruct", CLIENT),
        ("script", &format!("#!/usr/bin/env python3\n{CLIENT}")),
        ("deep/b.tpl", CLIENT),
        ("deep/c.py", CLIENT),
    ]);
    assert_eq!(files(&project, &[]), ["a.py", "deep/c.py", "script"]);
    assert_eq!(
        files(&project, &["--include", "SConstruct,deep/*.tpl"]),
        ["SConstruct", "deep/b.tpl"]
    );
    assert_eq!(files(&project, &["--include", "*.tpl", "a.py"]), ["a.py"]);
}

#[test]
fn what_git_ignores_is_looked_at_where_that_is_wanted() {
    let project = Playground::with(&[
        (".gitignore", "made.py\n"),
        ("made.py", CLIENT),
        ("a.py", CLIENT),
        ("deep/.ignore", "b.py\n"),
        ("deep/b.py", CLIENT),
        ("other/made.py", CLIENT),
        ("other/sslfix.toml", "respect-gitignore = false\n"),
    ]);
    assert_eq!(files(&project, &[]), ["a.py"]);
    assert_eq!(
        files(&project, &["--no-respect-gitignore"]),
        ["a.py", "deep/b.py", "made.py", "other/made.py"]
    );
    assert_eq!(files(&project, &["other", "."]), ["a.py", "other/made.py"]);
    assert_eq!(files(&project, &["other", ".", "--respect-gitignore"]), ["a.py"]);
}

#[test]
fn what_is_excluded_is_counted_and_said_where_nothing_is_left() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("b.py", CLIENT),
        ("notes.txt", ""),
        ("out/c.py", CLIENT),
        ("sslfix.toml", "exclude = [\"b.*\", \"notes.txt\", \"out\"]\n"),
    ]);
    let finished = project.run(&[]);
    assert!(
        finished
            .stderr()
            .starts_with("scanned 1 file, 1 mentions ssl, 1 file and 1 folder excluded\n"),
        "{finished}"
    );
    let finished = project.run(&["--exclude", "*.py,out"]);
    assert!(
        finished.stderr().starts_with(
            "warning: no Python file was found in what was named; 2 files excluded by `*.py` (the command line); \
             1 folder excluded by `out` (the command line)\n"
        ),
        "{finished}"
    );
}

// What is wrong.

#[test]
fn a_wrong_key_or_value_is_one_line_with_its_place() {
    for (text, expected) in [
        (
            "strict = true\npolcy = \"harden\"\n",
            "line 2: unknown key `polcy`; did you mean `policy`?",
        ),
        ("zzz = 1\n", "line 1: unknown key `zzz`; `sslfix config` lists the keys"),
        (
            "\nstrict = \"yes\"\n",
            "line 2: invalid type: string \"yes\", expected a boolean",
        ),
        (
            "policy = \"hard\"\n",
            "line 1: `hard` is not one of `preserve`, `harden`",
        ),
        (
            "select = [\n  \"wrap-socket\",\n  \"wrap-sockt\",\n]\n",
            "there is no codemod `wrap-sockt`; did you mean `wrap-socket`?",
        ),
        ("exclude = [\"a{b\"]\n", "line 1: `a{b` is no glob: "),
        (
            "exclude = \"build\"\n",
            "line 1: invalid type: string \"build\", expected a sequence",
        ),
        (
            "required-version = \">=99\"\nnew-key = 1\n",
            "line 1: it is for sslfix >=99, and this is ",
        ),
        (
            "required-version = \"new\"\n",
            "line 1: `new` is no list of versions, such as `>=0.1`",
        ),
        ("strict = \n", "line 1: "),
    ] {
        let project = Playground::with(&[
            ("a.py", CLIENT),
            ("b.py", CLIENT),
            ("deep/c.py", CLIENT),
            ("sslfix.toml", text),
            ("other/d.py", CLIENT),
            ("other/sslfix.toml", ""),
        ]);
        let finished = project.run(&["--write", "-q"]);
        let stderr = finished.stderr();
        assert_eq!(finished.status, 2, "{text}: {finished}");
        assert_eq!(stderr.lines().count(), 1, "{text}: {finished}");
        assert!(
            stderr.starts_with("error: sslfix.toml: the configuration is wrong in ") && stderr.contains(expected),
            "{text}: {finished}"
        );
        assert_eq!(project.text("a.py"), CLIENT);
        assert_ne!(project.text("other/d.py"), CLIENT);
        assert_eq!(project.run(&["config"]).status, 2);
    }
}

#[test]
fn a_requires_python_that_is_wrong_can_be_overruled_in_the_same_file() {
    let text = "[project]\nrequires-python = \"^3.8\"\n";
    let project = Playground::with(&[("a.py", CLIENT), ("pyproject.toml", text)]);
    assert_eq!(project.run(&["--write"]).status, 2);
    let text = format!("{text}[tool.sslfix]\ntarget-version = \"3.8\"\n");
    std::fs::write(project.path("pyproject.toml"), text).expect("writes");
    assert_eq!(project.run(&["--write"]).status, 0);
}

#[cfg(unix)]
#[test]
fn a_configuration_that_was_made_to_harm_is_a_line() {
    let said = |project: &Playground| {
        let finished = project.run(&["--write", "-q"]);
        assert_eq!(finished.status, 2, "{finished}");
        assert_eq!(finished.stderr().lines().count(), 1, "{finished}");
        assert_eq!(project.text("a.py"), CLIENT);
        finished.stderr()
    };
    let project = Playground::with(&[("a.py", CLIENT)]);
    project.pipe("sslfix.toml");
    assert!(said(&project).contains("cannot be read: it is no file"));

    let project = Playground::with(&[("a.py", CLIENT), ("sslfix.toml", "extend = \"pipe\"\n")]);
    project.pipe("pipe");
    assert!(said(&project).contains("pipe: the configuration cannot be read: it is no file"));

    let project = Playground::with(&[("a.py", CLIENT)]);
    let huge = std::fs::File::create(project.path("sslfix.toml")).expect("creates");
    huge.set_len(1 << 30).expect("makes a hole");
    assert!(said(&project).contains("it has more than 4194304 bytes"));

    let project = Playground::with(&[("a.py", CLIENT.as_bytes()), ("sslfix.toml", b"strict = true\n# \xff\n")]);
    assert!(said(&project).contains("wrong in line 2: it is not valid UTF-8"));

    let project = Playground::with(&[
        ("a.py", CLIENT),
        (
            "sslfix.toml",
            "exclude = [\"*\\u001B.py\", \"*.py\", \"!\\u001B[31m\"]\n",
        ),
    ]);
    for arguments in [&[][..], &["config"], &["--show-settings", "a.py"]] {
        let finished = project.run(arguments);
        assert!(
            !finished.stderr.contains(&0x1b) && !finished.stdout.contains(&0x1b),
            "{finished}"
        );
    }
    let project = Playground::with(&[("\u{1b}[31m.py", CLIENT), ("sslfix.toml", "exclude = [\"\\u001B*\"]\n")]);
    let finished = project.run(&[]);
    assert!(
        finished.stderr().contains("1 file excluded by `\\u{1b}*`"),
        "{finished}"
    );

    let nested = format!("extend = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let project = Playground::with(&[("a.py", CLIENT), ("sslfix.toml", &nested)]);
    assert!(said(&project).contains("wrong in line 1"));

    let chain: Vec<(String, String)> = (0..200)
        .map(|number| (format!("{number}.toml"), format!("extend = \"{}.toml\"\n", number + 1)))
        .collect();
    let mut files: Vec<(&str, &str)> = chain
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    files.extend([
        ("a.py", CLIENT),
        ("sslfix.toml", "extend = \"0.toml\"\n"),
        ("200.toml", ""),
    ]);
    assert!(said(&Playground::with(&files)).contains("more than 100 configurations extend each other"));
}

// What is shown.

#[test]
fn the_settings_of_a_file_are_shown_with_where_they_come_from() {
    let project = Playground::with(&[
        ("pyproject.toml", "[project]\nrequires-python = \">=3.9\"\n"),
        ("sslfix.toml", "policy = \"harden\"\nselect = [\"wrap-socket\"]\n"),
    ]);
    let finished = project.run_with(&[("SSLFIX_STRICT", "1")], &["--show-settings", "a.py", "--no-helper"]);
    insta::with_settings!({ snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("show-settings", finished);
    });
    assert_eq!(
        project.run(&["config"]).stdout(),
        project.run(&["config", "show"]).stdout()
    );
    let isolated = project.run(&["config", "show", "--isolated"]).stdout();
    assert!(isolated.contains("policy = \"preserve\"  # default\n"), "{isolated}");
    // It can be read as what it shows.
    assert_eq!(project.run(&["--config", "shown.toml", "config"]).status, 2);
    std::fs::write(project.path("shown.toml"), project.run(&["config"]).stdout()).expect("writes");
    let shown = project.run(&["config", "--config", "shown.toml"]);
    assert!(
        shown.stdout().contains("policy = \"harden\"  # shown.toml\n"),
        "{shown}"
    );
}

#[test]
fn every_key_is_explained() {
    let project = Playground::empty();
    let schema = schema();
    let keys = schema["properties"].as_object().expect("has keys");
    assert!(keys.len() >= 17);
    for (key, property) in keys {
        let description = property["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.'), "{key} says what it does");
        let explained = project.run(&["config", "explain", key]);
        assert_eq!(explained.status, 0);
        assert!(explained.stdout().contains(description), "{explained}");
        assert!(!explained.stdout().contains("takes: anything"), "{explained}");
    }
    let unknown = project.run(&["config", "explain", "polcy"]);
    assert_eq!(unknown.status, 2);
    assert_eq!(
        unknown.stderr(),
        "error: there is no key `polcy`; did you mean `policy`?\n"
    );
}

// The schema.

fn schema() -> Value {
    serde_json::from_str(&sslfix::config::show::schema()).expect("is JSON")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("reads")
}

/// `SSLFIX_BLESS=1 cargo test --test configuration` writes it.
#[test]
fn the_schema_in_the_repository_is_that_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/sslfix.schema.json");
    let printed = Playground::empty().run(&["config", "schema"]).stdout();
    if std::env::var_os("SSLFIX_BLESS").is_some() {
        std::fs::write(path, &printed).expect("writes");
    } else {
        assert_eq!(read("schema/sslfix.schema.json"), printed);
    }
}

/// A configuration that uses every key.
const FULL: &str = r#"
extend = "base.toml"
required-version = ">=0.1"
target-version = "py38"
policy = "harden"
minimum-version = "TLSv1_3"
maximum-version = "keep"
context-name = "tls_context"
strict = true
helper = true
helper-module = "acme.net.tls"
unsafe-fixes = false
select = ["wrap-socket", "ssl-context"]
extend-select = ["tls-version"]
ignore = ["kept-weakness"]
exclude = ["vendor"]
extend-exclude = ["generated/*.py"]
include = ["*.py", "SConstruct"]
force-exclude = true
respect-gitignore = false

[per-file-ignores]
"tests/*" = ["wrap-socket"]

[[sinks]]
function = "acme.net.dial"
context = "tls"
position = 2
side = "client"

[[sinks]]
function = "acme.net.dial"
protocol = "version"
replacement = "ssl.PROTOCOL_TLS_CLIENT"

[[sinks]]
function = "acme.net.secure"
parameters = "wrap-socket"
"#;

#[test]
fn the_schema_lets_in_what_sslfix_understands_and_nothing_else() {
    let validator = jsonschema::validator_for(&schema()).expect("is a schema");
    let json = |text: &str| {
        let table: toml::Table = toml::from_str(text).expect("is TOML");
        serde_json::to_value(table).expect("is JSON")
    };
    let full = json(FULL);
    assert!(validator.is_valid(&full), "{:?}", validator.validate(&full));
    let schema = schema();
    let keys = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_object().expect("has keys").keys().cloned().collect()
    };
    assert_eq!(keys(&schema["properties"]), keys(&full));
    let is_understood = |text: &str| {
        let project = Playground::with(&[("sslfix.toml", text), ("base.toml", "")]);
        project.run(&["config"]).status == 0
    };
    assert!(is_understood(FULL));

    let readme = read("README.md");
    let (_, rest) = readme.split_once("```toml\n").expect("has an example");
    let (example, _) = rest.split_once("```").expect("ends");
    let example = json(example)["tool"]["sslfix"].clone();
    assert!(validator.is_valid(&example), "{:?}", validator.validate(&example));

    for wrong in [
        "polcy = \"harden\"",
        "policy = \"hard\"",
        "strict = \"yes\"",
        "select = [\"wrap-sockets\"]",
        "select = \"wrap-socket\"",
        "exclude = [1]",
        "per-file-ignores = [\"tests\"]",
        "target-version = \"three\"",
        "helper-module = \"os; import evil\"",
    ] {
        assert!(!validator.is_valid(&json(wrong)), "{wrong}");
        assert!(!is_understood(wrong), "{wrong}");
    }
}

// Codiga.

#[test]
fn the_configuration_of_a_retired_product_is_answered() {
    let said = |text: &str| {
        let project = Playground::with(&[("a.py", CLIENT), ("codiga.yml", text)]);
        project.run(&[])
    };
    let finished = said("rulesets:\n  - python-security\n");
    assert_eq!(
        finished
            .stderr()
            .matches("note: codiga.yml has the rules `python-security`")
            .count(),
        1,
        "{finished}"
    );
    assert!(finished.stderr().contains("select = [\"wrap-socket\""), "{finished}");
    assert_eq!(
        finished.stdout(),
        said("rulesets:\n  - python-best-practices\n").stdout()
    );
    assert!(
        !said("rulesets:\n  - python-best-practices\n")
            .stderr()
            .contains("note: ")
    );
    let proposed: toml::Table = {
        let stderr = finished.stderr();
        let (_, rest) = stderr.split_once("`select").expect("proposes a setting");
        toml::from_str(&format!("select{}", rest.split('`').next().unwrap_or_default())).expect("is TOML")
    };
    let text = toml::to_string(&proposed).expect("is TOML");
    let project = Playground::with(&[("a.py", CLIENT), ("sslfix.toml", &text)]);
    assert_eq!(project.run(&[]).status, 1);

    #[cfg(unix)]
    {
        let project = Playground::with(&[("a.py", CLIENT)]);
        project.pipe("codiga.yml");
        assert_eq!(project.run(&[]).status, 1);
    }
}
