//! Which fixes of a file are applied, and what the file is then.

use super::cells::{confine, doubt_order};
use super::decided::Decisions;
use super::identity::identify;
use super::ignores::{Ignores, Suppressed, additions};
use super::verify::{Edited, proven, same_by_lines_nearby};
use super::{Edit, Finding, Fix, Safety, Selected, Spans};
use crate::codemods;
use crate::python::Module;
use crate::python::place::is_for_tool;
use crate::source::{self, Cells, Code, Unreadable};
use crate::target::Target;
use crate::tls::range::{MaximumVersion, MinimumVersion};
use crate::tls::wrappers::{ModuleName, Wrapper};
use ruff_python_ast::{Expr, ModModule};
use ruff_python_parser::Parsed;
use std::collections::BTreeMap;

/// After this many rounds, and one for each finding, the plan stops, whatever is left. Real files need two or three: calls,
/// then the import that nothing needs any more. Only of calls inside each other each waits for the one around it.
const MORE_ROUNDS: usize = 20;

const UNPROVEN: &str = "sslfix had a rewrite and could not prove that it changes nothing else, so it is not offered; \
                        please report this";

const IGNORED_BESIDE: &str = "no fix: it would change what a comment `# sslfix: ignore` says to leave alone";

const DECLARES: &str = "no fix: a comment would come to declare another encoding of the file, or the declaration would go; \
                        move it first";

/// What the user allows and wants, as far as it decides what is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Apply the fixes that may change what the program does.
    pub unsafe_fixes: bool,
    /// What to do where a context cannot be built in place.
    pub helper: Helper,
    /// What becomes of checks that the program does not make.
    pub policy: Policy,
    /// Count advice about what a rewrite kept as a finding.
    pub strict: bool,
    /// The oldest Python that must run the code, if that was said.
    pub target: Option<Target>,
    /// The codemods that look. Another finds nothing.
    pub codemods: Selected,
    /// Write a comment with this reason beside what counts and is left after the fixes.
    pub add_ignores: Option<String>,
    /// The oldest version of the contexts that are written.
    pub minimum_version: MinimumVersion,
    /// What becomes of the newest version of a program that allows TLS 1.2 alone.
    pub maximum_version: MaximumVersion,
    /// The name of new variables that hold a context.
    pub context_name: Option<VariableName>,
    /// The functions of the user's own that are declared.
    pub wrappers: Vec<Wrapper>,
    /// The module that the file is, if that is known: what imports with dots are read by.
    pub module_name: Option<ModuleName>,
}

/// A name that a variable can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableName(String);

impl VariableName {
    /// It becomes part of the code, so it must be a name, as Python reads it.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn new(name: &str) -> Result<VariableName, &'static str> {
        match name {
            "ValueError" => {
                Err("`ValueError` is what the code raises that sslfix writes, so no variable can be called so")
            }
            "__debug__" => Err("nothing can be assigned to `__debug__`"),
            _ if is_name(name) => Ok(VariableName(name.to_string())),
            _ => Err("it is no name that a variable can have, such as `tls_context`"),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// True for a name that is no keyword and that Python does not write in another way first.
fn is_name(text: &str) -> bool {
    // The parser would have to be kept from brackets inside brackets, and more that is none.
    let has_sign = text
        .bytes()
        .any(|byte| byte.is_ascii() && byte != b'_' && !byte.is_ascii_alphanumeric());
    !has_sign
        && ruff_python_parser::parse_expression(text).is_ok_and(|parsed| match parsed.expr() {
            Expr::Name(name) => name.id.as_str() == text,
            _ => false,
        })
}

/// What becomes of the checks of certificate and host name that a client does not make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// They stay off: the program accepts what it accepted.
    #[default]
    Preserve,
    /// They go on, where the host's name is proven from the code; elsewhere the call is left for a person.
    Harden,
}

/// Where the function comes from that takes the place of `ssl.wrap_socket` when no statement can stand in front of a
/// call, or the arguments are not in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Helper {
    /// It is written into the file.
    #[default]
    InFile,
    /// It is imported, as `wrap_socket`, from the module of this dotted name.
    Module(String),
    /// There is none: such calls are reported.
    Off,
}

impl Helper {
    /// From the module of that name, as it is written behind `from`. It becomes part of the code, so it must be a name.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn module(name: &str) -> Result<Helper, &'static str> {
        if name.split('.').all(is_name) {
            Ok(Helper::Module(name.to_string()))
        } else {
            Err("it is no dotted name of a module, such as `acme.net.tls`")
        }
    }
}

