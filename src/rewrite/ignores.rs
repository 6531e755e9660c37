//! The comments by which somebody told sslfix to let a place be: `# sslfix: ignore[wrap-socket] reason` on a line that
//! speaks about it, `# sslfix: ignore-file` above the first statement of the file.

use super::reach::Reach;
use super::{Edit, Finding};
use crate::codemods::Codemod;
use crate::python::Module;
use crate::python::place::is_for_tool;
use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::collections::{BTreeMap, BTreeSet};

/// What every such comment starts with.
pub const MARK: &str = "sslfix:";

/// One comment, or the part of a comment, that is for sslfix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// From its `#` to its end.
    pub range: TextRange,
    /// What it speaks about.
    pub about: About,
    /// The names in brackets, each with its place; without any it is about every codemod.
    pub names: Vec<(String, TextRange)>,
    /// Why, in the words of whoever wrote it; may be empty.
    pub reason: String,
    /// Why it says nothing, for people.
    pub mistake: Option<String>,
    /// Of the line that it stands on.
    line: TextSize,
    comment: TextRange,
}

/// What a comment speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The statement that it stands beside.
    Line,
    /// The file.
    File,
}

/// A finding that is left alone since a comment says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Why it stays, in the words of whoever wrote the comment; may be empty.
    pub reason: String,
    /// The comment.
    pub comment: TextRange,
    /// The lines that a fix must leave as they are, or the comment would speak about something else.
    pub(super) lines: TextRange,
}

impl Suppressed {
    /// The same, with the finding as it is somewhere else.
    pub fn with(&self, finding: Finding) -> Suppressed {
        Suppressed {
            finding,
            ..self.clone()
        }
    }

    /// True if an edit changes something of the lines that the comment speaks about.
    pub(super) fn is_touched_by(&self, edit: &Edit) -> bool {
        let range = edit.range();
        match range.is_empty() {
            true => self.lines.start() < range.start() && range.start() <= self.lines.end(),
            false => range.intersect(self.lines).is_some_and(|common| !common.is_empty()),
        }
    }
}

/// The comments of a module.
pub struct Ignores<'m, 'a> {
    module: &'m Module<'a>,
    all: Vec<Ignore>,
    reach: Option<Reach<'m, 'a>>,
}

impl<'m, 'a> Ignores<'m, 'a> {
    /// Of a module.
    pub fn of(module: &'m Module<'a>) -> Ignores<'m, 'a> {
        let mut all = Vec::new();
        if memchr::memmem::find(module.text().as_bytes(), MARK.as_bytes()).is_some() {
            let whole = TextRange::up_to(TextSize::of(module.text()));
            for comment in module.comments_in(whole) {
                all.extend(parts(module.slice(comment)).map(|part| read(module, comment, part)));
            }
        }
        let reach = (!all.is_empty()).then(|| Reach::of(module));
        Ignores { module, all, reach }
    }

    /// The comments in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Ignore> {
        self.all.iter()
    }

    /// True if the comment stands on a line that speaks about the finding, whatever it says.
    pub fn is_about(&self, ignore: &Ignore, finding: &Finding) -> bool {
        match (ignore.about, &self.reach) {
            (About::File, _) => true,
            (About::Line, Some(reach)) => reach.lines(finding.range).contains(&ignore.line),
            (About::Line, None) => false,
        }
    }

    /// True if the comment lets the finding be.
    pub fn suppresses(&self, ignore: &Ignore, finding: &Finding) -> bool {
        ignore.mistake.is_none()
            && !Codemod::find(finding.codemod).is_some_and(Codemod::is_about_comments)
            && (ignore.names.is_empty() || ignore.names.iter().any(|(name, _)| name == finding.codemod))
            && self.is_about(ignore, finding)
    }

    /// The finding as it is left alone, if a comment says so.
    pub fn suppressed(&self, finding: &Finding) -> Option<Suppressed> {
        let ignore = self.all.iter().find(|ignore| self.suppresses(ignore, finding))?;
        let mut lines = finding.range;
        if let (About::Line, Some(reach)) = (ignore.about, &self.reach) {
            lines = lines.cover(ignore.range);
            for line in reach.lines(finding.range) {
                lines = lines.cover_offset(line);
            }
        }
        Some(Suppressed {
            finding: finding.clone(),
            reason: ignore.reason.clone(),
            comment: ignore.range,
            lines,
        })
    }

    /// True if the comment stands on a line of its own.
    pub fn is_alone(&self, ignore: &Ignore) -> bool {
        let before = TextRange::new(ignore.line, ignore.comment.start());
        self.module.slice(before).trim().is_empty()
    }

    /// True if the comment stands on a line of its own, and the next line of code speaks about the finding.
    pub fn is_above(&self, ignore: &Ignore, finding: &Finding) -> bool {
        let tokens = self.module.tokens();
        let past = tokens.partition_point(|token| token.start() < ignore.comment.end());
        let is_code = |token: &&Token| !token.range().is_empty() && !is_layout(token.kind());
        let next = tokens[past..].iter().find(is_code);
        let next_line = next.map(|token| self.module.line_start(token.start()));
        self.is_alone(ignore)
            && next_line.is_some_and(|line| {
                self.reach
                    .as_ref()
                    .is_some_and(|reach| reach.lines(finding.range).contains(&line))
            })
    }

    /// The edit that takes the comment away, and its line if nothing else stands there.
    pub fn removal(&self, ignore: &Ignore) -> Edit {
        let text = self.module.text();
        let (start, end) = (usize::from(ignore.range.start()), usize::from(ignore.range.end()));
        let is_first = ignore.range.start() == ignore.comment.start();
        let is_last = ignore.range.end() == ignore.comment.end();
        let before = text[..start].trim_end_matches([' ', '\t', '\x0c']).len();
        let range = if is_first && !is_last {
            let next = text[end..].find('#').map_or(end, |next| end + next);
            start..next
        } else if is_first && self.is_alone(ignore) {
            let line_end = text[end..].strip_prefix("\r\n").map(|_| 2);
            let line_end = line_end.unwrap_or_else(|| usize::from(text[end..].starts_with(['\n', '\r'])));
            usize::from(ignore.line)..end + line_end
        } else {
            before..end
        };
        Edit::delete(offsets(range))
    }

    /// The edits that take these names, by index and not all there are, out of the list.
    pub fn removal_of_names(&self, ignore: &Ignore, indices: &[usize]) -> Vec<Edit> {
        let removal = |index: &usize| {
            let name = ignore.names[*index].1;
            // With the comma that follows, or behind the last that stays the comma before.
            let stays_before = (0..*index).any(|other| !indices.contains(&other));
            Edit::delete(match (stays_before, ignore.names.get(index + 1)) {
                (false, Some((_, next))) => TextRange::new(name.start(), next.start()),
                _ => TextRange::new(ignore.names[index.saturating_sub(1)].1.end(), name.end()),
            })
        };
        indices.iter().map(removal).collect()
    }
}

