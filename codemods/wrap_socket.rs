#![doc = include_str!("wrap_socket.md")]

use crate::hazards;
use crate::python::Module;
use crate::python::place::{Line, Place};
use crate::python::resolve::Certainty;
use crate::python::tree::Node;
use crate::python::uses::{Lookup, Use};
use crate::python::values::Truth;
use crate::rewrite::{Edit, Finding, Fix, Identity, Label, Level, Policy, Safety};
use crate::tls::range::{self, Allowed, MaximumVersion, MinimumVersion};
use crate::tls::recipe::{CertificateChecks, Context, Operand, Presence, Protocol, Weakness};
use ruff_python_ast::{Alias, AnyNodeRef, Expr, ExprCall, ExprContext, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};

use arguments::{Arguments, KEPT};
use evaluation::Temporaries;

#[path = "../src/parts/wrap_socket/arguments.rs"]
mod arguments;
#[path = "../src/parts/wrap_socket/evaluation.rs"]
mod evaluation;
#[path = "../src/parts/wrap_socket/harden.rs"]
mod harden;
#[path = "../src/parts/wrap_socket/helper.rs"]
pub mod helper;
#[path = "../src/parts/wrap_socket/role.rs"]
mod role;

/// The name of the codemod.
pub const NAME: &str = "wrap-socket";

const REMOVED: &str = "`ssl.wrap_socket` was removed in Python 3.12";

/// Looks at every use of `ssl.wrap_socket`: calls, references, imports, patches by name.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses_of("wrap_socket") {
        findings.push(look_at_use(module, found));
    }
    for named in module.named_by_string().filter(|named| named.name == "wrap_socket") {
        if let Some(finding) = look_at_string(module, named.how, named.call, named.node) {
            findings.push(finding);
        }
    }
    for (import, alias) in module.imports_of("wrap_socket") {
        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        // What reads it is reported where it does.
        if !module.is_evaluated(local) {
            findings.push(look_at_import(module, import, alias));
        }
    }
}

/// An import that nothing uses, or no longer.
fn look_at_import<'a>(module: &Module<'a>, import: &'a StmtImportFrom, alias: &'a Alias) -> Finding {
    let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
    let mut finding = Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Error,
        range: alias.range(),
        message: format!("{REMOVED}: importing it raises `ImportError`"),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    };
    if !module.is_unread(local) {
        finding.notes.push(format!(
            "no fix: `{local}` is deleted here, or a string names it, as in `__all__`: drop it there, too, or define a \
             function of that name"
        ));
        return finding;
    }
    let falls_back = module.falls_back(import, local);
    if falls_back && only_falls_back(module, import, local) {
        finding.level = Level::Note;
        finding.message = format!("{REMOVED}, and nothing here uses it");
        finding
            .notes
            .push("left alone: there is another value where the import raises".into());
        return finding;
    }
    finding.fix = Some(Fix {
        title: "drop the name, which nothing here uses, from the import".into(),
        safety: if falls_back {
            Safety::Unsafe("other modules may import it from here, since it has another value, too".into())
        } else {
            Safety::Safe
        },
        edits: vec![module.drop_import(import, alias)],
    });
    finding
}

/// True if an import that raises has no other effect than that its name gets another value.
fn only_falls_back(module: &Module, import: &StmtImportFrom, local: &str) -> bool {
    let assigns = |statement: &Stmt| match statement {
        Stmt::Pass(_) => true,
        Stmt::Assign(assign) => {
            matches!(assign.targets.as_slice(), [Expr::Name(target)] if target.id.as_str() == local)
        }
        _ => false,
    };
    let Some(around) = module.trying(module.tree().id(import)).next() else {
        return false;
    };
    let is_last = around.body.last().is_some_and(|last| last.range() == import.range());
    let handlers = || around.handlers.iter().filter_map(|handler| handler.as_except_handler());
    is_last && around.orelse.is_empty() && handlers().all(|handler| handler.body.iter().all(assigns))
}

