//! Findings and errors, for people: a line that says where and what, then indented lines that show and say more.

use super::{Excerpts, Painter, quoted};
use crate::outcome::Placed;
use crate::rewrite::{Finding, Level, Safety};
use crate::source::Unreadable;
use std::fmt::Display;
use std::io;
use std::path::Path;

/// A finding in one line, `path:line:column: level[codemod] message`, with what `--write` would do about it in brackets.
pub fn concise(path: &Path, placed: &Placed, painter: Painter) -> String {
    let mark = match &placed.finding.fix {
        Some(fix) if fix.safety == Safety::Safe => " [safe fix]",
        Some(_) => " [unsafe fix]",
        None => "",
    };
    let line = heading(path, placed, painter);
    format!("{}{mark}\n", line.trim_end_matches('\n'))
}

/// A finding with that line, the lines of the source, what can be done about it, its notes, and its page.
pub fn full(path: &Path, excerpts: &Excerpts, placed: &Placed, painter: Painter) -> String {
    let finding = placed.finding;
    let mut messages = details(finding);
    let page = format!("sslfix explain {}", finding.codemod);
    messages.push(("more", page.clone()));
    let mut below = excerpts.render(finding.level, placed.range.clone(), &placed.labels, &messages, painter);
    if let Some(address) = page_address(env!("CARGO_PKG_REPOSITORY"), finding.codemod)
        && let Some(at) = below.rfind(&page)
    {
        below.replace_range(at..at + page.len(), &painter.link(&page, &address));
    }
    heading(path, placed, painter) + &below
}

/// What can be done about a finding, and its notes, each with what it is.
pub fn details(finding: &Finding) -> Vec<(&'static str, String)> {
    let fix = match &finding.fix {
        Some(fix) => {
            let how = match &fix.safety {
                Safety::Safe => "safe, applied by --write".to_string(),
                Safety::Unsafe(reason) => format!("unsafe, applied by --write --unsafe-fixes: {reason}"),
            };
            Some(format!("{} ({how})", fix.title))
        }
        None if finding.counts() => Some("none, this is for a person to decide".to_string()),
        None => None,
    };
    let fix = fix.map(|fix| ("fix", fix));
    let notes = finding.notes.iter().map(|note| ("note", note.clone()));
    fix.into_iter().chain(notes).collect()
}

/// Where the page of a codemod stands in the repository, if the package names one.
fn page_address(repository: &str, codemod: &str) -> Option<String> {
    let repository = repository.trim_end_matches('/');
    let page = codemod.replace('-', "_");
    (!repository.is_empty()).then(|| format!("{repository}/blob/HEAD/codemods/{page}.md"))
}

fn heading(path: &Path, placed: &Placed, painter: Painter) -> String {
    let Placed {
        cell,
        line,
        column,
        finding,
        ..
    } = placed;
    let label = match finding.level {
        Level::Error => painter.error(format_args!("error[{}]", finding.codemod)),
        Level::Warning => painter.warning(format_args!("warning[{}]", finding.codemod)),
        Level::Note => painter.note(format_args!("note[{}]", finding.codemod)),
    };
    first_line(path, (*cell, *line, *column), &label, &finding.message, painter)
}

/// A file that cannot be understood, in the form of a finding.
pub fn unreadable(path: &Path, unreadable: &Unreadable, painter: Painter) -> String {
    let Unreadable {
        message,
        line,
        column,
        in_cell,
        ..
    } = unreadable;
    let place = match in_cell {
        Some(in_cell) => (Some(in_cell.cell), in_cell.line, in_cell.column),
        None => (None, *line, *column),
    };
    first_line(path, place, &painter.error("error[parse]"), message, painter)
}

/// Something that sslfix could not do; without a path if that is empty.
pub fn failure(path: &Path, message: impl Display, painter: Painter) -> String {
    let label = painter.error("error");
    let message = printable(&message.to_string()).replace('\n', " ");
    if path.as_os_str().is_empty() {
        return format!("{label}: {message}\n");
    }
    format!("{label}: {}: {message}\n", painter.strong(quoted(path, "")))
}

/// Something that may not be what was meant.
pub fn warning(message: impl Display, painter: Painter) -> String {
    let message = printable(&message.to_string()).replace('\n', " ");
    format!("{}: {message}\n", painter.warning("warning"))
}

/// Something that is worth knowing and not wrong.
pub fn remark(message: impl Display, painter: Painter) -> String {
    let message = printable(&message.to_string()).replace('\n', " ");
    format!("{}: {message}\n", painter.note("note"))
}

/// The error of the operating system without its number, in lower case.
pub fn os_error(error: &io::Error) -> String {
    let message = error.to_string();
    let message = message.split(" (os error").next().unwrap_or_default();
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The text as no terminal takes it for a command: it may quote code of strangers. What turns the direction of writing
/// shows other code than there is.
pub fn printable(text: &str) -> String {
    // As nearly every text is.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return text.to_string();
    }
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_command(letter) {
            true => result.extend(letter.escape_unicode()),
            false => result.push(letter),
        }
    }
    result
}

/// A line of a source as a terminal can show it, without its end.
pub fn printable_line(line: &str) -> String {
    printable(line.trim_end_matches(['\n', '\r']))
}

/// True for what a terminal or whatever shows a text may take for a command.
pub fn is_command(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || letter.is_control() && !matches!(letter, '\n' | '\t')
}

/// The place is a cell, if it is in one, a line and a column.
fn first_line(
    path: &Path,
    (cell, line, column): (Option<usize>, usize, usize),
    label: &str,
    message: &str,
    painter: Painter,
) -> String {
    let cell = cell.map_or(String::new(), |cell| format!(":cell {cell}"));
    let path = painter.strong(quoted(path, ""));
    let message = printable(message);
    format!("{path}{cell}:{line}:{column}: {label} {message}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_where_the_repository_is() {
        let address = |repository| page_address(repository, "wrap-socket");
        assert_eq!(
            address("https://example.org/sslfix/").as_deref(),
            Some("https://example.org/sslfix/blob/HEAD/codemods/wrap_socket.md")
        );
        assert_eq!(address(""), None);
    }
}
