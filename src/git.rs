//! Which files and lines of a repository have changed, by asking git. This is the one place where sslfix runs a program,
//! and only `--since` and `--staged` lead here.
//!
//! The repository may be somebody else's, and its configuration names programs: drivers of diffs and filters, hooks, a
//! monitor of the file system, transports. None of them is run.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of the work tree that have changed, by their real paths.
#[derive(Debug)]
pub struct Changes {
    git: Git,
    /// Against what: the commit, or nothing for the index against the last commit.
    base: Option<String>,
    files: HashMap<PathBuf, Changed>,
    /// Those of which a part is staged and a part is not.
    partly_staged: HashSet<PathBuf>,
}

#[derive(Debug)]
enum Changed {
    /// As a whole.
    All,
    /// In some lines. The names that it has in the repository, before and now, which mostly are one.
    Some(Vec<Vec<u8>>),
}

/// Lines, counted from 1, from the first to the last.
pub type Lines = (usize, usize);

/// How git is called.
#[derive(Debug)]
struct Git {
    /// What goes before the configuration of the repository.
    overrides: Vec<(String, String)>,
}

impl Changes {
    /// What has changed since the work left the line of `revision`: since their merge base. Files that git does not know
    /// and does not ignore are new.
    ///
    /// # Errors
    ///
    /// What git says, in one line.
    pub fn since(revision: &str) -> io::Result<Changes> {
        let git = Git::new()?;
        let commit = git.commit(revision)?;
        let base = git
            .line(&["merge-base", &commit, "HEAD"])
            .map_err(|error| io::Error::other(format!("`{revision}` has no commit in common with HEAD ({error})")))?;
        let top = git.top()?;
        let mut files = changed(
            &git.diff(&["--name-status", "-z", "--diff-filter=d", &base, "--"])?,
            &top,
        );
        let untracked = [
            "ls-files",
            "--others",
            "--exclude-standard",
            "--full-name",
            "-z",
            "--",
            ":/",
        ];
        for name in git
            .output(&untracked)?
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
        {
            files.insert(top.join(path_of(name)), Changed::All);
        }
        Ok(Changes {
            git,
            base: Some(base),
            files,
            partly_staged: HashSet::new(),
        })
    }

    /// What is staged for the next commit.
    ///
    /// # Errors
    ///
    /// What git says, in one line.
    pub fn staged() -> io::Result<Changes> {
        let git = Git::new()?;
        let top = git.top()?;
        let files = changed(
            &git.diff(&["--cached", "--name-status", "-z", "--diff-filter=d", "--"])?,
            &top,
        );
        let unstaged = changed(&git.diff(&["--name-status", "-z", "--"])?, &top);
        let partly_staged = unstaged.into_keys().filter(|path| files.contains_key(path)).collect();
        Ok(Changes {
            git,
            base: None,
            files,
            partly_staged,
        })
    }

    /// True if the file has changed.
    pub fn has(&self, real_path: &Path) -> bool {
        self.files.contains_key(real_path)
    }

    /// True if the file holds changes that are staged and others that are not.
    pub fn is_partly_staged(&self, real_path: &Path) -> bool {
        self.partly_staged.contains(real_path)
    }

    /// The lines of the file, as it is in the work tree, that have changed; `None` for all of them.
    ///
    /// # Errors
    ///
    /// What git says, in one line.
    pub fn lines(&self, real_path: &Path) -> io::Result<Option<Vec<Lines>>> {
        let names = match self.files.get(real_path) {
            None => return Ok(Some(Vec::new())),
            Some(Changed::All) => return Ok(None),
            Some(Changed::Some(names)) => names,
        };
        let hunks = |against: &str, names: &[Vec<u8>]| {
            let mut arguments: Vec<OsString> = ["--unified=0", "--text", "--no-color"].map(OsString::from).into();
            if !against.is_empty() {
                arguments.push(against.into());
            }
            arguments.push("--".into());
            arguments.extend(names.iter().map(|name| pathspec(name)));
            self.git.diff(&arguments).map(|patch| hunks_of(&patch))
        };
        let Some(base) = &self.base else {
            let staged = hunks("--cached", names)?.into_iter().map(|hunk| hunk.new);
            let staged: Vec<Lines> = staged.filter_map(Span::lines).collect();
            if !self.is_partly_staged(real_path) {
                return Ok(Some(staged));
            }
            let later = hunks("", &names[names.len() - 1..])?;
            return Ok(Some(moved(&staged, &later)));
        };
        let hunks = hunks(base, names)?;
        Ok(Some(hunks.into_iter().filter_map(|hunk| hunk.new.lines()).collect()))
    }
}