fn look_at_use<'a>(module: &Module<'a>, found: &Use<'a>) -> Finding {
    let mut finding = Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Error,
        range: found.expr.range(),
        message: REMOVED.into(),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    };
    if found.access != ExprContext::Load {
        finding.message = format!("{REMOVED}, and this replaces it for the whole process");
        finding.notes.push(
            "code that builds its own context no longer passes through here: set what this wants on the contexts, or \
             use one function of your own for all connections"
                .into(),
        );
        return finding;
    }
    if let Some(reason) = module.guard(found.node) {
        finding.level = Level::Note;
        finding.message = format!("{REMOVED}, and this is a branch for old Pythons");
        finding.notes.push(format!("left alone: {reason}"));
        finding.labels.push(reason.place);
        return finding;
    }
    let call = module
        .tree()
        .parent(found.node)
        .map(|parent| module.tree().node(parent));
    let Some(Node::Expr(Expr::Call(call))) = call else {
        return look_at_reference(module, found, finding);
    };
    if call.func.range() != found.expr.range() {
        return look_at_reference(module, found, finding);
    }
    finding.range = call.range();
    match rewrite(module, found, call) {
        Ok(rewrite) => {
            finding.notes = rewrite.notes;
            finding.labels = rewrite.labels;
            finding.fix = Some(rewrite.fix);
        }
        Err(Obstacle::Person(reason)) => finding.notes.push(reason),
        Err(Obstacle::Unproven(reason)) => finding.notes.extend(harden::refusal(&reason)),
        Err(Obstacle::Place(reason)) => helper::call(module, found, call, reason, &mut finding),
    }
    finding
}

/// Why the context of a call cannot be built in front of it.
enum Obstacle {
    /// It needs a decision.
    Person(String),
    /// What the policy `harden` wants is not proven to be right.
    Unproven(String),
    /// No statement can stand there, or the arguments are not in the text: a function can do it.
    Place(String),
}

impl From<String> for Obstacle {
    fn from(reason: String) -> Obstacle {
        Obstacle::Person(reason)
    }
}

impl From<&str> for Obstacle {
    fn from(reason: &str) -> Obstacle {
        Obstacle::Person(reason.into())
    }
}

fn look_at_reference<'a>(module: &Module<'a>, found: &Use<'a>, mut finding: Finding) -> Finding {
    let where_to = match module
        .tree()
        .parent(found.node)
        .map(|parent| module.tree().node(parent).any())
    {
        Some(AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_)) => "it is given another name",
        Some(AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)) => "it is passed to a function",
        Some(AnyNodeRef::StmtReturn(_)) => "it is returned",
        Some(AnyNodeRef::ParameterWithDefault(_)) => "it is the default of a parameter",
        Some(AnyNodeRef::ExprDict(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_)) => {
            "it is put into a container"
        }
        _ => "it is used without being called",
    };
    helper::reference(module, found, where_to, &mut finding);
    finding
}

/// `mock.patch("ssl.wrap_socket")` raises where the name is missing; a question about it does not.
fn look_at_string(module: &Module, how: Lookup, call: &ExprCall, node: crate::python::tree::NodeId) -> Option<Finding> {
    let guard = module.guard(node);
    let (message, note) = match how {
        Lookup::Ask => return None,
        Lookup::Read => (
            format!("{REMOVED}, and `getattr` raises where it is missing"),
            "build an `SSLContext` and call its `wrap_socket`",
        ),
        Lookup::Replace => (
            format!("{REMOVED}: replacing it by name raises `AttributeError`"),
            "replace what the code calls now: `ssl.SSLContext.wrap_socket`, which gets the context as its first argument, \
             or `ssl.SSLContext` itself",
        ),
    };
    let edit = if how == Lookup::Replace && guard.is_none() {
        patch_of_method(module, call)
    } else {
        None
    };
    Some(Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: if guard.is_some() { Level::Note } else { Level::Error },
        range: call.range(),
        message,
        notes: std::iter::once(note.to_string())
            .chain(guard.iter().map(|reason| format!("left alone: {reason}")))
            .collect(),
        labels: guard.into_iter().map(|guard| guard.place).collect(),
        fix: edit.map(|edit| Fix {
            title: "patch the method that rewritten code calls, `ssl.SSLContext.wrap_socket`".into(),
            safety: Safety::Unsafe(
                "the method gets fewer arguments than the function did, and the context is set up before it is called"
                    .into(),
            ),
            edits: vec![edit],
        }),
    })
}