fn is_layout(kind: TokenKind) -> bool {
    kind.is_trivia() || matches!(kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
}

fn offsets(range: std::ops::Range<usize>) -> TextRange {
    let offset = |offset: usize| TextSize::try_from(offset).expect("no text that is parsed is longer");
    TextRange::new(offset(range.start), offset(range.end))
}

/// The parts of a comment that are for sslfix, as byte offsets into it. Another may follow each: `# sslfix: ...  # noqa`.
fn parts(comment: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let starts = memchr::memchr_iter(b'#', comment.as_bytes());
    let starts = starts.filter(|start| says_sslfix(&comment[*start..]));
    starts.map(|start| {
        let hashes = memchr::memchr_iter(b'#', &comment.as_bytes()[start + 1..]).map(|next| start + 1 + next);
        let mut others = hashes.filter(|next| is_for_tool(&comment[*next..]));
        let end = others.next().unwrap_or(comment.len());
        start..start + comment[start..end].trim_end().len()
    })
}

/// True for the text behind a `#` itself, not behind an earlier one of several.
fn says_sslfix(comment: &str) -> bool {
    comment[1..].trim_start().starts_with(MARK)
}

fn read(module: &Module, comment: TextRange, part: std::ops::Range<usize>) -> Ignore {
    let text = &module.slice(comment)[part.clone()];
    let start = comment.start() + offsets(part).start();
    let mut ignore = Ignore {
        range: TextRange::at(start, TextSize::of(text)),
        about: About::Line,
        names: Vec::new(),
        reason: String::new(),
        mistake: None,
        line: module.line_start(start),
        comment,
    };
    ignore.mistake = understand(&mut ignore, text).err();
    let may_stand_here = ignore.about == About::Line
        || module.line_start(comment.start()) + TextSize::of(module.indentation_at(comment.start())) == comment.start()
            && first_statement(module).is_none_or(|first| comment.start() < first);
    if !may_stand_here {
        ignore.mistake = Some(format!(
            "`{}` must stand on a line of its own, above the first statement",
            head(text)
        ));
    }
    ignore
}

/// The start of the first statement behind the documentation of the module.
fn first_statement(module: &Module) -> Option<TextSize> {
    let is_text = |statement: &&ruff_python_ast::Stmt| {
        statement
            .as_expr_stmt()
            .is_some_and(|statement| statement.value.is_string_literal_expr())
    };
    let body = module.body();
    let documentation = usize::from(body.first().as_ref().is_some_and(is_text));
    body.get(documentation).map(Ranged::start)
}

/// The comment without its reason.
fn head(text: &str) -> &str {
    match text.find(']') {
        Some(end) => &text[..=end],
        None => text,
    }
}

/// Reads what stands in the comment; says why it says nothing.
fn understand(ignore: &mut Ignore, text: &str) -> Result<(), String> {
    let behind_mark = text[text.find(MARK).map_or(0, |mark| mark + MARK.len())..].trim_start();
    let word_end = behind_mark
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_')
        .unwrap_or(behind_mark.len());
    let (word, rest) = behind_mark.split_at(word_end);
    ignore.about = match word {
        "ignore" => About::Line,
        "ignore-file" => About::File,
        "" => return Err("`# sslfix:` says nothing; write `# sslfix: ignore[CODEMOD] reason`".into()),
        _ => {
            let meant = closest(word, ["ignore", "ignore-file"]).unwrap_or("ignore[CODEMOD]");
            return Err(format!(
                "`# sslfix: {word}` is nothing that sslfix knows; did you mean `{meant}`?"
            ));
        }
    };
    if let Some(list) = rest.trim_start().strip_prefix('[') {
        let Some((names, reason)) = list.split_once(']') else {
            return Err(format!("the list of `# sslfix: {word}[` has no end"));
        };
        let mut piece_start = text.len() - list.len();
        for piece in names.split(',') {
            let name = piece.trim();
            if !name.is_empty() {
                let start = piece_start + (piece.len() - piece.trim_start().len());
                let range = offsets(start..start + name.len()) + ignore.range.start();
                ignore.names.push((name.to_string(), range));
            }
            piece_start += piece.len() + 1;
        }
        if ignore.names.is_empty() {
            return Err(format!("the list of `# sslfix: {word}[]` names nothing"));
        }
        ignore.reason = reason_in(reason);
        return Ok(());
    }
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Err(format!(
            "what follows `# sslfix: {word}` is not understood; names stand in brackets: `{word}[CODEMOD]`"
        ));
    }
    ignore.reason = reason_in(rest);
    let first_word = ignore.reason.split([' ', ',', ':']).next().unwrap_or_default();
    if let Some(codemod) = Codemod::find(first_word) {
        return Err(format!(
            "the name stands in brackets: write `# sslfix: {word}[{}]`",
            codemod.name
        ));
    }
    Ok(())
}

