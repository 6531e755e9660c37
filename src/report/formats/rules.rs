//! What a codemod is called and what it does, as its page says it.

use crate::report::reported::PARSE;

/// A codemod, or what finds that a file cannot be understood.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Its page, in Markdown: a title, a sentence, prose, and cases below headings.
    pub page: &'static str,
}

/// The rule of files that cannot be understood.
pub const UNREADABLE: Rule = Rule {
    name: PARSE,
    page: "# `parse`

A file mentions an old API, and sslfix cannot read it as Python 3.

It is left as it is, and what it does with `ssl` was not looked at.
The message says what stands in the way: the encoding, a syntax error, Python 2, or the size.

**What is left for a person.** To look at the file, or to make it readable and to run sslfix again.
",
};

impl Rule {
    /// What it is for, in a sentence: the first line below the title.
    pub fn summary(&self) -> &'static str {
        let mut lines = self.page.lines().skip(1);
        lines.find(|line| !line.trim().is_empty()).unwrap_or_default()
    }

    /// What it does, without title and cases, in Markdown.
    pub fn prose(&self) -> &'static str {
        let (_, below_title) = self.page.split_once('\n').unwrap_or_default();
        let end = below_title.find("\n## ").unwrap_or(below_title.len());
        below_title[..end].trim()
    }

    /// The sentences that follow the summary, up to what is written and left.
    pub fn description(&self) -> String {
        let paragraphs = self.prose().split("\n\n");
        let paragraphs: Vec<&str> = paragraphs
            .take_while(|paragraph| !paragraph.starts_with("**"))
            .collect();
        paragraphs.join(" ").replace('\n', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let rule = Rule {
            name: "x",
            page: "# `x`\n\nIt goes.\n\nSince long.\nReally.\n\n**What is left.** All.\n\n## A case\n\ntext\n",
        };
        assert_eq!(rule.summary(), "It goes.");
        assert_eq!(rule.description(), "It goes. Since long. Really.");
        assert_eq!(
            rule.prose(),
            "It goes.\n\nSince long.\nReally.\n\n**What is left.** All."
        );
        assert!(!UNREADABLE.description().is_empty());
    }
}
