//! What a notebook allows: no edit reaches from one cell into another, and nothing is safe only because of the order in
//! which the cells stand, since they can be run in any.
//!
//! A fix is safe only if the cell alone, with the imports of the others, makes it the same safe fix, and if nothing in the
//! others speaks against it. What a magic does is not known: it proves nothing, and it may use what it names.

use super::{Edit, Finding, Safety};
use crate::python::Module;
use crate::python::bindings::ScopeKind;
use crate::source::{BETWEEN_CELLS, Cell, Cells, Code};
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::collections::{BTreeMap, BTreeSet};

const CROSSES: &str = "no fix: it would change more than one cell at one place, or what stands in front of a cell magic; do \
                       it by hand";

/// Keeps the edits of fixes inside of cells. A fix for which that cannot be is taken off its finding.
pub fn confine(code: Code, findings: &mut [Finding]) {
    let Some(cells) = code.cells else { return };
    for finding in findings {
        let Some(fix) = &mut finding.fix else { continue };
        let confined = fix.edits.iter().map(|edit| confined(code.text, cells, edit));
        match confined.collect() {
            Some(edits) => fix.edits = edits,
            None => {
                finding.fix = None;
                finding.notes.push(CROSSES.into());
            }
        }
    }
}

/// True if every edit stands in one cell.
pub fn are_confined(code: Code, edits: &[Edit]) -> bool {
    let is_inside = |cells: &Cells, edit: &Edit| {
        let cell = cells.at(edit.range().start().into());
        cell.is_some_and(|cell| usize::from(edit.range().end()) <= cell.range.end)
    };
    code.cells
        .is_none_or(|cells| edits.iter().all(|edit| is_inside(cells, edit)))
}

/// The edit inside of the cell that it is about: what it does to the end of the last line is done to the line alone.
fn confined(text: &str, cells: &Cells, edit: &Edit) -> Option<Edit> {
    let (mut start, end) = (usize::from(edit.range().start()), usize::from(edit.range().end()));
    let mut cell = cells.at(start)?;
    // The blank lines above a line that goes are those of its own cell.
    if let Some(last) = cells
        .at(end.saturating_sub(1))
        .filter(|last| last.number != cell.number)
        && edit.text().is_empty()
        && text[start..last.range.start]
            .bytes()
            .all(|byte| matches!(byte, b'\n' | b'\r'))
    {
        (start, cell) = (last.range.start, last);
    }
    if start < code_start(text, cell) {
        return None;
    }
    if end <= cell.range.end {
        return Some(match start == usize::from(edit.range().start()) {
            true => edit.clone(),
            false => Edit::delete(TextRange::new(size(start), size(end))),
        });
    }
    let code = &text[cell.range.start..start.min(cell.range.end)];
    let new = edit.text().trim_end_matches(['\n', '\r']);
    let is_behind_line = end == cell.range.end + 1;
    let (from, new) = if start > cell.range.end {
        if !(is_behind_line && start == end && edit.text().ends_with(['\n', '\r'])) {
            return None;
        }
        let needs_end = !(code.is_empty() || code.ends_with('\n'));
        (
            cell.range.end,
            if needs_end { format!("\n{new}") } else { new.to_string() },
        )
    } else if edit.text().is_empty() && end <= cell.range.end + BETWEEN_CELLS.len() {
        // The line before is the last now.
        let kept = code.strip_suffix('\n').unwrap_or(code);
        let kept = kept.strip_suffix('\r').unwrap_or(kept);
        (cell.range.start + kept.len(), String::new())
    } else if is_behind_line && edit.text().ends_with('\n') {
        (start, new.to_string())
    } else {
        return None;
    };
    let range = TextRange::new(size(from), size(cell.range.end));
    Some(Edit::replace(range, new))
}

/// Where something can be put into a cell at first: behind a magic for all of it.
fn code_start(text: &str, cell: &Cell) -> usize {
    let code = &text[cell.range.clone()];
    let blank = code.len() - code.trim_start_matches(['\n', '\r', ' ', '\t']).len();
    match code[blank..].starts_with("%%") {
        true => cell.range.start + code[blank..].find('\n').map_or(code.len(), |end| blank + end + 1),
        false => cell.range.start,
    }
}

