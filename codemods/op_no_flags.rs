#![doc = include_str!("op_no_flags.md")]

#[path = "../src/parts/op_no_flags/limits.rs"]
mod limits;
#[path = "../src/parts/op_no_flags/settings.rs"]
mod settings;

use crate::hazards;
use crate::python::Module;
use crate::python::guards::Guard;
use crate::python::place::Line;
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Use;
use crate::rewrite::{Edit, Finding, Fix, Identity, Label, Level, Safety};
use crate::tls::names;
use crate::tls::range::MinimumVersion;
use crate::tls::recipe;
use crate::tls::versions::{NoRange, SwitchedOff, VERSIONS};
use limits::{Limits, Settled};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, Operator};
use ruff_text_size::{Ranged, TextRange};
use settings::{Maker, Part, Run, Setting};

/// The name of the codemod.
pub const NAME: &str = "op-no-flags";

/// Looks at every flag that switches a protocol version off; flags that are joined by `|` are one finding.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let joined = joined(module);
    let settings: Vec<Setting> = joined.iter().filter_map(|joined| joined.setting.clone()).collect();
    let runs = settings::runs(module, &settings);
    let fixes: Vec<Result<Rewrite, Refusal>> = runs.iter().map(|run| rewrite(module, run, &runs)).collect();
    for joined in &joined {
        let mut finding = joined.finding();
        let run = joined
            .setting
            .as_ref()
            .and_then(|setting| runs.iter().position(|run| run.holds(setting)));
        match (&joined.guard, run.map(|index| &fixes[index])) {
            (Some(reason), _) => {
                finding.level = Level::Note;
                finding.notes.extend(joined.advice());
                finding.notes.push(format!("left alone: {reason}"));
                finding.labels.push(reason.place.clone());
            }
            (None, Some(Ok(rewrite))) => {
                finding.notes.extend(rewrite.notes.iter().cloned());
                finding.labels.extend(rewrite.labels.iter().cloned());
                finding.fix = Some(rewrite.fix.clone());
            }
            (None, Some(Err(refusal))) => {
                finding.labels.extend(refusal.label.clone());
                finding.notes.push(format!("no fix: {}", refusal.reason));
                finding.notes.extend(joined.advice());
            }
            (None, None) => {
                finding.notes.push(joined.why_not(module));
                finding.notes.extend(joined.advice());
            }
        }
        findings.push(finding);
    }
    look_at_imports(module, findings);
}

/// Flags of versions that are joined by `|`.
struct Joined<'a> {
    /// The whole of `A | B | C`, other operands included.
    whole: &'a Expr,
    node: NodeId,
    uses: Vec<&'a Use<'a>>,
    flags: Vec<&'static names::Name>,
    guard: Option<Guard>,
    setting: Option<Setting<'a>>,
}

fn joined<'a>(module: &'a Module<'a>) -> Vec<Joined<'a>> {
    let mut all: Vec<Joined> = Vec::new();
    for found in module.uses().iter().filter(|found| found.access == ExprContext::Load) {
        // `ssl.Options.OP_NO_TLSv1` is the same flag, and is only reported.
        let name = found.name.strip_prefix("Options.").unwrap_or(&found.name);
        let Some(flag) = names::VERSION_FLAGS.iter().find(|flag| flag.name == name) else {
            continue;
        };
        let (node, whole) = whole(module, found);
        match all.last_mut() {
            Some(joined) if joined.node == node => {
                joined.uses.push(found);
                joined.flags.push(flag);
            }
            _ => all.push(Joined {
                whole,
                node,
                uses: vec![found],
                flags: vec![flag],
                guard: module
                    .guard(found.node)
                    .or_else(|| module.expects_missing_name(found.node)),
                setting: None,
            }),
        }
    }
    for joined in &mut all {
        let is_sure = joined
            .uses
            .iter()
            .all(|found| found.certainty == Certainty::Certain && found.name.starts_with("OP_"));
        if joined.guard.is_none() && is_sure && !joined.uses.iter().any(|found| module.replaces(&found.name)) {
            joined.setting = Setting::read(module, joined.node, joined.whole, &joined.uses)
                .or_else(|| Setting::carried(module, joined.node));
        }
    }
    all
}

/// The whole of `A | B | C` that a flag stands in.
fn whole<'a>(module: &Module<'a>, found: &Use<'a>) -> (NodeId, &'a Expr) {
    let mut whole = (found.node, found.expr);
    for ancestor in module.tree().ancestors(found.node) {
        match module.tree().node(ancestor) {
            Node::Expr(expr @ Expr::BinOp(binary)) if binary.op == Operator::BitOr => whole = (ancestor, expr),
            _ => break,
        }
    }
    whole
}

