//! The unified diff of one file, in the bytes of the file, as `git apply` and `patch` take it.
//!
//! The plan says where the texts differ, so lines are compared only there: a comparison of whole files costs the square
//! of the number of edits.

use super::{Painter, quoted};
use crate::rewrite::Spans;
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};
use std::ops::Range;
use std::path::Path;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The two sides of a diff.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The decoded text, to which the spans refer.
    pub text: &'a str,
    /// The same in the encoding of the file, with its byte order mark.
    pub bytes: &'a [u8],
}

/// The diff from `old` to `new`, which differ in `spans` only; empty if there are none.
///
/// Lines end at `\n` and nowhere else, as `git apply` sees them; a carriage return or a form feed is part of its line.
pub fn diff(path: &Path, old: Sides, new: Sides, spans: &Spans) -> Vec<u8> {
    let changes = changes(old.text, new.text, spans);
    let (old_lines, new_lines) = (Lines::of(old.bytes), Lines::of(new.bytes));
    let operations = operations(&changes, &old_lines, &new_lines);
    let mut result = Vec::new();
    for (index, hunk) in group_diff_ops(operations, CONTEXT).iter().enumerate() {
        if index == 0 {
            result.extend(header(path));
        }
        write_hunk(&mut result, hunk, &old_lines, &new_lines);
    }
    result
}

/// The diff with colours.
pub fn colored(diff: &[u8], painter: Painter) -> Vec<u8> {
    let mut result = Vec::with_capacity(diff.len() * 2);
    for line in diff.split_inclusive(|byte| *byte == b'\n') {
        let (content, end) = match line.strip_suffix(b"\n") {
            Some(content) => (content, b"\n".as_slice()),
            None => (line, b"".as_slice()),
        };
        let (before, after) = painter.around(line.first().copied().map_or(' ', char::from));
        result.extend([before.as_bytes(), content, after.as_bytes(), end].concat());
    }
    result
}

fn header(path: &Path) -> Vec<u8> {
    // Names in a diff are below a/ and b/; of an absolute path git knows only what follows the first slash.
    let path = path.strip_prefix("/").unwrap_or(path);
    let mut result = String::new();
    for (sign, prefix) in [("---", "a/"), ("+++", "b/")] {
        let name = quoted(path, prefix);
        // Without it what follows a blank is taken for a date.
        let end = if name.contains(' ') && !name.starts_with('"') {
            "\t"
        } else {
            ""
        };
        result.push_str(&format!("{sign} {name}{end}\n"));
    }
    result.into_bytes()
}

/// The lines that differ, by number: those of the old text and what they become. In order and apart.
fn changes(old: &str, new: &str, spans: &Spans) -> Vec<(Range<usize>, Range<usize>)> {
    let (mut old_counter, mut new_counter) = (LineCounter::of(old), LineCounter::of(new));
    let mut changes: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for span in spans.iter() {
        let old_lines = old_counter.line_at(span.old.start)..old_counter.line_at(span.old.end) + 1;
        let new_lines = new_counter.line_at(span.new.start)..new_counter.line_at(span.new.end) + 1;
        match changes.last_mut() {
            // Both sides meet, or neither: what is between two spans is the same in both.
            Some((old_before, new_before)) if old_lines.start < old_before.end => {
                old_before.end = old_lines.end;
                new_before.end = new_lines.end;
            }
            _ => changes.push((old_lines, new_lines)),
        }
    }
    changes
}

/// The changes in the form of `similar`, each reduced to the lines in it that really differ, with what is equal between
/// them.
fn operations(changes: &[(Range<usize>, Range<usize>)], old: &Lines, new: &Lines) -> Vec<DiffOp> {
    let mut operations = Operations::default();
    for (old_range, new_range) in changes {
        // The last line of a text that ends with a newline is empty, and no line.
        let old_range = old_range.start.min(old.count())..old_range.end.min(old.count());
        let new_range = new_range.start.min(new.count())..new_range.end.min(new.count());
        operations.equal_up_to(old_range.start);
        let old_lines: Vec<&[u8]> = old_range.clone().map(|line| old.line(line)).collect();
        let new_lines: Vec<&[u8]> = new_range.clone().map(|line| new.line(line)).collect();
        for operation in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
            operations.push(operation);
        }
    }
    operations.equal_up_to(old.count());
    operations.list
}

