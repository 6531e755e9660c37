#![doc = include_str!("ssl_context.md")]

use crate::evidence::{self, ContextStep, OutOfSight};
use crate::hazards::{self, Hazard};
use crate::python::flow::{Does, Step};
use crate::python::place::{Line, Place};
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Use;
use crate::python::values::Truth;
use crate::python::{LineNumber, Module};
use crate::rewrite::{Edit, Finding, Fix, Identity, Label, Level, Policy, Safety};
use crate::tls::names;
use crate::tls::range::{self, Allowed, MaximumVersion, MinimumVersion};
use crate::tls::recipe::{Context, Protocol, Weakness};
use crate::tls::role::{self, Evidence, Role, Side};
use crate::tls::versions::{self, SwitchedOff};
use ruff_python_ast::{Expr, ExprCall, ExprContext, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

#[path = "../src/parts/ssl_context/harden.rs"]
mod harden;

/// The name of the codemod.
pub const NAME: &str = "ssl-context";

/// Methods that set a context up and depend on nothing that sslfix writes.
const SETUP: [&str; 11] = [
    "load_cert_chain",
    "load_default_certs",
    "load_dh_params",
    "load_verify_locations",
    "set_alpn_protocols",
    "set_ciphers",
    "set_default_verify_paths",
    "set_ecdh_curve",
    "set_npn_protocols",
    "set_servername_callback",
    "set_session_id",
];

/// Looks at every context that is made with an old protocol, or without one.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module
        .uses_of("SSLContext")
        .filter(|found| found.access == ExprContext::Load)
    {
        let parent = module
            .tree()
            .parent(found.node)
            .map(|parent| module.tree().node(parent));
        let Some(Node::Expr(Expr::Call(call))) = parent else {
            continue;
        };
        if call.func.range() == found.expr.range()
            && let Some(old) = OldProtocol::of_call(module, call)
        {
            findings.push(look_at_call(module, found, call, old));
        }
    }
}

/// The protocol argument of a call that makes a context.
struct OldProtocol<'a> {
    /// The constant; `None` if there is no argument.
    name: Option<String>,
    argument: Option<&'a Expr>,
    /// False if it may also be something else.
    is_sure: bool,
}

impl<'a> OldProtocol<'a> {
    fn of_call(module: &Module<'a>, call: &'a ExprCall) -> Option<OldProtocol<'a>> {
        let arguments = &call.arguments;
        if arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return None;
        }
        match arguments.find_argument_value("protocol", 0) {
            // It has no other parameter, so this raises whatever the version.
            None if !arguments.is_empty() => None,
            None => Some(OldProtocol {
                name: None,
                argument: None,
                is_sure: true,
            }),
            Some(argument) => {
                let sure = old_protocol(module, argument);
                let is_sure = sure.is_some();
                Some(OldProtocol {
                    name: Some(sure.or_else(|| old_choice(module, argument))?),
                    argument: Some(argument),
                    is_sure,
                })
            }
        }
    }

    fn is_pinned(&self) -> bool {
        !matches!(self.name.as_deref(), None | Some("PROTOCOL_TLS" | "PROTOCOL_SSLv23"))
    }

    /// True if it is pinned to a version older than TLS 1.2.
    fn is_older(&self) -> bool {
        self.name.as_deref().and_then(range::allowed_by) == Some(Allowed::OnlyOlder)
    }

    fn message(&self) -> String {
        match &self.name {
            None => "`SSLContext()` without a protocol is deprecated since Python 3.10".into(),
            Some(name) => {
                let fate = names::find(name).map_or("is deprecated", |old| match old.fate {
                    names::Fate::Gone(fate) | names::Fate::Deprecated(fate) => fate,
                });
                format!("`{name}` {fate}")
            }
        }
    }
}

/// The old protocol that an expression surely is; where it chooses between several, all old, one that is pinned to a
/// version if there is one.
fn old_protocol<'a>(module: &Module<'a>, expr: &'a Expr) -> Option<String> {
    old_protocol_within(module, expr, MOST_NAMES)
}

/// So many names are followed, each to the value of the one before: a value may name itself, `protocol = protocol or ...`.
const MOST_NAMES: usize = 4;