impl<'a> Joined<'a> {
    fn finding(&self) -> Finding {
        let named = self
            .flags
            .iter()
            .map(|flag| format!("`{}`", flag.name))
            .collect::<Vec<_>>()
            .join(", ");
        let (verb, kind) = if self.flags.len() == 1 {
            ("switches a", "version")
        } else {
            ("switch", "versions")
        };
        Finding {
            codemod: NAME,
            identity: Identity::default(),
            level: Level::Warning,
            range: self.whole.range(),
            message: format!("{named} {verb} protocol {kind} off, which is deprecated since Python 3.7"),
            labels: Vec::new(),
            notes: Vec::new(),
            fix: None,
        }
    }

    /// What to write instead of each flag.
    fn advice(&self) -> impl Iterator<Item = String> {
        self.flags
            .iter()
            .map(|flag| format!("`{}`: {}", flag.name, flag.instead))
    }

    /// Why flags that are not simply added to the options of a context have no fix.
    fn why_not(&self, module: &Module<'a>) -> String {
        if self.uses.iter().any(|found| found.certainty != Certainty::Certain) {
            return "no fix: the name may also stand for something else than the standard library's flag".into();
        }
        if reopens(module, self.node).is_some() {
            return "no fix: this switches the versions on again; set `minimum_version` to the oldest one that is meant"
                .into();
        }
        if is_question(module, self.node) {
            return "no fix: this asks what is switched off; ask `minimum_version` and `maximum_version`".into();
        }
        match settings::options_set(module, self.node) {
            Some(Part::Whole) => {
                "no fix: `=` also clears the flags that are on by default; where that is not meant, drop \
                                  the line and set `minimum_version`"
                    .into()
            }
            Some(Part::Some) => "no fix: it is only a part of what is added".into(),
            None => format!("no fix: {}", module.where_to(self.node)),
        }
    }
}

/// The text of the context whose options these flags are taken out of.
fn reopens<'a>(module: &Module<'a>, node: NodeId) -> Option<&'a str> {
    if !module.takes_out(node) {
        return None;
    }
    let target = match module.tree().statement_of(node)?.1 {
        ruff_python_ast::Stmt::AugAssign(assign) => &*assign.target,
        ruff_python_ast::Stmt::Assign(assign) => assign.targets.first()?,
        _ => return None,
    };
    match target {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "options" => Some(module.slice(&*attribute.value)),
        _ => None,
    }
}

/// True for `options & OP_NO_X` and comparisons.
fn is_question(module: &Module, node: NodeId) -> bool {
    let parent = module
        .tree()
        .parent(node)
        .map(|parent| module.tree().node(parent).any());
    match parent {
        Some(AnyNodeRef::ExprBinOp(binary)) => binary.op == Operator::BitAnd,
        Some(AnyNodeRef::ExprCompare(_)) => true,
        _ => false,
    }
}

struct Rewrite {
    fix: Fix,
    notes: Vec<String>,
    labels: Vec<Label>,
}

/// Why flags have no fix, and the place that is to blame.
struct Refusal {
    reason: String,
    label: Option<Label>,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal { reason, label: None }
    }
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Refusal {
        Refusal::from(reason.to_string())
    }
}

