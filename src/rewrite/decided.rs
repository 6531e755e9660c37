//! Comments by which somebody has told another tool to let a line be: `# nosec`, `# nosemgrep`, `# NOSONAR` and `# noqa`.
//! Somebody has looked at the line and decided, so a fix that changes it is not safe.

use super::reach::Reach;
use super::{Edit, Finding};
use crate::python::Module;
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The comments of a module that speak of a decision.
pub struct Decisions<'m, 'a> {
    module: &'m Module<'a>,
    /// The line of each, and what it says.
    all: Vec<(TextSize, &'a str)>,
    reach: Option<Reach<'m, 'a>>,
}

impl<'m, 'a> Decisions<'m, 'a> {
    /// Of a module.
    pub fn of(module: &'m Module<'a>) -> Decisions<'m, 'a> {
        let whole = TextRange::up_to(TextSize::of(module.text()));
        let parts = module.comments_in(whole).flat_map(|comment| {
            let line = module.line_start(comment.start());
            decisions(module.slice(comment)).map(move |part| (line, part))
        });
        let mut all: Vec<(TextSize, &str)> = parts.collect();
        let reach = (!all.is_empty()).then(|| Reach::of(module));
        if let Some(reach) = &reach {
            // A bare `# noqa` at an import is about the import: that it is unused, or late.
            all.retain(|(line, part)| !is_bare_noqa(part) || !reach.is_in_import(*line));
        }
        Decisions { module, all, reach }
    }

    /// Makes the fix of a finding unsafe if it changes a line with such a comment.
    pub fn respect(&self, finding: &mut Finding) {
        let (Some(reach), Some(fix)) = (&self.reach, &finding.fix) else {
            return;
        };
        let edits: Vec<&Edit> = fix.edits.iter().filter(|edit| self.changes_code(edit)).collect();
        if edits.is_empty() {
            return;
        }
        let own_lines = reach.lines(finding.range);
        let is_on =
            |line: TextSize| own_lines.contains(&line) || edits.iter().any(|edit| self.is_changed(line, edit.range()));
        if let Some((_, part)) = self.all.iter().find(|(line, _)| is_on(*line)) {
            finding.doubt(|| format!("somebody has looked at this line and decided: it says `{part}`"));
        }
    }

    /// False for an edit that puts lines between others, and for one of a comment.
    fn changes_code(&self, edit: &Edit) -> bool {
        let range = edit.range();
        if range.is_empty() {
            return !edit.text().contains(['\n', '\r']);
        }
        let tokens = self.module.tokens();
        let first = tokens.partition_point(|token| token.end() <= range.start());
        let inside = tokens[first..].iter().take_while(|token| token.start() < range.end());
        let mut inside = inside.filter(|token| !token.range().is_empty());
        inside.any(|token| !token.kind().is_trivia() && !token.kind().is_any_newline())
    }

    fn is_changed(&self, line: TextSize, range: TextRange) -> bool {
        let first = self.module.line_start(range.start());
        line == first || first < line && line < range.end()
    }
}

/// The parts of a comment that speak of a decision about security, or about everything.
fn decisions(comment: &str) -> impl Iterator<Item = &str> {
    let starts = memchr::memchr_iter(b'#', comment.as_bytes());
    starts.filter_map(|start| {
        let length = comment[start + 1..]
            .find('#')
            .map_or(comment.len() - start, |next| next + 1);
        let part = comment[start..start + length].trim_end();
        let text = part[1..].trim_start();
        let of_scanner = ["nosec", "nosem", "nosemgrep", "NOSONAR"].iter().any(|mark| {
            let rest = text.strip_prefix(mark);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        let is_one = of_scanner
            || noqa_codes(text).is_some_and(|mut codes| codes.clone().next().is_none() || codes.any(is_about_security));
        is_one.then_some(part)
    })
}

/// The codes behind `noqa`; without any it is about everything.
fn noqa_codes(text: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    let (mark, rest) = text.split_at_checked("noqa".len())?;
    if !mark.eq_ignore_ascii_case("noqa") || rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let codes = rest.trim_start().strip_prefix(':').unwrap_or_default();
    let is_code = |word: &&str| {
        word.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && word.ends_with(|letter: char| letter.is_ascii_digit())
    };
    Some(
        codes
            .split([' ', ',', '\t'])
            .filter(|word| !word.is_empty())
            .take_while(is_code),
    )
}

fn is_bare_noqa(part: &str) -> bool {
    noqa_codes(part[1..].trim_start()).is_some_and(|mut codes| codes.next().is_none())
}

/// True for the codes of flake8-bandit and bandit and those of dlint. Those of flake8-bugbear are `B0` and `B9`.
fn is_about_security(code: &str) -> bool {
    let code = code.to_ascii_uppercase();
    let digits = |prefix: &str| {
        code.strip_prefix(prefix)
            .filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    digits("DUO").is_some()
        || digits("S").is_some_and(|digits| digits.len() <= 3)
        || digits("B").is_some_and(|digits| digits.len() == 3 && !digits.starts_with(['0', '9']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_security_is_a_decision() {
        for (comment, expected) in [
            ("# nosec", &["# nosec"][..]),
            ("# nosec B502 - the lab", &["# nosec B502 - the lab"]),
            ("#nosemgrep: rules.tls", &["#nosemgrep: rules.tls"]),
            ("# NOSONAR", &["# NOSONAR"]),
            ("# noqa", &["# noqa"]),
            ("# NOQA: S502", &["# NOQA: S502"]),
            ("# noqa: E501, S502", &["# noqa: E501, S502"]),
            ("# type: ignore # noqa:B502", &["# noqa:B502"]),
            ("# noqa:DUO122  # why", &["# noqa:DUO122"]),
            ("# noqa: E501", &[]),
            ("# noqa: F401,B950,B008", &[]),
            ("# noqa: E501 see S502", &[]),
            ("# type: ignore", &[]),
            ("# nosection", &[]),
            ("# no one wants this", &[]),
            ("# noqas", &[]),
            ("#", &[]),
            ("# é", &[]),
        ] {
            assert_eq!(decisions(comment).collect::<Vec<_>>(), expected, "{comment}");
        }
    }
}
