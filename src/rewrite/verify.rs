//! The proof that edits changed what they replace and nothing else.

use super::Edit;
use super::spans::Spans;
use crate::source;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ModModule, NodeKind};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};
use std::collections::HashSet;

/// True if the text with the edits applied parses, and every statement of the old tree that touches no edit stands in
/// the new tree: of the same kind, over the same bytes, as deep inside compound statements as before.
///
/// `edits` are sorted; of those that overlap nothing is proven. The bytes outside them are equal by construction; what
/// this rules out is that they come to mean something else, as when a line slips out of its block.
pub fn same_outside_edits(text: &str, parsed: &Parsed<ModModule>, edits: &[Edit]) -> bool {
    if edits.windows(2).any(|pair| pair[0].overlaps(&pair[1])) {
        return false;
    }
    let mut spans = Spans::default();
    let new_text = spans.apply(text, edits);
    let Ok(new_parsed) = source::parse(&new_text) else {
        return false;
    };
    let new_statements: HashSet<Statement> = statements(new_parsed.syntax()).into_iter().collect();
    let mut spans = spans.iter().peekable();
    let mut shift = 0i64;
    statements(parsed.syntax()).into_iter().all(|statement| {
        let start = usize::from(statement.range.start());
        while let Some(span) = spans.next_if(|span| span.old.end <= start) {
            shift = span.new.end as i64 - span.old.end as i64;
        }
        let touches = edits
            .iter()
            .any(|edit| edit.range().intersect(statement.range).is_some());
        touches || new_statements.contains(&statement.shifted(shift))
    })
}

/// A statement as far as the proof compares it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Statement {
    kind: NodeKind,
    range: TextRange,
    depth: u32,
}

impl Statement {
    fn shifted(self, by: i64) -> Statement {
        let shift = |offset: ruff_text_size::TextSize| ((i64::from(offset.to_u32()) + by) as u32).into();
        Statement {
            range: TextRange::new(shift(self.range.start()), shift(self.range.end())),
            ..self
        }
    }
}

/// All statements, in the order of their starts.
fn statements(module: &ModModule) -> Vec<Statement> {
    let mut collector = Collector::default();
    collector.visit_body(&module.body);
    collector.statements
}

#[derive(Default)]
struct Collector {
    statements: Vec<Statement>,
    depth: u32,
}

impl<'a> SourceOrderVisitor<'a> for Collector {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        if node.is_statement() {
            self.statements.push(Statement {
                kind: node.kind(),
                range: node.range(),
                depth: self.depth,
            });
            self.depth += 1;
        }
        if node.is_expression() {
            TraversalSignal::Skip
        } else {
            TraversalSignal::Traverse
        }
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if node.is_statement() {
            self.depth -= 1;
        }
    }
}
