//! Which bytes of the old text became which bytes of the new text, over any number of rounds of edits.

use super::Edit;

/// Bytes that were replaced: `old` of the text before all rounds, by `new` of the text after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Byte offsets into the old text.
    pub old: std::ops::Range<usize>,
    /// Byte offsets into the new text.
    pub new: std::ops::Range<usize>,
}

/// The spans of a text, in order and without overlap; everything between them is equal in both texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    spans: Vec<Span>,
}

impl Spans {
    /// The spans in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter()
    }

    /// True if nothing was replaced.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of the old text that became those of a range of the new text. A span that shares a byte with the range
    /// belongs to it as a whole.
    pub fn old_range(&self, new: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let first = self.spans.partition_point(|span| span.new.end <= new.start);
        let past = self.spans.partition_point(|span| span.new.start < new.end).max(first);
        let to_old = |next: usize| match next.checked_sub(1) {
            Some(last) => self.spans[last].old.end as isize - self.spans[last].new.end as isize,
            None => 0,
        };
        let inside = &self.spans[first..past];
        let start = match inside.first() {
            Some(span) if span.new.start <= new.start => span.old.start,
            _ => shift(new.start, to_old(first)),
        };
        let end = match inside.last() {
            Some(span) if span.new.end >= new.end => span.old.end,
            _ => shift(new.end, to_old(past)),
        };
        start..end
    }

    /// Applies one round: `edits` are sorted, do not overlap, and speak of the text that `self` calls new.
    /// Returns the text after the round.
    pub fn apply(&mut self, text: &str, edits: &[Edit]) -> String {
        let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text().len()).sum::<usize>());
        let mut round = Vec::new();
        let mut copied = 0;
        for edit in edits {
            let (start, end) = (usize::from(edit.range().start()), usize::from(edit.range().end()));
            result.push_str(&text[copied..start]);
            let from = result.len();
            result.push_str(edit.text());
            copied = end;
            round.push(Span {
                old: start..end,
                new: from..result.len(),
            });
        }
        result.push_str(&text[copied..]);
        self.spans = compose(&self.spans, &round);
        result
    }
}

/// Joins two steps into one. `first` leads from a text A to B, `second` from B to C; the result leads from A to C.
fn compose(first: &[Span], second: &[Span]) -> Vec<Span> {
    let mut result: Vec<Span> = Vec::new();
    let (mut firsts, mut seconds) = (first.iter().peekable(), second.iter().peekable());
    // What must be added to an offset of B, outside all spans, to get to A and to C.
    let (mut to_a, mut to_c) = (0isize, 0isize);
    loop {
        let b = match (firsts.peek(), seconds.peek()) {
            (None, None) => return result,
            (Some(one), None) => one.new.start,
            (None, Some(two)) => two.old.start,
            (Some(one), Some(two)) => one.new.start.min(two.old.start),
        };
        // Everything that touches, transitively, becomes one span of B.
        let (start, mut end) = (b, b);
        let (a_start, c_start) = (shift(start, to_a), shift(start, to_c));
        loop {
            if let Some(one) = firsts.next_if(|one| one.new.start <= end) {
                end = end.max(one.new.end);
                to_a = one.old.end as isize - one.new.end as isize;
            } else if let Some(two) = seconds.next_if(|two| two.old.start <= end) {
                end = end.max(two.old.end);
                to_c = two.new.end as isize - two.old.end as isize;
            } else {
                break;
            }
        }
        result.push(Span {
            old: a_start..shift(end, to_a),
            new: c_start..shift(end, to_c),
        });
    }
}

fn shift(offset: usize, by: isize) -> usize {
    offset.checked_add_signed(by).expect("a span stays inside its text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_text_size::TextRange;

    fn check(old: &str, rounds: &[&[(u32, u32, &str)]]) -> String {
        let mut spans = Spans::default();
        let mut text = old.to_string();
        for round in rounds {
            let edits: Vec<Edit> = round
                .iter()
                .map(|(start, end, new)| Edit::replace(TextRange::new((*start).into(), (*end).into()), *new))
                .collect();
            text = spans.apply(&text, &edits);
        }
        let (mut at_old, mut at_new) = (0, 0);
        for span in spans.iter() {
            assert_eq!(&old[at_old..span.old.start], &text[at_new..span.new.start]);
            (at_old, at_new) = (span.old.end, span.new.end);
        }
        assert_eq!(&old[at_old..], &text[at_new..]);
        text
    }

    #[test]
    fn rounds_compose() {
        assert_eq!(check("abcdef", &[&[(1, 2, "XYZ"), (4, 4, "+")]]), "aXYZcd+ef");
        assert_eq!(check("abcdef", &[&[(1, 2, "XYZ")], &[(2, 5, "_")]]), "aX_def");
        assert_eq!(
            check("abcdef", &[&[(3, 3, "+")], &[(0, 1, "AA"), (6, 7, "")]]),
            "AAbc+de"
        );
        assert_eq!(check("abcdef", &[&[(0, 2, ""), (4, 6, "")], &[(1, 1, "--")]]), "c--d");
    }

    #[test]
    fn a_range_leads_back_to_the_old_text() {
        let mut spans = Spans::default();
        let edit = |start: u32, end: u32, new: &str| Edit::replace(TextRange::new(start.into(), end.into()), new);
        let new = spans.apply("abcdefgh", &[edit(1, 2, "XYZ"), edit(4, 5, ""), edit(7, 7, "++")]);
        assert_eq!(new, "aXYZcdfg++h");
        for (part, old) in [
            ("a", 0..1),
            ("XYZ", 1..2),
            ("Y", 1..2),
            ("aX", 0..2),
            ("Zc", 1..3),
            ("cd", 2..4),
            ("fg", 5..7),
            ("df", 3..6),
            ("+", 7..7),
            ("h", 7..8),
            ("aXYZcdfg++h", 0..8),
        ] {
            let start = new.find(part).expect("it is in the text");
            assert_eq!(spans.old_range(start..start + part.len()), old, "{part}");
        }
    }
}
