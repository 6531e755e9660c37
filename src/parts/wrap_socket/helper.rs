//! The function that takes the place of `ssl.wrap_socket` where a context cannot be built in front of the call: one in
//! the module, with the old signature, behind the imports; or imported from a module of the user's.

use super::arguments::PARAMETERS;
use super::harden;
use crate::evidence;
use crate::python::Module;
use crate::python::bindings::{BindingKind, ScopeId};
use crate::python::place::Line;
use crate::python::resolve::Certainty;
use crate::python::uses::Use;
use crate::rewrite::{Edit, Finding, Fix, Helper, Policy, Safety};
use crate::tls::range::{self, Allowed, MaximumVersion, MinimumVersion};
use crate::tls::recipe::{CertificateChecks, Context, Operand, Presence, Protocol, Weakness};
use crate::tls::role::{self, Role, Side};
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// An earlier helper is known by it, so one with another floor is another one.
fn docstring(minimum: MinimumVersion) -> String {
    format!(
        "\"\"\"Do what ssl.wrap_socket() did before Python 3.12 removed it, with {} or newer.\"\"\"",
        minimum.in_words()
    )
}

/// Lets a call go to the helper: only the function that is called changes.
pub(super) fn call<'a>(
    module: &Module<'a>,
    found: &Use<'a>,
    call: &'a ExprCall,
    reason: String,
    finding: &mut Finding,
) {
    if let Some(parameter) = foreign_parameter(call) {
        finding.notes.push(format!(
            "no fix: `{parameter}` is no parameter of Python's `ssl.wrap_socket`, so this call is for another one or \
             always raises `TypeError`"
        ));
        return;
    }
    let connects = || {
        let sock = call
            .arguments
            .find_argument_value("sock", 0)
            .filter(|sock| !sock.is_starred_expr());
        let evidence = sock.map(|sock| evidence::of_wrapped_socket(module, call, sock));
        evidence.is_some_and(|evidence| role::weigh(&evidence) == Role::Is(Side::Client))
    };
    let tells_side = call.arguments.find_keyword("server_side").is_some()
        || call.arguments.args.len() > 3
        || dictionary_tells_side(module, call)
        || connects();
    let version = match lost_range(module, call) {
        Ok(version) => version,
        Err(refusal) => {
            finding.notes.push(refusal);
            return;
        }
    };
    offer(module, found, &reason, tells_side, finding);
    if let Some(fix) = &mut finding.fix {
        fix.edits.extend(drop_version(module, call));
        make_unsafe(fix, version);
    }
}

/// What the function, which knows no protocol, may lose of the range that the call asks for.
///
/// # Errors
///
/// If it is a range that the user does not want to lose, or that has nothing of what the function offers.
fn lost_range(module: &Module, call: &ExprCall) -> Result<Option<String>, String> {
    let options = module.options();
    let arguments = &call.arguments;
    let is_hidden = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    let version = match arguments.find_keyword("ssl_version") {
        Some(keyword) => Some(&keyword.value),
        None if is_hidden => {
            return Ok(range::hidden(
                "what comes from `*` or `**`",
                options.minimum_version,
                options.maximum_version,
            ));
        }
        None => arguments.args.get(5),
    };
    let Some(version) = version.filter(|version| !version.is_none_literal_expr()) else {
        return Ok(None);
    };
    let Some(protocol) = module.ssl_name(version) else {
        return Ok(range::hidden(
            &format!("`{}`", module.slice(version)),
            options.minimum_version,
            options.maximum_version,
        ));
    };
    if let Some(refusal) = range::below_floor(&protocol, options.minimum_version) {
        return Err(refusal);
    }
    if options.maximum_version == MaximumVersion::Keep && range::allowed_by(&protocol) == Some(Allowed::OnlyTls12) {
        return Err(format!(
            "no fix: a function with the old parameters would not keep `{protocol}`, as `maximum-version` wants; build a \
             context with `maximum_version` where the call can use it"
        ));
    }
    Ok(None)
}

fn make_unsafe(fix: &mut Fix, reason: Option<String>) {
    if let (Safety::Safe, Some(reason)) = (&fix.safety, reason) {
        fix.safety = Safety::Unsafe(reason);
    }
}