fn rewrite<'a>(module: &Module<'a>, run: &Run<'a>, runs: &[Run<'a>]) -> Result<Rewrite, Refusal> {
    let context = run.first().context_text(module);
    let names: Vec<&str> = run.flags().map(|found| found.name.as_str()).collect();
    let mut off = SwitchedOff::default();
    for name in &names {
        off.add(name);
    }
    if let Some(range) = reopened(module, run) {
        let line = module.line_number(range.start());
        return Err(Refusal {
            reason: format!("line {line} switches versions of `{context}` on again"),
            label: Some(Label::new(range, "this switches versions on again")),
        });
    }
    let limits = Limits::of(module, run)?;
    let range = off.range(limits.oldest_before()).map_err(|none| match none {
        NoRange::Hole => {
            "the flags leave older and newer versions and switch one between them off; `minimum_version` and \
                          `maximum_version` cannot say that"
                .to_string()
        }
        NoRange::Nothing => "no version from TLS 1.2 on is left; is that meant?".to_string(),
    })?;
    let of_context = || runs.iter().filter(|other| other.shares_context(run));
    for found in of_context().flat_map(Run::flags) {
        off.add(&found.name);
        if off.range(0) == Err(NoRange::Nothing) {
            return Err(Refusal {
                reason: format!(
                    "with the flags of line {} no version from TLS 1.2 on is left",
                    module.line_number(found.expr.start())
                ),
                label: Some(Label::new(found.expr.range(), "with this, no version is left")),
            });
        }
    }
    let wanted = module.options().minimum_version;
    if off.floor(wanted.place()).is_none() {
        return Err(format!(
            "TLS 1.3 is switched off, and `minimum-version` demands {}; which of them holds is for a person",
            wanted.in_words()
        )
        .into());
    }
    let maker = run.maker(module);
    let only_ssl = names.iter().all(|name| matches!(*name, "OP_NO_SSLv2" | "OP_NO_SSLv3"));
    let floor = match names.iter().any(|name| *name != "OP_NO_TLSv1_3") {
        true if only_ssl && !maker.takes_limits() && !limits.sets_minimum() => Settled::Nothing,
        true => limits.settle_floor(range, wanted)?,
        false => Settled::Nothing,
    };
    let ceiling = match names.contains(&"OP_NO_TLSv1_3") {
        true => limits.settle_ceiling(range)?,
        false => Settled::Nothing,
    };
    limits.check_cleared(range)?;

    let mut reasons: Vec<String> = Vec::new();
    let made_here = run.assignment.map(|assignment| {
        let range = module.tree().node(assignment).range();
        Label::new(range, "here the context is made")
    });
    let writes = matches!(floor, Settled::Write(_)) || matches!(ceiling, Settled::Write(_));
    match &maker {
        Maker::Pinned(protocol) if writes => {
            return Err(Refusal {
                reason: format!(
                    "`{context}` is made with `{protocol}`, which refuses `minimum_version` and `maximum_version`"
                ),
                label: made_here,
            });
        }
        Maker::Unknown if writes => reasons.push(format!(
            "`{context}` may be made with a protocol of one version, such as `PROTOCOL_TLSv1_2`, which refuses \
             `minimum_version`"
        )),
        Maker::Elsewhere if writes => reasons.push(format!(
            "`{context}` is made out of sight: with a protocol of one version, such as `PROTOCOL_TLSv1_2`, it refuses \
             `minimum_version`, and a stricter one would be lowered"
        )),
        Maker::Elsewhere if only_ssl && names.contains(&"OP_NO_SSLv3") && matches!(floor, Settled::Nothing) => reasons
            .push(format!(
                "`{context}` is made out of sight: SSL 3 is off in every context from the start, unless something has \
                 switched it on"
            )),
        _ => {}
    }
    if writes && let Some(step) = run.handed_out_before(module) {
        reasons.push(step);
    }
    reasons.extend(read_elsewhere(module, run, &names));

    let mut notes = Vec::new();
    let raises = range.reaches_below || range.oldest < wanted.place();
    if raises && matches!(floor, Settled::Write(_)) {
        notes.push(format!(
            "{} is the oldest version then: older ones that the flags left are no longer offered",
            wanted.in_words()
        ));
    }
    if wanted == MinimumVersion::Tls13 && matches!(floor, Settled::Write(_)) {
        reasons.extend(limits.unknown_maximum());
        reasons.extend(hazards::switches_off_tls13(module).map(|hazard| hazard.reason));
    }
    let found = run.flags().next().ok_or("there is no flag")?;
    let mut spelling = module
        .spelling(found)
        .ok_or("the file gives no sure way to write the other names of `ssl`")?;
    let mut lines = Vec::new();
    for (attribute, settled) in [("minimum_version", &floor), ("maximum_version", &ceiling)] {
        if let Settled::Write(version) = settled {
            lines.push(recipe::limit(context, attribute, VERSIONS[*version], &mut |name| {
                spelling.name(name)
            }));
        }
    }
    let home = [&floor, &ceiling].into_iter().find_map(|settled| match settled {
        Settled::Already(statement) => Some(*statement),
        _ => None,
    });
    let mut edits = edits(module, run, &lines, home)?;
    edits.extend(spelling.into_edits().map_err(|name| {
        format!("`{name}` would have to be imported from `ssl`, and the file uses that name for something else")
    })?);
    // What the fix rests on is part of it: where another fix changes that, this one waits and looks again.
    let settings = of_context().flat_map(|other| &other.settings);
    let rests_on = run
        .makers(module)
        .chain(limits.weak_values())
        .chain(settings.map(|setting| setting.statement.range()));
    for range in rests_on {
        let keep = Edit::replace(range, module.slice(range));
        if !edits.iter().any(|edit| edit.overlaps(&keep)) {
            edits.push(keep);
        }
    }
    let mut labels: Vec<Label> = made_here.into_iter().collect();
    if let Some(home) = home {
        let range = module.tree().node(home).range();
        labels.push(Label::new(range, "this sets the limit already"));
    }
    Ok(Rewrite {
        labels,
        fix: Fix {
            title: title(&floor, &ceiling).into(),
            safety: if reasons.is_empty() {
                Safety::Safe
            } else {
                Safety::Unsafe(reasons.join("; "))
            },
            edits,
        },
        notes,
    })
}