/// The edit that makes `mock.patch("ssl.wrap_socket")` or `mock.patch.object(ssl, "wrap_socket")` patch the method. A
/// mock in its place is called with the same socket; a plain function, as `monkeypatch` sets it, would get the context
/// first, so that is left alone.
fn patch_of_method(module: &Module, call: &ExprCall) -> Option<Edit> {
    let function = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    match (function, &*call.arguments.args) {
        // The replacement is given only where it is no mock.
        ("patch", [path @ Expr::StringLiteral(_)]) => {
            let offset = module.slice(path).rfind("wrap_socket")?;
            Some(Edit::insert(
                path.start() + TextSize::try_from(offset).ok()?,
                "SSLContext.",
            ))
        }
        ("object", [object, Expr::StringLiteral(_)]) => Some(Edit::insert(object.end(), ".SSLContext")),
        _ => None,
    }
}

/// What becomes of a call, with what the reader should know about it.
struct Rewrite {
    fix: Fix,
    notes: Vec<String>,
    labels: Vec<Label>,
}

fn rewrite<'a>(module: &Module<'a>, found: &Use<'a>, call: &'a ExprCall) -> Result<Rewrite, Obstacle> {
    if found.certainty != Certainty::Certain {
        return Err("no fix: the name may also stand for something else than the standard library's function".into());
    }
    if module.replaces("wrap_socket") {
        return Err("no fix: this file puts another function in the place of `ssl.wrap_socket`".into());
    }
    let arguments = Arguments::read(module, call)?;
    let place = module
        .place_before(found.expr)
        .map_err(|place| Obstacle::Place(format!("it stands in {place}")))?;
    let mut spelling = module
        .spelling(found)
        .ok_or("no fix: the file gives no sure way to write the other names of `ssl`")?;
    let mut names = module.fresh_names(module.scope_of(found.expr));
    let mut notes = Vec::new();
    let mut labels = Vec::new();

    let role = role::of_call(module, call, &arguments)?;
    let hardened = match (module.options().policy, &role.protocol) {
        (Policy::Preserve, _) | (Policy::Harden, Protocol::Server) => None,
        (Policy::Harden, Protocol::Client) => {
            Some(harden::client(module, call, &arguments).map_err(Obstacle::Unproven)?)
        }
        (Policy::Harden, Protocol::ServerIf(_) | Protocol::Undecided) => {
            return Err(Obstacle::Unproven("it may be a server's or a client's".into()));
        }
    };
    let variable = names.take_for_context();
    let temporaries = Temporaries::new(module, &arguments, &mut names);
    let mut context = Context::new(
        variable.clone(),
        role.protocol.clone(),
        module.options().minimum_version,
    );
    context.checks = if role.implicit {
        CertificateChecks::ImplicitServer
    } else {
        CertificateChecks::WrapSocket
    };
    if let Protocol::ServerIf(test) = &mut context.protocol
        && let Some(argument) = arguments.get("server_side")
    {
        *test = temporaries.text(argument);
    }
    let operand = |parameter: &str, temporaries: &Temporaries| {
        let argument = arguments.present(module, parameter)?;
        let present = module.truth(argument.value) == Truth::True || module.is_true_here(argument.value);
        Some(Operand {
            text: temporaries.text(argument),
            presence: if present { Presence::Always } else { Presence::Maybe },
        })
    };
    context.ca_certs = operand("ca_certs", &temporaries);
    context.certfile = operand("certfile", &temporaries);
    context.keyfile = operand("keyfile", &temporaries);
    context.ciphers = operand("ciphers", &temporaries);
    check_certificate(&context)?;

    let verify = arguments
        .get("cert_reqs")
        .map(|argument| (argument, verify_constant(module, argument.value)));
    match context.protocol {
        // A client's context verifies the certificate and the host name from the start.
        _ if hardened.is_some() => context.default_certs = true,
        Protocol::Client | Protocol::ServerIf(_) => {
            context.host_check_off = true;
            context.verify_mode = Some(match verify {
                Some((argument, _)) => temporaries.text(argument),
                None => spelling.name("CERT_NONE"),
            });
            context.kept_weakness = Some(match verify {
                None | Some((_, Some("CERT_NONE"))) => Weakness::CertificateNotVerified,
                Some(_) => Weakness::HostNotChecked,
            })
            .filter(|weakness| *weakness != Weakness::HostNotChecked || !hazards::checks_host_itself(module));
        }
        Protocol::Server | Protocol::Undecided => {
            context.verify_mode = verify.map(|(argument, _)| temporaries.text(argument));
        }
    }
    if let Some((argument, None)) = verify
        && argument.value.is_none_literal_expr()
    {
        return Err("no fix: `cert_reqs=None` raises `TypeError`; say which certificates it should require".into());
    }
    let mut safety = match &hardened {
        Some(hardened) => hardened.safety.clone(),
        None => Safety::Safe,
    };
    if let Some(version) = arguments.get("ssl_version") {
        let of_version = check_version(module, version.value, &context.protocol, &mut notes)?;
        if safety == Safety::Safe {
            if of_version != Safety::Safe {
                labels.push(Label::of_danger(version.value.range()));
            }
            safety = of_version;
        }
    }
    let ciphers = arguments.get("ciphers");
    let keeps_maximum = module.options().maximum_version == MaximumVersion::Keep;
    if (context.ciphers.is_some() || keeps_maximum) && is_pinned(module, &arguments) {
        context.maximum_version = Some("TLSv1_2");
    }
    if context.ciphers.is_some() && context.minimum_version == Some("TLSv1_3") {
        notes.push(hazards::CIPHERS_WITHOUT_EFFECT.into());
    }
    let verifies = matches!(verify, Some((_, constant)) if constant != Some("CERT_NONE"));
    let hazard = ciphers
        .and_then(|ciphers| hazards::asks_for_old_peers(module, ciphers.value))
        .or_else(|| hazards::green_threads_come_late(module, found))
        .or_else(|| verifies.then(|| hazards::verifies_at_last(module)).flatten());
    if let Some(hazard) = hazard {
        labels.push(Label::of_danger(hazard.range));
        safety = Safety::Unsafe(hazard.reason);
    }

    let mut lines: Vec<Line> = moved_comments(module, call, &arguments, &temporaries);
    lines.extend(temporaries.lines());
    lines.extend(context.lines(&mut |name| spelling.name(name)));
    let mut added: Vec<String> = role
        .implicit
        .then(|| "server_side=True".to_string())
        .into_iter()
        .collect();
    added.extend(
        hardened
            .iter()
            .map(|hardened| format!("server_hostname={}", module.slice(hardened.host.expr))),
    );
    let mut edits = place.insert_before(module, &lines);
    edits.extend(new_call(
        module,
        call,
        &arguments,
        &temporaries,
        &variable,
        &added,
        &place,
    ));
    if let Some(dictionary) = arguments.dictionary {
        let dropped = module.drop_statement(dictionary.statement);
        // On the line of the call it is in the way of the lines that the call gets.
        if edits.iter().any(|edit| edit.overlaps(&dropped)) {
            return Err(Obstacle::Place("its arguments come from `**`".into()));
        }
        edits.push(dropped);
    }
    edits.extend(spelling.into_edits().map_err(|name| {
        format!("no fix: `{name}` would have to be imported from `ssl`, and the file uses that name for something else")
    })?);

    let title = match &context.protocol {
        Protocol::Client if hardened.is_some() => {
            "build a client context that verifies and call its `wrap_socket` with the host's name"
        }
        Protocol::Client => "build a client context and call its `wrap_socket`",
        Protocol::Server => "build a server context and call its `wrap_socket`",
        Protocol::ServerIf(_) => "build a context for the side that `server_side` says and call its `wrap_socket`",
        Protocol::Undecided => "build a `PROTOCOL_TLS` context and call its `wrap_socket`",
    };
    notes.extend(role.notes);
    labels.extend(role.labels);
    if let Some(hardened) = &hardened {
        labels.push(Label::new(hardened.host.range, "here the host name is known"));
        notes.push(format!(
            "the certificate and the host name are verified now, and the name is sent: {}",
            hardened.host.what
        ));
    }
    if let (Protocol::Client, Some(weakness)) = (&context.protocol, context.kept_weakness) {
        notes.push(format!("as before, {}", weakness.as_str()));
    }
    let verifies = matches!(verify, Some((_, Some("CERT_REQUIRED" | "CERT_OPTIONAL"))));
    if verifies && context.protocol == Protocol::Client && context.ca_certs.is_none() {
        notes.push(
            "as before, no authority is known, so that every verification fails: `load_default_certs()` would load the \
             system's"
                .into(),
        );
    }
    if context.maximum_version.is_some() {
        notes.retain(|note| !note.starts_with("`ssl_version="));
        notes.push(match context.ciphers {
            Some(_) => hazards::CIPHERS_OF_TLS12.into(),
            None => range::KEPT.into(),
        });
    }
    Ok(Rewrite {
        fix: Fix {
            title: title.into(),
            safety,
            edits,
        },
        notes,
        labels,
    })
}

