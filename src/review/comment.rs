//! The comments that a person leaves where findings are meant to stay.

use crate::python::Module;
use crate::rewrite::ignores::additions;
use crate::rewrite::{Edit, Finding, Options, same_outside_edits};
use crate::source;

/// The edits that put `# sslfix: ignore[codemod] reason` beside the findings, with the number of those that no comment can
/// stand beside. The ranges are those of the text.
pub fn edits(text: &str, ignored: &[(&Finding, &str)], options: &Options) -> (Vec<Edit>, usize) {
    let Ok(parsed) = source::parse(text) else {
        return (Vec::new(), ignored.len());
    };
    let module = Module::new(text, &parsed, options);
    // As it was typed, a terminal may have put anything into it.
    let is_plain = |letter: &char| !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}');
    let reasons: Vec<String> = ignored
        .iter()
        .map(|(_, reason)| reason.chars().filter(is_plain).collect())
        .collect();
    let reasons = reasons.iter().map(|reason| reason.trim());
    let findings = ignored.iter().map(|(finding, _)| *finding);
    let (edits, without) = additions(&module, findings.zip(reasons));
    match same_outside_edits(text, &parsed, &edits) {
        true => (edits, without),
        false => (Vec::new(), ignored.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Spans, plan};

    fn ignored(text: &str, reason: &str) -> (String, usize) {
        let findings = plan(text, &Options::default()).expect("it parses").findings;
        let all: Vec<(&Finding, &str)> = findings.iter().map(|finding| (finding, reason)).collect();
        let (edits, without) = edits(text, &all, &Options::default());
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