/// Makes the fixes unsafe that are not safe in whatever order the cells are run. `find` finds what there is in a text, with
/// fixes that stay in their cells.
pub fn doubt_order(module: &Module, findings: &mut [Finding], find: impl Fn(Code) -> Option<Vec<Finding>>) {
    let Some(cells) = module.code().cells else { return };
    let mut alone: BTreeMap<usize, Option<Vec<Finding>>> = BTreeMap::new();
    let names = Names::of(module, cells);
    let magics = Magics::of(module);
    for finding in findings {
        if finding.fix.as_ref().is_none_or(|fix| fix.safety != Safety::Safe) {
            continue;
        }
        let Some(cell) = cells.at(finding.range.start().into()) else {
            continue;
        };
        if let Some(reason) = magics.doubt(module, finding, cell) {
            finding.doubt(|| reason);
            continue;
        }
        if let Some((name, other)) = names.bound_twice(cell.number) {
            finding.doubt(|| format!("cell {other} assigns `{name}` as well, and cells can be run in any order"));
            continue;
        }
        let of_cell = alone.entry(cell.number).or_insert_with(|| {
            let text = without_others(module, cells, cell);
            find(Code {
                text: &text,
                cells: Some(cells),
            })
        });
        let is_same = |other: &Finding| {
            (other.codemod, other.range, &other.fix) == (finding.codemod, finding.range, &finding.fix)
        };
        if !of_cell.as_ref().is_some_and(|findings| findings.iter().any(is_same)) {
            finding.doubt(|| "it rests on what another cell does, and cells can be run in any order".into());
        }
    }
}

/// The text in which the other cells do nothing but import. What they do else is blanked out, so that offsets stay.
fn without_others(module: &Module, cells: &Cells, cell: &Cell) -> String {
    let mut bytes = module.text().as_bytes().to_vec();
    let body = module.body();
    for (index, statement) in body.iter().enumerate() {
        let Some(own) = cells.at(statement.start().into()) else {
            continue;
        };
        if own.number == cell.number || only_imports(statement) {
            continue;
        }
        let next = body.get(index + 1).map_or(own.range.end, |next| next.start().into());
        for byte in &mut bytes[usize::from(statement.start())..next.min(own.range.end)] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn only_imports(statement: &Stmt) -> bool {
    match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) => true,
        Stmt::Try(tried) => tried.body.iter().all(only_imports),
        _ => false,
    }
}

/// What the cells do with the names of the notebook.
struct Names<'a> {
    /// The cells that bind each, but for imports.
    bound: BTreeMap<&'a str, BTreeSet<usize>>,
    /// The cells that read each before they bind it.
    read: BTreeMap<&'a str, BTreeSet<usize>>,
}