/// What sslfix found in one file and what it would make of it. Computed once; every report and the writer read it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was found in the text as it is, in the order of the text, but for what was not chosen.
    pub findings: Vec<Finding>,
    /// What was found in the text as it is and was not chosen, so that it stays whatever fix it has.
    pub excluded: Vec<Finding>,
    /// The text with all chosen fixes applied; equal to the old text if there are none.
    pub text: String,
    /// Which part of the new text is which cell; `None` for what is no notebook.
    pub cells: Option<Cells>,
    /// Where the two texts differ.
    pub spans: Spans,
    /// What is found in the new text; its ranges are those of the new text. A second run with the same choice would find
    /// just this.
    pub left: Vec<Finding>,
    /// What was not chosen, in the new text.
    pub excluded_left: Vec<Finding>,
    /// What a comment in the text says to leave alone; it is neither fixed nor among the findings.
    pub suppressed: Vec<Suppressed>,
    /// The same in the new text.
    pub suppressed_left: Vec<Suppressed>,
    /// How many fixes were applied, by codemod.
    pub applied: BTreeMap<&'static str, usize>,
    /// How many lines got a comment that leaves something alone.
    pub ignores_added: usize,
    /// The findings whose fixes were applied, round by round; ranges and edits are those of the text before the round.
    pub rounds: Vec<Vec<Finding>>,
}

impl Plan {
    /// True if the new text is another one than the old.
    pub fn changes(&self) -> bool {
        !self.spans.is_empty()
    }

    /// The new text as it is parsed.
    pub fn code(&self) -> Code<'_> {
        Code {
            text: &self.text,
            cells: self.cells.as_ref(),
        }
    }
}

/// Looks at a text with every codemod and applies the fixes that the options allow, round after round until nothing is
/// left to apply, so that a second run changes nothing.
///
/// # Errors
///
/// If the text is no Python that can be parsed.
pub fn plan<'a>(code: impl Into<Code<'a>>, options: &Options) -> Result<Plan, Unreadable> {
    plan_of(code, options, &|_| true)
}

/// As [`plan`], for a part of the findings: those of the text as it is for which `is_chosen` is false are neither fixed
/// nor among what is left. What comes up only because of a fix, such as an import that nothing needs any more, goes along
/// with that fix.
///
/// # Errors
///
/// If the text is no Python that can be parsed.
pub fn plan_of<'a>(
    code: impl Into<Code<'a>>,
    options: &Options,
    is_chosen: &dyn Fn(&Finding) -> bool,
) -> Result<Plan, Unreadable> {
    plan_in_rounds(code.into(), options, is_chosen, false)
}

/// As [`plan_of`], for findings that a person has accepted one by one, so that their fixes may be unsafe. What comes up
/// only because of a fix was not looked at by anybody: without the option, an unsafe fix of it stays out.
///
/// # Errors
///
/// If the text is no Python that can be parsed.
pub fn plan_accepted<'a>(
    code: impl Into<Code<'a>>,
    options: &Options,
    is_accepted: &dyn Fn(&Finding) -> bool,
) -> Result<Plan, Unreadable> {
    plan_in_rounds(code.into(), options, is_accepted, true)
}