/// Operations without a gap, in which no two neighbours are of one kind.
#[derive(Default)]
struct Operations {
    list: Vec<DiffOp>,
    old_line: usize,
    new_line: usize,
}

impl Operations {
    fn equal_up_to(&mut self, old_line: usize) {
        let len = old_line - self.old_line;
        self.push(DiffOp::Equal {
            old_index: 0,
            new_index: 0,
            len,
        });
    }

    /// Adds an operation; where it stands follows from those before.
    fn push(&mut self, operation: DiffOp) {
        let (old_index, new_index) = (self.old_line, self.new_line);
        let (old_len, new_len) = (operation.old_range().len(), operation.new_range().len());
        self.old_line += old_len;
        self.new_line += new_len;
        let is_equal = matches!(operation, DiffOp::Equal { .. });
        match (self.list.last_mut(), is_equal) {
            _ if old_len == 0 && new_len == 0 => {}
            (Some(DiffOp::Equal { len, .. }), true) => *len += old_len,
            (_, true) => self.list.push(DiffOp::Equal {
                old_index,
                new_index,
                len: old_len,
            }),
            (_, false) => self.list.push(DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            }),
        }
    }
}

fn write_hunk(result: &mut Vec<u8>, hunk: &[DiffOp], old: &Lines, new: &Lines) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
        return;
    };
    let old_range = first.old_range().start..last.old_range().end;
    let new_range = first.new_range().start..last.new_range().end;
    let place = format!("@@ -{} +{} @@\n", hunk_range(old_range), hunk_range(new_range));
    result.extend(place.as_bytes());
    for operation in hunk {
        if let DiffOp::Equal { old_index, len, .. } = operation {
            write_lines(result, b' ', old, *old_index..old_index + len);
        } else {
            write_lines(result, b'-', old, operation.old_range());
            write_lines(result, b'+', new, operation.new_range());
        }
    }
}

/// Line numbers count from 1; of no lines the number is that of the line before.
fn hunk_range(lines: Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn write_lines(result: &mut Vec<u8>, sign: u8, lines: &Lines, range: Range<usize>) {
    for number in range {
        let line = lines.line(number);
        result.push(sign);
        result.extend(line);
        if !line.ends_with(b"\n") {
            result.extend(b"\n\\ No newline at end of file\n");
        }
    }
}

/// The lines of a file, with their ends. In every encoding that a source may be in, byte 10 is a newline and nothing
/// else, so that these are the lines of the text.
struct Lines<'a> {
    bytes: &'a [u8],
    /// Where each ends; byte offsets.
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Lines<'a> {
        let mut ends: Vec<usize> = memchr::memchr_iter(b'\n', bytes).map(|newline| newline + 1).collect();
        if ends.last().copied().unwrap_or_default() < bytes.len() {
            ends.push(bytes.len());
        }
        Lines { bytes, ends }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    fn line(&self, number: usize) -> &'a [u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[number]]
    }
}

