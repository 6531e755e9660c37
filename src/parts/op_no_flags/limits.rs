//! The limits that the program sets on a context itself, and what is to be written beside them so that the stricter of
//! the two holds, as flags and limits did together.

use super::settings::{self, Run};
use crate::python::flow::Does;
use crate::python::tree::{Node, NodeId};
use crate::python::{LineNumber, Module};
use crate::tls::range::MinimumVersion;
use crate::tls::versions::{self, Range, is_below_floor};
use ruff_python_ast::{AnyNodeRef, Expr, Operator, Stmt, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// Everything that limits the versions of the context of one run, but for the run itself.
pub struct Limits {
    minimums: Vec<Limit>,
    maximums: Vec<Limit>,
    /// Lines that set the options anew.
    cleared: Vec<LineNumber>,
}

/// One assignment to `minimum_version` or `maximum_version`.
struct Limit {
    /// A place among the versions; `None` if the text does not tell.
    version: Option<usize>,
    when: When,
    /// True if it may run again behind the run, and is not surely followed by it.
    comes_again: bool,
    statement: NodeId,
    line: LineNumber,
    /// The bytes of a value that is too old to stay.
    weak_value: Option<TextRange>,
}

/// When an assignment runs, as seen from the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Surely before.
    Before,
    /// Surely right behind, before the context is used.
    RightBehind,
    /// After, if at all.
    Later,
    /// The text does not tell.
    Elsewhere,
}

/// What becomes of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is written: a place among the versions.
    Write(usize),
    /// This statement sets it, or a stricter one, already.
    Already(NodeId),
    /// There is nothing to say.
    Nothing,
}

impl Limits {
    /// Reads them off what the code does with the context.
    ///
    /// # Errors
    ///
    /// If the context has no name that could be followed.
    pub fn of<'a>(module: &Module<'a>, run: &Run<'a>) -> Result<Limits, String> {
        if run.holder.is_none() {
            return Err("the context has no name here".into());
        }
        let mut limits = Limits {
            minimums: Vec::new(),
            maximums: Vec::new(),
            cleared: Vec::new(),
        };
        let mut steps = run.steps.clone();
        for step in module.follow(run.steps.clone()) {
            if !steps.iter().any(|own| own.node == step.node) {
                steps.push(step);
            }
        }
        for step in &steps {
            let Does::SetAttribute {
                attribute,
                value,
                operator,
                statement,
            } = step.does
            else {
                continue;
            };
            if excludes(module, run, statement) {
                continue;
            }
            let line = module.line_number(module.tree().node(statement).range().start());
            let limit = || {
                let name = module
                    .ssl_name(value)
                    .and_then(|name| name.strip_prefix("TLSVersion.").map(str::to_string))
                    .filter(|_| operator.is_none());
                Limit {
                    version: name.as_deref().and_then(versions::place),
                    when: when(module, run, statement),
                    comes_again: runs_again(module, run, statement) && !run.follows(module, statement),
                    statement,
                    line,
                    weak_value: name.filter(|name| is_below_floor(name)).map(|_| value.range()),
                }
            };
            match attribute {
                "minimum_version" => limits.minimums.push(limit()),
                "maximum_version" => limits.maximums.push(limit()),
                "options" if !run.covers(module, statement) && clears(module, statement, value, operator) => {
                    limits.cleared.push(line);
                }
                _ => {}
            }
        }
        Ok(limits)
    }

    /// The oldest version that the program allows where the run stands, flags aside.
    pub fn oldest_before(&self) -> usize {
        let right_behind = self.minimums.iter().rfind(|limit| limit.when == When::RightBehind);
        let before = self.minimums.iter().rfind(|limit| limit.when == When::Before);
        right_behind.or(before).and_then(|limit| limit.version).unwrap_or(0)
    }

    /// True if the program sets a `minimum_version` at all.
    pub fn sets_minimum(&self) -> bool {
        !self.minimums.is_empty()
    }

    /// Values that are too old, and may be raised by then.
    pub fn weak_values(&self) -> impl Iterator<Item = TextRange> {
        self.minimums.iter().filter_map(|limit| limit.weak_value)
    }

    /// What becomes of `minimum_version`: one that is written is at least what the user wants of all.
    ///
    /// # Errors
    ///
    /// If the minimum could end up lower than flags and limits made it together, or above a maximum.
    pub fn settle_floor(&self, range: Range, wanted: MinimumVersion) -> Result<Settled, String> {
        let settled = self.settle_minimum(range)?;
        let Settled::Write(version) = settled else {
            return Ok(settled);
        };
        let above = self
            .maximums
            .iter()
            .find(|limit| limit.version.is_some_and(|maximum| maximum < wanted.place()));
        match above {
            Some(limit) => Err(format!(
                "line {} sets a `maximum_version` below {}, which `minimum-version` demands",
                limit.line,
                wanted.in_words()
            )),
            None => Ok(Settled::Write(version.max(wanted.place()))),
        }
    }

    /// What may be below any minimum that is written.
    pub fn unknown_maximum(&self) -> Option<String> {
        let unknown = self.maximums.iter().find(|limit| limit.version.is_none())?;
        Some(format!(
            "line {} sets a `maximum_version` that the text does not tell",
            unknown.line
        ))
    }

    fn settle_minimum(&self, range: Range) -> Result<Settled, String> {
        for limit in &self.maximums {
            match limit.version {
                Some(version) if version >= range.oldest => {}
                Some(_) => {
                    return Err(format!(
                        "line {} sets a `maximum_version` below the oldest version that would be left",
                        limit.line
                    ));
                }
                None if range.reaches_below => {
                    return Err(format!(
                        "line {} sets a `maximum_version` that the text does not tell, which may be below TLS 1.2",
                        limit.line
                    ));
                }
                None => {}
            }
        }
        settle(&self.minimums, "minimum_version", range.oldest, |version| {
            version >= range.oldest
        })
    }

    /// What becomes of `maximum_version`.
    ///
    /// # Errors
    ///
    /// If the maximum could end up higher than flags and limits made it together, or below a minimum.
    pub fn settle_ceiling(&self, range: Range) -> Result<Settled, String> {
        let above = self
            .minimums
            .iter()
            .find(|limit| limit.version.is_some_and(|version| version > range.newest));
        if let Some(limit) = above {
            return Err(format!(
                "line {} sets a `minimum_version` above the newest version that would be left",
                limit.line
            ));
        }
        settle(&self.maximums, "maximum_version", range.newest, |version| {
            version <= range.newest
        })
    }

    /// Flags that are cleared again limit nothing afterwards; a limit would.
    ///
    /// # Errors
    ///
    /// If the limit says more than the floor of TLS 1.2.
    pub fn check_cleared(&self, range: Range) -> Result<(), String> {
        let is_floor_only = range.newest == versions::NEWEST && versions::VERSIONS[range.oldest] == "TLSv1_2";
        match self.cleared.first() {
            Some(line) if !is_floor_only => Err(format!(
                "line {line} sets the options anew, which may clear these flags"
            )),
            _ => Ok(()),
        }
    }
}

