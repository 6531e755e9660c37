//! What is asked about at once: fixes whose edits meet, or touch neighbouring lines, are one unit. Apart they would be
//! answered twice about the same lines, or one would be accepted that rests on the other.

use crate::rewrite::{Edit, Finding};
use crate::source::Lines;

/// The findings that have a fix, by index, in units; in the order of the text.
pub fn units(text: &str, findings: &[Finding], is_open: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let lines = Lines::of(text.as_bytes());
    let mut units: Vec<Vec<usize>> = Vec::new();
    let fixed = (0..findings.len()).filter(|index| findings[*index].fix.is_some() && is_open(*index));
    for index in fixed {
        let meets = |unit: &Vec<usize>| {
            unit.iter()
                .any(|other| meet(&lines, &findings[*other], &findings[index]))
        };
        // It may join units that were apart so far.
        let (together, apart): (Vec<_>, Vec<_>) = units.into_iter().partition(meets);
        units = apart;
        let mut unit: Vec<usize> = together.into_iter().flatten().collect();
        unit.push(index);
        unit.sort_unstable();
        units.push(unit);
    }
    units.sort();
    units
}

fn meet(lines: &Lines, one: &Finding, other: &Finding) -> bool {
    let edits = |finding: &'_ Finding| -> Vec<Edit> { finding.fix.iter().flat_map(|fix| fix.edits.clone()).collect() };
    let others = edits(other);
    edits(one).iter().any(|edit| {
        others
            .iter()
            .any(|other| edit.overlaps(other) || are_near(lines, edit, other))
    })
}

/// True if two edits touch the same line or neighbours. An edit that both fixes share, or that only adds a name to the
/// same import, stands for neither.
fn are_near(lines: &Lines, one: &Edit, other: &Edit) -> bool {
    if one == other || one.range() == other.range() {
        return false;
    }
    let touched = |edit: &Edit| {
        let range: std::ops::Range<usize> = edit.range().into();
        (lines.line(range.start), lines.line(range.end))
    };
    let ((first, last), (other_first, other_last)) = (touched(one), touched(other));
    first <= other_last + 1 && other_first <= last + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Options, plan};

    fn units_of(text: &str) -> Vec<Vec<String>> {
        let findings = plan(text, &Options::default()).expect("it parses").findings;
        let units = units(text, &findings, |_| true);
        let line = |index: &usize| {
            let start = usize::from(findings[*index].range.start());
            let line = text[..start].matches('\n').count() + 1;
            format!("{}:{line}", findings[*index].codemod)
        };
        units.iter().map(|unit| unit.iter().map(line).collect()).collect()
    }

    #[test]
    fn what_stands_apart_is_asked_apart_although_it_shares_an_import() {
        let call = "def connect(sock):\n    return wrap_socket(sock)\n";
        let text = format!(
            "from ssl import wrap_socket\n\n\n{call}\n\n{}",
            call.replace("connect", "again")
        );
        assert_eq!(units_of(&text), [["wrap-socket:5"], ["wrap-socket:9"]]);
    }

    #[test]
    fn what_is_near_or_inside_is_asked_together() {
        let text = "import ssl\n\na = ssl.wrap_socket(ssl.wrap_socket(b))\n\n\n\nc = ssl.wrap_socket(d)\ne = \
                    ssl.wrap_socket(f)\n";
        assert_eq!(
            units_of(text),
            [["wrap-socket:3", "wrap-socket:3"], ["wrap-socket:7", "wrap-socket:8"]]
        );
    }

    #[test]
    fn what_rests_on_another_fix_is_asked_with_it() {
        let text = "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS)\nprint()\nprint()\nprint()\ncontext.options |= \
                    ssl.OP_NO_TLSv1\nsock = context.wrap_socket(sock)\n";
        assert_eq!(units_of(text), [["ssl-context:3", "op-no-flags:7"]]);
    }
}