/// A call that always raised is not rewritten into one that works.
fn check_certificate(context: &Context) -> Result<(), String> {
    let always_raises = match (&context.protocol, &context.certfile, &context.keyfile) {
        (Protocol::Server, None, _) => context.checks == CertificateChecks::WrapSocket,
        (_, None, Some(keyfile)) => keyfile.presence == Presence::Always,
        _ => false,
    };
    if always_raises {
        return Err("no fix: without a `certfile` this call always raises `ValueError`".into());
    }
    Ok(())
}

/// The name of a `CERT_*` constant that an expression surely is.
fn verify_constant(module: &Module, value: &Expr) -> Option<&'static str> {
    if matches!(value, Expr::NumberLiteral(_)) && module.slice(value) == "0" {
        return Some("CERT_NONE");
    }
    let resolved = module.ssl_name(value)?;
    ["CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"]
        .into_iter()
        .find(|name| resolved == *name)
}

/// The protocol that was asked for gives way to "TLS 1.2 or newer", the one difference that is meant.
fn check_version(
    module: &Module,
    value: &Expr,
    protocol: &Protocol,
    notes: &mut Vec<String>,
) -> Result<Safety, String> {
    let constant = module.ssl_name(value);
    match (constant.as_deref(), protocol) {
        (Some("PROTOCOL_TLS_CLIENT"), _) => {
            return Err(
                "no fix: with `PROTOCOL_TLS_CLIENT` this function always raises `ValueError` (it needs a host name, which \
                 it cannot be given)"
                    .into(),
            );
        }
        (Some("PROTOCOL_TLS_SERVER"), Protocol::Client) => {
            return Err("no fix: `PROTOCOL_TLS_SERVER` without `server_side=True` always raises `SSLError`".into());
        }
        (Some("PROTOCOL_TLS" | "PROTOCOL_SSLv23" | "PROTOCOL_TLS_SERVER"), _) => return Ok(Safety::Safe),
        _ => {}
    }
    if value.is_none_literal_expr() {
        return Ok(Safety::Safe);
    }
    let (minimum, maximum) = (module.options().minimum_version, module.options().maximum_version);
    if let Some(refusal) = constant.as_deref().and_then(|name| range::below_floor(name, minimum)) {
        return Err(refusal);
    }
    let text = module.slice(value).split_whitespace().collect::<Vec<_>>().join(" ");
    notes.push(format!(
        "`ssl_version={text}` no longer has an effect: {} offered",
        match minimum {
            MinimumVersion::Tls12 => "TLS 1.2 and newer are",
            MinimumVersion::Tls13 => "TLS 1.3 is",
        }
    ));
    let allowed = constant.as_deref().and_then(range::allowed_by);
    if allowed == Some(Allowed::OnlyOlder) && maximum == MaximumVersion::Keep {
        notes.push(range::NOTHING_TO_KEEP.into());
    }
    let is_lookup = matches!(value, Expr::Call(call)
        if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "getattr")
            && call.arguments.args.iter().all(|argument| module.is_pure(argument)));
    if module.is_loop_variable(value) {
        Ok(Safety::Unsafe(
            "the loop over versions tries the same again and again: one call is enough".into(),
        ))
    } else if module.is_pure(value) || is_lookup {
        let hidden = match allowed {
            Some(_) => None,
            None => range::hidden(&format!("`{text}`"), minimum, maximum),
        };
        Ok(hidden.map_or(Safety::Safe, Safety::Unsafe))
    } else {
        Ok(Safety::Unsafe(format!("`{text}` is no longer called")))
    }
}

