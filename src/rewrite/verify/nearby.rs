//! The same proof from the lines around the edits alone, which spares parsing the whole text once more.
//!
//! Why it is enough to look there: at the start of each statement of a suite the lexer is in one state, outside of strings
//! and brackets and with the indentation of the suite, and where the grammar takes one statement of a suite it takes any.
//! So if whole lines with whole statements of one suite make way for whole lines with whole statements, indented alike, no
//! token behind or in front of them becomes another one, and no other statement does.

use super::{keeps_statements, touches};
use crate::rewrite::{Edit, Spans};
use crate::source::{self, Code, MOST_NESTED};
use ruff_python_ast::{ExceptHandler, ModModule, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextSize};
use std::ops::Range;

/// What makes a suite of indented lines.
const HEADER: &str = "if 1:\n";

/// True if [`super::same_outside_edits`] holds of edits that are sorted and do not overlap. False also where the lines
/// around them do not tell.
pub fn holds(code: Code, parsed: &Parsed<ModModule>, edits: &[Edit]) -> bool {
    let Code { text, cells: None } = code else {
        return false;
    };
    let mut places = Vec::new();
    places_in(text, &parsed.syntax().body, edits, 0, &mut places);
    places.iter().all(|place| place.keeps_the_rest(text))
}

/// Lines around edits, with the statements that are in them.
struct Place<'a> {
    lines: Range<usize>,
    statements: &'a [Stmt],
    edits: &'a [Edit],
    /// How many compound statements are around them.
    depth: usize,
    /// Whether the suite has other statements, that no edit touches, so that none need be left of these.
    has_others: bool,
}

/// Adds the fewest lines that hold the edits and whole statements of a suite, or of suites inside of it. No two of them
/// share a line.
fn places_in<'a>(text: &str, suite: &'a [Stmt], edits: &'a [Edit], depth: usize, places: &mut Vec<Place<'a>>) {
    let whole = |lines| whole_statements(text, suite, lines);
    let has_others = suite.iter().any(|other| !touches(edits, other.range()));
    let mut rest = edits;
    while let Some(first) = rest.first() {
        let (mut lines, mut statements) = whole(lines_of(text, first));
        let mut count = 1;
        while let Some(next) = rest.get(count) {
            let (of_next, _) = whole(lines_of(text, next));
            if lines.end <= of_next.start {
                break;
            }
            (lines, statements) = whole(lines.start.min(of_next.start)..lines.end.max(of_next.end));
            count += 1;
        }
        let (here, behind) = rest.split_at(count);
        rest = behind;
        let around_all = match &suite[statements.clone()] {
            // Of what no edit touches the end must stay where it is, too.
            [one] if touches(here, one.range()) => suites(one).into_iter().find(|inner| are_inside(text, inner, here)),
            _ => None,
        };
        match around_all {
            Some(inner) => places_in(text, inner, here, depth + 1, places),
            None => places.push(Place {
                lines,
                statements: &suite[statements],
                edits: here,
                depth,
                has_others,
            }),
        }
    }
}

/// The lines, and as many more as it takes that no statement of the suite stands in some of them only; at least one
/// statement, if there is one.
fn whole_statements(text: &str, suite: &[Stmt], lines: Range<usize>) -> (Range<usize>, Range<usize>) {
    let mut lines = lines;
    loop {
        let first = suite.partition_point(|statement| usize::from(statement.end()) <= lines.start);
        let past = suite.partition_point(|statement| usize::from(statement.start()) < lines.end);
        let (first, past) = match first < past {
            true => (first, past),
            // Comments alone, or nothing.
            false => (first.min(suite.len().saturating_sub(1)), suite.len().min(first + 1)),
        };
        let (start, end) = match &suite[first..past] {
            [one] => (one.start(), one.end()),
            [one, .., last] => (one.start(), last.end()),
            [] => return (lines, first..past),
        };
        let (start, end) = (line_start(text, start.into()), line_end(text, end.into()));
        let whole = lines.start.min(start)..lines.end.max(end);
        if whole == lines {
            return (lines, first..past);
        }
        lines = whole;
    }
}

/// The lines that an edit changes.
fn lines_of(text: &str, edit: &Edit) -> Range<usize> {
    let (start, end) = (usize::from(edit.range().start()), usize::from(edit.range().end()));
    let is_of_lines = start < end && line_start(text, end) == end;
    line_start(text, start)..if is_of_lines { end } else { line_end(text, end) }
}

/// True if the suite has lines of its own and the edits are in them.
fn are_inside(text: &str, suite: &[Stmt], edits: &[Edit]) -> bool {
    let ([first, ..], [.., last]) = (suite, suite) else {
        return false;
    };
    let lines = line_start(text, first.start().into())..line_end(text, last.end().into());
    indentation_of(text, first).is_some()
        && edits.iter().all(|edit| {
            let range: Range<usize> = edit.range().into();
            lines.contains(&range.start) && range.end <= lines.end
        })
}

