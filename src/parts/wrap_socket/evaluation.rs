//! In which order the arguments are evaluated: each once, and all in the old order, whatever the statements in front of
//! the call do with them.

use super::arguments::{Argument, Arguments, KEPT};
use super::verify_constant;
use crate::python::Module;
use crate::python::fresh::FreshNames;
use crate::python::place::Line;
use crate::python::values::Truth;
use ruff_python_ast::Expr;

/// The arguments that are bound to variables first, so that each is evaluated once and all in the old order.
pub(super) struct Temporaries<'m, 'a> {
    module: &'m Module<'a>,
    pub(super) bound: Vec<(Argument<'a>, String)>,
}

impl<'m, 'a> Temporaries<'m, 'a> {
    pub(super) fn new(module: &'m Module<'a>, arguments: &Arguments<'a>, names: &mut FreshNames) -> Self {
        // What the statements in front can do that the program could notice: read files, refuse values.
        let is_context_fallible = ["keyfile", "certfile", "ca_certs", "ciphers", "cert_reqs", "server_side"]
            .iter()
            .any(|parameter| {
                arguments.present(module, parameter).is_some_and(|argument| {
                    !matches!(argument.value, Expr::BooleanLiteral(_))
                        && verify_constant(module, argument.value).is_none()
                })
            });
        let is_dropped = |argument: &Argument| argument.parameter == "ssl_version";
        let effects: Vec<Argument> = arguments
            .list
            .iter()
            .copied()
            .filter(|argument| !module.is_pure(argument.value) && !is_dropped(argument))
            .filter(|argument| !KEPT.contains(&argument.parameter) || is_context_fallible)
            .collect();
        let in_place = match effects.as_slice() {
            // One file name from a call, used once, with nothing before it that could tell the difference.
            [only] => !KEPT.contains(&only.parameter) && module.truth(only.value) == Truth::True,
            _ => false,
        };
        let last = effects
            .last()
            .filter(|_| !in_place)
            .map(|argument| argument.range.start());
        let needs_variable = |argument: &Argument| {
            if is_dropped(argument) || module.truth(argument.value) == Truth::False {
                return false;
            }
            let before_effect =
                last.is_some_and(|last| argument.range.start() <= last) && !module.is_steady(argument.value);
            let is_atom = matches!(argument.value, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_));
            let twice = match argument.parameter {
                "keyfile" | "certfile" | "ca_certs" | "ciphers" => module.truth(argument.value) != Truth::True,
                "server_side" => !matches!(argument.value, Expr::BooleanLiteral(_) | Expr::NumberLiteral(_)),
                _ => false,
            };
            before_effect || twice && !is_atom && !module.slice(argument.value).is_empty()
        };
        let bound = arguments
            .list
            .iter()
            .copied()
            .filter(needs_variable)
            .map(|argument| {
                let candidates: &[&str] = match argument.parameter {
                    "sock" => &["sock", "plain_socket"],
                    other => &[other],
                };
                (argument, names.take(candidates))
            })
            .collect();
        Temporaries { module, bound }
    }

    /// The text that stands for an argument: its variable, or the expression itself.
    pub(super) fn text(&self, argument: Argument) -> String {
        match self.bound.iter().find(|(bound, _)| bound.range == argument.range) {
            Some((_, name)) => name.clone(),
            None => self.module.in_one_expression(argument.value),
        }
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        self.bound
            .iter()
            .map(|(argument, name)| Line::new(format!("{name} = {}", self.module.in_one_expression(argument.value))))
            .collect()
    }
}
