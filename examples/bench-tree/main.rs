//! What whole runs cost, beside programs that do less:
//! `cargo run --release --example bench-tree -- [--rounds N] [CASE...]`.
//!
//! It runs the sslfix that stands beside it, so build that first with `cargo build --release`. Times depend on the machine
//! and on what else it does, so the programs run in turn on the same tree, and what counts is the median of the ratios of
//! each turn. `rg` and `ruff` are taken from `PATH`, or from `BENCH_RG` and `BENCH_RUFF`; what is not there has no column.
//!
//! The trees are made of the files of the corpus (`tests/corpus/fetch`) and of the standard libraries of the Pythons that
//! pyenv has, by hard links, which are on the disk once.

mod measure;
mod trees;

use measure::{Measured, measure};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trees::Trees;

const ROUNDS: usize = 7;

/// A run of sslfix, and what is asked about it.
struct Case {
    name: &'static str,
    tree: fn(&Trees) -> PathBuf,
    arguments: &'static [&'static str],
    /// What is given to the standard input.
    input: Option<fn(&Trees) -> PathBuf>,
    /// Made anew for each run, since that changes it.
    is_spent: bool,
    rounds: usize,
}

const CASE: Case = Case {
    name: "",
    tree: |trees| trees.whole(1),
    arguments: &["--quiet"],
    input: None,
    is_spent: false,
    rounds: ROUNDS,
};