impl Place<'_> {
    fn keeps_the_rest(&self, text: &str) -> bool {
        self.statements_after(text).unwrap_or(false)
    }

    /// Whether the lines, with the edits applied, hold whole statements and those of before that no edit touches; `None` if
    /// they do not end or start as lines of this suite do.
    fn statements_after(&self, text: &str) -> Option<bool> {
        let Range { start, end } = self.lines;
        let indentation = indentation_of(text, self.statements.first()?)?;
        if goes_on(&text[..start]) || goes_on(&text[..end]) {
            return None;
        }
        let header = if self.depth == 0 { "" } else { HEADER };
        let is_in_suite_of_others = self.depth > 0 && self.has_others;
        let (header_length, whole_start) = (TextSize::of(header), TextSize::try_from(start).ok()?);
        let moved = |edit: &Edit| Edit::replace(edit.range() - whole_start + header_length, edit.text());
        let in_lines: Vec<Edit> = self.edits.iter().map(moved).collect();
        let mut lines = Spans::default().apply(&format!("{header}{}", &text[start..end]), &in_lines);
        if end < text.len() && !lines.is_empty() && !lines.ends_with('\n') || goes_on(&lines) {
            return None;
        }
        if is_in_suite_of_others {
            let end_of_line = if lines.ends_with('\n') { "" } else { "\n" };
            lines += &format!("{end_of_line}{indentation}pass\n");
        }
        // The indentation of the suites around it may add levels.
        if self.depth > 0 && lines.len() + 2 * self.depth > MOST_NESTED {
            return None;
        }
        let parsed = source::parse(&lines).ok()?;
        let statements = match (self.depth, &*parsed.syntax().body) {
            (0, body) => body,
            (_, [Stmt::If(header)]) if header.elif_else_clauses.is_empty() => &header.body,
            _ => return None,
        };
        let is_indented_alike = |first: &Stmt| {
            // A line that goes on here may be indented otherwise.
            !goes_on(&lines[..line_start(&lines, first.start().into())])
                && indentation_of(&lines, first) == Some(indentation)
        };
        if !statements.first().is_none_or(is_indented_alike) {
            return None;
        }
        let statements = match statements {
            [own @ .., Stmt::Pass(_)] if is_in_suite_of_others => own,
            // It has become part of another.
            _ if is_in_suite_of_others => return None,
            all => all,
        };
        let shift = header.len() as i64 - start as i64;
        Some(keeps_statements(self.statements, statements, self.edits, shift))
    }
}

/// True if the line that ends the text goes on behind its end.
fn goes_on(text: &str) -> bool {
    text.trim_end_matches(['\n', '\r']).ends_with('\\')
}

/// The blanks in front of a statement; `None` if more stands there.
fn indentation_of<'t>(text: &'t str, statement: &Stmt) -> Option<&'t str> {
    let start = usize::from(statement.start());
    let before = &text[line_start(text, start)..start];
    before
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t'))
        .then_some(before)
}

fn line_start(text: &str, offset: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..offset]).map_or(0, |end| end + 1)
}

/// Behind the line's end.
fn line_end(text: &str, offset: usize) -> usize {
    let bytes = &text.as_bytes()[offset..];
    match memchr::memchr2(b'\n', b'\r', bytes) {
        None => text.len(),
        Some(end) if bytes[end..].starts_with(b"\r\n") => offset + end + 2,
        Some(end) => offset + end + 1,
    }
}