fn old_protocol_within<'a>(module: &Module<'a>, expr: &'a Expr, names_left: usize) -> Option<String> {
    let value = module.value_of(expr);
    let names_left = match std::ptr::eq(value, expr) {
        true => names_left,
        false => names_left.checked_sub(1)?,
    };
    let expr = value;
    let of_all = |choices: &[&'a Expr]| -> Option<Vec<String>> {
        let choices = choices.iter();
        choices
            .map(|choice| old_protocol_within(module, choice, names_left))
            .collect()
    };
    let names = match expr {
        Expr::If(conditional) => of_all(&[&conditional.body, &conditional.orelse])?,
        Expr::BoolOp(operation) => of_all(&operation.values.iter().collect::<Vec<_>>())?,
        _ => {
            let mut names = vec![constant(module, expr).filter(|name| names::is_old_protocol(name))?];
            if let Some(fallback) = fallback(expr) {
                names.push(old_protocol_within(module, fallback, names_left)?);
            }
            names
        }
    };
    let is_flexible = |name: &String| matches!(name.as_str(), "PROTOCOL_TLS" | "PROTOCOL_SSLv23");
    names.iter().find(|name| !is_flexible(name)).or(names.first()).cloned()
}

/// An old protocol constant that stands among what an expression chooses from.
fn old_choice(module: &Module, expr: &Expr) -> Option<String> {
    let choices: Vec<&Expr> = match expr {
        Expr::If(conditional) => vec![&conditional.body, &conditional.orelse],
        Expr::BoolOp(operation) => operation.values.iter().collect(),
        _ => {
            return fallback(expr)
                .and_then(|fallback| old_choice(module, fallback))
                .or_else(|| constant(module, expr).filter(|name| names::is_old_protocol(name)));
        }
    };
    choices.into_iter().find_map(|choice| old_choice(module, choice))
}

/// The name of `ssl` that an expression is: `ssl.PROTOCOL_TLS`, `getattr(ssl, "PROTOCOL_TLS")`.
fn constant(module: &Module, expr: &Expr) -> Option<String> {
    let Some(arguments) = getattr(expr) else {
        return module.ssl_name(expr);
    };
    match arguments {
        [object, Expr::StringLiteral(name), ..]
            if module.resolve(object).is_some_and(|resolved| resolved.name == "ssl") =>
        {
            Some(name.value.to_str().to_string())
        }
        _ => None,
    }
}

/// What `getattr` returns where the name is missing.
fn fallback(expr: &Expr) -> Option<&Expr> {
    getattr(expr)?.get(2)
}

/// The arguments of `getattr`.
fn getattr(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "getattr") => {
            Some(&call.arguments.args)
        }
        _ => None,
    }
}

fn look_at_call<'a>(module: &Module<'a>, found: &Use<'a>, call: &'a ExprCall, old: OldProtocol<'a>) -> Finding {
    let mut finding = Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: if old.is_pinned() { Level::Error } else { Level::Warning },
        range: call.range(),
        message: old.message(),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    };
    if let Some(reason) = module.guard(found.node) {
        finding.level = Level::Note;
        finding.notes.push(format!("left alone: {reason}"));
        finding.labels.push(reason.place);
        return finding;
    }
    if !old.is_sure {
        finding.notes.push(
            "no fix: the protocol is decided at run time; choose `PROTOCOL_TLS_CLIENT` or `PROTOCOL_TLS_SERVER`, and set \
             `minimum_version` from what the program is told"
                .into(),
        );
        return finding;
    }
    match rewrite(module, found, call, &old, &mut finding) {
        Ok(fix) => finding.fix = fix,
        Err(reason) => finding.notes.push(reason),
    }
    finding
}

/// A context in the code: what holds it, and what is done with it.
struct Made<'a> {
    /// Its text in the statements that set it up.
    holder: String,
    /// What is done with it by the name that it is given first.
    own_steps: Vec<Step<'a>>,
    /// The same, followed through the file.
    steps: Vec<Step<'a>>,
    /// The statement that assigns it; `None` if it is used where it is made.
    assignment: Option<(NodeId, &'a Stmt)>,
}