/// True if the call named TLS 1.2 and nothing else.
fn is_pinned(module: &Module, arguments: &Arguments) -> bool {
    arguments
        .get("ssl_version")
        .and_then(|version| module.ssl_name(version.value))
        .is_some_and(|name| name == "PROTOCOL_TLSv1_2")
}

/// Comments among the arguments that no longer stand there: they go in front.
fn moved_comments(module: &Module, call: &ExprCall, arguments: &Arguments, temporaries: &Temporaries) -> Vec<Line> {
    let stays = |comment: TextRange| {
        arguments
            .list
            .iter()
            .any(|argument| argument.value.range().contains_range(comment) && argument.parameter != "ssl_version")
    };
    if keeps_arguments(arguments, temporaries) {
        return Vec::new();
    }
    module
        .comments_in(call.range())
        .chain(
            arguments
                .dictionary
                .into_iter()
                .flat_map(|dictionary| module.comments_in(dictionary.range)),
        )
        .filter(|comment| !stays(*comment))
        .map(|comment| Line::new(module.slice(comment)))
        .collect()
}

/// True if the parentheses of the call stay as they are.
fn keeps_arguments(arguments: &Arguments, temporaries: &Temporaries) -> bool {
    temporaries.bound.is_empty()
        && arguments.dictionary.is_none()
        && arguments.list.iter().enumerate().all(|(index, argument)| {
            KEPT.contains(&argument.parameter) && (index == 0 || argument.range != argument.value.range())
        })
}