fn plan_in_rounds(
    code: Code,
    options: &Options,
    is_chosen: &dyn Fn(&Finding) -> bool,
    is_accepted: bool,
) -> Result<Plan, Unreadable> {
    let mut first_look: Option<(Vec<Finding>, Vec<Finding>, Vec<Suppressed>)> = None;
    let mut spans = Spans::default();
    let mut applied = BTreeMap::new();
    let mut rounds = Vec::new();
    let mut current = Edited {
        parsed: source::parse(code)?,
        text: code.text.to_string(),
        cells: code.cells.cloned(),
    };
    let mut rounds_left = MORE_ROUNDS;
    let mut ignores_added = 0;
    loop {
        let code = current.code();
        let Look {
            findings: found,
            suppressed,
        } = look(code, &current.parsed, options);
        let (mut findings, excluded): (Vec<Finding>, Vec<Finding>) = match &first_look {
            None => found.into_iter().partition(|finding| is_chosen(finding)),
            Some((_, excluded, _)) => found
                .into_iter()
                .partition(|finding| !is_one_of(finding, &spans, excluded)),
        };
        if first_look.is_none() {
            rounds_left += findings.len();
        }
        let may_be_unsafe = |finding: &Finding| {
            let is_first = |(first, _, _): &(Vec<Finding>, _, _)| is_one_of(finding, &spans, first);
            options.unsafe_fixes || is_accepted && first_look.as_ref().is_none_or(is_first)
        };
        let looked_at = LookedAt {
            code,
            parsed: &current.parsed,
            suppressed: &suppressed,
            options,
        };
        let (chosen, proven) = match rounds_left {
            0 => (Vec::new(), None),
            _ => looked_at.choose(&findings, &may_be_unsafe),
        };
        for &index in &chosen {
            *applied.entry(findings[index].codemod).or_default() += 1;
        }
        let mut edits = edits_of(&findings, &chosen);
        // An edit that changes nothing says what its fix rests on.
        edits.retain(|edit| edit.text() != &code.text[edit.range()]);
        if !edits.is_empty() {
            rounds.push(chosen.iter().map(|index| findings[*index].clone()).collect());
        }
        // What is found in between nobody sees, but for what is applied.
        if rounds_left > 0 && (first_look.is_none() || edits.is_empty()) {
            looked_at.prove_offered(&mut findings, &chosen);
        }
        let mut next = proven;
        if let (true, 0, Some(reason)) = (edits.is_empty(), ignores_added, &options.add_ignores) {
            edits = looked_at.ignore_edits(&findings, reason);
            ignores_added = edits.len();
            next = None;
        }
        let (left, excluded_left, suppressed_left) = (findings.clone(), excluded.clone(), suppressed.clone());
        let first_look = first_look.get_or_insert((findings, excluded, suppressed));
        if edits.is_empty() {
            let (findings, excluded, suppressed) = std::mem::take(first_look);
            return Ok(Plan {
                findings,
                excluded,
                text: current.text,
                cells: current.cells,
                spans,
                left,
                excluded_left,
                suppressed,
                suppressed_left,
                applied,
                ignores_added,
                rounds,
            });
        }
        // The proof has parsed what the text becomes, and that takes most of the time of a round.
        let text = spans.apply(code.text, &edits);
        current = match next {
            Some(next) if next.text == text => next,
            _ => Edited::of(code, &edits)?,
        };
        rounds_left = rounds_left.saturating_sub(1);
    }
}

/// True if what was found in a later round, after the spans, is one of the findings of the first: of the same codemod, in
/// the same bytes or some of them.
fn is_one_of(finding: &Finding, spans: &Spans, first_findings: &[Finding]) -> bool {
    let range = spans.old_range(finding.range.into());
    first_findings.iter().any(|first| {
        let old: std::ops::Range<usize> = first.range.into();
        finding.codemod == first.codemod && (old == range || old.start < range.end && range.start < old.end)
    })
}

/// What is found in a text, in the order of the text.
struct Look {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
}

/// Every codemod's findings, in the order of the text.
fn look(code: Code, parsed: &Parsed<ModModule>, options: &Options) -> Look {
    let module = Module::new(code, parsed, options);
    let mut findings = found_by_codemods(&module, options);
    let in_other_text = |code: Code| {
        let parsed = source::parse(code).ok()?;
        Some(found_by_codemods(&Module::new(code, &parsed, options), options))
    };
    doubt_order(&module, &mut findings, in_other_text);
    let decisions = Decisions::of(&module);
    for finding in &mut findings {
        decisions.respect(finding);
        if let Some(fix) = &mut finding.fix {
            keep_comments(&module, fix);
            if !keeps_encoding(code, &fix.edits) {
                finding.fix = None;
                finding.notes.push(DECLARES.into());
            }
        }
    }
    if let Some(refusal) = options.target.and_then(|target| target.refusal()) {
        for finding in findings.iter_mut().filter(|finding| finding.fix.is_some()) {
            finding.fix = None;
            finding.notes.insert(0, refusal.clone());
        }
    }
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end(), finding.codemod));
    identify(&module, &mut findings);
    let ignores = Ignores::of(&module);
    let mut suppressed = Vec::new();
    findings.retain(|finding| match ignores.suppressed(finding) {
        Some(one) => {
            suppressed.push(one);
            false
        }
        None => true,
    });
    drop(ignores);
    Look { findings, suppressed }
}

