//! Programs do after the rewrite what they did before it, on real Pythons and with real TLS.
//!
//! Each program of `tests/runtime/programs` is run as it is on a Python that still has `ssl.wrap_socket`: observation A.
//! Then the real sslfix rewrites a copy, which is run on the same Python, B, and on Python 3.12 or newer, C. What can be
//! seen from outside must be the same three times, but for the version of the protocol: what it prints, its exit
//! status, its exceptions, and what its peers saw. `tests/runtime/program.rs` says how a program asks for something
//! else.
//!
//! SSLFIX_TEST_PYTHONS names Pythons besides those that are found, as a list like PATH. What cannot run for want of one
//! is said, and is a failure if SSLFIX_REQUIRE_PYTHONS=1 is set, as it is in continuous integration.
//! SSLFIX_RUNTIME_TOPIC=smtp runs the programs whose topic contains that.

#[path = "runtime/certificates.rs"]
mod certificates;
#[path = "runtime/observation.rs"]
mod observation;
#[path = "runtime/program.rs"]
mod program;
#[path = "corpus/pythons.rs"]
mod pythons;

use observation::{Observation, Run};
use program::{Fate, Program};
use pythons::Python;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The first Python without `ssl.wrap_socket`.
const REMOVED: (u32, u32) = (3, 12);

/// Where everything goes that a run needs.
struct Ground<'a> {
    folder: &'a Path,
    before: Vec<Python>,
    after: Vec<Python>,
}

#[test]
fn programs_do_what_they_did() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["certificates", "support"] {
        fs::create_dir(folder.path().join(name)).expect("makes the folder");
    }
    certificates::write(&folder.path().join("certificates"));
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/peers.py");
    fs::copy(peers, folder.path().join("support/peers.py")).expect("copies");

    let pythons = pythons::found().into_iter().filter(has_ssl);
    let (before, after) = pythons.partition(|python| python.version < REMOVED);
    let ground = Ground {
        folder: folder.path(),
        before,
        after,
    };
    let programs = program::all();
    let (failures, missing) = run_all(&ground, &programs);

    if !missing.is_empty() {
        let complaint = format!(
            "{} of {} programs did not run as they should: {}\n",
            missing.len(),
            programs.len(),
            missing.join("; ")
        );
        assert!(!is_required(), "{complaint}");
        let _ = std::io::stderr().write_all(complaint.as_bytes());
    }
    assert!(
        failures.is_empty(),
        "{} of {} programs:\n\n{}",
        failures.len(),
        programs.len(),
        failures.join("\n")
    );
}

/// Two to four at a time: they wait for each other's answers more than they work.
fn run_all(ground: &Ground, programs: &[Program]) -> (Vec<String>, Vec<String>) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let missing = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, |cores| (cores.get() + 1).clamp(2, 4));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match check(ground, program) {
                        Ok(None) => {}
                        Ok(Some(why)) => missing.lock().unwrap().push(format!("{} ({why})", program.topic)),
                        Err(failure) => failures
                            .lock()
                            .unwrap()
                            .push(format!("=== {}: {failure}", program.topic)),
                    }
                }
            });
        }
    });
    let [mut failures, mut missing] = [failures, missing].map(|list| list.into_inner().unwrap());
    failures.sort();
    missing.sort();
    (failures, missing)
}

/// Runs a program on all Pythons that it needs. What is missing for that is no failure.
fn check(ground: &Ground, program: &Program) -> Result<Option<String>, String> {
    let folder = ground.folder.join("programs").join(&program.topic);
    let [before, after] = ["before", "after"].map(|name| folder.join(name).join(format!("{}.py", program.topic)));
    for path in [&before, &after] {
        fs::create_dir_all(path.parent().expect("has one")).expect("makes the folder");
        fs::write(path, &program.text).expect("writes");
    }
    rewrite(program, &after)?;

    let run = |python: &Python, path, warnings| {
        let run = Run {
            python: &python.program,
            program: path,
            certificates: &ground.folder.join("certificates"),
            support: &ground.folder.join("support"),
            warnings,
            scratch: &folder,
        };
        let observation = run.observe();
        match observation.status {
            Some(_) => Ok(observation),
            None => Err(format!("hangs on {}\n{observation}", version(python))),
        }
    };
    let stays = matches!(program.fate, Fate::LeftAlone | Fate::LeftForAPerson);
    let strictly = if program.leaves || stays {
        "ignore"
    } else {
        "error::DeprecationWarning"
    };

    let mut last = None;
    let mut rewritten = None;
    for python in ends(&ground.before, program.needs) {
        let a = run(python, &before, "ignore")?;
        if a.fails() != program.fails {
            return Err(format!(
                "on {} it ends so, and its comments do not say so\n{a}",
                version(python)
            ));
        }
        if !stays {
            let b = run(python, &after, strictly)?;
            compare(program, python, &a, python, &b, Observation::on_one_python)?;
            rewritten = Some(b);
        }
        last = Some((python, a));
    }
    let Some((newest, a)) = last else {
        return Ok(Some("there is no Python before 3.12 that fits".into()));
    };
    if program.fate == Fate::LeftForAPerson {
        return Ok(None);
    }
    let pythons: Vec<&Python> = ends(&ground.after, program.needs).collect();
    for python in &pythons {
        let c = run(python, &after, strictly)?;
        if !program.differs_from_3_12 {
            compare(program, newest, &a, python, &c, Observation::on_any_python)?;
        }
        if let Some(b) = &rewritten
            && !program.differs_from_3_12
            && b.on_any_python() != c.on_any_python()
        {
            return Err(format!("afterwards it differs on {}\n{b}--- and\n{c}", version(python)));
        }
    }
    Ok(pythons.is_empty().then(|| "there is no Python from 3.12 on".into()))
}

