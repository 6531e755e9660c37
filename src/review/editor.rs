//! The editor of the person at the terminal: the one program that sslfix starts, when it is asked to.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

/// Editors that take the line behind the path; others take it in front, as `+12`.
const LINE_BEHIND: [&str; 4] = ["hx", "subl", "zed", "mate"];
/// The same, behind an option of its own.
const LINE_BEHIND_GOTO: [&str; 4] = ["code", "code-insiders", "codium", "cursor"];

/// What `VISUAL` or `EDITOR` say, else `vi`.
pub fn of_environment() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".into())
}

/// Opens a file at a line, and waits until it is left. The words of the editor are its program and its options; no shell
/// reads them.
///
/// # Errors
///
/// If it cannot be started.
pub fn open(editor: &str, path: &Path, line: usize) -> io::Result<()> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let options: Vec<&str> = words.collect();
    Command::new(program)
        .args(options)
        .args(place(program, path, line))
        .status()
        .map(|_| ())
}

/// The arguments that lead to a line.
fn place(program: &str, path: &Path, line: usize) -> Vec<OsString> {
    let name = Path::new(program).file_stem().unwrap_or_default().to_string_lossy();
    // A name that looks like an option is none.
    let path = match path.as_os_str().to_string_lossy().starts_with(['-', '+']) {
        true => Path::new(".").join(path),
        false => path.to_path_buf(),
    };
    let mut behind = path.clone().into_os_string();
    behind.push(format!(":{line}"));
    if LINE_BEHIND_GOTO.contains(&&*name) {
        return vec!["--wait".into(), "--goto".into(), behind];
    }
    if LINE_BEHIND.contains(&&*name) {
        return vec![behind];
    }
    vec![format!("+{line}").into(), path.into_os_string()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_given_as_the_editor_takes_it() {
        for (program, path, expected) in [
            ("vi", "a.py", "+7 a.py"),
            ("/usr/bin/nano", "a b.py", "+7 a b.py"),
            ("vi", "-c.py", "+7 ./-c.py"),
            ("hx", "a.py", "a.py:7"),
            ("code", "a.py", "--wait --goto a.py:7"),
        ] {
            let arguments = place(program, Path::new(path), 7);
            let arguments: Vec<String> = arguments
                .iter()
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            assert_eq!(arguments.join(" "), expected);
        }
    }
}