/// What the codemods find, one after the other, with the edits of each fix in their order.
fn found_by_codemods(module: &Module, options: &Options) -> Vec<Finding> {
    let mut findings = Vec::new();
    let selected = codemods::ALL
        .iter()
        .filter(|codemod| options.codemods.has(codemod.name));
    for codemod in selected {
        (codemod.look)(module, &mut findings);
    }
    confine(module.code(), &mut findings);
    for fix in findings.iter_mut().filter_map(|finding| finding.fix.as_mut()) {
        fix.edits.sort();
        fix.edits.dedup();
    }
    findings
}

/// True if the file is read in the same encoding afterwards, which a comment in the first two lines of a module can
/// declare. `edits` are sorted.
fn keeps_encoding<'a>(code: impl Into<Code<'a>>, edits: &[Edit]) -> bool {
    let Code { text, cells: None } = code.into() else {
        return true;
    };
    let second_line_end = text.match_indices('\n').nth(1).map_or(text.len(), |(end, _)| end);
    let is_near = |edit: &Edit| usize::from(edit.range().start()) <= second_line_end;
    !edits.first().is_some_and(is_near)
        || source::declared_encoding(text) == source::declared_encoding(&Spans::default().apply(text, edits))
}

/// A fix that would drop a comment is not safe. A comment for a tool goes with the line that it is about.
fn keep_comments(module: &Module, fix: &mut Fix) {
    let mut written: Vec<&str> = fix.edits.iter().flat_map(|edit| edit.text().lines()).collect();
    for edit in fix.edits.iter().filter(|edit| !edit.range().is_empty()) {
        for comment in module.comments_in(edit.range()) {
            // An edit inside a comment is of the comment itself.
            let is_inside = comment.start() < edit.range().start();
            let comment = module.slice(comment);
            if edit.text().is_empty() && (is_inside || is_for_tool(comment)) {
                continue;
            }
            match written.iter().position(|line| line.contains(comment)) {
                Some(index) => {
                    written.swap_remove(index);
                }
                None if fix.safety == Safety::Safe => {
                    fix.safety = Safety::Unsafe(format!("it would drop the comment `{comment}`"));
                    return;
                }
                None => {}
            }
        }
    }
}

/// Code that was looked at, for which fixes are chosen.
struct LookedAt<'a> {
    code: Code<'a>,
    parsed: &'a Parsed<ModModule>,
    suppressed: &'a [Suppressed],
    options: &'a Options,
}

impl LookedAt<'_> {
    /// The findings, by index, whose fixes are applied in this round: of those that overlap the earlier one; the others
    /// wait for the next round. With them what the code is then, as far as the proof has made it. A fix whose result is not
    /// what it should be is not applied.
    fn choose(&self, findings: &[Finding], may_be_unsafe: &dyn Fn(&Finding) -> bool) -> (Vec<usize>, Option<Edited>) {
        let applies = |finding: &Finding| {
            finding
                .fix
                .as_ref()
                .is_some_and(|fix| fix.applies(may_be_unsafe(finding)))
        };
        let mut chosen = beside_each_other(findings, (0..findings.len()).filter(|index| applies(&findings[*index])));
        // Most texts have nothing to fix, and to parse them once more would take as long as all the rest.
        if chosen.is_empty() {
            return (chosen, None);
        }
        let mut proof = self.prove(findings, &chosen);
        if proof.is_err() {
            // One of them is wrong: look at each alone, and apply none of those that fail.
            chosen.retain(|index| self.check(findings, &[*index]).is_ok());
            proof = self.prove(findings, &chosen);
            if proof.is_err() {
                chosen.truncate(1);
            }
        }
        (chosen, proof.ok())
    }

    /// Proves what is offered and not applied as well, together as far as it goes, which is mostly enough. A fix of which
    /// it cannot be proven is taken off its finding.
    fn prove_offered(&self, findings: &mut [Finding], chosen: &[usize]) {
        let mut rest: Vec<usize> = (0..findings.len())
            .filter(|index| findings[*index].fix.is_some() && !chosen.contains(index))
            .collect();
        while !rest.is_empty() {
            let group = beside_each_other(findings, rest.iter().copied());
            if self.check(findings, &group).is_err() {
                for &index in &group {
                    if let Err(reason) = self.check(findings, &[index]) {
                        findings[index].fix = None;
                        findings[index].notes.push(reason.into());
                    }
                }
            }
            rest.retain(|index| !group.contains(index));
        }
    }

    /// Proves that the fixes of some findings, by index, change nothing but what they are about.
    ///
    /// # Errors
    ///
    /// What a person is told of fixes of which it cannot be proven.
    fn check(&self, findings: &[Finding], some: &[usize]) -> Result<(), &'static str> {
        let edits = edits_of(findings, some);
        let is_proven = !touch(self.suppressed, &edits)
            && same_by_lines_nearby(self.code, self.parsed, &edits)
            && keeps_encoding(self.code, &edits);
        match is_proven {
            true => Ok(()),
            false => self.prove(findings, some).map(drop),
        }
    }

    /// As [`LookedAt::check`], with what the code is then.
    fn prove(&self, findings: &[Finding], some: &[usize]) -> Result<Edited, &'static str> {
        let edits = edits_of(findings, some);
        let edited = self.proven(&edits).ok_or(UNPROVEN)?;
        match keeps_suppressed(self.suppressed, &edits, &edited, self.options) {
            true => Ok(edited),
            false => Err(IGNORED_BESIDE),
        }
    }

    /// What the code is after edits that change nothing but what they are about.
    fn proven(&self, edits: &[Edit]) -> Option<Edited> {
        let edited = proven(self.code, self.parsed, edits)?;
        keeps_encoding(self.code, edits).then_some(edited)
    }

    /// The edits that write comments beside what is left. Those of which it cannot be proven that they change nothing else
    /// are left out.
    fn ignore_edits(&self, findings: &[Finding], reason: &str) -> Vec<Edit> {
        let module = Module::new(self.code, self.parsed, self.options);
        let wants_one = |finding: &&Finding| {
            let codemod = codemods::Codemod::find(finding.codemod);
            finding.counts() && !codemod.is_some_and(codemods::Codemod::is_about_comments)
        };
        let wanting = findings.iter().filter(wants_one).map(|finding| (finding, reason));
        let (mut edits, _) = additions(&module, wanting);
        if self.proven(&edits).is_none() {
            edits.retain(|edit| self.proven(std::slice::from_ref(edit)).is_some());
            if self.proven(&edits).is_none() {
                edits.clear();
            }
        }
        edits
    }
}