fn title(floor: &Settled, ceiling: &Settled) -> &'static str {
    match (floor, ceiling) {
        (Settled::Write(_), Settled::Write(_)) => "set `minimum_version` and `maximum_version` instead",
        (Settled::Write(_), _) => "set `minimum_version` instead",
        (_, Settled::Write(_)) => "set `maximum_version` instead",
        (Settled::Nothing, Settled::Nothing) => "drop what every context has switched off from the start",
        _ => "drop what `minimum_version` or `maximum_version` says already",
    }
}

/// What switches versions of this context on again.
fn reopened<'a>(module: &Module<'a>, run: &Run<'a>) -> Option<TextRange> {
    let region = module.tree().node(run.holder.as_ref()?.region).range();
    let is_flag = |found: &&Use| names::VERSION_FLAGS.iter().any(|flag| flag.name == found.name);
    module
        .uses()
        .iter()
        .filter(|found| region.contains_range(found.expr.range()))
        .filter(is_flag)
        .find(|found| reopens(module, whole(module, found).0) == Some(run.first().context_text(module)))
        .map(|found| found.expr.range())
}

/// Why what the program reads of the options would come out otherwise.
fn read_elsewhere<'a>(module: &Module<'a>, run: &Run<'a>, names: &[&str]) -> Option<String> {
    let asked = module.uses().iter().find(|found| {
        names.contains(&found.name.as_str())
            && found.name != "OP_NO_SSLv2"
            && is_question(module, whole(module, found).0)
    });
    if let Some(found) = asked {
        return Some(format!(
            "line {} asks whether `{}` is set",
            module.line_number(found.expr.start()),
            found.name
        ));
    }
    let line = run.options_read(module)?;
    Some(format!(
        "line {line} reads the options of `{}`",
        run.first().context_text(module)
    ))
}

/// The edits that take the flags out and put the lines in their place. `home`: the statement that sets the limit already.
fn edits(module: &Module, run: &Run, lines: &[Line], home: Option<NodeId>) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::new();
    let mut comments: Vec<TextRange> = Vec::new();
    let mut emptied = Vec::new();
    for setting in &run.settings {
        if setting.keeps_others() {
            setting.drop_flags(module, &mut edits, &mut comments)?;
        } else {
            emptied.push(setting);
        }
    }
    let first = run.first();
    let replaced = emptied
        .first()
        .filter(|setting| setting.node == first.node && !lines.is_empty());
    let mut dropped: Vec<NodeId> = emptied
        .iter()
        .flat_map(|setting| setting.carriers.iter().copied().chain([setting.node]))
        .filter(|node| replaced.is_none_or(|replaced| replaced.node != *node))
        .collect();
    dropped.sort();
    let dropped = module.drop_statements(&dropped);
    edits.extend(dropped.edits);
    comments.extend(dropped.comments);
    if let Some(replaced) = replaced {
        comments.extend(module.comments_in(replaced.statement.range()));
        edits.push(Edit::replace(
            replaced.statement.range(),
            lines.first().map(|line| line.text.clone()).unwrap_or_default(),
        ));
        if lines.len() > 1 {
            let place = module.place_of(first.statement, first.node);
            edits.extend(place.insert_after(module, &lines[1..]));
        }
    }
    comments.sort_by_key(Ranged::start);
    let mut in_front: Vec<Line> = comments
        .iter()
        .map(|comment| Line::new(module.slice(*comment)))
        .collect();
    if replaced.is_none() {
        in_front.extend(lines.iter().cloned());
    }
    // Comments go where the limit is set; without such a place they are lost, which the plan does not call safe.
    let node = if lines.is_empty() {
        home.filter(|home| {
            module
                .siblings(*home)
                .iter()
                .any(|stmt| stmt.range() == first.statement.range())
        })
    } else {
        Some(first.node)
    };
    if let Some(node) = node.filter(|_| !in_front.is_empty())
        && let Some((node, statement)) = module.tree().statement_of(node)
    {
        for edit in module.place_of(statement, node).insert_before(module, &in_front) {
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    Ok(edits)
}

/// A flag that nothing uses any more goes from the import that brings what took its place.
fn look_at_imports(module: &Module, findings: &mut Vec<Finding>) {
    for flag in names::VERSION_FLAGS {
        for (import, alias) in module.imports_of(flag.name) {
            let is_modern = import.names.iter().any(|other| other.name.as_str() == "TLSVersion");
            let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            if !is_modern || !module.is_unneeded(local) {
                continue;
            }
            findings.push(Finding {
                codemod: NAME,
                identity: Identity::default(),
                level: Level::Warning,
                range: alias.range(),
                message: format!(
                    "`{}` is deprecated since Python 3.7, and nothing here uses it",
                    flag.name
                ),
                labels: Vec::new(),
                notes: Vec::new(),
                fix: Some(Fix {
                    title: "drop the name from the import".into(),
                    safety: Safety::Safe,
                    edits: vec![module.drop_import(import, alias)],
                }),
            });
        }
    }
}
