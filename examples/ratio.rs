//! How long sslfix takes, as ratios to what does less: `cargo run --release --example ratio -- [TREE]`.
//!
//! Without a tree it makes one of 20,000 files, few of which have findings. It runs the program that stands beside it,
//! so build that first with `cargo build --release`. Absolute times depend on the machine and on what else it does;
//! the runs alternate, so that all suffer alike, and the fastest of each counts.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

const ROUNDS: usize = 15;

fn main() -> ExitCode {
    let Some(sslfix) = program_beside_this_one() else {
        eprintln!("error: no sslfix beside this example; run `cargo build --release` first");
        return ExitCode::FAILURE;
    };
    let made = tempfile::tempdir().expect("a temporary folder");
    let tree = match std::env::args_os().nth(1) {
        Some(tree) => PathBuf::from(tree),
        None => {
            make_tree(made.path()).expect("a temporary folder takes files");
            made.path().to_path_buf()
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let small = made.path().join("small.py");
    fs::write(&small, SMALL).expect("a temporary folder takes files");

    let scan = || run(Command::new(&sslfix).args(["--quiet", "--jobs", &threads]).arg(&tree));
    let search = || search(&tree, &threads);
    let small_file = || run(Command::new(&sslfix).arg("--dry-run").arg(&small));
    let nothing = || run(Command::new(&sslfix).arg("--version"));
    let mut fastest = [Duration::MAX; 4];
    for _ in 0..ROUNDS {
        let times = [scan(), search(), small_file(), nothing()];
        for (fastest, time) in fastest.iter_mut().zip(times) {
            *fastest = (*fastest).min(time);
        }
    }
    let [scan, search, small_file, nothing] = fastest;
    let searcher = if has_ripgrep() {
        "rg -l ssl"
    } else {
        "own walk and search (there is no rg)"
    };
    println!("tree: {}, {threads} threads, fastest of {ROUNDS}", tree.display());
    println!(
        "sslfix / {searcher}: {:.2} ({scan:.1?} / {search:.1?})",
        ratio(scan, search)
    );
    println!("one small file, with its diff: {small_file:.1?}; starting the program: {nothing:.1?}");
    ExitCode::SUCCESS
}

const SMALL: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";

fn program_beside_this_one() -> Option<PathBuf> {
    let examples = std::env::current_exe().ok()?;
    let program = examples
        .parent()?
        .parent()?
        .join(format!("sslfix{}", std::env::consts::EXE_SUFFIX));
    program.is_file().then_some(program)
}

/// 20,000 files of some kilobytes in 400 folders: one in twenty mentions ssl, one in four hundred has a finding.
fn make_tree(root: &Path) -> io::Result<()> {
    let line = "    result = self.transform(value, key=lambda item: (item.name, item.size))\n";
    for folder in 0..400 {
        let path = root.join(format!("package{}/module{folder}", folder % 20));
        fs::create_dir_all(&path)?;
        for file in 0..50 {
            let number = folder * 50 + file;
            let mut text = format!("import os\n\n\ndef function{number}(self, value):\n");
            text.push_str(&line.repeat(20 + number % 300));
            if number % 20 == 0 {
                text.push_str("\n\nimport ssl\n\nprint(ssl.OPENSSL_VERSION)\n");
            }
            if number % 400 == 0 {
                text.push_str("\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n");
            }
            fs::write(path.join(format!("file{file}.py")), text)?;
        }
    }
    Ok(())
}

fn has_ripgrep() -> bool {
    let version = Command::new("rg").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn search(tree: &Path, threads: &str) -> Duration {
    if has_ripgrep() {
        return run(Command::new("rg")
            .args(["--files-with-matches", "--glob", "*.py", "--threads", threads, "ssl"])
            .arg(tree));
    }
    let start = Instant::now();
    let builder = ignore::WalkBuilder::new(tree)
        .threads(threads.parse().unwrap_or(1))
        .build_parallel();
    builder.run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && let Ok(bytes) = fs::read(entry.path())
            {
                std::hint::black_box(memchr::memmem::find(&bytes, b"ssl"));
            }
            ignore::WalkState::Continue
        })
    });
    start.elapsed()
}

fn run(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.expect("the program starts");
    start.elapsed()
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