fn rewrite<'a>(
    module: &Module<'a>,
    found: &Use<'a>,
    call: &'a ExprCall,
    old: &OldProtocol<'a>,
    finding: &mut Finding,
) -> Result<Option<Fix>, String> {
    let Finding { notes, labels, .. } = finding;
    if found.certainty != Certainty::Certain {
        return Err("no fix: the name may also stand for something else than the standard library's class".into());
    }
    if module.replaces("SSLContext") {
        return Err("no fix: this file puts another class in the place of `ssl.SSLContext`".into());
    }
    if let Some(name) = &old.name
        && let Some(refusal) = range::below_floor(name, module.options().minimum_version)
    {
        return Err(refusal);
    }
    let place = match assignment_of(module, call) {
        Some((id, statement)) => module.place_of(statement, id),
        None if is_https_hook(module, call) => return use_unverified_context(module, found, call, old, notes),
        None => module
            .place_before(call_expr(module, call))
            .map_err(|place| format!("no fix: it stands in {place}, where the settings that it needs cannot follow"))?,
    };
    let mut spelling = module
        .spelling(found)
        .ok_or("no fix: the file gives no sure way to write the other names of `ssl`")?;
    let made = made(module, call);
    let decision = decide(module, &made, notes, labels);
    let minimum = module.options().minimum_version;
    let mut context = Context::new(made.holder.clone(), decision.clone(), minimum);
    let run = StraightRun::behind(module, &made);
    let floor = Floor::of(module, &made, &run, notes, labels)?;
    context.minimum_version = floor.version;
    let hardened = match (module.options().policy, &decision) {
        (Policy::Harden, Protocol::Client) => match harden::client(module, &made, &mut |name| spelling.name(name)) {
            Ok(hardened) => Some(hardened),
            Err(reason) => {
                notes.push(format!("no fix under `harden`: {reason}"));
                return Err(harden::INSTEAD.into());
            }
        },
        _ => None,
    };
    if let Some(hardened) = &hardened {
        context.default_certs = hardened.default_certs;
        notes.push("the certificate and the host name are verified now".into());
        notes.extend(hardened.what.iter().cloned());
        labels.extend(hardened.labels.iter().cloned());
    } else if decision == Protocol::Client {
        let writes_mode = run.needs_verify_mode(module);
        // `CERT_NONE` is refused while the check is on, so the program's own line comes too late (trap A3).
        context.host_check_off = writes_mode || run.needs_host_check_off(module);
        context.verify_mode = writes_mode.then(|| spelling.name("CERT_NONE"));
        context.kept_weakness = kept_weakness(module, &made, &context);
    }
    let sets_maximum = made.steps.iter().any(|step| {
        matches!(
            step.does,
            Does::SetAttribute {
                attribute: "maximum_version",
                ..
            }
        )
    });
    let names_ciphers = old.name.as_deref() == Some("PROTOCOL_TLSv1_2") && ciphers(&made).next().is_some();
    let keeps_maximum = keeps_maximum(module, old)?;
    context.maximum_version = (names_ciphers && !sets_maximum || keeps_maximum).then_some("TLSv1_2");
    let is_settled = context.minimum_version.is_none() && old.name.as_deref() == Some("PROTOCOL_TLS");
    if decision == Protocol::Undecided && is_settled {
        return Ok(None);
    }
    if old.is_pinned() {
        notes.push(if names_ciphers && context.maximum_version.is_some() {
            hazards::CIPHERS_OF_TLS12.into()
        } else if context.maximum_version.is_some() {
            range::KEPT.into()
        } else {
            "TLS 1.3 becomes possible: it was pinned to one version, now TLS 1.2 is the oldest".into()
        });
    }
    if old.is_older() && module.options().maximum_version == MaximumVersion::Keep {
        notes.push(range::NOTHING_TO_KEEP.into());
    }
    if context.minimum_version == Some("TLSv1_3") && minimum == MinimumVersion::Tls13 && ciphers(&made).next().is_some()
    {
        notes.push(hazards::CIPHERS_WITHOUT_EFFECT.into());
    }
    let mut edits = vec![match old.argument {
        Some(argument) => Edit::replace(
            argument.range(),
            context.protocol_argument(&mut |name| spelling.name(name)),
        ),
        None => Edit::replace(
            TextRange::new(call.func.end(), call.end()),
            format!("({})", context.protocol_argument(&mut |name| spelling.name(name))),
        ),
    }];
    let settings = context.settings(&mut |name| spelling.name(name));
    match made.assignment {
        Some(_) => edits.extend(insert_behind(module, &place, &settings)),
        None => edits = made_in_front(module, call, &context, &place, &mut |name| spelling.name(name)),
    }
    edits.extend(spelling.into_edits().map_err(|name| {
        format!("no fix: `{name}` would have to be imported from `ssl`, and the file uses that name for something else")
    })?);
    let title = match decision {
        Protocol::Client if hardened.is_some() => {
            "make it a client context that verifies certificates and host names".into()
        }
        Protocol::Client => "make it a client context, with the checks that it had".into(),
        Protocol::Server => "make it a server context".into(),
        Protocol::ServerIf(_) | Protocol::Undecided => format!(
            "make {} the oldest version; the role stays open, with `PROTOCOL_TLS`",
            minimum.in_words()
        ),
    };
    let safety = match compared_protocol(module, old).or_else(|| copied_protocol(module)) {
        Some(hazard) if decision != Protocol::Undecided || old.is_pinned() => {
            labels.push(Label::of_danger(hazard.range));
            Safety::Unsafe(hazard.reason)
        }
        _ => hardened
            .as_ref()
            .map_or(Safety::Safe, |hardened| hardened.safety.clone()),
    };
    edits.extend(hardened.into_iter().flat_map(|hardened| hardened.edits));
    let hazard = hazards::green_threads_come_late(module, found)
        .or_else(|| ciphers(&made).find_map(|ciphers| hazards::asks_for_old_peers(module, ciphers)))
        .or(floor.hazard);
    let safety = match hazard {
        Some(hazard) => {
            labels.push(Label::of_danger(hazard.range));
            Safety::Unsafe(hazard.reason)
        }
        None => safety,
    };
    Ok(Some(Fix { title, safety, edits }))
}

