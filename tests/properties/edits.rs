//! Edits that no codemod makes, at places where a line can come to mean something else.

use super::mutate::Chance;
use ruff_text_size::{TextRange, TextSize};
use sslfix::rewrite::Edit;

/// What is written: nothing, whole lines, and what opens or ends what only the next line ends or opens.
const FRAGMENTS: &[&str] = &[
    "",
    "",
    "",
    "",
    "\n",
    "\r",
    "\r\n",
    "    ",
    "  ",
    "\t",
    " ",
    "\x0c",
    "\\\n",
    "\\",
    "#",
    "# comment\n",
    ";",
    "; ",
    ":",
    ",",
    "=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'{",
    "}'",
    "r",
    "@",
    "@decorator\n",
    "x",
    "pass",
    "pass\n",
    "    pass\n",
    "        pass\n",
    "\tpass\n",
    "one = 1\n",
    "    one = 1\n",
    "if one:\n",
    "if one: pass\n",
    "    if one:\n",
    "else:\n",
    "    else:\n",
    "elif two:\n",
    "try:\n",
    "except A:\n",
    "finally:\n",
    "while one:\n",
    "with one:\n",
    "match one:\n",
    "case 1:\n",
    "case 1: pass\n",
    "class A:\n",
    "def f():\n",
    "    def f():\n",
    "async ",
    "await ",
    "lambda: ",
    "not ",
    "return ",
    "import ssl\n",
    "    return 1\n",
    "if one:\n    pass\n",
    "    if one:\n        pass\n",
    "    for one in two:\n        pass\n",
];

/// One to three edits, sorted, most of them at the start or the end of a line.
pub fn some_edits(text: &str, chance: &mut Chance) -> Vec<Edit> {
    let mut edits: Vec<Edit> = (0..=chance.below(3)).map(|_| some_edit(text, chance)).collect();
    edits.sort();
    edits.dedup();
    edits
}

fn some_edit(text: &str, chance: &mut Chance) -> Edit {
    let start = some_place(text, chance);
    let end = match chance.below(3) {
        0 => start,
        1 => boundary(text, start + chance.below(12)),
        _ => line_end(text, start),
    };
    let range = TextRange::new(size(start.min(end)), size(start.max(end)));
    let fragment = |chance: &mut Chance| FRAGMENTS[chance.below(FRAGMENTS.len())];
    let mut new = fragment(chance).to_string();
    if chance.below(3) == 0 {
        new += fragment(chance);
    }
    Edit::replace(range, new)
}

fn some_place(text: &str, chance: &mut Chance) -> usize {
    let anywhere = boundary(text, chance.below(text.len() + 1));
    match chance.below(4) {
        0 => anywhere,
        1 => line_end(text, anywhere),
        2 => text[..anywhere].trim_end().len(),
        _ => text[..anywhere].rfind('\n').map_or(0, |end| end + 1),
    }
}

/// Behind the end of the line, or in front of it.
fn line_end(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |end| offset + end + 1)
}

fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len()))
        .rev()
        .find(|offset| text.is_char_boundary(*offset))
        .unwrap_or(0)
}

fn size(offset: usize) -> TextSize {
    TextSize::try_from(offset).expect("the texts are short")
}
