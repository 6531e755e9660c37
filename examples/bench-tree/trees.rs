//! The trees that runs are measured on. They are made in a temporary folder, of hard links where that is possible.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const HEAVY_FILES: usize = 5000;

/// Where the trees are.
pub struct Trees {
    folder: TempDir,
    sources: Vec<PathBuf>,
    /// Files that are rewritten.
    rewritten: OnceCell<Vec<PathBuf>>,
    sslfix: PathBuf,
}

impl Trees {
    /// Finds what the trees are made of.
    pub fn new(sslfix: &Path) -> Result<Trees, String> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/files");
        if ![corpus.as_path(), &Trees::modern(), &Trees::popular()]
            .iter()
            .all(|folder| folder.is_dir())
        {
            return Err(
                "there is no corpus; `tests/corpus/fetch`, with `--modern` and with `--popular`, gets it".into(),
            );
        }
        let mut sources = vec![corpus];
        let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
        let pyenv = pyenv.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
        let versions = pyenv.and_then(|pyenv| fs::read_dir(pyenv.join("versions")).ok());
        sources.extend(
            versions
                .into_iter()
                .flatten()
                .flatten()
                .map(|version| version.path().join("lib")),
        );
        sources.retain(|source| source.is_dir());
        // Beside the sources, for hard links work only on one disk.
        let target = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/target"));
        let folder = fs::create_dir_all(target)
            .and_then(|()| tempfile::Builder::new().prefix("bench-").tempdir_in(target))
            .map_err(|error| format!("{}: {error}", target.display()))?;
        Ok(Trees {
            folder,
            sources,
            rewritten: OnceCell::new(),
            sslfix: sslfix.to_path_buf(),
        })
    }

    /// All sources, so many times.
    pub fn whole(&self, times: usize) -> PathBuf {
        self.made(&format!("whole-{times}"), |tree| {
            for time in 0..times {
                for (index, source) in self.sources.iter().enumerate() {
                    link_python(source, &tree.join(format!("{time}/{index}")))?;
                }
            }
            Ok(())
        })
    }

    /// Releases of today, which have hardly anything to rewrite.
    pub fn modern() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/modern")
    }

    /// Releases that many programs use, with as little for us as most trees have.
    pub fn popular() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/popular")
    }

    /// Only files that are rewritten, so many times 5,000.
    pub fn heavy(&self, times: usize) -> PathBuf {
        self.made(&format!("heavy-{times}"), |tree| {
            let files = self.rewritten.get_or_init(|| self.rewritten_files());
            for (index, file) in files.iter().cycle().take(times * HEAVY_FILES).enumerate() {
                let folder = tree.join(format!("{:03}", index / 100));
                fs::create_dir_all(&folder)?;
                link(file, &folder.join(format!("{index:05}.py")))?;
            }
            Ok(())
        })
    }

    /// One small file.
    pub fn small(&self) -> PathBuf {
        self.made_file("small.py", || {
            "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n".to_string()
        })
    }

    /// One file with so many edits.
    pub fn dense(&self, functions: usize) -> PathBuf {
        self.made_file(&format!("dense-{functions}.py"), || {
            let mut text = "import socket\nimport ssl\n".to_string();
            for number in 0..functions {
                let _ = write!(
                    text,
                    "\n\ndef connect_{number}(host, port):\n    plain = socket.create_connection((host, port))\n    \
                     return ssl.wrap_socket(plain, ca_certs='ca.pem', cert_reqs=ssl.CERT_REQUIRED)\n"
                );
            }
            text
        })
    }

    /// What strangers may give us: a long line, deep nesting, a name that is bound a thousand times.
    pub fn hostile(&self) -> PathBuf {
        self.made("hostile", |tree| {
            fs::create_dir_all(tree)?;
            let call = "import ssl\nssl.wrap_socket(sock)\n";
            fs::write(tree.join("line.py"), format!("{call}x = [{}]\n", "0, ".repeat(300_000)))?;
            fs::write(
                tree.join("nested.py"),
                format!("{call}x = {}0{}\n", "(".repeat(190), ")".repeat(190)),
            )?;
            fs::write(tree.join("sum.py"), format!("{call}x = 0{}\n", " + 1".repeat(20_000)))?;
            fs::write(
                tree.join("bound.py"),
                format!("{call}{}", "ssl = x = ssl\n".repeat(1_000)),
            )
        })
    }

    /// A tree again, for a run that changes it.
    pub fn copy(&self, tree: &Path) -> TempDir {
        let copy = tempfile::tempdir_in(self.folder.path()).expect("a temporary folder");
        link_python(tree, copy.path()).expect("links");
        copy
    }

    fn made(&self, name: &str, make: impl FnOnce(&Path) -> io::Result<()>) -> PathBuf {
        let tree = self.folder.path().join(name);
        if !tree.exists() {
            make(&tree).expect("a tree can be made");
        }
        tree
    }

    fn made_file(&self, name: &str, text: impl FnOnce() -> String) -> PathBuf {
        self.made(name, |file| fs::write(file, text()))
    }

    fn rewritten_files(&self) -> Vec<PathBuf> {
        let output = Command::new(&self.sslfix)
            .args(["--isolated", "--output-format", "jsonl"])
            .args(&self.sources)
            .output()
            .expect("sslfix can be run");
        let text = String::from_utf8_lossy(&output.stdout);
        let records = text
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let rewritten = records.filter(|record| {
            record["file"]["edits"]
                .as_array()
                .is_some_and(|edits| !edits.is_empty())
        });
        let paths = rewritten.filter_map(|record| record["path"].as_str().map(PathBuf::from));
        paths.collect()
    }
}

/// The Python files of a folder, at the same places in another one.
fn link_python(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, path, target) = (entry.file_type()?, entry.path(), to.join(entry.file_name()));
        if kind.is_dir() {
            link_python(&path, &target)?;
        } else if kind.is_file() && path.extension() == Some(OsStr::new("py")) {
            link(&path, &target)?;
        }
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}