/// The suites of a compound statement.
fn suites(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::FunctionDef(function) => vec![&function.body],
        Stmt::ClassDef(class) => vec![&class.body],
        Stmt::With(with) => vec![&with.body],
        Stmt::For(statement) => vec![&statement.body, &statement.orelse],
        Stmt::While(statement) => vec![&statement.body, &statement.orelse],
        Stmt::If(statement) => {
            let clauses = statement.elif_else_clauses.iter().map(|clause| &*clause.body);
            std::iter::once(&*statement.body).chain(clauses).collect()
        }
        Stmt::Match(statement) => statement.cases.iter().map(|case| &*case.body).collect(),
        Stmt::Try(statement) => {
            let handlers = statement.handlers.iter().map(|handler| {
                let ExceptHandler::ExceptHandler(handler) = handler;
                &*handler.body
            });
            let others: [&[Stmt]; 2] = [&statement.orelse, &statement.finalbody];
            std::iter::once(&*statement.body)
                .chain(handlers)
                .chain(others)
                .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::same_outside_edits;
    use ruff_text_size::TextRange;

    const TEXT: &str = "import os\n\n\nclass A:\n    def one(self):\n        first()  # why\n        second()\n\n    def two(self):\n        \
                        if third: fourth()\n        fifth(); sixth()\n";

    /// What the lines nearby tell of an edit of this part of the text, which must not be more than the whole text does.
    fn tells(text: &str, edits: &[(&str, &str)]) -> bool {
        let parsed = source::parse(text).expect("it parses");
        let mut edits: Vec<Edit> = edits
            .iter()
            .map(|(old, new)| {
                let start = text.find(old).expect("it is in the text");
                let offset = |offset: usize| TextSize::try_from(offset).expect("the text is short");
                Edit::replace(TextRange::new(offset(start), offset(start + old.len())), *new)
            })
            .collect();
        edits.sort();
        let holds = holds(text.into(), &parsed, &edits);
        assert!(!holds || same_outside_edits(text, &parsed, &edits), "{edits:?}");
        holds
    }

    #[test]
    fn most_edits_need_no_other_lines() {
        assert!(tells(TEXT, &[("first()", "one(\n            two)")]));
        assert!(tells(TEXT, &[("        second()\n", "")]));
        assert!(tells(TEXT, &[("sixth()", "six()")]));
        assert!(tells(TEXT, &[("import os\n", "")]));
        assert!(tells(
            TEXT,
            &[("import os\n", "import os\nimport sys\n"), ("second", "2 + third")]
        ));
        assert!(tells(TEXT, &[("first", "one"), ("fourth", "four"), ("fifth", "five")]));
        assert!(tells(
            &TEXT.replace('\n', "\r\n"),
            &[("first", "one"), ("fifth()", "five()\r\n        more()")]
        ));
    }

    #[test]
    fn what_reaches_into_other_lines_is_not_told() {
        assert!(!tells(TEXT, &[("first()", "first(")]));
        assert!(!tells(TEXT, &[("first()  # why", "first()  \\")]));
        assert!(!tells(TEXT, &[("        second()\n", "    second()\n")]));
        assert!(!tells(TEXT, &[("second()\n", "if one:\n")]));
        assert!(!tells(TEXT, &[("        second()\n", "    def three():\n")]));
        assert!(!tells(TEXT, &[("import os\n", "import os\n@decorator\n")]));
        assert!(!tells(TEXT, &[("import os\n", "if one:\n  ")]));
    }

    #[test]
    fn a_line_that_goes_on_is_indented_as_it_starts() {
        assert!(!tells(TEXT, &[("        first()", "    \\\n        first()")]));
        assert!(!tells("if one:\n  \\\n    two()\n", &[("two()", "three()")]));
    }

    #[test]
    fn the_statements_of_a_suite_stay_indented_alike() {
        let text = "if one:\n        two()\n\n        three()\n";
        let and_three = ("three()", "four()");
        assert!(tells(text, &[("two()", "five()"), and_three]));
        assert!(!tells(text, &[("        two()", "    two()"), and_three]));
        assert!(!tells(text, &[("        two()", "    \\\n        two()"), and_three]));
    }

    #[test]
    fn a_suite_keeps_a_statement_and_gets_no_clause() {
        let text = "if one:\n    two()\n    three()\nfour()\n";
        assert!(tells(text, &[("    two()\n", "")]));
        assert!(!tells(text, &[("    two()\n    three()\n", "")]));
        assert!(!tells(text, &[("    two()\n", ""), ("    three()\n", "")]));
        assert!(!tells(text, &[("\n    three()", "\nelse:\n    three()")]));
    }

    #[test]
    fn what_goes_on_behind_the_lines_is_not_told() {
        assert!(!tells("one() \\\n; two()\n", &[("one() \\", "three()")]));
    }

    #[test]
    fn a_suite_whose_end_no_edit_touches_ends_there() {
        let text = "if one:\n    two()  # why\nthree()\n";
        assert!(!tells(text, &[("why\n", "why\n    four()\n")]));
        assert!(tells(text, &[("two()  # why\n", "two()  # why\n    four()\n")]));
    }

    #[test]
    fn edits_that_meet_at_the_end_of_a_line_are_seen_together() {
        let text = "one()\ntwo()\n";
        let parsed = source::parse(text).expect("it parses");
        let end = TextSize::of(text);
        let start = TextSize::try_from("one()\n".len()).expect("it is short");
        let edits = [
            Edit::replace(TextRange::new(start, end), "if three:\n"),
            Edit::insert(end, "    four()\n"),
        ];
        assert!(holds(text.into(), &parsed, &edits) && same_outside_edits(text, &parsed, &edits));
        let edits = [
            Edit::replace(TextRange::new(start, end), "\"\"\""),
            Edit::insert(end, "with one:\n    pass\n"),
        ];
        assert!(!holds(text.into(), &parsed, &edits));
    }
}
