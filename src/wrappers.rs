//! Which calls go to a function that the user has declared, and by which parameter they give it something. What the
//! function does is in the declaration ([`crate::tls::wrappers`]).

use crate::python::Module;
use crate::python::bindings::{BindingKind, ScopeId};
use crate::python::tree::{Node, NodeId};
use crate::tls::role::Side;
use crate::tls::wrappers::{Parameter, Takes, Wrapper};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

/// The declarations of the function that a call surely goes to.
pub fn of_call<'a>(module: &Module<'a>, call: &ExprCall) -> impl Iterator<Item = &'a Wrapper> {
    let declared = &module.options().wrappers;
    let name = match declared.is_empty() {
        true => None,
        false => name_of(module, &call.func),
    };
    declared
        .iter()
        .filter(move |wrapper| name.as_deref() == Some(wrapper.function.as_str()))
}

/// The dotted name of a function, from the top-level package on.
fn name_of(module: &Module, function: &Expr) -> Option<String> {
    if let Some(name) = module.resolve_surely(function) {
        return match &module.options().module_name {
            Some(own) => own.absolute(&name),
            None => Some(name),
        };
    }
    // A function of this very file.
    let Expr::Name(name) = function else { return None };
    let tree = module.tree();
    let scope = module.scope_of(function);
    let [binding] = tree.bindings(scope, name.id.as_str()) else {
        return None;
    };
    let is_definition = matches!(binding.kind, BindingKind::Function(_) | BindingKind::Class(_));
    let is_global = tree.binding_scope(scope, name.id.as_str()) == Some(ScopeId::MODULE);
    let own = module.options().module_name.as_ref()?;
    (is_definition && is_global).then(|| format!("{}.{}", own.name, name.id))
}

/// The side that a declared function uses a context for, where an expression is the argument that it takes as one.
pub fn side<'a>(module: &Module<'a>, call: &ExprCall, argument: TextRange) -> Option<Side> {
    of_call(module, call).find_map(|wrapper| match &wrapper.takes {
        Takes::Context { parameter, side } if gives(call, parameter, argument) => Some(*side),
        _ => None,
    })
}

/// The declaration that is about an argument, by its node, and what the parameter is called: one that takes a protocol.
pub fn that_takes_protocol<'a>(module: &Module<'a>, argument: NodeId) -> Option<(&'a Wrapper, &'a str)> {
    let tree = module.tree();
    let mut around = tree.ancestors(argument).map(|id| tree.node(id)).skip_while(|node| {
        let node = node.any();
        matches!(node, AnyNodeRef::Keyword(_) | AnyNodeRef::Arguments(_))
    });
    let Node::Expr(Expr::Call(call)) = around.next()? else {
        return None;
    };
    let range = tree.node(argument).range();
    of_call(module, call).find_map(|wrapper| match &wrapper.takes {
        Takes::Protocol { parameter, .. } => {
            gives(call, parameter, range).then_some((wrapper, parameter.name.as_str()))
        }
        Takes::WrapSocket => {
            let parameter = Parameter {
                name: "ssl_version".into(),
                position: Some(6),
            };
            gives(call, &parameter, range).then_some((wrapper, "ssl_version"))
        }
        Takes::Context { .. } => None,
    })
}

/// True if an expression is what a call gives a parameter, as far as the text tells.
fn gives(call: &ExprCall, parameter: &Parameter, argument: TextRange) -> bool {
    let arguments = &call.arguments;
    let by_keyword = arguments.find_keyword(&parameter.name);
    let by_position = parameter.position.and_then(|position| {
        let front = arguments.args.get(..position)?;
        let is_sure = !front.iter().any(Expr::is_starred_expr);
        front.last().filter(|_| is_sure)
    });
    by_keyword.is_some_and(|keyword| keyword.value.range() == argument)
        || by_position.is_some_and(|value| value.range() == argument)
}
