//! Files, lines and trees of any size and depth: memory has a bound, and what is too large is said.

use crate::playground::{Finished, Playground};
use crate::{CLIENT, rewritten};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const MIB: usize = 1 << 20;

const TOO_LARGE: &str =
    ":1:1: error[parse] has more than 16 MiB, which sslfix does not parse; split the file, or look at it yourself\n";

/// What a run gives, and the most memory that it had, in MiB.
fn measured(project: &Playground, arguments: &[&str], meanwhile: impl FnOnce(&Child)) -> (Finished, u64) {
    let mut command = project.command(arguments);
    let run = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let run = run.expect("starts");
    meanwhile(&run);
    let mut most = 0;
    let (status, finished) = Finished::with_status(run, |run| {
        let status = fs::read_to_string(format!("/proc/{}/status", run.id())).unwrap_or_default();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        most = peak.and_then(|peak| peak.trim().parse().ok()).unwrap_or(most);
    });
    assert!(status.code().is_some(), "{status}");
    (finished, most / 1024)
}

/// Gives a file many names.
fn link_many(folder: &Path, file: &Path, files: usize) {
    fs::create_dir_all(folder).expect("makes the folder");
    for number in 0..files {
        fs::hard_link(file, folder.join(format!("f{number}.py"))).expect("links");
    }
}

#[test]
fn a_tree_of_one_gigabyte_takes_no_gigabyte_of_memory() {
    // It mentions ssl, and nothing that is old.
    let module = format!(
        "import ssl\n\n{}",
        "def f(a, b):\n    return {'a': a, 'b': [b, 1, 2]}\n".repeat(21_400)
    );
    assert!(module.len() > 1_000_000);
    let project = Playground::with(&[
        ("module", module.as_str()),
        ("tree/a.py", CLIENT),
        ("tree/z.py", CLIENT),
    ]);
    link_many(&project.path("tree/many"), &project.path("module"), 1000);
    let (finished, most) = measured(&project, &["--write", "-q", "tree"], |_| {});
    assert_eq!(finished.status, 0, "{finished}");
    for name in ["tree/a.py", "tree/z.py"] {
        assert_eq!(project.text(name), rewritten(CLIENT));
    }
    assert!(most < 300, "{most} MiB");
}

#[test]
fn a_file_of_one_gigabyte_is_reported() {
    let project = Playground::empty();
    let pipe = project.pipe("endless.py");
    let write = |_: &Child| {
        let mut pipe = OpenOptions::new().write(true).open(&pipe).expect("opens");
        let chunk = "x = 1  # a line of Python\n".repeat(MIB / 26);
        for _ in 0..1024 {
            pipe.write_all(chunk.as_bytes()).expect("writes");
        }
        // Only the end concerns us.
        pipe.write_all(CLIENT.as_bytes()).expect("writes");
    };
    let (finished, most) = measured(&project, &["endless.py"], write);
    assert_eq!(finished.status, 1, "{finished}");
    assert!(finished.stdout().ends_with(TOO_LARGE), "{finished}");
    assert!(most < 200, "{most} MiB");
}

#[test]
fn a_hole_of_many_gigabytes_takes_neither_time_nor_memory() {
    let project = Playground::with(&[("mentions.py", CLIENT), ("silent.py", "x = 1\n"), ("a.py", CLIENT)]);
    for name in ["mentions.py", "silent.py"] {
        let mut file = OpenOptions::new().write(true).open(project.path(name)).expect("opens");
        file.set_len(5 << 30).expect("makes a hole");
        file.seek(SeekFrom::End(0)).expect("seeks");
        file.write_all(CLIENT.as_bytes()).expect("writes");
    }
    let (finished, most) = measured(&project, &["--write"], |_| {});
    assert_eq!(finished.status, 1, "{finished}");
    assert!(
        finished.stderr().contains(&format!("mentions.py{TOO_LARGE}")),
        "{finished}"
    );
    assert!(!finished.stderr().contains("silent.py"), "{finished}");
    assert_eq!(project.text("a.py"), rewritten(CLIENT));
    assert!(most < 300, "{most} MiB");
}

