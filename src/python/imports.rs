//! How a name of `ssl` is written in a file: in the style of its imports, and what must be imported for it.

use super::Module;
use super::bindings::{Binding, BindingKind, ScopeId};
use super::resolve::Certainty;
use super::tree::{Node, NodeId};
use super::uses::Use;
use crate::rewrite::Edit;
use crate::tls::names;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Alias, AnyNodeRef, Expr, ExprCall, ExprContext, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};

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
        let mut edits = Vec::new();
        let style = match found.expr {
            Expr::Attribute(attribute) => Style::Attribute(self.slice(&*attribute.value).to_string()),
            _ => match self.module_alias(scope) {
                Some(alias) => Style::Attribute(alias.to_string()),
                None => match self.style_of_import(scope, found.expr)? {
                    Style::From(import)
                        if names::is_old(&found.name) && self.falls_back(import, self.slice(found.expr)) =>
                    {
                        edits.push(self.import_of_ssl_before(import)?);
                        Style::Attribute("ssl".into())
                    }
                    style => style,
                },
            },
        };
        Some(Spelling {
            module: self,
            scope,
            style,
            edits,
            missing: None,
        })
    }

    /// True if an import may raise without an end to the program, and a name of it has another value then. Other modules
    /// may import that from here, so the import stays; what is imported by the same statement is missing where it raises.
    pub fn falls_back(&self, import: &StmtImportFrom, local: &str) -> bool {
        let node = self.tree().id(import);
        let mut around = self.tree().ancestors(node).map(|id| self.tree().node(id).any());
        let is_watched = self.trying(node).next().is_some() || around.any(|node| node.is_stmt_with());
        let is_it = |binding: &Binding| matches!(binding.kind, BindingKind::ImportFrom { import: other, .. } if other.range() == import.range());
        let mut bindings = self.tree().scopes().filter_map(|(_, scope)| scope.bindings.get(local));
        is_watched && bindings.any(|bindings| bindings.len() > 1 && bindings.iter().any(is_it))
    }

    /// The edit that imports `ssl` by a statement of its own in front of another import.
    fn import_of_ssl_before(&self, import: &StmtImportFrom) -> Option<Edit> {
        let line = self.line_start(import.start());
        let indentation = self.indentation_at(import.start());
        let is_first = self.slice(TextRange::new(line, import.start())) == indentation;
        let is_the_module = |binding: &Binding| matches!(binding.kind, BindingKind::Import("ssl"));
        // A function that imports the module for itself does not mind.
        let is_free = self.tree().mentions("ssl").iter().all(|(_, scope)| {
            let bindings = self.tree().scope(*scope).bindings.get("ssl");
            bindings.is_some_and(|bindings| bindings.iter().all(is_the_module))
        });
        (is_first && is_free).then(|| Edit::join(line, format!("{indentation}import ssl{}", self.newline())))
    }

    /// How names of `ssl` are written in front of `call`, in a file that need not use any yet: with an import that surely
    /// ran, else with a new one.
    ///
    /// # Errors
    ///
    /// Why there is no way that is sure.
    pub fn spelling_for<'m>(&'m self, call: &ExprCall) -> Result<Spelling<'m, 'a>, &'static str> {
        let scope = self.scope_of_call(call);
        let spelling = |style: Style<'a>, edits: Vec<Edit>| Spelling {
            module: self,
            scope,
            style,
            edits,
            missing: None,
        };
        let runs_before = |import: NodeId| {
            let range = self.tree().node(import).range();
            range.end() < call.start() && self.runs_with_the_module(import)
        };
        let mut current = Some(scope);
        while let Some(id) = current {
            for (name, bindings) in self.tree().scope(id).by_name() {
                let resolved = || self.resolve_name(scope, name, 4);
                let is_import = |binding: &Binding| matches!(binding.kind, BindingKind::Import("ssl"));
                let is_ssl =
                    || resolved().is_some_and(|found| found.name == "ssl" && found.certainty == Certainty::Certain);
                if bindings
                    .iter()
                    .any(|binding| is_import(binding) && runs_before(binding.node))
                    && is_ssl()
                {
                    return Ok(spelling(Style::Attribute(name.to_string()), Vec::new()));
                }
            }
            current = self.tree().scope(id).parent;
        }
        let from = self.body().iter().find_map(|statement| match statement {
            Stmt::ImportFrom(import) if is_from_ssl(import) && import.names.iter().all(|alias| &alias.name != "*") => {
                runs_before(self.tree().id(import)).then_some(import)
            }
            _ => None,
        });
        if let Some(import) = from {
            return Ok(spelling(Style::From(import), Vec::new()));
        }
        let is_bound = self.tree().scope(ScopeId::MODULE).bindings.contains_key("ssl");
        if is_bound || self.tree().binding_scope(scope, "ssl").is_some() {
            return Err("`ssl` is not surely the module there, and cannot be imported under that name");
        }
        if !self.tree().scope(ScopeId::MODULE).stars.is_empty() {
            return Err("`ssl` would have to be imported, and a star import may bring something else of that name");
        }
        let edit = self.import_of_ssl();
        if edit.range().start() > call.start() {
            return Err("`ssl` would have to be imported, and the imports of the file come later");
        }
        Ok(spelling(Style::Attribute("ssl".into()), vec![edit]))
    }

    /// True if an import runs whenever its module, or the function that it stands in, does: it is no branch of an `if`.
    fn runs_with_the_module(&self, import: NodeId) -> bool {
        self.tree()
            .ancestors(import)
            .map(|id| self.tree().node(id).any())
            .take_while(|node| !matches!(node, AnyNodeRef::StmtFunctionDef(_)))
            .all(|node| matches!(node, AnyNodeRef::ModModule(_) | AnyNodeRef::StmtTry(_)))
    }

    /// The edit that imports `ssl`: among the plain imports, in the order of the alphabet, of the block of imports that
    /// brings in the module whose function is called (`http`, `smtplib`), else of the first block.
    fn import_of_ssl(&self) -> Edit {
        const USERS: [&str; 6] = ["ftplib", "http", "imaplib", "poplib", "smtplib", "urllib"];
        let body = self.body();
        let imports: Vec<usize> = (0..body.len()).filter(|index| is_import(&body[*index])).collect();
        let leading = body
            .iter()
            .take_while(|statement| {
                is_import(statement)
                    || is_future(statement)
                    || statement
                        .as_expr_stmt()
                        .is_some_and(|docstring| docstring.value.is_string_literal_expr())
            })
            .count();
        let of_user = imports
            .iter()
            .copied()
            .find(|index| USERS.contains(&top_module(&body[*index])));
        let Some(anchor) = of_user.or_else(|| imports.iter().copied().find(|index| *index < leading)) else {
            return self.import_without_others(leading);
        };
        let is_next_line = |one: &Stmt, two: &Stmt| self.line_of_text(one.end()) + 1 == self.line_of_text(two.start());
        let in_block = |index: &usize| {
            let (low, high) = (anchor.min(*index), anchor.max(*index));
            body[low..=high].iter().all(is_import)
                && body[low..=high].windows(2).all(|pair| is_next_line(&pair[0], &pair[1]))
        };
        let block: Vec<&Stmt> = imports
            .iter()
            .filter(|index| in_block(index))
            .map(|index| &body[*index])
            .collect();
        let plain = || block.iter().copied().filter(|statement| statement.is_import_stmt());
        let newline = self.newline();
        match plain().rfind(|statement| top_module(statement) < "ssl") {
            Some(last) => Edit::join(self.end_of_line(last), format!("{newline}import ssl")),
            None => {
                let next = plain().next().or(block.first().copied()).unwrap_or(&body[anchor]);
                Edit::join(self.logical_line_start(next.start()), format!("import ssl{newline}"))
            }
        }
    }

    /// Where the logical line of a statement ends, in front of its line break: what is put there stands before whatever is
    /// put in front of the next statement.
    fn end_of_line(&self, statement: &Stmt) -> TextSize {
        let rest = self.tokens().after(statement.end());
        rest.iter()
            .find(|token| token.kind() == TokenKind::Newline)
            .map_or(statement.end(), Ranged::start)
    }

    /// The same where the module has no import of its own at its top.
    fn import_without_others(&self, leading: usize) -> Edit {
        let newline = self.newline();
        let last = leading.checked_sub(1).map(|index| &self.body()[index]);
        match last {
            Some(last) => {
                let end = self.end_of_line(last);
                let mut behind = self.text()[usize::from(end)..].lines().skip(1);
                let blank = match behind.next() {
                    Some(line) if !line.trim().is_empty() => newline,
                    _ => "",
                };
                Edit::join(end, format!("{newline}{newline}import ssl{blank}"))
            }
            None => {
                let first = self.body().first().map_or_else(Default::default, Ranged::start);
                Edit::join(self.logical_line_start(first), format!("import ssl{newline}{newline}"))
            }
        }
    }

    /// A name that surely is the module `ssl` in a scope.
    fn module_alias(&self, scope: ScopeId) -> Option<&'a str> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let candidates = self.tree().scope(id).by_name().into_iter();
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
            .imports_from()
            .filter(|import| is_from_ssl(import))
            .flat_map(|import| import.names.iter().map(move |alias| (import, alias)))
            .filter(|(_, alias)| alias.name.as_str() == name)
            .collect()
    }

    /// True if nothing in the file reads an imported name, exports it, or binds it to something to fall back on.
    pub fn is_unneeded(&self, local: &str) -> bool {
        let bindings = self
            .tree()
            .scopes()
            .filter_map(|(_, scope)| scope.bindings.get(local))
            .flatten()
            .count();
        self.is_unread(local) && bindings == 1
    }

    /// True if nothing in the file reads an imported name or exports it.
    pub fn is_unread(&self, local: &str) -> bool {
        !self.tree().nodes().any(|(_, node)| match node {
            Node::Expr(Expr::Name(name)) => name.id.as_str() == local && name.ctx != ExprContext::Store,
            Node::Expr(Expr::StringLiteral(literal)) => literal.value.to_str() == local,
            _ => false,
        })
    }

    /// True if some expression of the file has the value of a name.
    pub fn is_evaluated(&self, local: &str) -> bool {
        let mut mentions = self.tree().mentions(local).iter();
        mentions.any(|(node, _)| {
            matches!(self.tree().node(*node), Node::Expr(Expr::Name(name)) if name.ctx == ExprContext::Load)
        })
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
                        self.edits.push(self.rests_on(alias));
                        return local.to_string();
                    }
                }
                if self.resolves(name, name) {
                    let aliases = self.module.imports_of(name).into_iter().map(|(_, alias)| alias);
                    let known = aliases.filter(|alias| alias.asname.is_none());
                    let edits: Vec<Edit> = known.map(|alias| self.rests_on(alias)).collect();
                    self.edits.extend(edits);
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

    /// The edit that changes nothing and says that a name is needed: with a fix that drops it, this one waits for it and
    /// looks again.
    fn rests_on(&self, alias: &Alias) -> Edit {
        Edit::replace(alias.range(), self.module.slice(alias))
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
        let has_parentheses = module.slice(import).ends_with(')');
        let line_end = if has_parentheses { "" } else { " \\" };
        format!(",{line_end}{}{}", module.newline(), module.indentation_at(last.start()))
    } else {
        ", ".to_string()
    }
}

fn is_import(statement: &Stmt) -> bool {
    (statement.is_import_stmt() || statement.is_import_from_stmt()) && !is_future(statement)
}

fn is_future(statement: &Stmt) -> bool {
    statement.as_import_from_stmt().is_some_and(|import| {
        import
            .module
            .as_ref()
            .is_some_and(|module| module.as_str() == "__future__")
    })
}

/// The first part of the name of the first module that is imported; empty if it is relative.
fn top_module(statement: &Stmt) -> &str {
    let name = match statement {
        Stmt::Import(import) => import.names.first().map(|alias| alias.name.as_str()),
        Stmt::ImportFrom(import) if import.level == 0 => import.module.as_ref().map(|module| module.as_str()),
        _ => None,
    };
    name.and_then(|name| name.split('.').next()).unwrap_or_default()
}

fn is_from_ssl(import: &StmtImportFrom) -> bool {
    import.level == 0 && import.module.as_ref().is_some_and(|module| module.as_str() == "ssl")
}