/// True if the program allows TLS 1.2 alone, and that is to stay so.
///
/// # Errors
///
/// If it is decided at run time whether it does.
fn keeps_maximum<'a>(module: &Module<'a>, old: &OldProtocol<'a>) -> Result<bool, String> {
    let (MaximumVersion::Keep, Some(argument)) = (module.options().maximum_version, old.argument) else {
        return Ok(false);
    };
    let choices = choices(module, argument);
    let is_tls12 = |name: &Option<String>| name.as_deref().and_then(range::allowed_by) == Some(Allowed::OnlyTls12);
    match choices.iter().filter(|name| is_tls12(name)).count() {
        0 => Ok(false),
        count if count == choices.len() => Ok(true),
        _ => Err(
            "no fix: whether TLS 1.2 is the newest version, which `maximum-version` keeps, is decided at run time"
                .into(),
        ),
    }
}

/// The names of `ssl` that an expression chooses from. What `getattr` returns for a missing name is none of them: up to
/// OpenSSL 3 the protocols are there.
fn choices<'a>(module: &Module<'a>, expr: &'a Expr) -> Vec<Option<String>> {
    let of_all = |choices: &[&'a Expr]| {
        choices
            .iter()
            .flat_map(|choice| self::choices(module, choice))
            .collect()
    };
    match module.value_of(expr) {
        Expr::If(conditional) => of_all(&[&conditional.body, &conditional.orelse]),
        Expr::BoolOp(operation) => of_all(&operation.values.iter().collect::<Vec<_>>()),
        expr => vec![constant(module, expr)],
    }
}

/// What `set_ciphers` of the context is called with.
fn ciphers<'m, 'a>(made: &'m Made<'a>) -> impl Iterator<Item = &'a Expr> + use<'m, 'a> {
    made.steps.iter().filter_map(|step| match step.does {
        Does::Call {
            method: "set_ciphers",
            call,
        } => call.arguments.find_argument_value("cipherlist", 0),
        _ => None,
    })
}

/// True for `ssl._create_default_https_context = lambda: ssl.SSLContext(...)`, the recipe by which a program stops
/// `urllib` and `http.client` from verifying (trap A19).
fn is_https_hook(module: &Module, call: &ExprCall) -> bool {
    let tree = module.tree();
    let mut around = tree.ancestors(tree.id(call)).map(|id| tree.node(id));
    let (Some(Node::Expr(Expr::Lambda(lambda))), Some(Node::Stmt(Stmt::Assign(assign)))) =
        (around.next(), around.next())
    else {
        return false;
    };
    lambda.parameters.is_none()
        && assign
            .targets
            .iter()
            .all(|target| module.ssl_name(target).as_deref() == Some("_create_default_https_context"))
}

