//! On which lines a comment speaks about a place: the first and the last line of what was found, of the call around it,
//! and of the statement around it; of a compound statement those of its header.

use crate::python::Module;
use ruff_python_ast::{AnyNodeRef, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The statements and calls of a module, as far as this takes.
pub struct Reach<'m, 'a> {
    module: &'m Module<'a>,
    /// The statements and clauses, each without the blocks in it; those around others first.
    heads: Vec<Head>,
    /// The calls, those around others first.
    calls: Vec<TextRange>,
}

struct Head {
    whole: TextRange,
    end: TextSize,
    is_import: bool,
}

impl<'m, 'a> Reach<'m, 'a> {
    /// Of a module.
    pub fn of(module: &'m Module<'a>) -> Reach<'m, 'a> {
        let mut reach = Reach {
            module,
            heads: Vec::new(),
            calls: Vec::new(),
        };
        for (_, node) in module.tree().nodes() {
            let node = node.any();
            if node.is_expr_call() {
                reach.calls.push(node.range());
            } else if node.is_statement() || first_in_block(node).is_some() {
                reach.heads.push(Head {
                    whole: node.range(),
                    end: match first_in_block(node) {
                        Some(first) => end_of_head(module, node.start(), first),
                        None => node.end(),
                    },
                    is_import: matches!(node, AnyNodeRef::StmtImport(_) | AnyNodeRef::StmtImportFrom(_)),
                });
            }
        }
        reach
    }

    /// The starts of the lines on which a comment speaks about a range.
    pub fn lines(&self, range: TextRange) -> Vec<TextSize> {
        let call = self.calls.iter().rfind(|call| call.contains_range(range)).copied();
        let statement = self.head_around(range).map(|head| head.range());
        let ranges = [Some(range), call, statement].into_iter().flatten();
        ranges.flat_map(|range| self.first_and_last_line(range)).collect()
    }

    /// True if the line of an offset belongs to an import.
    pub fn is_in_import(&self, offset: TextSize) -> bool {
        let line = self.module.line_start(offset);
        let imports = self.heads.iter().filter(|head| head.is_import);
        imports
            .map(|head| self.first_and_last_line(head.range()))
            .any(|[first, last]| first <= line && line <= last)
    }

    /// The statement or clause whose head a range is in.
    fn head_around(&self, range: TextRange) -> Option<&Head> {
        let head = self.heads.iter().rfind(|head| head.whole.contains_range(range))?;
        (range.start() < head.end).then_some(head)
    }

    fn first_and_last_line(&self, range: TextRange) -> [TextSize; 2] {
        let text = self.module.slice(range).trim_end();
        let end = range.start() + TextSize::of(text);
        [range.start(), end].map(|offset| self.module.line_start(offset))
    }
}

impl Head {
    fn range(&self) -> TextRange {
        TextRange::new(self.whole.start(), self.end)
    }
}

/// Where the first block of a compound statement or a clause starts.
fn first_in_block(node: AnyNodeRef) -> Option<TextSize> {
    let body: &[Stmt] = match node {
        AnyNodeRef::StmtFunctionDef(node) => &node.body,
        AnyNodeRef::StmtClassDef(node) => &node.body,
        AnyNodeRef::StmtFor(node) => &node.body,
        AnyNodeRef::StmtWhile(node) => &node.body,
        AnyNodeRef::StmtIf(node) => &node.body,
        AnyNodeRef::StmtWith(node) => &node.body,
        AnyNodeRef::StmtTry(node) => &node.body,
        AnyNodeRef::StmtMatch(node) => return node.cases.first().map(Ranged::start),
        AnyNodeRef::ElifElseClause(node) => &node.body,
        AnyNodeRef::ExceptHandlerExceptHandler(node) => &node.body,
        AnyNodeRef::MatchCase(node) => &node.body,
        _ => return None,
    };
    body.first().map(Ranged::start)
}

/// The end of the colon in front of a block.
fn end_of_head(module: &Module, start: TextSize, first_in_block: TextSize) -> TextSize {
    let tokens = module.tokens();
    let past = tokens.partition_point(|token| token.start() < first_in_block);
    let colon = tokens[..past]
        .iter()
        .rfind(|token| token.kind() == ruff_python_ast::token::TokenKind::Colon);
    colon.map_or(start, |colon| colon.end().max(start))
}