/// True if `**name` stands for a dictionary that was made with the key `server_side`.
fn dictionary_tells_side<'a>(module: &Module<'a>, call: &'a ExprCall) -> bool {
    let unpacked = call.arguments.keywords.iter().filter(|keyword| keyword.arg.is_none());
    unpacked
        .map(|keyword| module.value_of(&keyword.value))
        .any(|value| match value {
            Expr::Dict(dict) => dict
                .items
                .iter()
                .any(|item| matches!(&item.key, Some(Expr::StringLiteral(key)) if key.value.to_str() == "server_side")),
            Expr::Call(call) => call.arguments.find_keyword("server_side").is_some(),
            _ => false,
        })
}

/// The helper ignores `ssl_version`, so an argument that only names one goes, and with it the last use of a constant of
/// old.
fn drop_version(module: &Module, call: &ExprCall) -> Option<Edit> {
    let version = call.arguments.find_keyword("ssl_version")?;
    // From the comma on, since the argument in front of it may end with a parenthesis.
    let before = module.tokens().before(version.start());
    let comma = before.iter().rfind(|token| token.kind() == TokenKind::Comma)?;
    if comma.start() < call.arguments.start() {
        return None;
    }
    let dropped = TextRange::new(comma.start(), version.end());
    let has_comment = module.comments_in(dropped).next().is_some();
    (module.is_pure(&version.value) && !has_comment).then(|| Edit::delete(dropped))
}

/// Lets a value that is the function be the helper.
pub(super) fn reference<'a>(module: &Module<'a>, found: &Use<'a>, reason: &str, finding: &mut Finding) {
    offer(
        module,
        found,
        &format!("{reason}, and the calls are not in sight"),
        false,
        finding,
    );
    let options = module.options();
    if let Some(fix) = &mut finding.fix {
        make_unsafe(
            fix,
            range::hidden("a call", options.minimum_version, options.maximum_version),
        );
    }
}

fn offer<'a>(module: &Module<'a>, found: &Use<'a>, reason: &str, tells_side: bool, finding: &mut Finding) {
    let no_fix = |why: &str| format!("no fix: {reason}; {why}");
    if found.certainty != Certainty::Certain {
        finding
            .notes
            .push(no_fix("and the name may also stand for something else"));
        return;
    }
    if module.replaces("wrap_socket") {
        finding.notes.push(no_fix(
            "and this file puts another function in the place of `ssl.wrap_socket`",
        ));
        return;
    }
    if module.options().policy == Policy::Harden {
        finding.notes.extend(harden::refusal(&format!(
            "{reason}, and no name of a host is known there"
        )));
        return;
    }
    let Some((name, edit)) = provide(module, found) else {
        finding.notes.push(no_fix(
            "write a function with the parameters that are used, which builds a context and calls its `wrap_socket`, and \
             use that here",
        ));
        return;
    };
    if edit
        .as_ref()
        .is_some_and(|edit| edit.range().start() > found.expr.start())
    {
        finding
            .notes
            .push(no_fix("it is used before the place where a function could be defined"));
        return;
    }
    let safety = if !tells_side && evidence::serves(module) {
        Safety::Unsafe(
            "this file serves, and a socket that listens without `server_side=True` would get a client's context"
                .into(),
        )
    } else {
        Safety::Safe
    };
    finding.notes.push(format!(
        "{reason}, so a function with the old parameters takes its place"
    ));
    finding
        .notes
        .push("as before, nothing is verified unless `cert_reqs` says so, and the host name never".into());
    let mut edits = vec![Edit::replace(found.expr.range(), name.clone())];
    edits.extend(edit);
    finding.fix = Some(Fix {
        title: format!("call `{name}`, which builds a context, in its place"),
        safety,
        edits,
    });
}

fn foreign_parameter(call: &ExprCall) -> Option<&str> {
    let mut names = call
        .arguments
        .keywords
        .iter()
        .filter_map(|keyword| keyword.arg.as_ref());
    names
        .find(|name| !PARAMETERS.contains(&name.as_str()))
        .map(|name| name.as_str())
}

