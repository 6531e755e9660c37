//! The lines of a source that a finding is about, as people know them from compilers: with marks below, and what they say.
//!
//! The renderer is given a window around each place, and not the file: what a finding costs must not grow with the file.

use super::Painter;
use super::text::printable;
use crate::rewrite::Level;
use crate::source::{Cells, Code, Lines};
use annotate_snippets::renderer::{AnsiColor, Style};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Renderer, Snippet};
use std::ops::Range;

/// Places that are shown beside that of the finding; the notes have the others.
const MOST_LABELS: usize = 4;
/// A finding with more lines is marked in its first line only.
const MOST_LINES: usize = 8;
/// Lines between two places that are shown rather than left out.
const MOST_BETWEEN: usize = 2;
/// Of a line that is longer, so many bytes before and behind a mark are given to the renderer, which fits them in.
const MOST_BYTES: usize = 1000;

/// A text of which parts are shown.
pub struct Excerpts<'a> {
    text: &'a str,
    cells: Option<&'a Cells>,
    lines: Lines<'a>,
}

/// A place that is marked.
struct Mark<'a> {
    range: Range<usize>,
    lines: Range<usize>,
    kind: AnnotationKind,
    text: Option<&'a str>,
}

impl<'a> Excerpts<'a> {
    /// Of a file, or of the cells of a notebook.
    pub fn of(code: impl Into<Code<'a>>) -> Excerpts<'a> {
        let Code { text, cells } = code.into();
        let lines = Lines::of(text.as_bytes());
        Excerpts { text, cells, lines }
    }

    /// The cell of a mark, and the line of the text before its first.
    fn cell(&self, mark: &Mark) -> Option<(usize, usize)> {
        let cell = self.cells?.at(mark.range.start)?;
        Some((cell.number, self.lines.line(cell.range.start) - 1))
    }

    /// The lines of a place and of those that have to do with it, then messages, each with what it is called.
    pub fn render(
        &self,
        level: Level,
        place: Option<Range<usize>>,
        labels: &[(Range<usize>, &str)],
        messages: &[(&str, String)],
        painter: Painter,
    ) -> String {
        let place = place.map(|range| self.mark(range, MOST_LINES, AnnotationKind::Primary, None));
        let labels = labels
            .iter()
            .filter(|_| place.is_some())
            .take(MOST_LABELS)
            .map(|(range, text)| self.mark(range.clone(), 1, AnnotationKind::Context, Some(*text)));
        let mut marks: Vec<Mark> = place.iter().map(Mark::again).chain(labels).collect();
        marks.sort_by_key(|mark| mark.lines.start);
        let level = match level {
            Level::Error => annotate_snippets::Level::ERROR,
            Level::Warning => annotate_snippets::Level::WARNING,
            Level::Note => annotate_snippets::Level::NOTE,
        };
        let named = |name: &'static str| annotate_snippets::Level::NOTE.with_name(name);
        let messages = messages.iter().map(|(name, text)| {
            let name = match *name {
                "fix" => named("fix"),
                "more" => named("more"),
                _ => named("note"),
            };
            Element::from(name.message(printable(text)))
        });
        let group = Group::with_level(level)
            .elements(self.windows(&marks))
            .elements(messages);
        let rendered = renderer(painter).render(&[group]);
        let mut result = String::with_capacity(rendered.len() + 64);
        for line in rendered.lines() {
            // Between two windows the renderer would name the file, which stands above already.
            let plain = match line.contains('\x1b') {
                true => console::strip_ansi_codes(line),
                false => line.into(),
            };
            let line = match plain.trim() {
                ":::" => "...",
                "" => continue,
                _ => line.trim_end(),
            };
            result.push_str("  ");
            result.push_str(line);
            result.push('\n');
        }
        result
    }

    /// What is marked of a range: all of it, or its first line if it has too many.
    fn mark<'t>(
        &self,
        range: Range<usize>,
        most_lines: usize,
        kind: AnnotationKind,
        text: Option<&'t str>,
    ) -> Mark<'t> {
        let first = self.lines.line(range.start);
        let last = self.lines.line(range.end.max(range.start + 1) - 1).max(first);
        let (range, last) = match last - first < most_lines {
            true => (range, last),
            false => (range.start..self.lines.range(first).end.max(range.start), first),
        };
        Mark {
            range,
            lines: first..last + 1,
            kind,
            text,
        }
    }

    /// The marks, which are sorted, with the lines around them; those that are near share a window.
    fn windows<'t>(&self, marks: &[Mark<'t>]) -> Vec<Snippet<'t, Annotation<'t>>> {
        let mut windows: Vec<(Range<usize>, Vec<&Mark<'t>>)> = Vec::new();
        for mark in marks {
            match windows.last_mut() {
                Some((lines, marks))
                    if mark.lines.start <= lines.end + MOST_BETWEEN && self.cell(mark) == self.cell(marks[0]) =>
                {
                    lines.end = lines.end.max(mark.lines.end);
                    marks.push(mark);
                }
                _ => windows.push((mark.lines.clone(), vec![mark])),
            }
        }
        windows.iter().map(|(lines, marks)| self.window(lines, marks)).collect()
    }

    fn window<'t>(&self, lines: &Range<usize>, marks: &[&Mark<'t>]) -> Snippet<'t, Annotation<'t>> {
        let mut shown = String::new();
        let mut spans: Vec<(usize, usize)> = vec![(0, 0); marks.len()];
        for number in lines.clone() {
            let line = self.lines.range(number);
            let part = self.part(&line, marks);
            let start = shown.len();
            let place = |offset: usize| {
                let offset = offset.clamp(part.start, part.end);
                start + printable(&self.text[part.start..offset]).len()
            };
            for (span, mark) in spans.iter_mut().zip(marks) {
                if number == mark.lines.start {
                    span.0 = place(mark.range.start);
                }
                if number + 1 == mark.lines.end {
                    span.1 = place(mark.range.end);
                }
            }
            shown.push_str(&printable(&self.text[part]));
            shown.push('\n');
        }
        let annotations = spans.into_iter().zip(marks).map(|((start, end), mark)| {
            let annotation = mark.kind.span(start..end.max(start));
            match mark.text {
                Some(text) => annotation.label(text.to_string()),
                None => annotation,
            }
        });
        let annotations: Vec<Annotation<'t>> = annotations.collect();
        let cell = self.cell(marks[0]);
        let snippet = Snippet::source(shown)
            .line_start(lines.start - cell.map_or(0, |(_, before)| before))
            .annotations(annotations);
        // The line above names the cell of the finding.
        let is_other = marks.iter().all(|mark| mark.kind != AnnotationKind::Primary);
        match cell.filter(|_| is_other) {
            Some((number, _)) => snippet.path(format!("cell {number}")),
            None => snippet,
        }
    }

    /// What is shown of a line: of a long one what is near its first mark.
    fn part(&self, line: &Range<usize>, marks: &[&Mark]) -> Range<usize> {
        if line.len() <= 2 * MOST_BYTES {
            return line.clone();
        }
        let starts = marks.iter().map(|mark| mark.range.start);
        let mark = starts.filter(|start| line.contains(start)).min().unwrap_or(line.start);
        let start = self.text.floor_char_boundary(mark.saturating_sub(MOST_BYTES));
        let end = self.text.ceil_char_boundary((mark + MOST_BYTES).min(line.end));
        start.max(line.start)..end
    }
}

