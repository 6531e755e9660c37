//! Whether a tree still has the configuration of Codiga, whose rules for Python's security flagged what sslfix rewrites.
//! It is answered with settings of sslfix, and nothing else is made of it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is larger is no list of a few names.
const MOST_BYTES: u64 = 64 << 10;

/// The set of rules that knew the old APIs.
const RULESET: &str = "python-security";

/// The configuration in that folder, if it names the rules for Python's security.
pub fn in_folder(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("codiga.yml");
    // A pipe would keep us waiting.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(&path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    rulesets(&text).any(|name| name == RULESET).then_some(path)
}

/// What people who have such a file want to know.
pub fn answer(shown: &Path) -> String {
    format!(
        "{} has the rules `{RULESET}` of Codiga, which is no more; sslfix does not read it, and reports the old ssl APIs \
         without a setting; `sslfix --write` rewrites them, and `select = [\"wrap-socket\", \"ssl-context\", \
         \"protocol-constant\"]` in sslfix.toml keeps to the calls and versions that those rules were about",
        crate::report::quoted(shown, "")
    )
}

/// The names in the list `rulesets`: a flat one, of a name for each line or in brackets.
fn rulesets(text: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    text.lines().flat_map(move |line| {
        let line = without_comment(line);
        let of_list: Vec<&str> = match line.strip_prefix("rulesets:") {
            Some(rest) => {
                is_inside = true;
                let rest = rest.trim();
                let list = rest.strip_prefix('[').map(|list| list.trim_end_matches(']'));
                list.map(|list| list.split(',').collect()).unwrap_or_default()
            }
            None => match line.trim_start().strip_prefix("- ") {
                Some(item) if is_inside => vec![item],
                _ => {
                    is_inside &= line.trim().is_empty();
                    Vec::new()
                }
            },
        };
        of_list.into_iter().map(unquoted)
    })
}

/// A comment starts a line or follows a blank.
fn without_comment(line: &str) -> &str {
    match line
        .match_indices('#')
        .find(|(at, _)| line[..*at].ends_with([' ', '\t']) || *at == 0)
    {
        Some((at, _)) => &line[..at],
        None => line,
    }
}

fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let between = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    between('"').or_else(|| between('\'')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_however_it_is_written() {
        for text in [
            "rulesets:\n  - python-security\n",
            "rulesets:\r\n- other\r\n- 'python-security'  # why\r\n",
            "# rules\nrulesets:\n\n  # of ours\n  - \"python-security\"\n",
            "rulesets: [other, \"python-security\"]\n",
        ] {
            assert!(rulesets(text).any(|name| name == RULESET), "{text}");
        }
        for text in [
            "rulesets:\n  - python-security-of-ours\n",
            "rulesets:\n  # - python-security\n",
            "ignore:\n  - python-security\n",
            "rulesets:\n  - other\nignore:\n  - python-security\n",
            "- python-security\n",
        ] {
            assert!(!rulesets(text).any(|name| name == RULESET), "{text}");
        }
    }
}