/// Lets sslfix rewrite the copy, and checks that what becomes of it is what its comments say.
fn rewrite(program: &Program, path: &Path) -> Result<(), String> {
    let (mut status, mut messages) = sslfix(program, path, &["--write"]);
    if program.fate == Fate::RewrittenUnsafely {
        let safely = fs::read_to_string(path).expect("reads");
        let is_held_back = status == Some(1);
        (status, messages) = sslfix(program, path, &["--write", "--unsafe-fixes"]);
        if !is_held_back || fs::read_to_string(path).expect("reads") == safely {
            return Err(format!("nothing in it needs --unsafe-fixes\n{messages}"));
        }
    }
    let is_changed = fs::read_to_string(path).expect("reads") != program.text;
    let (must_change, must_find) = match program.fate {
        Fate::Rewritten | Fate::RewrittenUnsafely => (true, program.leaves),
        Fate::LeftAlone => (false, false),
        Fate::LeftForAPerson => (false, true),
    };
    if is_changed != must_change {
        let what = if is_changed { "changed" } else { "not changed" };
        return Err(format!("it is {what}\n{messages}"));
    }
    if status != Some(must_find.into()) {
        return Err(format!("sslfix ends with {status:?}\n{messages}"));
    }
    Ok(())
}

fn sslfix(program: &Program, path: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sslfix"))
        .args(arguments)
        .args(&program.options)
        .arg(path)
        .output()
        .expect("sslfix starts");
    let messages = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&messages).into_owned())
}

/// Compares what was seen before with what was seen after the rewrite.
fn compare(
    program: &Program,
    old: &Python,
    before: &Observation,
    new: &Python,
    after: &Observation,
    what_counts: fn(&Observation) -> Observation,
) -> Result<(), String> {
    let sides = format!(
        "before, on {}:\n{before}after, on {}:\n{after}",
        version(old),
        version(new)
    );
    let (one, other) = (what_counts(before), what_counts(after));
    if after.has_old_version() {
        return Err(format!("it still speaks an old version\n{sides}"));
    }
    if !program.differs {
        return if one == other {
            Ok(())
        } else {
            Err(format!("it does something else\n{sides}"))
        };
    }
    if one == other {
        return Err(format!("it does what it did, and is said to differ\n{sides}"));
    }
    let prints_else = one.stdout != other.stdout || !program.afterwards.is_empty();
    if prints_else && !after.stdout.lines().eq(program.afterwards.iter()) {
        return Err(format!("it prints something else than its comments say\n{sides}"));
    }
    Ok(())
}

/// The oldest and the newest of some Pythons that can run a program.
fn ends(pythons: &[Python], needs: (u32, u32)) -> impl Iterator<Item = &Python> {
    let fitting: Vec<&Python> = pythons.iter().filter(|python| python.version >= needs).collect();
    let first = fitting.first().copied();
    let last = fitting.last().copied().filter(|_| fitting.len() > 1);
    first.into_iter().chain(last)
}

/// A Python that is built without it runs none of the programs.
fn has_ssl(python: &Python) -> bool {
    let asked = Command::new(&python.program).args(["-c", "import ssl"]).output();
    asked.is_ok_and(|output| output.status.success())
}

fn version(python: &Python) -> String {
    format!("Python {}.{}", python.version.0, python.version.1)
}

fn is_required() -> bool {
    std::env::var_os("SSLFIX_REQUIRE_PYTHONS").is_some_and(|value| value == "1")
}