/// The function that makes the contexts which the recipe wants is there already, on every Python (`ssl-facts.md` section
/// 1a): a client's, without verification, with the versions of the default.
fn use_unverified_context<'a>(
    module: &Module<'a>,
    found: &Use<'a>,
    call: &'a ExprCall,
    old: &OldProtocol,
    notes: &mut Vec<String>,
) -> Result<Option<Fix>, String> {
    let Some(Node::Expr(lambda)) = module
        .tree()
        .parent(module.tree().id(call))
        .map(|id| module.tree().node(id))
    else {
        return Ok(None);
    };
    if module.options().minimum_version != MinimumVersion::default() || keeps_maximum(module, old)? {
        return Err(
            "no fix: the function that makes such contexts, `ssl._create_unverified_context`, knows neither \
             `minimum-version` nor `maximum-version`; write one that sets them"
                .into(),
        );
    }
    let Expr::Attribute(class) = found.expr else {
        return Err("no fix: write `ssl._create_unverified_context` in the place of the lambda".into());
    };
    notes.push(
        "as before, no certificate is verified in this process: pass a context where it is needed instead".into(),
    );
    Ok(Some(Fix {
        title: "name the function that makes such contexts, `ssl._create_unverified_context`".into(),
        safety: if old.is_pinned() {
            Safety::Unsafe("on Pythons before 3.10 it may also offer versions older than the one that was named".into())
        } else {
            Safety::Safe
        },
        edits: vec![Edit::replace(
            lambda.range(),
            format!("{}._create_unverified_context", module.slice(&*class.value)),
        )],
    }))
}

fn insert_behind(module: &Module, place: &Place, settings: &[Line]) -> Vec<Edit> {
    if settings.is_empty() {
        Vec::new()
    } else {
        place.insert_after(module, settings)
    }
}

/// The context is made and set up by statements of its own, and its variable takes the place of the call.
fn made_in_front(
    module: &Module,
    call: &ExprCall,
    context: &Context,
    place: &Place,
    spell: &mut dyn FnMut(&str) -> String,
) -> Vec<Edit> {
    let mut edits = place.insert_before(module, &context.lines(spell));
    edits.push(Edit::replace(call.range(), context.variable.clone()));
    edits
}

/// The node of a call, as an expression.
fn call_expr<'a>(module: &Module<'a>, call: &'a ExprCall) -> &'a Expr {
    let node = module.tree().node(module.tree().id(call));
    node.expr().unwrap_or(&call.func)
}

/// The statement that assigns the result of the call, and nothing else, to a name or attribute.
fn assignment_of<'a>(module: &Module<'a>, call: &'a ExprCall) -> Option<(NodeId, &'a Stmt)> {
    let parent = module.tree().parent(module.tree().id(call))?;
    // Its settings follow under the name that it gets, where what the program sets itself is seen, too.
    let is_holder = |target: &'a Expr| module.holder(target).is_some();
    match module.tree().node(parent) {
        Node::Stmt(statement @ Stmt::Assign(assign)) if is_holder(assign.targets.first()?) => Some((parent, statement)),
        Node::Stmt(statement @ Stmt::AnnAssign(assign)) if is_holder(&assign.target) => Some((parent, statement)),
        _ => None,
    }
}

fn made<'a>(module: &Module<'a>, call: &'a ExprCall) -> Made<'a> {
    let Some((id, statement)) = assignment_of(module, call) else {
        let node = module.tree().id(call);
        let own_steps = vec![Step {
            node,
            does: module.step(node, call_expr(module, call)),
        }];
        return Made {
            holder: module.fresh_names(module.tree().scope_of(node)).take_for_context(),
            steps: module.follow(own_steps.clone()),
            own_steps,
            assignment: None,
        };
    };
    let targets: Vec<&Expr> = match statement {
        Stmt::Assign(assign) => assign.targets.iter().collect(),
        Stmt::AnnAssign(assign) => vec![&assign.target],
        _ => Vec::new(),
    };
    let mut steps = Vec::new();
    for target in &targets {
        match module.holder(target) {
            Some(holder) => {
                if holder.text.contains('.') && !holder.text.starts_with("self.") {
                    steps.push(Step {
                        node: id,
                        does: Does::Escape("is stored in an object"),
                    });
                }
                steps.extend(module.steps(&holder));
            }
            None => steps.push(Step {
                node: id,
                does: Does::Escape("is stored in an object"),
            }),
        }
    }
    Made {
        holder: targets
            .first()
            .map_or_else(String::new, |target| module.slice(*target).to_string()),
        steps: module.follow(steps.clone()),
        own_steps: steps,
        assignment: Some((id, statement)),
    }
}