/// Turns offsets, which must not decrease, into line numbers from 0.
struct LineCounter<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    fn of(text: &'a str) -> LineCounter<'a> {
        LineCounter {
            text,
            offset: 0,
            line: 0,
        }
    }

    fn line_at(&mut self, offset: usize) -> usize {
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.offset..offset]).count();
        self.offset = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::Edit;
    use ruff_text_size::TextRange;

    /// The diff of a text in which every `(old, new)` was replaced, once each and in this order.
    fn diff_of(text: &str, replacements: &[(&str, &str)]) -> String {
        let mut spans = Spans::default();
        let mut from = 0;
        let mut edits = Vec::new();
        for (old, new) in replacements {
            let start = from + text[from..].find(old).expect("is in the text");
            from = start + old.len();
            let range = TextRange::new((start as u32).into(), (from as u32).into());
            edits.push(Edit::replace(range, *new));
        }
        let new_text = spans.apply(text, &edits);
        let sides = |text| Sides {
            text,
            bytes: str::as_bytes(text),
        };
        let diff = diff(Path::new("x.py"), sides(text), sides(&new_text), &spans);
        String::from_utf8(diff).expect("the bytes are UTF-8")
    }

    #[test]
    fn changes_that_are_near_share_a_hunk() {
        insta::assert_snapshot!(diff_of("a\nb\nc\nd\ne\nf\ng\nh\n", &[("b", "B"), ("h", "H")]), @"
        --- a/x.py
        +++ b/x.py
        @@ -1,8 +1,8 @@
         a
        -b
        +B
         c
         d
         e
         f
         g
        -h
        +H
        ");
        insta::assert_snapshot!(diff_of("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", &[("a", "A\nA"), ("j\n", "")]), @"
        --- a/x.py
        +++ b/x.py
        @@ -1,4 +1,5 @@
        -a
        +A
        +A
         b
         c
         d
        @@ -7,4 +8,3 @@
         g
         h
         i
        -j
        ");
    }

    #[test]
    fn changes_of_one_line_are_one() {
        insta::assert_snapshot!(diff_of("a b\nc d\n", &[("a", "A"), ("b", "B"), ("c d\n", "C")]), @r"
        --- a/x.py
        +++ b/x.py
        @@ -1,2 +1,2 @@
        -a b
        +A B
        -c d
        +C
        \ No newline at end of file
        ");
    }

    #[test]
    fn lines_that_a_change_only_touches_are_context() {
        insta::assert_snapshot!(diff_of("a\nb\nc\n", &[("b\n", "x\nb\n")]), @"
        --- a/x.py
        +++ b/x.py
        @@ -1,3 +1,4 @@
         a
        +x
         b
         c
        ");
        insta::assert_snapshot!(diff_of("a\nb\nc\n", &[("\nb", "\nb\nx")]), @"
        --- a/x.py
        +++ b/x.py
        @@ -1,3 +1,4 @@
         a
         b
        +x
         c
        ");
    }

    #[test]
    fn a_missing_last_newline_is_told() {
        insta::assert_snapshot!(diff_of("a\nb", &[("a", "A")]), @r"
        --- a/x.py
        +++ b/x.py
        @@ -1,2 +1,2 @@
        -a
        +A
         b
        \ No newline at end of file
        ");
        insta::assert_snapshot!(diff_of("a\nb", &[("b", "B\n")]), @r"
        --- a/x.py
        +++ b/x.py
        @@ -1,2 +1,2 @@
         a
        -b
        \ No newline at end of file
        +B
        ");
        insta::assert_snapshot!(diff_of("a\nb\n", &[("b\n", "B")]), @r"
        --- a/x.py
        +++ b/x.py
        @@ -1,2 +1,2 @@
         a
        -b
        +B
        \ No newline at end of file
        ");
    }

    #[test]
    fn only_a_newline_ends_a_line() {
        insta::assert_debug_snapshot!(diff_of("a\rb\r\n\x0cc\u{2028}\r\n", &[("c", "C")]), @r#""--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\rb\r\n-\u{c}c\u{2028}\r\n+\u{c}C\u{2028}\r\n""#);
    }

    #[test]
    fn nothing_is_said_of_what_is_equal() {
        assert_eq!(diff_of("a\n", &[]), "");
        assert_eq!(diff_of("a\n", &[("a", "a")]), "");
    }

    #[test]
    fn the_time_does_not_grow_with_the_square_of_the_edits() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\n".repeat(20_000);
        let replacements = vec![("h", "H"); 20_000];
        assert_eq!(diff_of(&text, &replacements).matches("\n+H\n").count(), 20_000);
    }

    #[test]
    fn colours_leave_the_line_ends_alone() {
        const COLORED: Painter = Painter {
            colors: true,
            hyperlinks: false,
            columns: None,
        };
        let colored = colored(b"-a\r\n+b\n", COLORED);
        assert_eq!(colored, b"\x1b[31m-a\r\x1b[0m\n\x1b[32m+b\x1b[0m\n");
        assert_eq!(super::colored(b"-a\n", Painter::default()), b"-a\n");
    }
}