/// The call of the context's method, with the arguments that it shares with the old function, and those that are added.
fn new_call(
    module: &Module,
    call: &ExprCall,
    arguments: &Arguments,
    temporaries: &Temporaries,
    variable: &str,
    added: &[String],
    place: &Place,
) -> Vec<Edit> {
    let callee = format!("{variable}.wrap_socket");
    // A server that is one because it listens must not say otherwise as well.
    let is_replaced = |argument: &arguments::Argument| {
        argument.parameter == "server_side" && added.iter().any(|text| text.starts_with("server_side="))
    };
    if keeps_arguments(arguments, temporaries) && !arguments.list.iter().any(is_replaced) {
        let mut edits = vec![Edit::replace(call.func.range(), callee)];
        if !added.is_empty() {
            edits.extend(module.append_argument(call, &added.join(", ")));
        }
        return edits;
    }
    let mut kept: Vec<arguments::Argument> = arguments
        .list
        .iter()
        .filter(|argument| KEPT.contains(&argument.parameter) && !is_replaced(argument))
        .copied()
        .collect();
    // The socket is the only one that is given by position, so it comes first.
    kept.sort_by_key(|argument| argument.parameter != "sock");
    let text = |argument: arguments::Argument| match argument.parameter {
        "sock" => temporaries.text(argument),
        parameter => format!("{parameter}={}", temporaries.text(argument)),
    };
    let mut parts: Vec<String> = kept.into_iter().map(text).collect();
    parts.extend_from_slice(added);
    let one_line = format!("{callee}({})", parts.join(", "));
    let column = usize::from(call.start()) - usize::from(module.line_start(call.start()));
    if column + one_line.len() <= MOST_COLUMNS || !place.is_on_own_line() {
        return vec![Edit::replace(call.range(), one_line)];
    }
    let line_break = format!("{}{}", module.newline(), place.indentation());
    let rows: String = parts
        .iter()
        .map(|part| format!("{line_break}{}{part},", module.indent()))
        .collect();
    vec![Edit::replace(call.range(), format!("{callee}({rows}{line_break})"))]
}

/// A call that would reach further is written with an argument a line.
const MOST_COLUMNS: usize = 99;
