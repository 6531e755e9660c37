//! A text of Python and, of a notebook, which part of it is which cell.

use std::ops::Range;

/// How a file holds Python.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// It is a module.
    #[default]
    Python,
    /// It is a notebook, in which IPython's magics are allowed.
    Notebook,
}

/// What stands between the code of two cells. With one line end alone, what is put behind the last line of a cell could
/// not be told from what is put in front of the first line of the next.
pub const BETWEEN_CELLS: &str = "\n\n";

/// The text of a file, as it is parsed.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// The text: of a notebook the code of its cells, with [`BETWEEN_CELLS`] between them.
    pub text: &'a str,
    /// The cells; `None` for what is no notebook.
    pub cells: Option<&'a Cells>,
}

/// The cells of a notebook that hold Python, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(Vec<Cell>);

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Counts all cells of the file from 1, also those without Python.
    pub number: usize,
    /// The bytes of the text that are its code.
    pub range: Range<usize>,
}

impl<'a> From<&'a str> for Code<'a> {
    fn from(text: &'a str) -> Code<'a> {
        Code { text, cells: None }
    }
}

impl<'a> From<&'a String> for Code<'a> {
    fn from(text: &'a String) -> Code<'a> {
        Code::from(text.as_str())
    }
}

impl Code<'_> {
    /// How the file holds it.
    pub fn dialect(&self) -> Dialect {
        match self.cells {
            Some(_) => Dialect::Notebook,
            None => Dialect::Python,
        }
    }
}

impl FromIterator<Cell> for Cells {
    fn from_iter<T: IntoIterator<Item = Cell>>(cells: T) -> Cells {
        Cells(cells.into_iter().collect())
    }
}

impl Cells {
    /// The cells in the order of the text.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Cell> {
        self.0.iter()
    }

    /// The cell that a byte of the text belongs to; what stands behind a cell belongs to it.
    pub fn at(&self, offset: usize) -> Option<&Cell> {
        let past = self.0.partition_point(|cell| cell.range.start <= offset);
        self.0.get(past.checked_sub(1)?)
    }

    /// The cells after edits, which are in order and each inside of one cell: the bytes that are replaced, and by how many.
    pub fn after(&self, edits: impl IntoIterator<Item = (Range<usize>, usize)>) -> Cells {
        let mut edits = edits.into_iter().peekable();
        let mut shift = 0isize;
        let cells = self.0.iter().map(|cell| {
            let start = cell.range.start.saturating_add_signed(shift);
            while let Some((old, new)) = edits.next_if(|(old, _)| old.end <= cell.range.end) {
                shift += new as isize - old.len() as isize;
            }
            Cell {
                number: cell.number,
                range: start..cell.range.end.saturating_add_signed(shift),
            }
        });
        cells.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_move_with_what_is_put_into_them() {
        let cell = |number, range| Cell { number, range };
        let cells: Cells = [cell(1, 0..3), cell(2, 5..5), cell(4, 7..9)].into_iter().collect();
        // At the end of the first, into the empty one, and the first byte of the last.
        let after = cells.after([(3..3, 4), (5..5, 1), (7..8, 0)]);
        let ranges: Vec<Range<usize>> = after.iter().map(|cell| cell.range.clone()).collect();
        assert_eq!(ranges, [0..7, 9..10, 12..13]);
        assert_eq!(cells.at(4).map(|cell| cell.number), Some(1));
        assert_eq!(cells.at(5).map(|cell| cell.number), Some(2));
        assert_eq!(cells.at(99).map(|cell| cell.number), Some(4));
    }
}