#[test]
fn a_line_of_fifty_megabytes_is_reported_and_one_of_half_a_megabyte_rewritten() {
    let line = |bytes: usize| format!("import ssl; x = [{}]; s = ssl.wrap_socket(s)\n", "1,".repeat(bytes / 2));
    let project = Playground::empty();
    fs::write(project.path("long.py"), line(50 * MIB)).expect("writes");
    fs::write(project.path("short.py"), line(MIB / 2)).expect("writes");
    let (finished, most) = measured(&project, &["--write", "-q"], |_| {});
    assert_eq!(finished.status, 1, "{}", finished.stderr());
    assert_eq!(finished.stderr(), format!("long.py{TOO_LARGE}"));
    assert!(project.text("short.py").contains("PROTOCOL_TLS_CLIENT"));
    assert_eq!(
        fs::metadata(project.path("long.py")).expect("is there").len(),
        line(50 * MIB).len() as u64
    );
    assert!(most < 1000, "{most} MiB");
}

#[test]
fn three_hundred_thousand_files_are_looked_at() {
    const FILES: usize = 300_000;
    // A disk takes its time.
    let in_memory = Path::new("/dev/shm");
    let folder = match File::open(in_memory).is_ok() {
        true => tempfile::tempdir_in(in_memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder");
    for group in 0..FILES / 1000 {
        let original = folder.path().join(format!("{group}"));
        // One in a hundred has a finding.
        let content = if group % 100 == 0 { CLIENT } else { "import ssl\n" };
        fs::write(&original, content).expect("writes");
        link_many(&folder.path().join(format!("d{group}")), &original, 1000);
    }
    let project = Playground::empty();
    let path = folder.path().to_str().expect("is text");
    let (finished, most) = measured(&project, &[path], |_| {});
    assert_eq!(finished.status, 1, "{}", finished.stderr());
    // The first names have no extension, and what is behind them is no script.
    let expected = format!("scanned {FILES} files, {FILES} mention ssl\nwould rewrite 3000 places in 3000 files: ");
    assert!(finished.stderr().contains(&expected), "{}", finished.stderr());
    assert!(most < 500, "{most} MiB");
}

#[test]
fn nesting_without_end_is_one_line_and_the_rest_goes_on() {
    const LEVELS: usize = 100_000;
    let deep = |before: &str, middle: &str, after: &str| {
        format!(
            "{CLIENT}x = {}{middle}{}\n",
            before.repeat(LEVELS),
            after.repeat(LEVELS)
        )
    };
    let indented: String = (0..2000).map(|level| format!("{}if x:\n", " ".repeat(level))).collect();
    let too_deep = [
        deep("(", "1", ")"),
        deep("[", "1", "]"),
        deep("{1: ", "1", "}"),
        deep("f(", "1", ")"),
        deep("-", "1", ""),
        deep("not ", "1", ""),
        deep("lambda: ", "1", ""),
        deep("", "a", ".b"),
        deep("", "a", "[0]"),
        deep("", "a", "()"),
        deep("", "1", "+1"),
        deep("", "1", " if a else 1"),
        deep("f'{", "1", "}'"),
        deep("(a:=", "1", ")"),
        deep("[*", "a", "]"),
    ];
    let flat = [
        format!("{CLIENT}if a: pass\n{}", "elif a: pass\n".repeat(LEVELS)),
        format!("{CLIENT}{}def f(): pass\n", "@a\n".repeat(LEVELS)),
        format!("{CLIENT}x = ({})\n", "'a' ".repeat(LEVELS)),
        format!("{CLIENT}x = a{}\n", " and a".repeat(LEVELS)),
        format!("{CLIENT}{}", "def f(): pass\n".repeat(LEVELS)),
    ];
    let project = Playground::with(&[
        ("z.py", CLIENT),
        ("indented.py", &format!("{CLIENT}{indented}{}pass\n", " ".repeat(2000))),
    ]);
    for (index, text) in too_deep.iter().enumerate() {
        fs::write(project.path(&format!("deep{index}.py")), text).expect("writes");
    }
    for (index, text) in flat.iter().enumerate() {
        fs::write(project.path(&format!("flat{index}.py")), text).expect("writes");
    }
    let finished = project.run(&["--write", "-q"]);
    assert_eq!(finished.status, 1, "{finished}");
    let stderr = finished.stderr();
    for (index, text) in too_deep.iter().enumerate() {
        let name = format!("deep{index}.py");
        let lines: Vec<&str> = stderr
            .lines()
            .filter(|line| line.starts_with(&format!("{name}:")))
            .collect();
        let expected = format!("{name}:1:1: error[parse] nested deeper than 10000 levels, which no Python compiles");
        assert_eq!(lines, [expected.as_str()]);
        assert_eq!(&project.text(&name), text);
    }
    assert_eq!(stderr.lines().count(), too_deep.len(), "{stderr}");
    for index in 0..flat.len() {
        assert!(project.text(&format!("flat{index}.py")).starts_with(&rewritten(CLIENT)));
    }
    for name in ["z.py", "indented.py"] {
        assert!(project.text(name).starts_with(&rewritten(CLIENT)), "{name}");
    }
}

#[test]
fn a_file_of_comments_alone_has_nothing_to_rewrite() {
    let comments = "# import ssl; ssl.wrap_socket(sock)\n".repeat(1000);
    for text in [
        comments.as_str(),
        comments.trim_end(),
        "\u{feff}# ssl.wrap_socket",
        "",
        "\n",
        "\u{c}",
    ] {
        let project = Playground::with(&[("a.py", text)]);
        let finished = project.run(&["--write"]);
        assert_eq!((finished.status, finished.stdout().as_str()), (0, ""), "{finished}");
        assert_eq!(project.text("a.py"), text);
    }
}

#[test]
fn folders_deeper_than_a_path_can_be_long_are_a_line() {
    let project = Playground::with(&[("a.py", CLIENT), ("z/b.py", CLIENT)]);
    // Twice what the system takes for a path.
    let script = "p=$(printf 'd/%.0s' {1..1900}); mkdir -p $p; cd $p; mkdir -p $p";
    let made = Command::new("bash")
        .args(["-ec", script])
        .current_dir(project.path("."))
        .status();
    assert!(made.expect("runs").success());
    let (finished, most) = measured(&project, &["--write", "-q"], |_| {});
    assert_eq!(finished.status, 2, "{finished}");
    let stderr = finished.stderr();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("error: d/d/d/") && stderr.ends_with(": cannot be read: file name too long\n"));
    for name in ["a.py", "z/b.py"] {
        assert_eq!(project.text(name), rewritten(CLIENT));
    }
    assert!(most < 300, "{most} MiB");
}

/// Each is bound to the others, or to itself: whoever followed every way would never come back.
#[test]
fn names_that_are_bound_again_and_again_are_followed_to_an_end() {
    let to_itself = "    node = node.next\n".repeat(200);
    let to_others: String = (0..2000)
        .map(|line| format!("    node{} = node{}.next\n", line % 50, (7 * line + 3) % 50))
        .collect();
    let function =
        |lines: &str| format!("import ssl\n\n\ndef connect(node):\n{lines}    return ssl.wrap_socket(node)\n");
    let project = Playground::with(&[
        ("itself.py", &function(&to_itself)),
        ("others.py", &function(&to_others)),
    ]);
    let finished = project.run(&["--write", "-q"]);
    assert_eq!((finished.stderr(), finished.status), (String::new(), 0));
    for name in ["itself.py", "others.py"] {
        assert!(project.text(name).ends_with("    return context.wrap_socket(node)\n"));
    }
}
