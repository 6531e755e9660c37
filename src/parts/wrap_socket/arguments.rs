//! The arguments of a call of the old `wrap_socket`: by position, by keyword, from a dictionary that the text shows.

use super::Obstacle;
use crate::python::Module;
use crate::python::bindings::ScopeKind;
use crate::python::tree::{Node, NodeId};
use crate::python::values::Truth;
pub use crate::tls::names::WRAP_SOCKET_PARAMETERS as PARAMETERS;
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// Those that the new method has too.
pub(super) const KEPT: [&str; 4] = ["sock", "server_side", "do_handshake_on_connect", "suppress_ragged_eofs"];

/// An argument of the old call.
#[derive(Clone, Copy)]
pub(super) struct Argument<'a> {
    pub(super) parameter: &'static str,
    pub(super) value: &'a Expr,
    /// The bytes of the argument, with its keyword.
    pub(super) range: TextRange,
}

/// The arguments of the old call.
pub(super) struct Arguments<'a> {
    /// In the order of the text, which is that of their evaluation.
    pub(super) list: Vec<Argument<'a>>,
    /// The dictionary that some of them come from, by `**`; it is for nothing else.
    pub(super) dictionary: Option<Dictionary>,
}

/// A statement that binds a dictionary.
#[derive(Clone, Copy)]
pub(super) struct Dictionary {
    /// The statement.
    pub(super) statement: NodeId,
    /// Its bytes.
    pub(super) range: TextRange,
}

impl<'a> Arguments<'a> {
    /// # Errors
    ///
    /// Why the arguments cannot be told apart, or are none of the function's.
    pub(super) fn read(module: &Module<'a>, call: &'a ExprCall) -> Result<Arguments<'a>, Obstacle> {
        let mut arguments: Vec<Argument> = Vec::new();
        let mut dictionary = None;
        for (index, value) in call.arguments.args.iter().enumerate() {
            if value.is_starred_expr() {
                return Err(Obstacle::Place("its arguments come from `*`".into()));
            }
            let parameter = *PARAMETERS
                .get(index)
                .ok_or("no fix: it has more arguments than the function takes")?;
            arguments.push(Argument {
                parameter,
                value,
                range: value.range(),
            });
        }
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else {
                let (found, items) = match dictionary {
                    None => items_of(module, call, &keyword.value),
                    Some(_) => None,
                }
                .ok_or_else(|| Obstacle::Place("its arguments come from `**`".into()))?;
                dictionary = Some(found);
                arguments.extend(items);
                continue;
            };
            let Some(parameter) = PARAMETERS.iter().find(|parameter| **parameter == name.as_str()) else {
                return Err(Obstacle::Person(format!(
                    "no fix: `{name}` is no parameter of Python's `ssl.wrap_socket`, so this call is for another one \
                     or always raises `TypeError`"
                )));
            };
            arguments.push(Argument {
                parameter,
                value: &keyword.value,
                range: keyword.range(),
            });
        }
        arguments.sort_by_key(|argument| argument.range.start());
        let mut parameters = arguments.iter().map(|argument| argument.parameter).collect::<Vec<_>>();
        parameters.sort_unstable();
        if parameters.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("no fix: a parameter is given twice, which raises `TypeError`".into());
        }
        let arguments = Arguments {
            list: arguments,
            dictionary,
        };
        arguments
            .get("sock")
            .ok_or("no fix: it has no socket, which raises `TypeError`")?;
        Ok(arguments)
    }

    pub(super) fn get(&self, parameter: &str) -> Option<Argument<'a>> {
        self.list
            .iter()
            .copied()
            .find(|argument| argument.parameter == parameter)
    }

    /// The argument, if it is not absent by its literal value: `None`, an empty string.
    pub(super) fn present(&self, module: &Module, parameter: &str) -> Option<Argument<'a>> {
        self.get(parameter)
            .filter(|argument| module.truth(argument.value) != Truth::False)
    }
}

/// The arguments that `**name` gives, if the text tells them all: `name` is bound once, to a dictionary with known keys,
/// in the block of the call and in front of it, and is for nothing else; and its values are the same where the call is.
fn items_of<'a>(module: &Module<'a>, call: &ExprCall, value: &'a Expr) -> Option<(Dictionary, Vec<Argument<'a>>)> {
    let tree = module.tree();
    let Expr::Name(name) = value else { return None };
    let scope = module.scope_of(value);
    let [binding] = tree.bindings(scope, name.id.as_str()) else {
        return None;
    };
    let (statement, stmt) = tree.statement_of(binding.node)?;
    let (call_statement, _) = tree.statement_of(tree.id(call))?;
    let is_local =
        tree.scope(scope).kind == ScopeKind::Function && tree.binding_scope(scope, name.id.as_str()) == Some(scope);
    let is_in_block = tree.parent(statement) == tree.parent(call_statement)
        && module
            .siblings(call_statement)
            .iter()
            .any(|sibling| sibling.range() == stmt.range())
        && stmt.end() <= call.start();
    let mentions = tree.nodes().filter(|(id, node)| {
        matches!(node, Node::Expr(Expr::Name(mention)) if mention.id == name.id)
            && tree.binding_scope(tree.scope_of(*id), name.id.as_str()) == Some(scope)
    });
    let is_for_this = matches!(stmt, Stmt::Assign(assign) if assign.targets.len() == 1) && mentions.count() == 2;
    if !(is_local && is_in_block && is_for_this) {
        return None;
    }
    let Stmt::Assign(assign) = stmt else { return None };
    let items = items(module, &assign.value)?;
    let is_same_later = |value: &Expr| {
        let is_next = !module
            .siblings(call_statement)
            .iter()
            .any(|other| stmt.end() <= other.start() && other.end() <= call.start());
        let names: Vec<&str> = tree
            .subtree(tree.id(value))
            .filter_map(|(_, node)| node.expr()?.as_name_expr())
            .map(|name| name.id.as_str())
            .collect();
        let is_rebound = module.tree().stores().any(|stored| {
            stored.start() >= stmt.end()
                && stored.end() <= call.start()
                && stored
                    .as_name_expr()
                    .is_some_and(|stored| names.contains(&stored.id.as_str()))
        });
        module.is_pure(value) && (is_next || module.is_steady(value) && !is_rebound)
    };
    items.iter().all(|item| is_same_later(item.value)).then_some((
        Dictionary {
            statement,
            range: stmt.range(),
        },
        items,
    ))
}

/// The items of `{"certfile": ...}` and of `dict(certfile=...)`, if all keys are parameters of the old function.
fn items<'a>(module: &Module<'a>, value: &'a Expr) -> Option<Vec<Argument<'a>>> {
    let argument = |key: &str, value: &'a Expr| {
        let parameter = PARAMETERS.into_iter().find(|parameter| *parameter == key)?;
        Some(Argument {
            parameter,
            value,
            range: value.range(),
        })
    };
    match value {
        Expr::Dict(dict) => dict
            .items
            .iter()
            .map(|item| argument(item.key.as_ref()?.as_string_literal_expr()?.value.to_str(), &item.value))
            .collect(),
        Expr::Call(call) if call.arguments.args.is_empty() => {
            let is_dict = matches!(&*call.func, Expr::Name(name)
                if name.id.as_str() == "dict" && module.tree().binding_scope(module.scope_of(value), "dict").is_none());
            let keywords = is_dict.then_some(&call.arguments.keywords)?;
            keywords
                .iter()
                .map(|keyword| argument(keyword.arg.as_ref()?.as_str(), &keyword.value))
                .collect()
        }
        _ => None,
    }
}