fn reason_in(text: &str) -> String {
    text.trim_start_matches([' ', '\t', ':', '-', '—'])
        .trim_end()
        .to_string()
}

/// The edits that write a comment with its reason beside each of the findings where one can stand, of which each line gets
/// one or, where it has one, another name in its list; and beside how many none can stand.
pub fn additions<'f>(
    module: &Module,
    findings: impl IntoIterator<Item = (&'f Finding, &'f str)>,
) -> (Vec<Edit>, usize) {
    let (ignores, reach) = (Ignores::of(module), Reach::of(module));
    let mut names_at: BTreeMap<TextSize, (BTreeSet<&str>, &str)> = BTreeMap::new();
    let mut without = 0;
    for (finding, reason) in findings {
        let mut lines = reach.lines(finding.range).into_iter();
        match lines.find_map(|line| end_for_comment(module, line)) {
            Some(end) => {
                let (names, _) = names_at.entry(end).or_insert((BTreeSet::new(), reason));
                names.insert(finding.codemod);
            }
            None => without += 1,
        }
    }
    let edit = |(end, (names, reason)): (TextSize, (BTreeSet<&str>, &str))| {
        let names: Vec<&str> = names.into_iter().collect();
        let there = ignores.iter().find(|ignore| {
            let is_in_list = ignore.mistake.is_none() && ignore.about == About::Line && !ignore.names.is_empty();
            is_in_list && ignore.line == module.line_start(end)
        });
        match there.and_then(|ignore| ignore.names.last()) {
            Some((_, last)) => Edit::insert(last.end(), format!(", {}", names.join(", "))),
            None => {
                let comment = format!("  # {MARK} ignore[{}] {reason}", names.join(", "));
                Edit::insert(end, comment.trim_end())
            }
        }
    };
    (names_at.into_iter().map(edit).collect(), without)
}

/// The end of the line, if a comment can stand there: not in a string, not behind a backslash.
fn end_for_comment(module: &Module, line: TextSize) -> Option<TextSize> {
    let text = module.text();
    let start = usize::from(line);
    let end = text[start..]
        .find(['\n', '\r'])
        .map_or(text.len(), |length| start + length);
    let end = TextSize::try_from(end).ok()?;
    let tokens = module.tokens();
    let next = tokens.partition_point(|token| token.end() <= end);
    let ends_line = |token: &Token| token.start() == end && token.kind().is_any_newline();
    let is_end = usize::from(end) == text.len() || tokens.get(next).is_some_and(ends_line);
    // In the braces of such a string no Python before 3.12 takes one.
    let is_in_string = |node: AnyNodeRef| {
        (node.is_expr_f_string() || node.is_expr_t_string()) && node.start() < end && end < node.end()
    };
    let in_string = module.tree().nodes().any(|(_, node)| is_in_string(node.any()));
    (is_end && !in_string).then_some(end)
}

/// Why a text cannot be the reason in a comment.
///
/// # Errors
///
/// If it is empty, or more than the rest of a line, or would be read as something else.
pub fn reason(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a reason says why; it cannot be empty");
    }
    if text
        .chars()
        .any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'))
    {
        return Err("a reason is one line without control characters");
    }
    if memchr::memchr_iter(b'#', text.as_bytes()).any(|start| is_for_tool(&text[start..])) {
        return Err("a reason holds no comment for a tool");
    }
    Ok(text.to_string())
}

/// Of these words the one that was probably meant.
pub fn closest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_lowercase().replace('_', "-");
    let rated = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&word, known), known));
    let best = rated.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 > 0.8).then_some(best.1)
}
