//! How a name of `ssl` is written in a file: in the style of its imports, and what must be imported for it.

use super::Module;
use super::bindings::{BindingKind, ScopeId};
use super::resolve::Certainty;
use super::tree::Node;
use super::uses::Use;
use crate::rewrite::Edit;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Alias, Expr, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange};

/// How to write the names of `ssl` at one place, and the edits of imports that this takes.
#[derive(Debug)]
pub struct Spelling<'m, 'a> {
    module: &'m Module<'a>,
    scope: ScopeId,
    style: Style<'a>,
    edits: Vec<Edit>,
    missing: Option<String>,
}

#[derive(Debug)]
enum Style<'a> {
    /// `ssl.NAME`, or under another name of the module.
    Attribute(String),
    /// `NAME`, imported by this statement.
    From(&'a StmtImportFrom),
    /// `NAME`, from `from ssl import *`.
    Star,
}

impl std::fmt::Debug for Module<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Module({} bytes)", self.text().len())
    }
}

impl<'a> Module<'a> {
    /// How names of `ssl` are written where `found` is used; `None` if the file gives no way that is sure.
    pub fn spelling<'m>(&'m self, found: &Use<'a>) -> Option<Spelling<'m, 'a>> {
        let scope = self.scope_of(found.expr);
        let style = match found.expr {
            Expr::Attribute(attribute) => Style::Attribute(self.slice(&*attribute.value).to_string()),
            _ => match self.module_alias(scope) {
                Some(alias) => Style::Attribute(alias.to_string()),
                None => self.style_of_import(scope, found.expr)?,
            },
        };
        Some(Spelling {
            module: self,
            scope,
            style,
            edits: Vec::new(),
            missing: None,
        })
    }

    /// A name that surely is the module `ssl` in a scope.
    fn module_alias(&self, scope: ScopeId) -> Option<&'a str> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let candidates = self.tree().scope(id).bindings.iter();
            let imported = candidates.filter(|(_, bindings)| {
                bindings
                    .iter()
                    .any(|binding| matches!(binding.kind, BindingKind::Import("ssl")))
            });
            for (name, _) in imported {
                let resolved = self.resolve_name(scope, name, 4);
                if resolved.is_some_and(|found| found.name == "ssl" && found.certainty == Certainty::Certain) {
                    return Some(name);
                }
            }
            current = self.tree().scope(id).parent;
        }
        None
    }

    fn style_of_import(&self, scope: ScopeId, expr: &Expr) -> Option<Style<'a>> {
        let Expr::Name(name) = expr else { return None };
        let bindings = self.tree().bindings(scope, name.id.as_str());
        let import = bindings.iter().find_map(|binding| match binding.kind {
            BindingKind::ImportFrom { import, .. } => Some(import),
            _ => None,
        });
        match import {
            Some(import) if is_from_ssl(import) => Some(Style::From(import)),
            Some(_) => None,
            None if bindings.is_empty() => Some(Style::Star),
            None => None,
        }
    }

    /// The statements `from ssl import ...` of the module that import a name, with the name in them.
    pub fn imports_of(&self, name: &str) -> Vec<(&'a StmtImportFrom, &'a Alias)> {
        self.tree()
            .nodes()
            .filter_map(|(_, node)| match node {
                Node::Stmt(Stmt::ImportFrom(import)) if is_from_ssl(import) => Some(import),
                _ => None,
            })
            .flat_map(|import| import.names.iter().map(move |alias| (import, alias)))
            .filter(|(_, alias)| alias.name.as_str() == name)
            .collect()
    }

    /// True if nothing in the file reads an imported name, exports it, or binds it to something to fall back on.
    pub fn is_unneeded(&self, local: &str) -> bool {
        let is_read = self.tree().nodes().any(|(_, node)| match node {
            Node::Expr(Expr::Name(name)) => name.id.as_str() == local,
            Node::Expr(Expr::StringLiteral(literal)) => literal.value.to_str() == local,
            _ => false,
        });
        let bindings = self
            .tree()
            .scopes()
            .filter_map(|(_, scope)| scope.bindings.get(local))
            .flatten()
            .count();
        !is_read && bindings == 1
    }

    /// The edit that takes one name out of an import: the whole statement if it is the only one, or `pass` in its place
    /// where its block has no other.
    pub fn drop_import(&self, import: &'a StmtImportFrom, alias: &'a Alias) -> Edit {
        let Some(index) = import.names.iter().position(|other| other.range() == alias.range()) else {
            return Edit::delete(TextRange::empty(alias.start()));
        };
        if let [_] = import.names.as_slice() {
            return self.drop_statement(self.tree().id(import));
        }
        let (before, behind) = (
            index.checked_sub(1).map(|index| import.names[index].end()),
            import.names.get(index + 1),
        );
        let comma = self
            .tokens()
            .after(alias.end())
            .first()
            .filter(|token| token.kind() == TokenKind::Comma);
        let end = comma.map_or(alias.end(), Ranged::end);
        // A comment stays: behind the name, where the name was; between the last name and the one before, with that one.
        match (before, behind) {
            (_, Some(next)) => {
                let comment = self.comments_in(TextRange::new(end, next.start())).next();
                Edit::delete(TextRange::new(
                    alias.start(),
                    comment.map_or(next.start(), |comment| comment.start()),
                ))
            }
            (Some(before), None) if self.comments_in(TextRange::new(before, alias.start())).next().is_none() => {
                Edit::delete(TextRange::new(before, alias.end()))
            }
            _ => {
                let line_break = self
                    .tokens()
                    .after(end)
                    .first()
                    .filter(|token| token.kind().is_any_newline());
                Edit::delete(TextRange::new(
                    self.line_start(alias.start()),
                    line_break.map_or(end, Ranged::end),
                ))
            }
        }
    }
}