/// True if what the comments say to leave alone is there after the edits and is still left alone: a comment must not come
/// to stand on another line than what it is about.
fn keeps_suppressed(suppressed: &[Suppressed], edits: &[Edit], edited: &Edited, options: &Options) -> bool {
    if !touch(suppressed, edits) {
        return true;
    }
    let after = look(edited.code(), &edited.parsed, options);
    let names = |suppressed: &[Suppressed]| {
        let mut names: Vec<&str> = suppressed.iter().map(|one| one.finding.codemod).collect();
        names.sort_unstable();
        names
    };
    names(suppressed) == names(&after.suppressed)
}

/// True if an edit touches what a comment says to leave alone.
fn touch(suppressed: &[Suppressed], edits: &[Edit]) -> bool {
    suppressed
        .iter()
        .any(|one| edits.iter().any(|edit| one.is_touched_by(edit)))
}

/// Of these findings, in their order, those whose fixes do not overlap that of an earlier one.
fn beside_each_other(findings: &[Finding], indices: impl Iterator<Item = usize>) -> Vec<usize> {
    // By where they start and end. None overlaps another, so the ends are in order, too.
    let mut taken: BTreeMap<(u32, u32), Vec<&Edit>> = BTreeMap::new();
    let place = |edit: &Edit| (edit.range().start().to_u32(), edit.range().end().to_u32());
    let mut beside: Vec<usize> = Vec::new();
    for index in indices {
        let edits = findings[index].fix.as_ref().map_or(&[][..], |fix| &fix.edits);
        let clashes = edits.iter().any(|edit| {
            let (start, end) = place(edit);
            let before = taken.range(..=(end, u32::MAX)).rev();
            let mut near = before.take_while(|((_, other_end), _)| *other_end >= start);
            near.any(|(_, others)| others.iter().any(|other| edit.overlaps(other)))
        });
        if clashes {
            continue;
        }
        for edit in edits {
            let at_place = taken.entry(place(edit)).or_default();
            if !at_place.contains(&edit) {
                at_place.push(edit);
            }
        }
        beside.push(index);
    }
    beside
}

