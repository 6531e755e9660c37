//! What sslfix finds in many files, counted. Shared by `tests/corpus.rs` and `examples/census.rs`; knows nothing of
//! where the files come from.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Decorator, ElifElseClause, Expr, ExprCall, ModModule, Parameters, Stmt};
use ruff_text_size::Ranged;
use sslfix::codemods;
use sslfix::rewrite::{Finding, Level, Safety};
use std::collections::BTreeMap;
use std::fmt;

/// The totals of a run.
pub struct Tally {
    files: Files,
    rows: BTreeMap<&'static str, Row>,
    plain_calls: usize,
    plain_calls_with_safe_fix: usize,
}

/// How many files there are.
pub struct Files {
    /// Python files.
    pub python: usize,
    /// Those that contain the bytes `ssl`.
    pub mention_ssl: usize,
    /// Those of them that cannot be decoded or parsed.
    pub not_parsed: usize,
    /// Those that safe fixes change.
    pub changed: usize,
}

/// The totals of one codemod. Each finding is in one of the four columns after the first.
#[derive(Clone, Copy, Default)]
struct Row {
    found: usize,
    safe: usize,
    needs_unsafe: usize,
    left: usize,
    notes: usize,
}

/// In which column of the table a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// It has a safe fix.
    Safe,
    /// It has an unsafe fix.
    Unsafe,
    /// It has no fix and matters: a person must look at it.
    Left,
    /// It has no fix and breaks nothing.
    Note,
}

impl Column {
    /// The column of the finding.
    pub fn of(finding: &Finding) -> Column {
        match (&finding.fix, finding.level) {
            (Some(fix), _) if fix.safety == Safety::Safe => Column::Safe,
            (Some(_), _) => Column::Unsafe,
            (None, Level::Note) => Column::Note,
            (None, _) => Column::Left,
        }
    }
}

impl Tally {
    /// Of these files, with nothing found in them yet.
    pub fn new(files: Files) -> Tally {
        Tally {
            files,
            rows: BTreeMap::new(),
            plain_calls: 0,
            plain_calls_with_safe_fix: 0,
        }
    }

    /// Adds what was found in one file, whose tree is `module`.
    pub fn add(&mut self, module: &ModModule, findings: &[Finding]) {
        let plain_calls = PlainCalls::of(module);
        for finding in findings {
            let row = self.rows.entry(finding.codemod).or_default();
            row.found += 1;
            let column = Column::of(finding);
            match column {
                Column::Safe => row.safe += 1,
                Column::Unsafe => row.needs_unsafe += 1,
                Column::Left => row.left += 1,
                Column::Note => row.notes += 1,
            }
            if finding.codemod == "wrap-socket" && finding.level != Level::Note && plain_calls.contain(finding) {
                self.plain_calls += 1;
                self.plain_calls_with_safe_fix += usize::from(column == Column::Safe);
            }
        }
    }

    /// Of the unguarded calls of the module function `ssl.wrap_socket` that stand in a statement and pass no `*args` or
    /// `**kwargs`, how many have a safe fix, in percent; nothing if there is no such call.
    pub fn plain_calls_percent(&self) -> Option<f64> {
        (self.plain_calls > 0).then(|| 100.0 * self.plain_calls_with_safe_fix as f64 / self.plain_calls as f64)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(
            f,
            "{} Python files, {} mention ssl, {} of them not parsed, {} changed by safe fixes",
            self.files.python, self.files.mention_ssl, self.files.not_parsed, self.files.changed
        )?;
        let header = ["found", "safe", "unsafe", "left", "notes"];
        write!(f, "{:<20}", "codemod")?;
        header.iter().try_for_each(|title| write!(f, "{title:>8}"))?;
        writeln!(f)?;
        for codemod in codemods::ALL {
            let row = self.rows.get(codemod.name).copied().unwrap_or_default();
            write!(f, "{:<20}", codemod.name)?;
            for number in [row.found, row.safe, row.needs_unsafe, row.left, row.notes] {
                write!(f, "{number:>8}")?;
            }
            writeln!(f)?;
        }
        if let Some(percent) = self.plain_calls_percent() {
            writeln!(
                f,
                "plain unguarded calls of ssl.wrap_socket: {} of {} have a safe fix ({percent:.1} %)",
                self.plain_calls_with_safe_fix, self.plain_calls
            )?;
        }
        Ok(())
    }
}

/// The calls of something called `wrap_socket`, without `*args` and `**kwargs`, in front of which a statement can stand.
///
/// Whether they call the function of the module `ssl` is for the codemod to tell; this is only about their form, found
/// without its help so that it does not measure itself.
#[derive(Default)]
struct PlainCalls<'a> {
    calls: Vec<&'a ExprCall>,
    /// The names that `from ssl import wrap_socket` gave the function.
    names: Vec<&'a str>,
    /// How many expressions around this one are evaluated at another time than the statement, or not always.
    detached: usize,
}

impl<'a> PlainCalls<'a> {
    fn of(module: &'a ModModule) -> PlainCalls<'a> {
        let mut calls = PlainCalls::default();
        calls.visit_body(&module.body);
        calls
    }

    /// True if the finding is about one of the calls. Its range may be that of the call or of the function's name.
    fn contain(&self, finding: &Finding) -> bool {
        self.calls.iter().any(|call| {
            let called = match &*call.func {
                Expr::Attribute(attribute) => attribute.attr.as_str() == "wrap_socket",
                Expr::Name(name) => self.names.contains(&name.id.as_str()),
                _ => false,
            };
            called && (finding.range == call.range() || finding.range == call.func.range())
        })
    }

    fn detached(&mut self, visit: impl FnOnce(&mut Self)) {
        self.detached += 1;
        visit(self);
        self.detached -= 1;
    }
}

impl<'a> Visitor<'a> for PlainCalls<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ImportFrom(import) if import.module.as_deref() == Some("ssl") => {
                let imported = import.names.iter().filter(|alias| alias.name.as_str() == "wrap_socket");
                self.names
                    .extend(imported.map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str()));
            }
            Stmt::While(stmt) => {
                self.detached(|calls| calls.visit_expr(&stmt.test));
                self.visit_body(&stmt.body);
                self.visit_body(&stmt.orelse);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_elif_else_clause(&mut self, clause: &'a ElifElseClause) {
        if let Some(test) = &clause.test {
            self.detached(|calls| calls.visit_expr(test));
        }
        self.visit_body(&clause.body);
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        self.detached(|calls| calls.visit_expr(&decorator.expression));
    }

    fn visit_parameters(&mut self, parameters: &'a Parameters) {
        self.detached(|calls| ast::visitor::walk_parameters(calls, parameters));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => {
                let has_stars = call.arguments.args.iter().any(Expr::is_starred_expr)
                    || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
                if self.detached == 0 && !has_stars {
                    self.calls.push(call);
                }
                walk_expr(self, expr);
            }
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_)
            | Expr::BoolOp(_)
            | Expr::If(_) => self.detached(|calls| walk_expr(calls, expr)),
            _ => walk_expr(self, expr),
        }
    }
}
