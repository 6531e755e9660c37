//! Where an offset is, for people: its line and its column.

use std::ops::Range;

/// The lines of a text as Python and editors count them: they end at `\n`, `\r\n` and `\r`.
pub struct Lines<'a> {
    bytes: &'a [u8],
    /// The byte offset at which each starts, in order.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Of a text, in any encoding that contains ASCII.
    pub fn of(bytes: &'a [u8]) -> Lines<'a> {
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|end| bytes[*end] == b'\n' || bytes.get(end + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|end| end + 1)).collect();
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

    /// The line, and the column in characters, both from 1, of what is `offset` bytes into the text. Bytes that are no
    /// UTF-8 count as one character each.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.bytes.len());
        let line = self.line(offset);
        let before = &self.bytes[self.starts[line - 1]..offset];
        (line, String::from_utf8_lossy(before).chars().count() + 1)
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
}
