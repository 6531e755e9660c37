//! Where an offset is, for people and for the readers of reports: its line and its column.
//!
//! Inside, places are byte offsets. They are turned into lines and columns here and nowhere else, since every reader
//! counts in its own way.

use std::ops::Range;

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`, `\r\n` and `\r`, as for Python and for editors.
    Any,
    /// `\n` alone, as for git and for what shows its diffs.
    Newline,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Characters, which are code points.
    Characters,
    /// Code units of UTF-16: two for a character from U+10000 on.
    Utf16,
    /// Bytes of UTF-8, whatever the encoding of the file is.
    Utf8,
}

/// How much text there is, in each unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Width {
    characters: usize,
    utf16: usize,
    utf8: usize,
}

impl Width {
    /// Of bytes in any encoding that contains ASCII. Those that are no UTF-8 count as one character each.
    pub fn of(bytes: &[u8]) -> Width {
        let text = String::from_utf8_lossy(bytes);
        Width {
            characters: text.chars().count(),
            utf16: text.encode_utf16().count(),
            utf8: bytes.len(),
        }
    }

    /// In that unit.
    pub fn count(self, unit: Unit) -> usize {
        match unit {
            Unit::Characters => self.characters,
            Unit::Utf16 => self.utf16,
            Unit::Utf8 => self.utf8,
        }
    }
}

/// The lines of a text.
pub struct Lines<'a> {
    bytes: &'a [u8],
    /// The byte offset at which each starts, in order.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// As Python and editors count them, of a text in any encoding that contains ASCII.
    pub fn of(bytes: &'a [u8]) -> Lines<'a> {
        Lines::ending_at(bytes, LineEnd::Any)
    }

    /// As they are counted by somebody for whom they end there.
    pub fn ending_at(bytes: &'a [u8], line_end: LineEnd) -> Lines<'a> {
        let is_end = |end: &usize| match (bytes[*end], line_end) {
            (b'\n', _) => true,
            (_, LineEnd::Newline) => false,
            (_, LineEnd::Any) => bytes.get(end + 1) != Some(&b'\n'),
        };
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_end);
        // Lines of code have some 40 bytes, those of other texts more.
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        starts.extend(ends.map(|end| end + 1));
        Lines { bytes, starts }
    }

    /// The line, from 1, of what is `offset` bytes into the text.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The bytes of a line, which counts from 1, without its end.
    pub fn range(&self, line: usize) -> Range<usize> {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.bytes.len());
        let content = &self.bytes[start..end];
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        start..start + content.len()
    }

    /// The line, from 1, of what is `offset` bytes into the text, and what stands before it in that line.
    pub fn line_and_width(&self, offset: usize) -> (usize, Width) {
        let offset = offset.min(self.bytes.len());
        let line = self.line(offset);
        (line, Width::of(&self.bytes[self.starts[line - 1]..offset]))
    }

    /// The line, and the column in that unit, both from 1, of what is `offset` bytes into the text.
    pub fn line_and_column_in(&self, offset: usize, unit: Unit) -> (usize, usize) {
        let (line, before) = self.line_and_width(offset);
        (line, before.count(unit) + 1)
    }

    /// The line, and the column in characters, both from 1, of what is `offset` bytes into the text. Bytes that are no
    /// UTF-8 count as one character each.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        self.line_and_column_in(offset, Unit::Characters)
    }

    /// The line of that number, from 1, without its end. What comes after the last line end is a line if there is
    /// anything.
    pub fn content(&self, number: usize) -> Option<&'a [u8]> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        (start < self.bytes.len()).then(|| &self.bytes[self.range(number)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_in_python() {
        let lines = Lines::of("a\nb\r\nc\rdé!\n".as_bytes());
        let places = [0, 1, 2, 5, 7, 8, 10, 11, 12, 99].map(|offset| lines.line_and_column(offset));
        assert_eq!(
            places,
            [
                (1, 1),
                (1, 2),
                (2, 1),
                (3, 1),
                (4, 1),
                (4, 2),
                (4, 3),
                (4, 4),
                (5, 1),
                (5, 1)
            ]
        );
        assert_eq!(Lines::of(b"").line_and_column(0), (1, 1));
        let ranges = [1, 2, 3, 4, 5].map(|line| lines.range(line));
        assert_eq!(ranges, [0..1, 2..3, 5..6, 7..11, 12..12]);
        assert_eq!(Lines::of(b"").range(1), 0..0);
        assert_eq!((lines.line(6), lines.line(7), lines.line(99)), (3, 4, 5));
        let contents = [0, 1, 2, 3, 4, 5].map(|number| lines.content(number));
        let expected = ["a", "b", "c", "dé!"].map(|line| Some(line.as_bytes()));
        assert_eq!(contents, [&[None], expected.as_slice(), &[None]].concat()[..]);
        assert_eq!(Lines::of(b"a\nb").content(2), Some(b"b".as_slice()));
    }

    #[test]
    fn a_column_counts_what_its_reader_counts() {
        let text = "\"𝒳é\"; ssl.PROTOCOL_TLSv1";
        let offset = text.find("ssl").expect("it is there");
        let lines = Lines::of(text.as_bytes());
        let columns = [Unit::Characters, Unit::Utf16, Unit::Utf8].map(|unit| lines.line_and_column_in(offset, unit));
        assert_eq!(columns, [(1, 7), (1, 8), (1, 11)]);
    }

    #[test]
    fn tabs_and_form_feeds_are_one_column_and_no_line() {
        for line_end in [LineEnd::Any, LineEnd::Newline] {
            let lines = Lines::ending_at(b"\n\x0c\tssl", line_end);
            for unit in [Unit::Characters, Unit::Utf16, Unit::Utf8] {
                assert_eq!(lines.line_and_column_in(3, unit), (2, 3));
            }
        }
    }

    #[test]
    fn for_git_a_carriage_return_is_part_of_its_line() {
        let lines = Lines::ending_at("é\r\nb\rc\u{2028}d".as_bytes(), LineEnd::Newline);
        let place = |offset| lines.line_and_column_in(offset, Unit::Utf8);
        assert_eq!(
            [place(2), place(3), place(4), place(6), place(10)],
            [(1, 3), (1, 4), (2, 1), (2, 3), (2, 7)]
        );
    }
}