impl Git {
    fn new() -> io::Result<Git> {
        let mut git = Git {
            overrides: [
                ("core.fsmonitor", "false"),
                ("core.hooksPath", if cfg!(windows) { "NUL" } else { "/dev/null" }),
                ("protocol.allow", "never"),
            ]
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .into(),
        };
        git.top()?;
        // A filter is a program that the repository names, for files that it names.
        let filters = git.output_if_any(&["config", "--null", "--name-only", "--get-regexp", r"^filter\."])?;
        let keys = filters
            .split(|byte| *byte == 0)
            .filter_map(|key| std::str::from_utf8(key).ok());
        let keys: HashSet<&str> = keys.filter_map(|key| Some(key.rsplit_once('.')?.0)).collect();
        for key in keys {
            for (variable, value) in [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")] {
                git.overrides.push((format!("{key}.{variable}"), value.to_string()));
            }
        }
        // A git of before 2.31 cannot be told so of a name with this sign.
        for (key, value) in git.overrides.iter().filter(|(key, _)| key.contains('=')) {
            if git.line(&["config", "--get", key]).ok().as_ref() != Some(value) {
                return Err(io::Error::other(format!("git: `{key}` cannot be turned off")));
            }
        }
        Ok(git)
    }

    /// The name of the commit, which is no option whatever the revision is.
    fn commit(&self, revision: &str) -> io::Result<String> {
        let wrong = || io::Error::other(format!("git: `{revision}` is no revision"));
        // No name of git starts so.
        if revision.starts_with('-') {
            return Err(wrong());
        }
        let commit = self.line(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")])?;
        let is_name = !commit.is_empty() && commit.bytes().all(|letter| letter.is_ascii_hexdigit());
        is_name.then_some(commit).ok_or_else(wrong)
    }

    fn top(&self) -> io::Result<PathBuf> {
        let output = self.output(&["rev-parse", "--show-toplevel"])?;
        let top = path_of(output.strip_suffix(b"\n").unwrap_or(&output));
        std::fs::canonicalize(top)
    }

    /// A diff in the form of git itself, whatever is configured.
    fn diff(&self, arguments: &[impl AsRef<std::ffi::OsStr>]) -> io::Result<Vec<u8>> {
        let plain = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-relative",
            "--ignore-submodules=all",
            "--find-renames",
        ];
        let plain = plain.iter().map(OsString::from);
        let arguments: Vec<OsString> = plain.chain(arguments.iter().map(|one| one.as_ref().into())).collect();
        self.output(&arguments)
    }

    fn line(&self, arguments: &[&str]) -> io::Result<String> {
        let output = String::from_utf8_lossy(&self.output(arguments)?).into_owned();
        Ok(output.lines().next().unwrap_or_default().to_string())
    }

    fn output(&self, arguments: &[impl AsRef<std::ffi::OsStr>]) -> io::Result<Vec<u8>> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let said = said
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("failed")
            .trim();
        Err(io::Error::other(format!("git: {}", said.trim_start_matches("fatal: "))))
    }

    /// Of a command that fails where there is nothing.
    fn output_if_any(&self, arguments: &[&str]) -> io::Result<Vec<u8>> {
        let output = self.run(arguments)?;
        Ok(if output.status.success() {
            output.stdout
        } else {
            Vec::new()
        })
    }

    fn run(&self, arguments: &[impl AsRef<std::ffi::OsStr>]) -> io::Result<std::process::Output> {
        let mut command = Command::new("git");
        command.arg("--no-pager").stdin(Stdio::null());
        let (by_environment, by_option): (Vec<_>, Vec<_>) =
            self.overrides.iter().partition(|(key, _)| key.contains('='));
        for (key, value) in by_option {
            command.arg("-c").arg(format!("{key}={value}"));
        }
        command.args(arguments);
        for name in ["GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"] {
            command.env_remove(name);
        }
        for (name, value) in [
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", ""),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("LC_ALL", "C"),
        ] {
            command.env(name, value);
        }
        // Behind those that somebody has set already.
        let before = std::env::var("GIT_CONFIG_COUNT")
            .ok()
            .and_then(|count| count.parse().ok());
        let before: usize = before.unwrap_or(0);
        for (index, (key, value)) in by_environment.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{}", before + index), key);
            command.env(format!("GIT_CONFIG_VALUE_{}", before + index), value);
        }
        command.env("GIT_CONFIG_COUNT", (before + by_environment.len()).to_string());
        command.output().map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("git cannot be run: {}", crate::report::os_error(&error)),
            )
        })
    }
}