fn settle(
    limits: &[Limit],
    attribute: &str,
    wanted: usize,
    is_enough: impl Fn(usize) -> bool,
) -> Result<Settled, String> {
    let untold = |limit: &Limit| {
        format!(
            "line {} sets `{attribute}` to something that the text does not tell",
            limit.line
        )
    };
    let mut settled = Settled::Write(wanted);
    if let Some(before) = limits.iter().rfind(|limit| limit.when == When::Before) {
        match before.version {
            Some(version) if is_enough(version) => settled = Settled::Already(before.statement),
            Some(version) if before.comes_again => {
                return Err(format!(
                    "line {} sets `{attribute}` to {}, which may come again afterwards",
                    before.line,
                    versions::VERSIONS[version]
                ));
            }
            Some(_) => {}
            None => return Err(untold(before)),
        }
    }
    for limit in limits.iter().filter(|limit| limit.when != When::Before) {
        let version = limit.version.ok_or_else(|| untold(limit))?;
        let is_written = matches!(settled, Settled::Write(_));
        match limit.when {
            When::RightBehind if is_enough(version) => settled = Settled::Already(limit.statement),
            When::Later if is_enough(version) => {}
            When::Elsewhere if version == wanted || is_enough(version) && !is_written => {}
            when => {
                let why = match when {
                    When::Elsewhere => "which may come before or after",
                    _ => "which comes last and lets more versions in",
                };
                return Err(format!(
                    "line {} sets `{attribute}` to {}, {why}",
                    limit.line,
                    versions::VERSIONS[version]
                ));
            }
        }
    }
    Ok(settled)
}

