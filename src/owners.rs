//! Who owns a file, by the `CODEOWNERS` file of its project.
//!
//! GitHub and GitLab write the same file, and GitLab adds sections. Where they read a line differently, the pattern is
//! GitHub's, which is that of `.gitignore` but for two things: `docs/*` does not reach into folders, and brackets stand
//! for themselves. So `docs/api` is the one at the root, where GitLab takes it for any.

use globset::{Glob, GlobBuilder, GlobSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Where the file may be, in the folder of the project; the first that is there counts.
const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// A larger file is not read, as on GitHub.
const MOST_BYTES: u64 = 3 << 20;

/// Patterns become automata, which may not fill the memory.
const MOST_RULES: usize = 10_000;

/// No path that is worth a rule has more bytes.
const LONGEST_PATTERN: usize = 1000;

/// A set is one automaton, whose size has a limit.
const PATTERNS_IN_A_SET: usize = 256;

/// The owners of the files of a project.
#[derive(Debug)]
pub struct Owners {
    /// Where the paths that are asked for start, below the folder of the project.
    prefix: PathBuf,
    sections: Vec<Section>,
    rules: Vec<Rule>,
    /// The patterns of the rules, and which rule each belongs to.
    patterns: Vec<GlobSet>,
    rule_of_pattern: Vec<usize>,
    /// Lines that are no rule and were passed over.
    pub wrong_lines: Vec<WrongLine>,
}

/// A part of the file with a heading of its own; a file has owners from each. On GitHub there is one, without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What stands in the brackets; empty of what comes before all headings.
    pub name: String,
    /// False if nobody has to approve.
    pub is_optional: bool,
    /// How many owners have to approve.
    pub approvals: usize,
    /// Who owns what a rule gives to nobody.
    default_owners: Vec<String>,
}

/// The owners that one section gives to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share<'a> {
    /// The section.
    pub section: &'a Section,
    /// Users, teams and addresses, as they are written; never empty.
    pub owners: &'a [String],
}

/// A line that is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongLine {
    /// From 1.
    pub line: usize,
    /// What is wrong with it: lower case, no full stop.
    pub message: String,
}

#[derive(Debug)]
struct Rule {
    section: usize,
    /// None if what it matches is left out of the section.
    owners: Option<Vec<String>>,
}

impl Owners {
    /// Of the project that a folder belongs to: the nearest folder at or above it with such a file, but none above the
    /// root of its repository. Paths are asked for as they are seen from `folder`, which is absolute.
    ///
    /// # Errors
    ///
    /// If the file is there and cannot be read.
    pub fn of_project(folder: &Path) -> Result<Option<Owners>, (PathBuf, io::Error)> {
        for root in folder.ancestors() {
            for place in PLACES {
                let path = root.join(place);
                let Some(text) = read(&path).map_err(|error| (PathBuf::from(place), error))? else {
                    continue;
                };
                let prefix = folder.strip_prefix(root).unwrap_or(Path::new("")).to_path_buf();
                let owners = Owners::parse(&text).map_err(|error| (PathBuf::from(place), error))?;
                return Ok(Some(Owners { prefix, ..owners }));
            }
            if root.join(".git").exists() {
                break;
            }
        }
        Ok(None)
    }