/// The files that `--name-status -z` lists, by their real paths.
fn changed(listed: &[u8], top: &Path) -> HashMap<PathBuf, Changed> {
    let mut fields = listed.split(|byte| *byte == 0).filter(|field| !field.is_empty());
    let mut files = HashMap::new();
    while let (Some(status), Some(name)) = (fields.next(), fields.next()) {
        let mut names = vec![name.to_vec()];
        if matches!(status.first(), Some(b'R' | b'C')) {
            names.extend(fields.next().map(<[u8]>::to_vec));
        }
        let path = top.join(path_of(&names[names.len() - 1]));
        // Of what is not merged there is no diff between two.
        let changed = match status.first() {
            Some(b'U') => Changed::All,
            _ => Changed::Some(names),
        };
        files.insert(path, changed);
    }
    files
}

/// The name from the top of the work tree, without anything that git would take for a pattern.
fn pathspec(name: &[u8]) -> OsString {
    let mut pathspec = OsString::from(":(top,literal)");
    pathspec.push(path_of(name));
    pathspec
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Lines that were replaced by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    old: Span,
    new: Span,
}

/// A first line and how many there are; of none, the line behind which they would stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: usize,
    count: usize,
}

impl Span {
    fn lines(self) -> Option<Lines> {
        (self.count > 0).then(|| (self.first, self.first + self.count - 1))
    }

    /// Of `12,3` or `12`.
    fn read(text: &str) -> Option<Span> {
        let (first, count) = text.split_once(',').unwrap_or((text, "1"));
        Some(Span {
            first: first.parse().ok()?,
            count: count.parse().ok()?,
        })
    }
}

fn hunks_of(patch: &[u8]) -> Vec<Hunk> {
    let read = |line: &[u8]| {
        let line = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
        let (old, new) = line.trim().split_once(" +")?;
        Some(Hunk {
            old: Span::read(old)?,
            new: Span::read(new)?,
        })
    };
    patch.split(|byte| *byte == b'\n').filter_map(read).collect()
}

/// Where lines are after the hunks. Of those that a hunk has replaced, all that it has put there.
fn moved(lines: &[Lines], hunks: &[Hunk]) -> Vec<Lines> {
    let mut result = Vec::new();
    for &(first, last) in lines {
        for line in first..=last {
            let mut to = line;
            let mut is_replaced = false;
            for hunk in hunks {
                let is_in = hunk
                    .old
                    .lines()
                    .is_some_and(|(first, last)| first <= line && line <= last);
                if is_in {
                    is_replaced = true;
                    result.extend(hunk.new.lines());
                } else if hunk.old.first < line {
                    to = to + hunk.new.count - hunk.old.count;
                }
            }
            if !is_replaced {
                result.push((to, to));
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_read_off_a_patch() {
        let patch = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@ def f():\n-a\n+@@ -9 +9 @@\n+b\n@@ -7,2 +8,0 @@\n-c\n-d\n";
        let read = hunks_of(patch);
        let span = |first, count| Span { first, count };
        assert_eq!(
            read,
            [
                Hunk {
                    old: span(1, 1),
                    new: span(1, 2)
                },
                Hunk {
                    old: span(7, 2),
                    new: span(8, 0)
                }
            ]
        );
        assert_eq!(
            read.iter().filter_map(|hunk| hunk.new.lines()).collect::<Vec<_>>(),
            [(1, 2)]
        );
    }

    #[test]
    fn lines_move_with_what_comes_and_goes_above_them() {
        let hunks = hunks_of(b"@@ -0,0 +1,2 @@\n+\n+\n@@ -4,2 +6 @@\n-\n-\n+\n@@ -9 +9,0 @@\n-\n");
        assert_eq!(moved(&[(1, 1), (3, 4)], &hunks), [(3, 3), (5, 5), (6, 6)]);
        assert_eq!(moved(&[(8, 10)], &hunks), [(9, 9), (10, 10)]);
        assert_eq!(moved(&[(2, 3)], &[]), [(2, 2), (3, 3)]);
    }

    #[test]
    fn the_list_of_what_changed_knows_old_names() {
        let listed = b"M\0a b.py\0R090\0old.py\0new.py\0U\0c.py\0";
        let files = changed(listed, Path::new("/top"));
        assert_eq!(files.len(), 3);
        let names = |path: &str| match &files[Path::new(path)] {
            Changed::Some(names) => names.len(),
            Changed::All => 0,
        };
        assert_eq!(
            (names("/top/a b.py"), names("/top/new.py"), names("/top/c.py")),
            (1, 2, 0)
        );
    }
}