fn when(module: &Module, run: &Run, statement: NodeId) -> When {
    if run.statements.contains(&statement) {
        return When::RightBehind;
    }
    let tree = module.tree();
    let first = run.first().node;
    let is_behind_making = run.assignment.is_none_or(|assignment| assignment < statement);
    let surrounds = |id: NodeId| {
        std::iter::once(first)
            .chain(tree.ancestors(first))
            .take_while(|around| !is_definition(tree.node(*around)))
            .any(|around| {
                module
                    .siblings(around)
                    .iter()
                    .any(|sibling| sibling.range() == tree.node(id).range())
            })
    };
    let same_function = function_around(module, statement) == function_around(module, first);
    if statement < first {
        match is_behind_making && surrounds(statement) {
            true => When::Before,
            false => When::Elsewhere,
        }
    } else if same_function && !runs_again(module, run, statement) {
        When::Later
    } else {
        When::Elsewhere
    }
}

/// True if the run and a statement may both run again for one context: they are in one loop or function that does not make
/// it anew each time.
fn runs_again(module: &Module, run: &Run, statement: NodeId) -> bool {
    let tree = module.tree();
    let range = tree.node(statement).range();
    tree.ancestors(run.first().node)
        .filter(|id| {
            matches!(
                tree.node(*id),
                Node::Stmt(Stmt::For(_) | Stmt::While(_) | Stmt::FunctionDef(_))
            )
        })
        .map(|id| tree.node(id).range())
        .filter(|around| around.contains_range(range))
        .any(|around| {
            !run.assignment
                .is_some_and(|assignment| around.contains_range(tree.node(assignment).range()))
        })
}

/// True if a statement and the run stand in two branches of one `if`, and only one of them runs for one context: it is made
/// in front of them, or in the branch of the run.
fn excludes(module: &Module, run: &Run, statement: NodeId) -> bool {
    let Some(assignment) = run.assignment else {
        return false;
    };
    let tree = module.tree();
    let path = |node: NodeId| std::iter::once(node).chain(tree.ancestors(node)).collect::<Vec<_>>();
    let (own, other) = (path(run.first().node), path(statement));
    let Some(common) = own.iter().find(|id| other.contains(id)) else {
        return false;
    };
    let child = |path: &[NodeId]| {
        path.iter()
            .take_while(|id| *id != common)
            .last()
            .map(|id| tree.node(*id).any())
    };
    let is_clause = |node| matches!(node, Some(AnyNodeRef::ElifElseClause(_)));
    // A loop around both makes it anew in each turn.
    let is_made_anew = tree
        .ancestors(*common)
        .take_while(|id| !is_definition(tree.node(*id)))
        .filter(|id| matches!(tree.node(*id), Node::Stmt(Stmt::For(_) | Stmt::While(_))))
        .all(|id| tree.node(id).range().contains_range(tree.node(assignment).range()));
    matches!(tree.node(*common), Node::Stmt(Stmt::If(_)))
        && (is_clause(child(&own)) || is_clause(child(&other)))
        && is_made_anew
}

fn is_definition(node: Node) -> bool {
    matches!(
        node,
        Node::Stmt(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) | Node::Expr(Expr::Lambda(_))
    )
}

fn function_around(module: &Module, node: NodeId) -> Option<NodeId> {
    module
        .tree()
        .ancestors(node)
        .find(|id| is_definition(module.tree().node(*id)))
}

/// True if the assignment may take flags away: everything but `|=`, `&= ~` and names, and `options = options | ...`. Names
/// of versions are looked at elsewhere.
fn clears(module: &Module, statement: NodeId, value: &Expr, operator: Option<Operator>) -> bool {
    match operator {
        Some(Operator::BitOr) => false,
        Some(Operator::BitAnd) => {
            !matches!(value, Expr::UnaryOp(unary) if unary.op == UnaryOp::Invert && settings::is_of_names(module, &unary.operand))
        }
        Some(_) => true,
        None => {
            let Node::Stmt(Stmt::Assign(assign)) = module.tree().node(statement) else {
                return true;
            };
            let target = assign.targets.first().map(|target| module.slice(target));
            let mut joined = vec![value];
            while let Some(Expr::BinOp(binary)) = joined.last().copied() {
                if binary.op != Operator::BitOr {
                    break;
                }
                joined.pop();
                joined.extend([&*binary.right, &*binary.left]);
            }
            !joined.iter().any(|operand| Some(module.slice(*operand)) == target)
        }
    }
}