impl Spelling<'_, '_> {
    /// How a name of `ssl` is written here. Notes what must be imported for it.
    pub fn name(&mut self, name: &str) -> String {
        match &self.style {
            Style::Attribute(prefix) => format!("{prefix}.{name}"),
            Style::Star => {
                if !self.resolves(name, name) {
                    self.missing.get_or_insert_with(|| name.to_string());
                }
                name.to_string()
            }
            Style::From(import) => {
                let import = *import;
                let known = import.names.iter().filter(|alias| alias.name.as_str() == name);
                for alias in known {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    if self.resolves(local, name) {
                        return local.to_string();
                    }
                }
                if self.resolves(name, name) {
                    return name.to_string();
                }
                if !self.module.tree().is_free(ScopeId::MODULE, name) {
                    self.missing.get_or_insert_with(|| name.to_string());
                } else if let Some(last) = import.names.last() {
                    self.edits.push(Edit::join(
                        last.end(),
                        separator_before(self.module, import, last) + name,
                    ));
                }
                name.to_string()
            }
        }
    }

    fn resolves(&self, local: &str, name: &str) -> bool {
        self.module
            .resolve_name(self.scope, local, 4)
            .is_some_and(|found| found.certainty == Certainty::Certain && found.name.strip_prefix("ssl.") == Some(name))
    }

    /// The edits of the imports that the names written so far need.
    ///
    /// # Errors
    ///
    /// The name that cannot be imported because the file uses it for something else.
    pub fn into_edits(self) -> Result<Vec<Edit>, String> {
        match self.missing {
            Some(name) => Err(name),
            None => Ok(self.edits),
        }
    }
}

/// A further name goes where the last one went: on the same line, or on one of its own.
fn separator_before(module: &Module, import: &StmtImportFrom, last: &Alias) -> String {
    let line_start = module.line_start(last.start());
    let is_own_line = line_start > import.start()
        && module.text()[TextRange::new(line_start, last.start())]
            .trim()
            .is_empty()
        && import.names.len() > 1
        && module.line_start(import.names[import.names.len() - 2].start()) != line_start;
    if is_own_line {
        format!(",{}{}", module.newline(), module.indentation_at(last.start()))
    } else {
        ", ".to_string()
    }
}

fn is_from_ssl(import: &StmtImportFrom) -> bool {
    import.level == 0 && import.module.as_ref().is_some_and(|module| module.as_str() == "ssl")
}