impl<'a> Names<'a> {
    fn of(module: &Module<'a>, cells: &Cells) -> Names<'a> {
        let mut names = Names {
            bound: BTreeMap::new(),
            read: BTreeMap::new(),
        };
        let tree = module.tree();
        for statement in module.body() {
            let Some(cell) = cells.at(statement.start().into()) else {
                continue;
            };
            let mut bound = Vec::new();
            for (id, node) in tree.subtree(tree.id(statement)) {
                let is_of_module = tree.scope(tree.statement_scope(tree.scope_of(id))).kind == ScopeKind::Module;
                match node.any() {
                    AnyNodeRef::ExprName(name) if name.ctx == ExprContext::Load => {
                        let name = name.id.as_str();
                        if !names.bound.get(name).is_some_and(|bound| bound.contains(&cell.number)) {
                            names.read.entry(name).or_default().insert(cell.number);
                        }
                    }
                    AnyNodeRef::ExprName(name) if is_of_module => bound.push(name.id.as_str()),
                    AnyNodeRef::StmtFunctionDef(function) if is_of_module => bound.push(function.name.as_str()),
                    AnyNodeRef::StmtClassDef(class) if is_of_module => bound.push(class.name.as_str()),
                    AnyNodeRef::StmtGlobal(global) => bound.extend(global.names.iter().map(|name| name.as_str())),
                    _ => {}
                }
            }
            for name in bound {
                names.bound.entry(name).or_default().insert(cell.number);
            }
        }
        names
    }

    /// A name that the cell and another bind, so that it depends on the order which of them a third one, or one of both,
    /// reads; with the other cell.
    fn bound_twice(&self, cell: usize) -> Option<(&'a str, usize)> {
        let of_cell = self.bound.iter().filter(|(_, bound)| bound.contains(&cell));
        let mut read_elsewhere = of_cell.filter(|(name, _)| {
            let read = self.read.get(*name);
            read.is_some_and(|read| read.iter().any(|reading| *reading != cell))
        });
        read_elsewhere.find_map(|(name, bound)| {
            let other = bound.iter().find(|other| **other != cell)?;
            Some((*name, *other))
        })
    }
}

/// Magics that change nothing that a program could notice: they show something, or set up the notebook.
const HARMLESS: &[&str] = &[
    "alias",
    "autoreload",
    "autosave",
    "capture",
    "cat",
    "cd",
    "clear",
    "cls",
    "colors",
    "conda",
    "config",
    "cp",
    "debug",
    "dirs",
    "doctest_mode",
    "env",
    "history",
    "hist",
    "less",
    "load_ext",
    "logstart",
    "logstop",
    "ls",
    "lsmagic",
    "magic",
    "man",
    "mamba",
    "matplotlib",
    "mkdir",
    "more",
    "mv",
    "pdb",
    "pdef",
    "pdoc",
    "pfile",
    "pinfo",
    "pinfo2",
    "pip",
    "precision",
    "psource",
    "pwd",
    "quickref",
    "reload_ext",
    "rm",
    "rmdir",
    "set_env",
    "sx",
    "system",
    "tb",
    "uv",
    "who",
    "who_ls",
    "whos",
    "xmode",
];

/// Magics whose argument is Python that is not in the tree.
const RUNNING: &[&str] = &["prun", "time", "timeit"];

/// The magics of a notebook.
struct Magics<'a> {
    all: Vec<(TextRange, &'a str)>,
}

impl<'a> Magics<'a> {
    fn of(module: &Module<'a>) -> Magics<'a> {
        let magics = module.tokens().iter();
        let magics = magics.filter(|token| token.kind() == TokenKind::IpyEscapeCommand);
        Magics {
            all: magics
                .map(|token| (token.range(), module.slice(token.range())))
                .collect(),
        }
    }

    /// Why a fix is not safe beside the magics.
    fn doubt(&self, module: &Module, finding: &Finding, cell: &Cell) -> Option<String> {
        let fix = finding.fix.as_ref()?;
        let own: BTreeSet<&str> = words(&module.text()[cell.range.clone()]).collect();
        let new: BTreeSet<&str> = fix.edits.iter().flat_map(|edit| words(edit.text())).collect();
        let old = fix.edits.iter().flat_map(|edit| words(module.slice(edit.range())));
        let gone: BTreeSet<&str> = old.filter(|word| !new.contains(word)).collect();
        self.all.iter().find_map(|(range, text)| {
            let does = |what: &str| {
                let line = module.line_number(range.start());
                let first = text.lines().next().unwrap_or_default();
                Some(format!("line {line} runs `{first}`, which may {what}"))
            };
            let magic = text.trim_start_matches('%');
            let name = words(magic).next().unwrap_or_default();
            let is_line_magic = text.starts_with('%');
            if is_line_magic && !HARMLESS.contains(&name) && !RUNNING.contains(&name) {
                return does("bind any name");
            }
            let mut named = words(magic).skip(usize::from(is_line_magic));
            if is_line_magic && RUNNING.contains(&name) {
                return named
                    .find(|word| own.contains(word) && !is_keyword(word))
                    .and_then(|word| does(&format!("bind or use `{word}`")));
            }
            named
                .find(|word| gone.contains(word))
                .and_then(|word| does(&format!("use `{word}`")))
        })
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "import" | "from" | "for" | "in" | "if" | "else" | "not" | "and" | "or" | "as" | "with" | "return"
    ) || word.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The names and numbers in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .filter(|word| !word.is_empty())
}

fn size(offset: usize) -> TextSize {
    TextSize::try_from(offset).unwrap_or_default()
}