/// The protocol that all uses of the context agree on; `Undecided` with the reasons in the notes if they do not, or if
/// not all of them are in sight.
fn decide(module: &Module, made: &Made, notes: &mut Vec<String>, labels: &mut Vec<Label>) -> Protocol {
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut proven = false;
    let has_certificate = made.steps.iter().any(|step| {
        matches!(
            step.does,
            Does::Call {
                method: "load_cert_chain",
                ..
            } | Does::Pass { .. }
                | Does::Escape(_)
        )
    });
    let mut out_of_sight = Vec::new();
    for step in &made.steps {
        match evidence::of_context_step(module, step.node, step.does, has_certificate) {
            ContextStep::Proof(found) => {
                proven = true;
                evidence.push(found);
            }
            ContextStep::Evidence(found) => evidence.push(found),
            ContextStep::OutOfSight(what) => out_of_sight.push(what),
            ContextStep::Nothing => {}
        }
    }
    let list = |side: Side| {
        let found: Vec<&str> = evidence
            .iter()
            .filter(|found| found.side == side)
            .map(|found| found.what.as_str())
            .collect();
        found.join(", ")
    };
    let hidden = || {
        let what: Vec<&str> = out_of_sight.iter().map(|step| step.what.as_str()).collect();
        what.join(", ")
    };
    let role = role::weigh(&evidence);
    match &role {
        Role::Is(side) if proven || out_of_sight.is_empty() => {
            let so = match side {
                Side::Client => "so this context is a client's",
                Side::Server => "so this context serves",
            };
            labels.extend(evidence.iter().map(|found| Label::new(found.range, so)));
        }
        _ => {
            let goes = |step: &OutOfSight| Label::new(step.range, "from here on it is out of sight");
            labels.extend(evidence.iter().map(evidence::label));
            labels.extend(out_of_sight.iter().map(goes));
        }
    }
    match role {
        Role::Is(side) if proven || out_of_sight.is_empty() => {
            notes.push(format!("a {} context: {}", side.as_str(), list(side)));
            side.into()
        }
        Role::Is(side) => {
            notes.push(format!(
                "the role is for a person: {} speaks for a {}, but {}",
                list(side),
                side.as_str(),
                hidden()
            ));
            Protocol::Undecided
        }
        Role::Both => {
            notes.push(format!(
                "the role is for a person: {} speaks for a client, {} for a server; make two contexts",
                list(Side::Client),
                list(Side::Server)
            ));
            Protocol::Undecided
        }
        Role::Unknown => {
            let why = if out_of_sight.is_empty() {
                "nothing here uses it".to_string()
            } else {
                hidden()
            };
            notes.push(format!("the role is for a person: {why}"));
            Protocol::Undecided
        }
    }
}

/// The settings that surely run right behind the constructor, before anything else is done with the context.
struct StraightRun<'a> {
    /// The attributes that are set, in order, with the operator of an augmented assignment.
    sets: Vec<(&'a str, &'a Expr, Option<Operator>)>,
}

impl<'a> StraightRun<'a> {
    fn behind(module: &Module<'a>, made: &Made<'a>) -> StraightRun<'a> {
        let mut run = StraightRun { sets: Vec::new() };
        let Some((id, statement)) = made.assignment else {
            return run;
        };
        let following = module
            .siblings(id)
            .iter()
            .skip_while(|stmt| stmt.range() != statement.range())
            .skip(1);
        for stmt in following {
            for step in steps_in(module, made, stmt) {
                match step.does {
                    Does::SetAttribute {
                        attribute,
                        value,
                        operator,
                        statement,
                    } if module.tree().node(statement).range() == stmt.range() => {
                        run.sets.push((attribute, value, operator));
                    }
                    Does::Call { method, .. } if SETUP.contains(&method) && stmt.is_expr_stmt() => {}
                    // `context.options` in `context.options |= ...`, on Python 2 style `context.options = context.options | ...`.
                    Does::ReadAttribute("options") => {}
                    _ => return run,
                }
            }
            if may_use(module, made, stmt)
                || matches!(
                    stmt,
                    Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_)
                )
            {
                return run;
            }
        }
        run
    }

    fn first(&self, attribute: &str) -> Option<(usize, &'a Expr)> {
        self.sets
            .iter()
            .position(|(name, _, operator)| *name == attribute && operator.is_none())
            .map(|index| (index, self.sets[index].1))
    }

    /// `check_hostname = False` must be written unless the program turns the check off, or surely on, before it sets a
    /// `verify_mode` that is refused while the check is on.
    fn needs_host_check_off(&self, module: &Module) -> bool {
        let Some((check, value)) = self.first("check_hostname") else {
            return true;
        };
        let allowed_before = |(name, value, _): &(&str, &Expr, Option<Operator>)| {
            *name != "verify_mode"
                || matches!(
                    constant(module, value).as_deref(),
                    Some("CERT_REQUIRED" | "CERT_OPTIONAL")
                )
        };
        match module.truth(value) {
            Truth::False => self.sets[..check].iter().any(|(name, _, _)| *name == "verify_mode"),
            Truth::True => !self.sets[..check].iter().all(allowed_before),
            Truth::Unknown => true,
        }
    }

    /// `verify_mode` must be written unless the program sets it, or turns the host name check on, which sets it too.
    fn needs_verify_mode(&self, module: &Module) -> bool {
        let turns_check_on = self
            .first("check_hostname")
            .is_some_and(|(_, value)| module.truth(value) == Truth::True);
        self.first("verify_mode").is_none() && !turns_check_on
    }
}

