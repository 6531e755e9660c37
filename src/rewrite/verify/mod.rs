//! The proof that edits changed what they replace and nothing else.

mod nearby;

use super::Edit;
use super::cells::are_confined;
use super::spans::Spans;
use crate::source::{self, Cells, Code, Unreadable};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ModModule, NodeKind, Stmt};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

/// A text after edits, parsed.
pub struct Edited {
    /// The text.
    pub text: String,
    /// Which part of it is which cell; `None` for what is no notebook.
    pub cells: Option<Cells>,
    /// Its tree.
    pub parsed: Parsed<ModModule>,
}

impl Edited {
    /// Applies the edits, which are sorted and do not overlap.
    ///
    /// # Errors
    ///
    /// If the text is then no Python that can be parsed.
    pub fn of(code: Code, edits: &[Edit]) -> Result<Edited, Unreadable> {
        let text = Spans::default().apply(code.text, edits);
        let cells = cells_after(code.cells, edits);
        let new_code = Code {
            text: &text,
            cells: cells.as_ref(),
        };
        Ok(Edited {
            parsed: source::parse(new_code)?,
            text,
            cells,
        })
    }

    /// The same of a module that parses with each of its edited parts in its place.
    fn of_parts_that_parse(code: Code, edits: &[Edit]) -> Result<Edited, Unreadable> {
        let text = Spans::default().apply(code.text, edits);
        Ok(Edited {
            parsed: source::parse_known(&text)?,
            text,
            cells: None,
        })
    }

    /// The text as it is parsed.
    pub fn code(&self) -> Code<'_> {
        Code {
            text: &self.text,
            cells: self.cells.as_ref(),
        }
    }
}

/// True if the text with the edits applied parses, and every statement of the old tree that touches no edit stands in
/// the new tree: of the same kind, over the same bytes, as deep inside compound statements as before, and in the same one.
///
/// `edits` are sorted; of those that overlap nothing is proven. The bytes outside them are equal by construction; what
/// this rules out is that they come to mean something else, as when a line slips out of its block or into another.
///
/// Of a notebook each edit must stand in one cell.
pub fn same_outside_edits<'a>(code: impl Into<Code<'a>>, parsed: &Parsed<ModModule>, edits: &[Edit]) -> bool {
    proven_whole(code.into(), parsed, edits).is_some()
}

/// True only if [`same_outside_edits`] is, told from the lines around the edits alone. Of nearly all fixes they tell, and
/// that takes a small part of the time.
pub fn same_by_lines_nearby<'a>(code: impl Into<Code<'a>>, parsed: &Parsed<ModModule>, edits: &[Edit]) -> bool {
    !overlap(edits) && nearby::holds(code.into(), parsed, edits)
}

/// The text with the edits applied, if [`same_outside_edits`] holds of them.
pub fn proven(code: Code, parsed: &Parsed<ModModule>, edits: &[Edit]) -> Option<Edited> {
    if !same_by_lines_nearby(code, parsed, edits) {
        return proven_whole(code, parsed, edits);
    }
    let edited = Edited::of_parts_that_parse(code, edits).ok()?;
    debug_assert!(
        keeps_statements(&parsed.syntax().body, &edited.parsed.syntax().body, edits, 0),
        "the lines nearby say that {edits:?} change nothing else"
    );
    Some(edited)
}

fn proven_whole(code: Code, parsed: &Parsed<ModModule>, edits: &[Edit]) -> Option<Edited> {
    if overlap(edits) || !are_confined(code, edits) {
        return None;
    }
    let edited = Edited::of(code, edits).ok()?;
    let (old, new) = (parsed.syntax(), edited.parsed.syntax());
    keeps_statements(&old.body, &new.body, edits, 0).then_some(edited)
}

fn overlap(edits: &[Edit]) -> bool {
    edits.windows(2).any(|pair| pair[0].overlaps(&pair[1]))
}

/// True if the old statements that touch no edit stand among the new ones, so many bytes further on before the first edit.
fn keeps_statements(old: &[Stmt], new: &[Stmt], edits: &[Edit], shift: i64) -> bool {
    let new_parts = parts(new);
    let new_starts = new_parts
        .iter()
        .map(|part| (part.key(part.range), part.around_start(&new_parts)));
    let new_starts: FxHashMap<Key, Option<TextSize>> = new_starts.collect();

    let old_parts = parts(old);
    let mut edits_before = edits.iter().peekable();
    let mut shift = shift;
    let mut moved_starts: Vec<TextSize> = Vec::with_capacity(old_parts.len());
    old_parts.iter().all(|part| {
        let start = part.range.start();
        while let Some(edit) = edits_before.next_if(|edit| edit.range().end() <= start) {
            shift += edit.text().len() as i64 - i64::from(edit.range().len().to_u32());
        }
        let moved = |offset: TextSize| TextSize::from((i64::from(offset.to_u32()) + shift) as u32);
        moved_starts.push(moved(start));
        if !part.is_statement || touches(edits, part.range) {
            return true;
        }
        let Some(new_around) = new_starts.get(&part.key(TextRange::new(moved(start), moved(part.range.end())))) else {
            return false;
        };
        match part.around {
            // What is around it may be what the edit makes of it.
            Some(around) if touches(edits, TextRange::empty(old_parts[around].range.start())) => true,
            around => around.map(|around| moved_starts[around]) == *new_around,
        }
    })
}