/// The name of the helper in this file, and the edit that brings it there unless it is there already.
fn provide(module: &Module, found: &Use) -> Option<(String, Option<Edit>)> {
    match &module.options().helper {
        Helper::Off => None,
        Helper::Module(path) => match imported(module, path, found) {
            Some(name) => Some((name, None)),
            None => {
                let name = free_name(module);
                let line = format!("from {path} import wrap_socket as {name}{}", module.newline());
                Some((name, Some(Edit::insert(behind_imports(module), line))))
            }
        },
        Helper::InFile => match defined(module, found) {
            Some(name) => Some((name, None)),
            None => {
                let name = free_name(module);
                let offset = behind_imports(module);
                Some((
                    name.clone(),
                    Some(Edit::insert(offset, definition(module, &name, offset))),
                ))
            }
        },
    }
}

fn free_name(module: &Module) -> String {
    let numbered = (2..).map(|number| format!("_wrap_socket{number}"));
    ["_wrap_socket", "_ssl_wrap_socket"]
        .into_iter()
        .map(str::to_string)
        .chain(numbered)
        .find(|name| module.tree().is_free(ScopeId::MODULE, name))
        .expect("there is always a further number")
}

/// The helper that an earlier fix wrote.
fn defined(module: &Module, found: &Use) -> Option<String> {
    let text = docstring(module.options().minimum_version);
    name_of_earlier(module, found, |statement| match statement {
        Stmt::FunctionDef(function) => {
            let docstring = function.body.first()?.as_expr_stmt()?;
            (module.slice(&*docstring.value) == text).then(|| function.name.to_string())
        }
        _ => None,
    })
}

/// The name under which an earlier fix imported the helper.
fn imported(module: &Module, path: &str, found: &Use) -> Option<String> {
    name_of_earlier(module, found, |statement| match statement {
        Stmt::ImportFrom(import)
            if import.level == 0 && import.module.as_ref().is_some_and(|name| name.as_str() == path) =>
        {
            let alias = import.names.iter().find(|alias| alias.name.as_str() == "wrap_socket")?;
            Some(alias.asname.as_ref().unwrap_or(&alias.name).to_string())
        }
        _ => None,
    })
}

/// The name that a statement of the module gives the helper, if it is the helper's where the old function is used: a
/// parameter can have the same name, and a statement further down has not run there.
fn name_of_earlier(module: &Module, found: &Use, name: impl Fn(&Stmt) -> Option<String>) -> Option<String> {
    let tree = module.tree();
    let scope = tree.scope_of(found.node);
    module
        .body()
        .iter()
        .take_while(|statement| statement.end() <= found.expr.start())
        .filter_map(name)
        .find(|name| tree.binding_scope(scope, name) == Some(ScopeId::MODULE) && tree.bindings(scope, name).len() == 1)
}

/// The start of the line behind the imports at the top of the module: the docstring, `__future__`, imports, and what
/// only chooses between imports. A function goes behind the line breaks that follow; see [`definition`].
fn behind_imports(module: &Module) -> TextSize {
    let is_import = |statement: &Stmt| match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) => true,
        Stmt::Expr(expression) => expression.value.is_string_literal_expr(),
        Stmt::Try(statement) => statement
            .body
            .iter()
            .any(|inner| inner.is_import_stmt() || inner.is_import_from_stmt()),
        Stmt::If(statement) => statement
            .body
            .iter()
            .all(|inner| inner.is_import_stmt() || inner.is_import_from_stmt()),
        _ => false,
    };
    let leading = module.body().iter().take_while(|statement| is_import(statement));
    // Where `ssl` is imported further down, the first such import is in front of every use of it, unless both stand in
    // one statement, such as a `try`.
    let first_use = module.uses_of("wrap_socket").map(|found| found.expr.start()).min();
    let imports_ssl = |statement: &&Stmt| {
        let bindings = module.tree().scope(ScopeId::MODULE).bindings.values().flatten();
        bindings.into_iter().any(|binding| {
            let is_ssl = match binding.kind {
                BindingKind::Import(path) => path == "ssl",
                BindingKind::ImportFrom { import, .. } => {
                    import.module.as_ref().is_some_and(|path| path.as_str() == "ssl")
                }
                _ => false,
            };
            is_ssl
                && statement
                    .range()
                    .contains_range(module.tree().node(binding.node).range())
        })
    };
    let last = leading
        .chain(module.body().iter().find(imports_ssl))
        .filter(|statement| first_use.is_none_or(|first| statement.end() <= first))
        .max_by_key(|statement| statement.end());
    match last {
        None => module
            .body()
            .first()
            .map_or(TextSize::new(0), |first| module.logical_line_start(first.start())),
        Some(statement) => {
            let rest = module.tokens().after(statement.end());
            rest.iter()
                .find(|token| token.kind() == ruff_python_ast::token::TokenKind::Newline)
                .map_or(statement.end(), Ranged::end)
        }
    }
}