impl Mark<'_> {
    fn again(&self) -> Self {
        Mark {
            range: self.range.clone(),
            lines: self.lines.clone(),
            kind: self.kind,
            text: self.text,
        }
    }
}

fn renderer(painter: Painter) -> Renderer {
    let renderer = match painter.colors {
        false => Renderer::plain(),
        true => Renderer::styled()
            .error(AnsiColor::Red.on_default().bold())
            .warning(AnsiColor::Yellow.on_default().bold())
            .note(AnsiColor::Cyan.on_default().bold())
            .context(AnsiColor::Blue.on_default().bold())
            .line_num(AnsiColor::Blue.on_default())
            .emphasis(Style::new()),
    };
    // What it writes is indented by two.
    match painter.columns {
        Some(columns) => renderer.term_width(columns.saturating_sub(2).max(NARROWEST)),
        None => renderer,
    }
}

/// With less, nothing of a line would be left beside its number.
const NARROWEST: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn render(excerpts: &Excerpts, place: Range<usize>, labels: &[(Range<usize>, &str)]) -> String {
        excerpts.render(Level::Error, Some(place), labels, &[], Painter::default())
    }

    #[test]
    fn places_that_are_apart_have_windows_in_the_order_of_the_text() {
        let text = "one()\ntwo()\nthree()\n4\n5\n6\nseven(\n    eight)\n";
        let at = |part: &str| {
            let start = text.find(part).expect("is there");
            start..start + part.len()
        };
        let labels = [
            (at("one"), "first"),
            (at("three"), "near"),
            (at("seven(\n    eight)"), "far, and only its first line"),
        ];
        insta::assert_snapshot!(render(&Excerpts::of(text), at("two()"), &labels), @"
            |
          1 | one()
            | --- first
          2 | two()
            | ^^^^^
          3 | three()
            | ----- near
            |
          ...
          7 | seven(
            | ------ far, and only its first line
        ");
    }

    #[test]
    fn every_offset_can_be_marked() {
        let text = "a\r\n\u{e9}\tb\rc\u{202e}\n\n";
        let excerpts = Excerpts::of(text);
        let offsets: Vec<usize> = (0..=text.len())
            .filter(|offset| text.is_char_boundary(*offset))
            .collect();
        for start in &offsets {
            for end in offsets.iter().filter(|end| *end >= start) {
                let rendered = render(&excerpts, *start..*end, &[(*start..*end, "here")]);
                assert!(
                    rendered.contains("here") && !rendered.contains(['\r', '\u{202e}']),
                    "{rendered}"
                );
            }
        }
    }

    /// A finding costs what is near to it, not what is in the file: with the square of the lines this would not end.
    #[test]
    fn the_time_does_not_grow_with_the_file() {
        let line = "ssl.match_hostname(a, b)\n";
        let text = line.repeat(20_000);
        let excerpts = Excerpts::of(&text);
        for number in 0..20_000 {
            let start = number * line.len();
            let rendered = render(&excerpts, start..start + 18, &[(0..3, "far")]);
            assert!(rendered.contains(&format!("{} | ssl", number + 1)), "{rendered}");
        }
    }
}