/// The cells after edits, which are sorted and stand each in one cell.
pub fn cells_after(cells: Option<&Cells>, edits: &[Edit]) -> Option<Cells> {
    let moved = |edit: &Edit| (edit.range().into(), edit.text().len());
    cells.map(|cells| cells.after(edits.iter().map(moved)))
}

/// True if an edit, which are sorted, replaces a byte of the range, or is at its start or end.
fn touches(edits: &[Edit], range: TextRange) -> bool {
    let next = edits.partition_point(|edit| edit.range().end() < range.start());
    edits.get(next).is_some_and(|edit| edit.range().start() <= range.end())
}

/// A statement, or the clause of one, as far as the proof compares it.
struct Part {
    kind: NodeKind,
    range: TextRange,
    depth: u32,
    is_statement: bool,
    /// The part that it is in, by index.
    around: Option<usize>,
}

type Key = (NodeKind, TextRange, u32);

impl Part {
    fn key(&self, range: TextRange) -> Key {
        (self.kind, range, self.depth)
    }

    fn around_start(&self, parts: &[Part]) -> Option<TextSize> {
        self.around.map(|around| parts[around].range.start())
    }
}

/// All statements and clauses in and below these, in the order of their starts.
fn parts(statements: &[Stmt]) -> Vec<Part> {
    let mut collector = Collector::default();
    collector.visit_body(statements);
    collector.parts
}

#[derive(Default)]
struct Collector {
    parts: Vec<Part>,
    /// Those that are around what is visited, by index.
    open: Vec<usize>,
}

/// True for what has a suite of its own that is not all of a statement. The `else` of a loop and `finally` are no nodes.
fn is_clause(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::ElifElseClause(_) | AnyNodeRef::ExceptHandlerExceptHandler(_) | AnyNodeRef::MatchCase(_)
    )
}

impl<'a> SourceOrderVisitor<'a> for Collector {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.is_statement() || is_clause(node) {
            let part = Part {
                kind: node.kind(),
                range: node.range(),
                depth: self.open.len() as u32,
                is_statement: node.is_statement(),
                around: self.open.last().copied(),
            };
            self.open.push(self.parts.len());
            self.parts.push(part);
        }
        if node.is_expression() {
            TraversalSignal::Skip
        } else {
            TraversalSignal::Traverse
        }
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if node.is_statement() || is_clause(node) {
            self.open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "first()\nif second:\n    third()\n    fourth()\nfifth()\n";

    fn holds(old: &str, new: &str) -> bool {
        let start = TEXT.find(old).expect("it is in the text") as u32;
        let range = TextRange::new(start.into(), (start + old.len() as u32).into());
        let parsed = source::parse(TEXT).expect("it parses");
        same_outside_edits(TEXT, &parsed, &[Edit::replace(range, new)])
    }

    #[test]
    fn what_stands_outside_stays_what_it_was() {
        assert!(holds("first()", "one()\ntwo()"));
        assert!(holds("    third()\n", ""));
        assert!(holds("    third()\n", "    third(\n        1)\n"));
    }

    #[test]
    fn what_an_edit_touches_may_become_something_else() {
        let parsed = source::parse(TEXT).expect("it parses");
        let holds_with = |edit: Edit| same_outside_edits(TEXT, &parsed, &[edit]);
        // In front of the statement, and right behind it.
        assert!(holds_with(Edit::insert(0.into(), "one = ")));
        assert!(holds_with(Edit::insert(
            "first()".len().try_into().expect("it is short"),
            " + 1"
        )));
        // What is around the lines of the block is the edit's, wherever it starts now.
        assert!(holds("if second:", "one()\nif other:"));
        assert!(holds("if second:", "while other:"));
    }

    #[test]
    fn a_text_that_does_not_parse_is_refused() {
        assert!(!holds("first()", "first("));
        assert!(!holds("    third()\n    fourth()\n", ""));
    }

    #[test]
    fn a_line_that_slips_out_of_its_block_or_into_another_is_refused() {
        assert!(!holds("    third()\n", "    third()\nif other:\n"));
        assert!(!holds("    third()\n", "    third()\nelif other:\n"));
        assert!(!holds(
            "    third()\n",
            "    if third():\n        pass\n    for one in two:\n      "
        ));
    }

    #[test]
    fn a_line_that_becomes_something_else_is_refused() {
        assert!(!holds("first()\n", "first = \\\n"));
        assert!(!holds("first()\n", "\"\"\"") || !holds("first()", "#"));
        assert!(!holds("if second:\n", "class second:\n    \"\"\"\n"));
    }
}
