//! One replacement in a text.

use ruff_text_size::{TextRange, TextSize};

/// Replaces the bytes of `range` by `text`.
///
/// Edits are compared as values: two fixes that need the same edit (the same name added to the same import) share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    start: u32,
    end: u32,
    text: String,
    /// Other insertions at the same place do not matter to it.
    joins: bool,
}

impl Edit {
    /// Replaces the bytes of `range` by `text`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Edit {
        Edit {
            start: range.start().to_u32(),
            end: range.end().to_u32(),
            text: text.into(),
            joins: false,
        }
    }

    /// Puts `text` in front of the byte at `offset`.
    pub fn insert(offset: TextSize, text: impl Into<String>) -> Edit {
        Edit::replace(TextRange::empty(offset), text)
    }

    /// Adds `text` in front of the byte at `offset`, beside what others add there: a further name in an import.
    pub fn join(offset: TextSize, text: impl Into<String>) -> Edit {
        Edit {
            joins: true,
            ..Edit::insert(offset, text)
        }
    }

    /// Takes the bytes of `range` away.
    pub fn delete(range: TextRange) -> Edit {
        Edit::replace(range, "")
    }

    /// The bytes that are replaced; empty for an insertion.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.start.into(), self.end.into())
    }

    /// What stands there afterwards.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if the two cannot both be applied: they replace a common byte, one inserts inside what the other replaces, or
    /// both insert something else at one place, where it matters which comes first.
    pub fn overlaps(&self, other: &Edit) -> bool {
        if self == other {
            return false;
        }
        let inside = |insertion: &Edit, around: &Edit| around.start < insertion.start && insertion.start < around.end;
        if (self.start, self.end) == (other.start, other.end) {
            return !(self.joins && other.joins);
        }
        if self.start == self.end {
            return inside(self, other);
        }
        if other.start == other.end {
            return inside(other, self);
        }
        self.start < other.end && other.start < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32) -> Edit {
        Edit::replace(TextRange::new(start.into(), end.into()), "x")
    }

    #[test]
    fn neighbours_do_not_overlap_and_common_bytes_do() {
        assert!(!edit(0, 3).overlaps(&edit(3, 5)));
        assert!(edit(0, 4).overlaps(&edit(3, 5)));
        assert!(edit(0, 9).overlaps(&edit(3, 5)));
    }

    #[test]
    fn an_insertion_overlaps_only_what_is_around_it() {
        assert!(!edit(3, 3).overlaps(&edit(3, 5)));
        assert!(!edit(5, 5).overlaps(&edit(3, 5)));
        assert!(edit(4, 4).overlaps(&edit(3, 5)));
        assert!(edit(4, 4).overlaps(&Edit::insert(4.into(), "y")));
        assert!(!edit(4, 4).overlaps(&edit(4, 4)));
        assert!(!Edit::join(4.into(), "x").overlaps(&Edit::join(4.into(), "y")));
        assert!(Edit::join(4.into(), "x").overlaps(&Edit::insert(4.into(), "y")));
        assert!(Edit::insert(4.into(), "y").overlaps(&Edit::join(4.into(), "x")));
    }
}
