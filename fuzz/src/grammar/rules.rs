//! Reads the rules and makes texts of them. Knows nothing of what they say.

use libfuzzer_sys::arbitrary::{self, Unstructured};
use std::collections::HashMap;
use std::fmt::Write;

/// The rules, by number.
pub struct Rules {
    numbers: HashMap<&'static str, usize>,
    alternatives: Vec<Vec<Vec<Part>>>,
}

/// What an alternative consists of.
enum Part {
    Text(&'static str),
    /// `<rule>`.
    Rule(usize),
    /// `$NAME`.
    Name(&'static str),
}

/// What is filled in from outside.
pub trait Fill {
    /// Writes what stands for a name of `ssl`, or for `ssl` itself.
    fn name(&mut self, name: &'static str, text: &mut String);
}

impl Rules {
    /// Reads the rules; `;;` starts a comment.
    pub fn read(text: &'static str) -> Rules {
        let mut names = Vec::new();
        let mut alternatives: Vec<Vec<Vec<&'static str>>> = Vec::new();
        let lines: Vec<&'static str> = text.lines().filter(|line| !line.starts_with(";;")).collect();
        for (number, line) in lines.iter().copied().enumerate() {
            let goes_on = lines.get(number + 1).is_some_and(|next| next.starts_with('|'));
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'))
                && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == ' ')
                && lines.get(number.wrapping_sub(1)).is_none_or(|before| before.is_empty())
            {
                names.push(name);
                alternatives.push(Vec::new());
            } else if let Some(line) = line.strip_prefix('|') {
                alternatives
                    .last_mut()
                    .and_then(|rule| rule.last_mut())
                    .expect("something to go on with")
                    .push(line);
            } else if !line.is_empty() || goes_on {
                alternatives.last_mut().expect("a rule").push(vec![line]);
            }
        }
        let numbers: HashMap<_, _> = names.iter().copied().zip(0..).collect();
        assert_eq!(numbers.len(), names.len(), "a rule stands twice");
        let read_alternative = |lines: &Vec<&'static str>| {
            let mut parts = Vec::new();
            for (index, line) in lines.iter().enumerate() {
                if index > 0 {
                    parts.push(Part::Text("\n"));
                    let levels = (line.len() - line.trim_start_matches(' ').len()) / 4;
                    parts.extend((0..levels).map(|_| Part::Text("\t")));
                    read_line(&line[4 * levels..], &numbers, &mut parts);
                } else {
                    read_line(line, &numbers, &mut parts);
                }
            }
            parts
        };
        let read_rule = |alternatives: &Vec<Vec<&'static str>>| alternatives.iter().map(read_alternative).collect();
        let alternatives = alternatives.iter().map(read_rule).collect();
        Rules { numbers, alternatives }
    }

    /// A text of the rule. Of its lines all but the first start with a tab for each level of indentation.
    pub fn expand(
        &self,
        rule: &str,
        choices: &mut Unstructured,
        fill: &mut dyn Fill,
        size: &mut usize,
    ) -> arbitrary::Result<String> {
        let mut text = String::new();
        let number = self
            .numbers
            .get(rule)
            .copied()
            .unwrap_or_else(|| panic!("no rule {rule}"));
        self.expand_into(number, choices, fill, size, 0, &mut text)?;
        Ok(text)
    }

    /// Adds a text of the rule. `size` is what is left of the alternatives that may be chosen.
    fn expand_into(
        &self,
        rule: usize,
        choices: &mut Unstructured,
        fill: &mut dyn Fill,
        size: &mut usize,
        levels: usize,
        text: &mut String,
    ) -> arbitrary::Result<()> {
        let alternatives = &self.alternatives[rule];
        let index = match *size {
            0 => 0,
            _ => choices.choose_index(alternatives.len())?,
        };
        *size = size.saturating_sub(1);
        // The indentation of the line at hand.
        let mut own_levels = 0;
        let mut at_start = false;
        for part in &alternatives[index] {
            match part {
                Part::Text("\n") => {
                    text.push('\n');
                    text.extend(std::iter::repeat_n('\t', levels));
                    (own_levels, at_start) = (0, true);
                    continue;
                }
                Part::Text("\t") if at_start => {
                    text.push('\t');
                    own_levels += 1;
                    continue;
                }
                Part::Text(part) => text.push_str(part),
                Part::Rule(rule) => self.expand_into(*rule, choices, fill, size, levels + own_levels, text)?,
                Part::Name(name) => fill.name(name, text),
            }
            at_start = false;
        }
        Ok(())
    }
}

fn read_line(line: &'static str, numbers: &HashMap<&'static str, usize>, parts: &mut Vec<Part>) {
    let mut rest = line;
    while let Some(start) = rest.find(['<', '$']) {
        let (text, from) = rest.split_at(start);
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let (part, after) = if let Some(name) = from.strip_prefix('$') {
            let end = name.find(|letter| !is_word(letter)).unwrap_or(name.len());
            (Some(Part::Name(&name[..end])), &name[end..])
        } else {
            let end = from
                .find('>')
                .filter(|end| from[1..*end].chars().all(|letter| letter == ' ' || is_word(letter)));
            match end {
                Some(1) => (None, &from[2..]),
                Some(end) => {
                    let rule = &from[1..end];
                    let number = numbers.get(rule).unwrap_or_else(|| panic!("no rule <{rule}>"));
                    (Some(Part::Rule(*number)), &from[end + 1..])
                }
                // A comparison.
                None => (Some(Part::Text(&from[..1])), &from[1..]),
            }
        };
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        parts.extend(part);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
}

/// Writes the words behind each other, with what stands between them.
pub fn join(words: &[String], between: &str) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        let _ = write!(text, "{}{word}", if index == 0 { "" } else { between });
    }
    text
}