/// What a statement does with the context by its own name.
fn steps_in<'a>(module: &Module<'a>, made: &Made<'a>, stmt: &Stmt) -> Vec<Step<'a>> {
    let own = made.own_steps.iter();
    own.filter(|step| stmt.range().contains_range(module.tree().node(step.node).range()))
        .cloned()
        .collect()
}

/// True if a statement may use the context without naming it: other code may reach an attribute of `self` by any call,
/// a local name only by its own.
fn may_use(module: &Module, made: &Made, stmt: &Stmt) -> bool {
    made.holder.contains('.') && steps_in(module, made, stmt).is_empty() && has_call(module, stmt)
}

fn has_call(module: &Module, stmt: &Stmt) -> bool {
    module
        .tree()
        .subtree(module.tree().id(stmt))
        .any(|(_, node)| matches!(node, Node::Expr(Expr::Call(_))))
}

/// The minimum version to write.
struct Floor {
    /// None if the program sets one, or has a maximum below TLS 1.2.
    version: Option<&'static str>,
    /// What may leave no version at all.
    hazard: Option<Hazard>,
}

impl Floor {
    const UNWRITTEN: Floor = Floor {
        version: None,
        hazard: None,
    };

    /// # Errors
    ///
    /// If the program allows nothing so new as the floor that the user wants.
    fn of(
        module: &Module,
        made: &Made,
        run: &StraightRun,
        notes: &mut Vec<String>,
        labels: &mut Vec<Label>,
    ) -> Result<Floor, String> {
        let wanted = module.options().minimum_version;
        if run.first("minimum_version").is_some() {
            return Ok(Floor::UNWRITTEN);
        }
        let mut hazard = None;
        for step in &made.steps {
            let Does::SetAttribute {
                attribute: "maximum_version",
                value,
                ..
            } = step.does
            else {
                continue;
            };
            let line = module.line_number(value.start());
            let name = module.ssl_name(value);
            match name.as_deref().and_then(|name| name.strip_prefix("TLSVersion.")) {
                Some(version) if versions::is_below_floor(version) => {
                    notes.push(format!(
                        "no `minimum_version`: line {line} sets `maximum_version` to {version}, which is for a person to \
                         raise"
                    ));
                    labels.push(Label::new(value.range(), "this is for a person to raise"));
                    return Ok(Floor::UNWRITTEN);
                }
                Some(version) if versions::place(version).is_some_and(|place| place < wanted.place()) => {
                    return Err(format!(
                        "no fix: line {line} sets `maximum_version` to {version}, and `minimum-version` demands {}; which \
                         of them holds is for a person",
                        wanted.in_words()
                    ));
                }
                Some(_) => {}
                None => {
                    hazard = Some(Hazard {
                        reason: unknown_maximum(line),
                        range: value.range(),
                    });
                }
            }
        }
        let mut ever_off = SwitchedOff::default();
        let mut assigned = 0;
        for step in &made.steps {
            let Does::SetAttribute {
                attribute: "options",
                value,
                ..
            } = step.does
            else {
                continue;
            };
            assigned += 1;
            let line = module.line_number(value.start());
            if !is_of_known_flags(module, value) {
                hazard = Some(Hazard {
                    reason: format!(
                        "line {line} sets options that the text does not tell, which may switch TLS 1.3 off"
                    ),
                    range: value.range(),
                });
            }
            for flag in flags(module, value) {
                ever_off.add(&flag);
            }
            if ever_off.floor(MinimumVersion::Tls12.place()).is_some() && ever_off.floor(wanted.place()).is_none() {
                return Err(format!(
                    "no fix: line {line} switches TLS 1.3 off, and `minimum-version` demands it; which of them holds is \
                     for a person"
                ));
            }
        }
        // Below TLS 1.2 there may be all that is left.
        if ever_off.floor(MinimumVersion::Tls12.place()).is_none() {
            return Ok(Floor::UNWRITTEN);
        }
        let mut off = SwitchedOff::default();
        let options = run.sets.iter().filter(|(attribute, ..)| *attribute == "options");
        for (_, value, operator) in options.clone() {
            // `|=` adds; anything else may clear what was set before.
            if *operator != Some(Operator::BitOr) {
                off = SwitchedOff::default();
            }
            for flag in flags(module, value) {
                off.add(&flag);
            }
        }
        // Flags that may be cleared again further on do not raise the minimum: they limit it as long as they are set.
        if assigned > options.count() {
            off = SwitchedOff::default();
        }
        Ok(Floor {
            version: off.floor(wanted.place()),
            hazard: hazard
                .or_else(|| hazards::switches_off_tls13(module))
                .filter(|_| wanted == MinimumVersion::Tls13),
        })
    }
}

