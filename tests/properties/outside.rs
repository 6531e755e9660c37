//! Whether what stands outside the edits still means what it meant: the same nodes, in the same order, inside the same
//! statements.
//!
//! A proof of its own: it knows only the two trees and the bytes that differ, and nothing of what a fix wanted.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ModModule, NodeKind};
use ruff_text_size::Ranged;
use sslfix::rewrite::{Span, Spans};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// Says which node of one tree, outside the spans, is not in the other.
pub fn same_outside((old, text): (&ModModule, &str), new: &ModModule, spans: &Spans) -> Result<(), String> {
    let spans: Vec<&Span> = spans.iter().collect();
    let old_nodes = Collector::collect(old, spans.iter().map(|span| (span.old.clone(), span.old.end)).collect());
    let new_nodes = Collector::collect(new, spans.iter().map(|span| (span.new.clone(), span.old.end)).collect());
    let differs = |index: &usize| old_nodes.get(*index) != new_nodes.get(*index);
    let Some(index) = (0..old_nodes.len().max(new_nodes.len())).find(differs) else {
        return Ok(());
    };
    let say = |node: Option<&Node>| match node {
        Some(node) => format!(
            "{:?} `{}`",
            node.kind,
            text.get(node.start..node.end).unwrap_or_default()
        ),
        None => "nothing".into(),
    };
    let (one, other) = (old_nodes.get(index), new_nodes.get(index));
    let is_elsewhere =
        matches!((one, other), (Some(one), Some(other)) if Node { inside: other.inside, ..*one } == *other);
    let place = if is_elsewhere { " inside other statements" } else { "" };
    Err(format!("outside the edits {} became {}{place}", say(one), say(other)))
}

/// A node that touches no span, in the offsets of the old text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    kind: NodeKind,
    start: usize,
    end: usize,
    /// Which statements and clauses it stands in.
    inside: u64,
}

struct Collector {
    /// The spans of the text that is looked at, and where each ends in the old one.
    spans: Vec<(Range<usize>, usize)>,
    inside: Vec<u64>,
    nodes: Vec<Node>,
}

impl Collector {
    fn collect(tree: &ModModule, spans: Vec<(Range<usize>, usize)>) -> Vec<Node> {
        let mut collector = Collector {
            spans,
            inside: vec![0],
            nodes: Vec::new(),
        };
        collector.visit_body(&tree.body);
        collector.nodes
    }

    /// The range in the old text, if no span touches it.
    fn in_old(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let next = self.spans.partition_point(|(span, _)| span.end < start);
        if self.spans.get(next).is_some_and(|(span, _)| span.start <= end) {
            return None;
        }
        let old_start = match next.checked_sub(1).map(|last| &self.spans[last]) {
            Some((span, old_end)) => start - span.end + old_end,
            None => start,
        };
        Some(old_start..old_start + (end - start))
    }
}

impl<'a> SourceOrderVisitor<'a> for Collector {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let (start, end) = (usize::from(node.start()), usize::from(node.end()));
        let inside = self.inside.last().copied().unwrap_or_default();
        let holds_statements = holds_statements(node);
        // A block ends where its last statement does, which may be one that came or went.
        if let Some(old) = self.in_old(start, if holds_statements { start } else { end }) {
            self.nodes.push(Node {
                kind: node.kind(),
                start: old.start,
                end: old.end,
                inside,
            });
        }
        if holds_statements {
            let mut hasher = DefaultHasher::new();
            let place = self.in_old(start, start).map(|old| old.start);
            (inside, node.kind() as usize, place).hash(&mut hasher);
            self.inside.push(hasher.finish());
        }
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if holds_statements(node) {
            self.inside.pop();
        }
    }
}

fn holds_statements(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::StmtFunctionDef(_)
            | AnyNodeRef::StmtClassDef(_)
            | AnyNodeRef::StmtFor(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtWith(_)
            | AnyNodeRef::StmtMatch(_)
            | AnyNodeRef::StmtTry(_)
            | AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::ExceptHandlerExceptHandler(_)
            | AnyNodeRef::MatchCase(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_text_size::TextRange;
    use sslfix::rewrite::Edit;
    use sslfix::source::parse;

    /// What is said of a text in which the first `old` was replaced.
    fn verdict(text: &str, old: &str, new: &str) -> Result<(), String> {
        let start = text.find(old).expect("is in the text") as u32;
        let range = TextRange::new(start.into(), (start + old.len() as u32).into());
        let mut spans = Spans::default();
        let new_text = spans.apply(text, &[Edit::replace(range, new)]);
        let parse = |text| parse(text).map_err(|error| error.message);
        same_outside((parse(text)?.syntax(), text), parse(&new_text)?.syntax(), &spans)
    }

    #[test]
    fn what_only_moved_is_the_same() {
        assert_eq!(verdict("a = 1\nif b:\n    c = f(d)\n", "a = 1", "x = 2; y = 3"), Ok(()));
        assert_eq!(verdict("if b: c = f(d)\ne\n", "f(d)", "(g)"), Ok(()));
    }

    #[test]
    fn what_slipped_out_of_its_block_is_not() {
        let message = verdict("if a:\n    b\n    cc\n", "    b\n", "    b\nif d:\n").expect_err("is in another block");
        assert!(message.contains("`cc`"), "{message}");
        let message = verdict("try:\n    a\nexcept E:\n    bb\n", "except E", "finally").expect_err("is in a clause");
        assert!(message.contains("inside other statements"), "{message}");
    }

    #[test]
    fn what_is_read_as_something_else_is_not() {
        assert!(verdict("a = 1\nb = 2\nc = '''\n'''\n", "1", "'''").is_err());
        assert!(verdict("a + b * cc\n", "a + ", "a + d ** ").is_ok());
        assert!(verdict("x = 1\naa, bb\n", "1", "(1,\\").is_err());
    }
}