/// The edits of the chosen fixes, sorted, each once.
fn edits_of(findings: &[Finding], chosen: &[usize]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = chosen
        .iter()
        .filter_map(|index| findings[*index].fix.as_ref())
        .flat_map(|fix| fix.edits.iter().cloned())
        .collect();
    edits.sort();
    edits.dedup();
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Identity, Level};
    use ruff_text_size::TextRange;

    const TEXT: &str = "first()\nif second():  # why\n    third()\nfourth()\n";

    fn range_of(text: &str, part: &str) -> TextRange {
        let start = text.find(part).expect("it is in the text") as u32;
        TextRange::new(start.into(), (start + part.len() as u32).into())
    }

    fn finding(safety: Safety, edits: Vec<Edit>) -> Finding {
        Finding {
            codemod: "test",
            identity: Identity::default(),
            level: Level::Warning,
            range: TextRange::default(),
            message: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            fix: Some(Fix {
                title: String::new(),
                safety,
                edits,
            }),
        }
    }

    fn replace(old: &str, new: &str) -> Vec<Edit> {
        vec![Edit::replace(range_of(TEXT, old), new)]
    }

    fn unsafely(edits: Vec<Edit>) -> Finding {
        finding(Safety::Unsafe("it is a test".into()), edits)
    }

    fn safely(edits: Vec<Edit>) -> Finding {
        finding(Safety::Safe, edits)
    }

    /// Which findings are applied, and which have no fix any more.
    fn choose(text: &str, findings: &mut [Finding], options: &Options, unsafe_fixes: bool) -> Vec<usize> {
        let parsed = source::parse(text).expect("it parses");
        let looked_at = LookedAt {
            code: text.into(),
            parsed: &parsed,
            suppressed: &[],
            options,
        };
        let (chosen, _) = looked_at.choose(findings, &|_| unsafe_fixes);
        looked_at.prove_offered(findings, &chosen);
        chosen
    }

    fn chosen(mut findings: Vec<Finding>, unsafe_fixes: bool) -> (Vec<usize>, Vec<usize>) {
        let chosen = choose(TEXT, &mut findings, &Options::default(), unsafe_fixes);
        let refused: Vec<usize> = (0..findings.len())
            .filter(|index| findings[*index].fix.is_none())
            .collect();
        for index in &refused {
            assert_eq!(findings[*index].notes, [UNPROVEN]);
        }
        (chosen, refused)
    }

    #[test]
    fn of_fixes_that_overlap_the_earlier_one_is_applied() {
        let findings = || {
            vec![
                safely(replace("first()", "one()")),
                safely(replace("first()", "two()")),
                safely(replace("fourth()", "four()")),
            ]
        };
        assert_eq!(chosen(findings(), false), (vec![0, 2], vec![]));
    }

    #[test]
    fn an_unsafe_fix_is_applied_only_where_it_is_asked_for() {
        let findings = || {
            vec![
                unsafely(replace("first()", "one()")),
                safely(replace("fourth()", "four()")),
            ]
        };
        assert_eq!(chosen(findings(), false), (vec![1], vec![]));
        assert_eq!(chosen(findings(), true), (vec![0, 1], vec![]));
    }

    #[test]
    fn a_fix_that_changes_more_than_it_replaces_is_not_offered() {
        // The next line is no longer in the block.
        let slips = || {
            replace(
                "if second():  # why\n",
                "second()  # why\nif True: pass\nif True:\n    pass\n#",
            )
        };
        let breaks = || replace("first()", "first(");
        for wrong in [slips as fn() -> Vec<Edit>, breaks] {
            for findings in [
                vec![safely(wrong()), safely(replace("fourth()", "four()"))],
                vec![unsafely(wrong()), safely(replace("fourth()", "four()"))],
                vec![unsafely(wrong()), unsafely(replace("fourth()", "four()"))],
            ] {
                let applied = findings[1].fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
                let expected = if applied { vec![1] } else { vec![] };
                assert_eq!(chosen(findings, false), (expected, vec![0]));
            }
        }
    }

    #[test]
    fn of_fixes_that_fail_only_together_the_first_is_applied() {
        let insert = |offset: u32, text: &str| vec![Edit::insert(offset.into(), text)];
        // No positional argument may stand behind a keyword.
        let mut findings = [safely(insert(6, "key=1, ")), safely(insert(7, "value"))];
        assert_eq!(choose("first( )\n", &mut findings, &Options::default(), false), vec![0]);
        assert!(findings.iter().all(|finding| finding.fix.is_some()));
    }

    fn safety_after(edits: Vec<Edit>, safety: Safety) -> Safety {
        let parsed = source::parse(TEXT).expect("it parses");
        let options = Options::default();
        let module = Module::new(TEXT, &parsed, &options);
        let mut fix = Fix {
            title: String::new(),
            safety,
            edits,
        };
        keep_comments(&module, &mut fix);
        fix.safety
    }

    #[test]
    fn a_fix_that_drops_a_comment_is_unsafe() {
        let dropped = Safety::Unsafe("it would drop the comment `# why`".into());
        let whole_line = "if second():  # why";
        assert_eq!(safety_after(replace(whole_line, "if second():"), Safety::Safe), dropped);
        assert_eq!(
            safety_after(replace(whole_line, "if other():  # why"), Safety::Safe),
            Safety::Safe
        );
        // It may move to another edit of the fix.
        let moved = [replace(whole_line, "if other():"), replace("first()", "# why\nfirst()")].concat();
        assert_eq!(safety_after(moved, Safety::Safe), Safety::Safe);
        // Beside the comment is not over it.
        assert_eq!(
            safety_after(replace("if second():", "if other():"), Safety::Safe),
            Safety::Safe
        );
    }

    #[test]
    fn what_is_unsafe_already_keeps_its_reason() {
        let reason = Safety::Unsafe("another".into());
        assert_eq!(
            safety_after(replace("if second():  # why", "if second():"), reason.clone()),
            reason
        );
    }

    #[test]
    fn a_comment_for_a_tool_goes_with_its_line() {
        let text = "first()  # noqa\nsecond()\n";
        let parsed = source::parse(text).expect("it parses");
        let options = Options::default();
        let module = Module::new(text, &parsed, &options);
        let line = range_of(text, "first()  # noqa\n");
        for (new, expected) in [
            ("", Safety::Safe),
            ("other()\n", Safety::Unsafe("it would drop the comment `# noqa`".into())),
        ] {
            let mut fix = Fix {
                title: String::new(),
                safety: Safety::Safe,
                edits: vec![Edit::replace(line, new)],
            };
            keep_comments(&module, &mut fix);
            assert_eq!(fix.safety, expected, "{new:?}");
        }
    }

    #[test]
    fn no_comment_comes_to_declare_an_encoding_and_no_declaration_goes() {
        let call = "def connect(sock):\n    return wrap_socket(sock)\n";
        for lines in [
            "from ssl import wrap_socket  # coding: latin-1\n",
            "from ssl import wrap_socket  # coding: latin-1\n\nclass SSLContext:\n    pass\n\n",
            "# -*- coding: utf-8 -*-\nfrom ssl import wrap_socket\n",
            "# first\nfrom ssl import wrap_socket\n# coding: latin-1\nimport ssl\n",
        ] {
            let text = format!("{lines}{call}");
            let once = plan(&text, &Options::default()).expect("it parses");
            let declared = [&text, &once.text].map(|text| source::declared_encoding(text));
            assert_eq!(declared[0], declared[1], "{}", once.text);
        }
        assert!(!keeps_encoding(
            "one\n# coding: latin-1\n",
            &[Edit::delete(TextRange::new(0.into(), 4.into()))]
        ));
        assert!(!keeps_encoding(
            "# coding: latin-1\none\n",
            &[Edit::insert(0.into(), "two\n\n")]
        ));
        assert!(keeps_encoding(
            "1\n2\n# coding: latin-1\n",
            &[Edit::delete(TextRange::new(2.into(), 3.into()))]
        ));
    }

    /// Two calls that are rewritten, one inside the other, one that is not, and the import of them all.
    const CALLS: &str = "import sys\nfrom ssl import wrap_socket\n\n\ndef first(sock):\n    return \
                         wrap_socket(wrap_socket(sock))\n\n\ndef second(sock):\n    return wrap_socket(sock)\n";

    fn within(findings: &[Finding]) -> Vec<&str> {
        findings
            .iter()
            .map(|finding| finding.identity.within.as_str())
            .collect()
    }

    #[test]
    fn what_is_not_chosen_stays_and_the_rest_is_fixed() {
        let options = Options::default();
        let whole = plan(CALLS, &options).expect("it parses");
        for name in ["first", "second"] {
            let choice = |finding: &Finding| finding.identity.within != name;
            let once = plan_of(CALLS, &options, &choice).expect("it parses");
            assert!(within(&once.findings).iter().all(|within| *within != name));
            assert!(within(&once.excluded).iter().all(|within| *within == name));
            assert_eq!(once.findings.len() + once.excluded.len(), whole.findings.len());
            assert_eq!(once.excluded.len(), once.excluded_left.len());
            let kept = CALLS
                .split("\n\n\n")
                .find(|part| part.contains(name))
                .expect("it is there");
            assert!(once.text.contains(kept.trim_end()), "{}", once.text);
            assert!(once.text.contains("from ssl import wrap_socket"), "{}", once.text);
            assert!(once.changes());
            let again = plan_of(&once.text, &options, &choice).expect("it parses");
            assert!(!again.changes(), "{}", again.text);
            assert_eq!(again.findings, once.left);
            assert_eq!(again.excluded, once.excluded_left);
        }
    }

    #[test]
    fn what_a_fix_makes_superfluous_goes_with_it() {
        let options = Options::default();
        let is_in_text = |finding: &Finding| CALLS[finding.range].starts_with("wrap_socket(");
        let once = plan_of(CALLS, &options, &is_in_text).expect("it parses");
        assert_eq!(once.text, plan(CALLS, &options).expect("it parses").text);
    }

    #[test]
    fn of_calls_inside_each_other_each_can_stay() {
        let options = Options::default();
        let calls: Vec<TextRange> = plan(CALLS, &options)
            .expect("it parses")
            .findings
            .iter()
            .map(|finding| finding.range)
            .collect();
        for kept in calls {
            let once = plan_of(CALLS, &options, &|finding| finding.range != kept).expect("it parses");
            assert_eq!(once.excluded.len(), 1);
            assert_eq!(once.excluded_left.len(), 1, "{}", once.text);
            assert_eq!(once.excluded_left[0].message, once.excluded[0].message);
            assert!(once.changes());
        }
    }

    #[test]
    fn with_nothing_chosen_nothing_changes() {
        let once = plan_of(CALLS, &Options::default(), &|_| false).expect("it parses");
        assert!(!once.changes() && once.findings.is_empty() && once.left.is_empty());
        assert_eq!(once.excluded, once.excluded_left);
        assert!(once.excluded.len() >= 3);
    }

    /// Each waits for the one around it.
    #[test]
    fn calls_inside_each_other_are_rewritten_in_one_run_however_deep() {
        let depth = MORE_ROUNDS + 5;
        let (open, close) = ("ssl.wrap_socket(".repeat(depth), ")".repeat(depth));
        let text = format!("import ssl\n\nsock = {open}raw{close}\n");
        let options = Options::default();
        let once = plan(&text, &options).expect("it parses");
        assert_eq!(once.applied.get("wrap-socket"), Some(&depth));
        assert!(!plan(&once.text, &options).expect("it parses").changes());
    }

    #[test]
    fn a_module_has_a_dotted_name() {
        for name in ["acme", "_acme.tls2", "acme.net.größe"] {
            assert_eq!(Helper::module(name), Ok(Helper::Module(name.into())));
        }
        for name in [
            "",
            "acme.",
            ".acme",
            "acme..tls",
            "2acme",
            "acme.2",
            "acme tls",
            "acme;tls",
        ] {
            assert!(Helper::module(name).is_err(), "{name}");
        }
    }

    #[test]
    fn what_comes_up_because_of_an_accepted_fix_is_only_fixed_where_that_is_safe() {
        // Other modules may import the name from here, since it has another value, too.
        let text = "try:\n    from ssl import wrap_socket\nexcept ImportError:\n    log()\n    wrap_socket = None\n\nsock = \
                    wrap_socket(sock, ssl_version=choose())\n";
        let options = Options::default();
        let unsafely = Options {
            unsafe_fixes: true,
            ..Options::default()
        };
        let text_of = |plan: Result<Plan, Unreadable>| plan.expect("it parses").text;
        let accepted = text_of(plan_accepted(text, &options, &|_| true));
        assert_ne!(accepted, text);
        assert!(accepted.contains("from ssl import wrap_socket\n"), "{accepted}");
        assert_eq!(text_of(plan_of(text, &options, &|_| true)), text);
        assert_ne!(text_of(plan_accepted(text, &unsafely, &|_| true)), accepted);
    }

    /// A fix waits for another only where it rests on it.
    #[test]
    fn any_number_of_contexts_is_rewritten_in_one_round() {
        let function = |number| {
            format!(
                "def connect{number}(sock):\n    context = ssl.create_default_context()\n    context.options |= \
                 ssl.OP_NO_TLSv1\n    return context.wrap_socket(sock)\n"
            )
        };
        let text: String = std::iter::once("import ssl\n".to_string())
            .chain((0..3).map(function))
            .collect();
        let options = Options::default();
        let parsed = source::parse(&text).expect("it parses");
        let mut findings = look((&text).into(), &parsed, &options).findings;
        assert_eq!(choose(&text, &mut findings, &options, false), vec![0, 1, 2]);
    }
}