    /// From the text of the file. Paths are asked for as they are seen from the folder of the project.
    ///
    /// # Errors
    ///
    /// If it has too many rules.
    pub fn parse(text: &str) -> io::Result<Owners> {
        let mut file = Parser::default();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            if let Err(message) = file.add(line.trim()) {
                let message = message.to_string();
                file.wrong_lines.push(WrongLine {
                    line: index + 1,
                    message,
                });
            }
            if file.rules.len() > MOST_RULES {
                return Err(io::Error::other(format!("it has more than {MOST_RULES} rules")));
            }
        }
        Ok(Owners {
            prefix: PathBuf::new(),
            sections: file.sections,
            rules: file.rules,
            patterns: file
                .patterns
                .chunks(PATTERNS_IN_A_SET)
                .map(GlobSet::new)
                .collect::<Result<_, _>>()
                .map_err(io::Error::other)?,
            rule_of_pattern: file.rule_of_pattern,
            wrong_lines: file.wrong_lines,
        })
    }

    /// Who owns a file: what the last rule that matches says, of each section. A file outside the project has no owner.
    pub fn of(&self, path: &Path) -> Vec<Share<'_>> {
        let Some(path) = normal(&self.prefix.join(path)) else {
            return Vec::new();
        };
        let mut last: Vec<Option<&Rule>> = vec![None; self.sections.len()];
        let mut is_left_out = vec![false; self.sections.len()];
        let sets = self.patterns.iter().enumerate();
        let mut matches: Vec<usize> = sets
            .flat_map(|(index, set)| {
                let first = index * PATTERNS_IN_A_SET;
                set.matches(&path).into_iter().map(move |pattern| first + pattern)
            })
            .collect();
        matches.sort_unstable();
        for rule in matches
            .into_iter()
            .map(|pattern| &self.rules[self.rule_of_pattern[pattern]])
        {
            is_left_out[rule.section] |= rule.owners.is_none();
            last[rule.section] = Some(rule);
        }
        let shares = self.sections.iter().zip(last).zip(is_left_out);
        shares
            .filter_map(|((section, rule), is_left_out)| {
                let owners = rule.filter(|_| !is_left_out)?.owners.as_ref()?;
                let owners = match owners.is_empty() {
                    true => &section.default_owners,
                    false => owners,
                };
                (!owners.is_empty()).then_some(Share { section, owners })
            })
            .collect()
    }
}

/// The text of a file; nothing if it is not there.
fn read(path: &Path) -> io::Result<Option<String>> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(None);
    };
    // It comes with the tree, so it may be a pipe that keeps whoever opens it waiting.
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if metadata.len() > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    let bytes = fs::read(path)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The path without `.` and `..`; nothing if it leads out.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::CurDir => {}
            Component::ParentDir if normal.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

struct Parser {
    sections: Vec<Section>,
    current_section: usize,
    rules: Vec<Rule>,
    patterns: Vec<Glob>,
    rule_of_pattern: Vec<usize>,
    wrong_lines: Vec<WrongLine>,
}

impl Default for Parser {
    fn default() -> Parser {
        Parser {
            sections: vec![Section {
                approvals: 1,
                ..Section::default()
            }],
            current_section: 0,
            rules: Vec::new(),
            patterns: Vec::new(),
            rule_of_pattern: Vec::new(),
            wrong_lines: Vec::new(),
        }
    }
}

impl Parser {
    /// Takes in a line, which has no blanks around it.
    fn add(&mut self, line: &str) -> Result<(), &'static str> {
        let (is_optional, heading) = match line.strip_prefix('^') {
            Some(rest) if rest.starts_with('[') => (true, rest),
            _ => (false, line),
        };
        if let Some(heading) = heading.strip_prefix('[') {
            return self.add_section(heading, is_optional);
        }
        let mut words = words(line).into_iter();
        let Some(pattern) = words.next() else {
            return Ok(());
        };
        let owners = owners(words)?;
        let (pattern, owners) = match pattern.strip_prefix('!') {
            Some(pattern) => (pattern.to_string(), None),
            None => (pattern, Some(owners)),
        };
        if pattern.len() > LONGEST_PATTERN {
            return Err("its pattern is too long");
        }
        for glob in globs(&pattern) {
            let glob = GlobBuilder::new(&glob)
                .literal_separator(true)
                .backslash_escape(true)
                .build()
                .map_err(|_| "its pattern cannot be understood")?;
            self.patterns.push(glob);
            self.rule_of_pattern.push(self.rules.len());
        }
        self.rules.push(Rule {
            section: self.current_section,
            owners,
        });
        Ok(())
    }

    /// `Name][2] @owner`: what comes after the first bracket.
    fn add_section(&mut self, heading: &str, is_optional: bool) -> Result<(), &'static str> {
        const WRONG: &str = "its heading is none of the form `[Section][2] @owner`";
        let (name, mut rest) = heading.split_once(']').ok_or(WRONG)?;
        let mut approvals = 1;
        if let Some(count) = rest.strip_prefix('[') {
            let (count, after) = count.split_once(']').ok_or(WRONG)?;
            approvals = count.parse().map_err(|_| WRONG)?;
            rest = after;
        }
        let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
        if name.trim().is_empty() || !is_apart {
            return Err(WRONG);
        }
        let section = Section {
            name: name.trim().to_string(),
            is_optional,
            approvals,
            default_owners: owners(words(rest).into_iter())?,
        };
        // A heading that comes again goes on with its section, as it was first described.
        let is_same = |other: &Section| other.name.to_lowercase() == section.name.to_lowercase();
        self.current_section = match self.sections.iter().position(is_same) {
            Some(index) => index,
            None => {
                self.sections.push(section);
                self.sections.len() - 1
            }
        };
        Ok(())
    }
}