const CASES: &[Case] = &[
    Case {
        name: "tree-1x",
        ..CASE
    },
    Case {
        name: "tree-2x",
        tree: |trees| trees.whole(2),
        ..CASE
    },
    Case {
        name: "tree-4x",
        tree: |trees| trees.whole(4),
        ..CASE
    },
    Case {
        name: "popular",
        tree: |_| Trees::popular(),
        ..CASE
    },
    Case {
        name: "modern",
        tree: |_| Trees::modern(),
        ..CASE
    },
    Case {
        name: "heavy-check",
        tree: |trees| trees.heavy(1),
        ..CASE
    },
    Case {
        name: "heavy-diff",
        tree: |trees| trees.heavy(1),
        arguments: &["--quiet", "--dry-run"],
        ..CASE
    },
    Case {
        name: "heavy-write",
        tree: |trees| trees.heavy(1),
        arguments: &["--quiet", "--write"],
        is_spent: true,
        ..CASE
    },
    Case {
        name: "heavy-jsonl",
        tree: |trees| trees.heavy(1),
        arguments: &["--quiet", "--output-format", "jsonl"],
        ..CASE
    },
    Case {
        name: "heavy-4x-diff",
        tree: |trees| trees.heavy(4),
        arguments: &["--quiet", "--dry-run"],
        rounds: 3,
        ..CASE
    },
    Case {
        name: "small",
        tree: Trees::small,
        arguments: &["--dry-run"],
        rounds: 41,
        ..CASE
    },
    Case {
        name: "stdin",
        tree: |_| PathBuf::from("-"),
        arguments: &["--dry-run"],
        input: Some(Trees::small),
        rounds: 41,
        ..CASE
    },
    Case {
        name: "dense-100",
        tree: |trees| trees.dense(100),
        arguments: &["--dry-run"],
        ..CASE
    },
    Case {
        name: "dense-1600",
        tree: |trees| trees.dense(1600),
        arguments: &["--dry-run"],
        ..CASE
    },
    Case {
        name: "hostile",
        tree: Trees::hostile,
        ..CASE
    },
];

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("--measure", command)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return measure::in_this_process(command);
    }
    let rounds = match arguments.iter().position(|argument| argument == "--rounds") {
        None => None,
        Some(at) => match arguments.get(at + 1).and_then(|rounds| rounds.parse::<usize>().ok()) {
            Some(rounds) if rounds > 0 => {
                arguments.drain(at..at + 2);
                Some(rounds)
            }
            _ => {
                eprintln!("error: `--rounds` takes how often each program runs, such as 3");
                return ExitCode::FAILURE;
            }
        },
    };
    let wanted = |case: &&Case| arguments.is_empty() || arguments.iter().any(|name| name == case.name);
    let cases: Vec<&Case> = CASES.iter().filter(wanted).collect();
    if cases.is_empty() {
        let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
        eprintln!("error: there is no such case; there are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let Some(sslfix) = program_beside_this_one() else {
        eprintln!("error: no sslfix beside this example; run `cargo build --release` first");
        return ExitCode::FAILURE;
    };
    let trees = match Trees::new(&sslfix) {
        Ok(trees) => trees,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    let others = Others::found();
    println!("Medians; a ratio is that of sslfix to the other program in the same turn.\n");
    println!("| case | threads | wall | CPU | peak | wall to rg | CPU to rg | wall to ruff | CPU to ruff |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for case in cases {
        // Two, and what a user gets who says nothing.
        for threads in ["2", ""] {
            println!(
                "{}",
                row(case, rounds.unwrap_or(case.rounds), threads, &sslfix, &others, &trees)
            );
        }
    }
    ExitCode::SUCCESS
}

/// The programs that sslfix is compared with.
struct Others {
    rg: Option<PathBuf>,
    ruff: Option<PathBuf>,
}

impl Others {
    fn found() -> Others {
        let find = |variable: &str, name: &str| match std::env::var_os(variable) {
            Some(path) => Some(PathBuf::from(path)),
            None => {
                let folders = std::env::var_os("PATH")?;
                let mut files = std::env::split_paths(&folders).map(|folder| folder.join(name));
                files.find(|file| file.is_file())
            }
        };
        Others {
            rg: find("BENCH_RG", "rg"),
            ruff: find("BENCH_RUFF", "ruff"),
        }
    }
}

fn row(case: &Case, rounds: usize, threads: &str, sslfix: &Path, others: &Others, trees: &Trees) -> String {
    let tree = (case.tree)(trees);
    let input = case.input.map(|input| input(trees));
    // Both read a file where sslfix reads the standard input.
    let searched = input.as_ref().unwrap_or(&tree);
    let mut turns: Vec<[Option<Measured>; 3]> = Vec::new();
    for _ in 0..rounds {
        let fresh = case.is_spent.then(|| trees.copy(&tree));
        let tree = fresh.as_ref().map_or(tree.as_path(), |copy| copy.path());
        let mut of_sslfix = vec![sslfix.as_os_str().to_owned(), "--isolated".into()];
        of_sslfix.extend(case.arguments.iter().map(Into::into));
        if !threads.is_empty() {
            of_sslfix.extend(["--jobs".into(), threads.into()]);
        }
        of_sslfix.push(tree.into());
        let of_rg = others.rg.as_ref().map(|rg| {
            let mut command = vec![rg.as_os_str().to_owned()];
            command.extend(["--no-config", "-l", "-g", "*.py", "ssl"].map(Into::into));
            if !threads.is_empty() {
                command.extend(["-j".into(), threads.into()]);
            }
            command.push(searched.into());
            command
        });
        let of_ruff = others.ruff.as_ref().map(|ruff| {
            let mut command = vec![ruff.as_os_str().to_owned()];
            let fixed = [
                "check",
                "--isolated",
                "--no-cache",
                "--quiet",
                "--select",
                "S502,S503,S504",
            ];
            command.extend(fixed.map(Into::into));
            command.push(searched.into());
            command
        });
        turns.push([
            measure(&of_sslfix, input.as_deref(), threads),
            of_rg.and_then(|command| measure(&command, None, threads)),
            of_ruff.and_then(|command| measure(&command, None, threads)),
        ]);
    }
    let ours = |value: fn(&Measured) -> f64| median(turns.iter().flat_map(|turn| turn[0].as_ref().map(value)));
    let ratio = |other: usize, value: fn(&Measured) -> f64| {
        let ratios = turns
            .iter()
            .filter_map(|turn| Some(value(turn[0].as_ref()?) / value(turn[other].as_ref()?)));
        median(ratios).map_or("-".into(), |ratio| format!("{ratio:.2}"))
    };
    let wall = |one: &Measured| one.wall;
    let cpu = |one: &Measured| one.cpu;
    format!(
        "| {} | {} | {:.4} s | {:.4} s | {:.0} MB | {} | {} | {} | {} |",
        case.name,
        if threads.is_empty() { "default" } else { threads },
        ours(wall).unwrap_or_default(),
        ours(cpu).unwrap_or_default(),
        ours(|one| one.peak_megabytes).unwrap_or_default(),
        ratio(1, wall),
        ratio(1, cpu),
        ratio(2, wall),
        ratio(2, cpu),
    )
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn program_beside_this_one() -> Option<PathBuf> {
    let examples = std::env::current_exe().ok()?;
    let sslfix = examples.parent()?.parent()?.join("sslfix");
    sslfix.is_file().then_some(sslfix)
}
