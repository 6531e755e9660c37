//! The comment that a person leaves where a finding is meant to stay: the one place that knows how it is written.

use crate::rewrite::{Edit, Finding, Spans, same_outside_edits};
use crate::source;
use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::collections::BTreeMap;

/// The edits that put `# sslfix: ignore[codemod] reason` behind the first line of the statement of each finding, or its
/// last, where the first ends in a string or a backslash; with the number of findings that have no such line. The ranges
/// are those of the text.
pub fn edits(text: &str, ignored: &[(&Finding, &str)]) -> (Vec<Edit>, usize) {
    let Ok(parsed) = source::parse(text) else {
        return (Vec::new(), ignored.len());
    };
    let mut at: BTreeMap<TextSize, (Vec<&str>, &str)> = BTreeMap::new();
    let mut without = 0;
    for (finding, reason) in ignored {
        let tokens = parsed.tokens();
        let places = places(text, tokens, finding.range.start());
        let works = |place: &TextSize| {
            same_outside_edits(text, &parsed, &[Edit::insert(*place, "  # sslfix: ignore")]) && {
                // It must be a comment, and no part of a string.
                let mut spans = Spans::default();
                let new = spans.apply(text, &[Edit::insert(*place, "  # sslfix: ignore")]);
                source::parse(&new).is_ok_and(|parsed| has_comment_around(parsed.tokens(), *place + TextSize::from(2)))
            }
        };
        match places.into_iter().find(works) {
            Some(place) => {
                let (names, _) = at.entry(place).or_insert((Vec::new(), reason));
                if !names.contains(&finding.codemod) {
                    names.push(finding.codemod);
                }
            }
            None => without += 1,
        }
    }
    let comment = |(place, (names, reason)): (TextSize, (Vec<&str>, &str))| {
        let reason: String = reason.chars().filter(|letter| !letter.is_control()).collect();
        let comment = format!("  # sslfix: ignore[{}] {}", names.join(", "), reason.trim());
        Edit::insert(place, comment.trim_end())
    };
    (at.into_iter().map(comment).collect(), without)
}

/// The ends of the first and of the last line of the statement at an offset.
fn places(text: &str, tokens: &ruff_python_ast::token::Tokens, offset: TextSize) -> Vec<TextSize> {
    let is_end = |kind| matches!(kind, TokenKind::Newline);
    let before = tokens.iter().take_while(|token| token.end() <= offset);
    let start = before
        .filter(|token| is_end(token.kind()))
        .last()
        .map_or(0.into(), Ranged::end);
    let is_blank = |kind| {
        matches!(
            kind,
            TokenKind::NonLogicalNewline | TokenKind::Comment | TokenKind::Indent | TokenKind::Dedent
        )
    };
    let own = tokens
        .iter()
        .find(|token| token.start() >= start && !is_blank(token.kind()));
    let first = own.map_or(offset, Ranged::start);
    let end = tokens.iter().find(|token| token.end() > offset && is_end(token.kind()));
    let last = end.map_or(TextSize::of(text), Ranged::start);
    [line_end(text, first), line_end(text, last)].into()
}

fn line_end(text: &str, offset: TextSize) -> TextSize {
    let rest = &text[usize::from(offset)..];
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let line = rest[..length].trim_end_matches([' ', '\t', '\x0c']);
    offset + TextSize::of(line)
}

fn has_comment_around(tokens: &ruff_python_ast::token::Tokens, offset: TextSize) -> bool {
    tokens
        .iter()
        .filter(|token| token.kind().is_comment())
        .any(|token| TextRange::new(token.start(), token.end()).contains(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Options, plan};

    fn ignored(text: &str, reason: &str) -> (String, usize) {
        let findings = plan(text, &Options::default()).expect("it parses").findings;
        let all: Vec<(&Finding, &str)> = findings.iter().map(|finding| (finding, reason)).collect();
        let (edits, without) = edits(text, &all);
        (Spans::default().apply(text, &edits), without)
    }

    #[test]
    fn the_comment_stands_where_it_is_one() {
        for (before, after) in [
            (
                "ssl.match_hostname(a, b)\n",
                "ssl.match_hostname(a, b)  # sslfix: ignore[match-hostname] old peers\n",
            ),
            (
                "ssl.match_hostname(\r\n    a,\r\n    b)\r\n",
                "ssl.match_hostname(  # sslfix: ignore[match-hostname] old peers\r\n    a,\r\n    b)\r\n",
            ),
            (
                "ssl.match_hostname(a, b)  # seen",
                "ssl.match_hostname(a, b)  # seen  # sslfix: ignore[match-hostname] old peers",
            ),
            (
                "x = \"\"\"\n\"\"\", ssl.match_hostname(a, b)\n",
                "x = \"\"\"\n\"\"\", ssl.match_hostname(a, b)  # sslfix: ignore[match-hostname] old peers\n",
            ),
            (
                "x = \\\n    ssl.match_hostname(a, b)\n",
                "x = \\\n    ssl.match_hostname(a, b)  # sslfix: ignore[match-hostname] old peers\n",
            ),
            (
                "x = ssl.match_hostname(a, b), ssl.RAND_egd(c)\n",
                "x = ssl.match_hostname(a, b), ssl.RAND_egd(c)  # sslfix: ignore[match-hostname, removed-name] old peers\n",
            ),
        ] {
            let text = format!("import ssl\n{before}");
            assert_eq!(ignored(&text, "old\u{7} peers\n"), (format!("import ssl\n{after}"), 0));
        }
    }
}