/// The words of a line up to its comment. A backslash makes a blank or `#` part of its word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(escaped) if escaped.is_whitespace() || escaped == '#' => word.push(escaped),
                Some(escaped) => word.extend(['\\', escaped]),
                None => word.push('\\'),
            },
            '#' if word.is_empty() => break,
            _ if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `@user`, `@organisation/team`, `@@role` or an address.
fn owners(words: impl Iterator<Item = String>) -> Result<Vec<String>, &'static str> {
    let is_owner = |word: &String| match word.split_once('@') {
        Some(("", name)) => !name.trim_start_matches('@').is_empty(),
        Some((_, host)) => !host.is_empty(),
        None => false,
    };
    let owners: Vec<String> = words.collect();
    match owners.iter().all(is_owner) {
        true => Ok(owners),
        false => Err("an owner is neither `@name` nor an address"),
    }
}

/// What a pattern means in the words of `globset`, one of which must match all of the path.
fn globs(pattern: &str) -> Vec<String> {
    let folder = pattern.strip_suffix('/');
    let trimmed = folder.unwrap_or(pattern);
    let is_anchored = trimmed.contains('/');
    let mut glob = String::from(if is_anchored { "" } else { "**/" });
    let mut is_escaped = false;
    for letter in trimmed.trim_start_matches('/').chars() {
        if !is_escaped && matches!(letter, '[' | ']' | '{' | '}') {
            glob.push('\\');
        }
        is_escaped = letter == '\\' && !is_escaped;
        glob.push(letter);
    }
    let below = format!("{glob}/**");
    let last = trimmed.rsplit('/').next().unwrap_or_default();
    match folder {
        // Of the root itself.
        Some("") => vec!["**".to_string()],
        // Folders at any depth, and what is in them.
        Some(_) if last == "**" => vec![format!("{glob}/*/**")],
        Some(_) => vec![below],
        None if matches!(last, "*" | "**") => vec![glob],
        None => vec![glob, below],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The owners of a path, in all sections, joined by blanks.
    fn owners_of(text: &str, path: &str) -> String {
        let owners = Owners::parse(text).expect("is small");
        let shares = owners.of(Path::new(path));
        let shares: Vec<String> = shares.iter().map(|share| share.owners.join(" ")).collect();
        shares.join(" ")
    }

    fn matches(pattern: &str, path: &str) -> bool {
        owners_of(&format!("{pattern} @o"), path) == "@o"
    }

    #[test]
    fn the_last_rule_that_matches_counts() {
        let text = "* @all\n*.py @python # not the tests\n/tests/ @a @org/b c@example.org\n/tests/data/\n";
        assert_eq!(owners_of(text, "README"), "@all");
        assert_eq!(owners_of(text, "a/b.py"), "@python");
        assert_eq!(owners_of(text, "tests/b.py"), "@a @org/b c@example.org");
        assert_eq!(owners_of(text, "tests/data/b.py"), "");
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        for (pattern, path, expected) in [
            ("*", "a/b", true),
            ("*.py", "a/b.py", true),
            ("*.py", "b.pyc", false),
            ("/*.py", "b.py", true),
            ("/*.py", "a/b.py", false),
            ("docs", "a/docs", true),
            ("docs", "a/docs/b/c", true),
            ("docs/", "docs", false),
            ("docs/", "a/docs/b/c", true),
            ("/docs/", "docs/b", true),
            ("/docs/", "a/docs/b", false),
            ("docs/api", "docs/api/b", true),
            ("docs/api", "a/docs/api", false),
            ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b/b/c", false),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/b/b/c/d", true),
            ("**/c", "a/b/c", true),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("a/**/", "a/b/c", true),
            ("a/**/", "a/b", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("/", "a/b", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_star_at_the_end_does_not_reach_into_folders() {
        assert!(matches("docs/*", "docs/a"));
        assert!(!matches("docs/*", "docs/a/b"));
        assert!(!matches("/*", "a/b"));
        assert!(matches("docs/*.d", "docs/a.d/b"));
    }

    #[test]
    fn blanks_and_signs_can_be_escaped() {
        assert!(matches("/my\\ docs/", "my docs/a"));
        assert!(matches("\\#notes", "#notes"));
        assert!(matches("a\\*", "a*"));
        assert!(!matches("a\\*", "ab"));
        assert!(matches("/x[ab]{c,d}.py", "x[ab]{c,d}.py"));
        assert!(!matches("/x[ab].py", "xa.py"));
    }

    #[test]
    fn sections_give_owners_of_their_own() {
        let text =
            "* @all\n[Python][2] @python\n*.py\n!/vendor/\n/web/ @web\n^[Docs] @docs\n*.md\n[PYTHON]\n/cli/ @cli\n";
        assert_eq!(owners_of(text, "a.py"), "@all @python");
        assert_eq!(owners_of(text, "web/a.py"), "@all @web");
        assert_eq!(owners_of(text, "vendor/a.py"), "@all");
        assert_eq!(owners_of(text, "cli/a.py"), "@all @cli");
        let owners = Owners::parse(text).expect("is small");
        assert_eq!(owners.wrong_lines, []);
        let readme = owners.of(Path::new("README.md"));
        let sections: Vec<_> = readme.iter().map(|share| share.section).collect();
        assert_eq!(
            sections.iter().map(|section| section.name.as_str()).collect::<Vec<_>>(),
            ["", "Docs"]
        );
        assert!(!sections[0].is_optional && sections[1].is_optional);
        let python = owners.of(Path::new("a.py"))[1].section;
        assert_eq!((python.approvals, python.is_optional), (2, false));
    }

    #[test]
    fn what_is_no_rule_is_named_and_passed_over() {
        let text = "* @all\n*.py python\n[Open @a\n[A][x]\n[] @b\n*.md @\n\\\n";
        let owners = Owners::parse(text).expect("is small");
        let lines: Vec<usize> = owners.wrong_lines.iter().map(|wrong| wrong.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
        assert_eq!(owners_of(text, "a.py"), "@all");
    }

    #[test]
    fn paths_are_seen_from_the_folder_of_the_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("is there");
        let run_in = root.join("services/mail");
        fs::create_dir_all(&run_in).expect("makes");
        fs::create_dir_all(root.join(".git")).expect("makes");
        assert!(Owners::of_project(&run_in).expect("nothing to read").is_none());
        fs::write(root.join("CODEOWNERS"), "/services/mail/ @mail\n/services/web/ @web\n").expect("writes");
        let owners = Owners::of_project(&run_in).expect("can be read").expect("is there");
        let of = |path: &str| owners.of(Path::new(path)).first().map(|share| share.owners.join(" "));
        assert_eq!(of("a.py").as_deref(), Some("@mail"));
        assert_eq!(of("../web/./a.py").as_deref(), Some("@web"));
        assert_eq!(of("../../../a.py"), None);
        assert_eq!(of("/services/mail/a.py"), None);
        // That of GitHub goes before.
        fs::create_dir_all(root.join(".github")).expect("makes");
        fs::write(root.join(".github/CODEOWNERS"), "* @hub\n").expect("writes");
        let owners = Owners::of_project(&run_in).expect("can be read").expect("is there");
        assert_eq!(owners.of(Path::new("a.py"))[0].owners, ["@hub"]);
        // One above the root of the repository is another project's.
        fs::create_dir_all(run_in.join(".git")).expect("makes");
        assert!(Owners::of_project(&run_in).expect("nothing to read").is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("CODEOWNERS")).expect("makes");
        let (path, error) = Owners::of_project(folder.path()).expect_err("a folder is no file");
        assert_eq!(
            (path.to_str(), error.to_string().as_str()),
            (Some("CODEOWNERS"), "it is no file")
        );
        let long = format!("{} @b\n", "a*".repeat(LONGEST_PATTERN));
        assert_eq!(Owners::parse(&long).expect("has no rule").wrong_lines.len(), 1);
        let many = "a @b\n".repeat(MOST_RULES + 1);
        assert!(Owners::parse(&many).is_err());
    }
}