fn unknown_maximum(line: LineNumber) -> String {
    format!("line {line} sets a `maximum_version` that the text does not tell, which may be below TLS 1.3")
}

/// True if options are joined from names of `ssl`, numbers, and the options that a context has.
fn is_of_known_flags(module: &Module, value: &Expr) -> bool {
    match value {
        Expr::BinOp(binary) => is_of_known_flags(module, &binary.left) && is_of_known_flags(module, &binary.right),
        Expr::UnaryOp(unary) => is_of_known_flags(module, &unary.operand),
        Expr::NumberLiteral(_) => true,
        Expr::Attribute(attribute) if attribute.attr.as_str() == "options" => true,
        value => constant(module, value).is_some(),
    }
}

/// The names of `ssl` in `A | B | C`.
fn flags(module: &Module, value: &Expr) -> Vec<String> {
    match value {
        Expr::BinOp(binary) if binary.op == Operator::BitOr => {
            let mut names = flags(module, &binary.left);
            names.extend(flags(module, &binary.right));
            names
        }
        value => constant(module, value).into_iter().collect(),
    }
}

/// What to say about a check that stays off, where the program itself does not say it.
fn kept_weakness(module: &Module, made: &Made, context: &Context) -> Option<Weakness> {
    let sets = |attribute: &str| {
        made.steps
            .iter()
            .filter_map(move |step| match step.does {
                Does::SetAttribute {
                    attribute: name, value, ..
                } if name == attribute => Some(value),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let modes = sets("verify_mode");
    let checks = sets("check_hostname");
    if context.verify_mode.is_some()
        && modes.is_empty()
        && checks.iter().all(|value| module.truth(value) == Truth::False)
    {
        return Some(Weakness::CertificateNotVerified);
    }
    let says_none = modes
        .iter()
        .any(|value| constant(module, value).as_deref() == Some("CERT_NONE"));
    let is_said = modes.is_empty() || says_none || !checks.is_empty() || hazards::checks_host_itself(module);
    (context.host_check_off && !is_said).then_some(Weakness::HostNotChecked)
}

/// Says where a `.protocol` is compared with the constant that the context was made with: it would come out otherwise
/// (trap A17).
fn compared_protocol(module: &Module, old: &OldProtocol) -> Option<Hazard> {
    let value = |name: &str| match name {
        "PROTOCOL_SSLv23" => "PROTOCOL_TLS".to_string(),
        other => other.to_string(),
    };
    let made_with = value(old.name.as_deref().unwrap_or("PROTOCOL_TLS"));
    module.tree().comparisons().find_map(|compare| {
        let operands = || std::iter::once(&*compare.left).chain(&compare.comparators);
        let reads = operands().any(is_protocol);
        let is_same =
            || operands().any(|operand| constant(module, operand).is_some_and(|name| value(&name) == made_with));
        (reads && is_same()).then(|| {
            let line = module.line_number(compare.start());
            Hazard {
                reason: format!("line {line} compares the protocol of a context with an old constant"),
                range: compare.range(),
            }
        })
    })
}

/// Says where a context is made with the `.protocol` of another one: a copy of a client's context checks certificates and
/// host names until it is told otherwise.
fn copied_protocol(module: &Module) -> Option<Hazard> {
    module.tree().calls().find_map(|(_, call)| {
        let makes_context = || match &*call.func {
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__class__" => true,
            func => constant(module, func).as_deref() == Some("SSLContext"),
        };
        let copies = call.arguments.iter_source_order().any(|each| is_protocol(each.value())) && makes_context();
        copies.then(|| {
            let line = module.line_number(call.start());
            Hazard {
                reason: format!("line {line} makes a context with the protocol of another one"),
                range: call.range(),
            }
        })
    })
}

fn is_protocol(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(attribute) if attribute.attr.as_str() == "protocol")
}