/// The text of the helper, with the blank lines around it.
fn definition(module: &Module, name: &str, offset: TextSize) -> String {
    let (prefix, imports) = match module_name(module) {
        Some(name) => (name, false),
        None => ("ssl".to_string(), true),
    };
    let mut lines = vec![String::new(), String::new(), format!("def {name}(")];
    let indent = module.indent();
    let minimum = module.options().minimum_version;
    for parameter in PARAMETERS {
        lines.push(format!("{indent}{}", parameter_line(parameter)));
    }
    lines.push("):".into());
    lines.push(format!("{indent}{}", docstring(minimum)));
    if imports {
        lines.push(format!("{indent}import ssl"));
        lines.push(String::new());
    }
    for Line { depth, text } in body(&prefix, minimum) {
        lines.push(format!("{indent}{}{text}", indent.repeat(depth)));
    }
    let mut text = lines.join(module.newline());
    text.push_str(module.newline());
    let behind = module.text()[usize::from(offset)..].lines();
    let blank = behind.take_while(|line| line.trim().is_empty()).count();
    text.push_str(&module.newline().repeat(2_usize.saturating_sub(blank)));
    text
}

/// A parameter with its default. That of `cert_reqs` is a number since `ssl` may be missing when the function is defined.
fn parameter_line(parameter: &str) -> String {
    match parameter {
        "sock" => "sock,".into(),
        "server_side" => "server_side=False,".into(),
        "cert_reqs" => "cert_reqs=0,  # ssl.CERT_NONE".into(),
        "do_handshake_on_connect" | "suppress_ragged_eofs" => format!("{parameter}=True,"),
        _ => format!("{parameter}=None,"),
    }
}

/// The statements of the helper: the recipe of a context whose side is decided at run time.
fn body(prefix: &str, minimum: MinimumVersion) -> Vec<Line> {
    let maybe = |name: &str| {
        Some(Operand {
            text: name.into(),
            presence: Presence::Maybe,
        })
    };
    let mut context = Context::new("context", Protocol::ServerIf("server_side".into()), minimum);
    context.host_check_off = true;
    context.kept_weakness = Some(Weakness::HostNotChecked);
    context.verify_mode = Some("cert_reqs".into());
    context.ca_certs = maybe("ca_certs");
    context.certfile = maybe("certfile");
    context.keyfile = maybe("keyfile");
    context.ciphers = maybe("ciphers");
    context.checks = CertificateChecks::WrapSocket;
    let mut lines = context.lines(&mut |name| format!("{prefix}.{name}"));
    lines.push(Line::new("return context.wrap_socket("));
    lines.push(Line::nested("sock,"));
    for parameter in ["server_side", "do_handshake_on_connect", "suppress_ragged_eofs"] {
        lines.push(Line::nested(format!("{parameter}={parameter},")));
    }
    lines.push(Line::new(")"));
    lines
}

/// The name by which every function of the module can reach the module `ssl`.
fn module_name(module: &Module) -> Option<String> {
    let scope = module.tree().scope(ScopeId::MODULE);
    scope.by_name().into_iter().find_map(|(name, bindings)| {
        let is_import = bindings
            .iter()
            .any(|binding| matches!(binding.kind, BindingKind::Import("ssl")));
        let resolved = module.resolve_name(ScopeId::MODULE, name, 4)?;
        (is_import && resolved.name == "ssl" && resolved.certainty == Certainty::Certain).then(|| name.to_string())
    })
}

/// The module that `--helper-module` names: the same function, under its old name.
pub fn module_text(minimum: MinimumVersion) -> String {
    let mut text = String::from(
        "\"\"\"What takes the place of ssl.wrap_socket(), which Python 3.12 removed.\"\"\"\n\nimport ssl\n\n\ndef wrap_socket(\n",
    );
    for parameter in PARAMETERS {
        text.push_str(&format!("    {}\n", parameter_line(parameter)));
    }
    text.push_str(&format!("):\n    {}\n", docstring(minimum)));
    for Line { depth, text: line } in body("ssl", minimum) {
        text.push_str(&format!("    {}{line}\n", "    ".repeat(depth)));
    }
    text
}
