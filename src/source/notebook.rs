//! From the JSON of a notebook to the code of its cells, and from edits of that code to edits of the JSON.
//!
//! Only the string literals of lines that change are spelled anew, and of those only what changes: everything else, from
//! the indentation to the outputs, keeps its bytes. Knows nothing of what the code means.

use super::code::{BETWEEN_CELLS, Cell, Cells};
use super::json;
use super::{MOST_BYTES, Unreadable};
use std::ops::Range;

/// A notebook as it stands in its file.
#[derive(Clone, Debug)]
pub struct Notebook {
    json: String,
    cells: Cells,
    /// The code of each cell, as it is spelled.
    sources: Vec<Source>,
    /// True if the file has ASCII alone, so that what is written must have, too.
    is_ascii: bool,
}

/// The code of one cell, as it is spelled.
#[derive(Clone, Debug)]
struct Source {
    /// Of a list its brackets are around it, and what stands there is not a string alone.
    list: Option<Range<usize>>,
    literals: Vec<Literal>,
}

/// A string literal of the JSON.
#[derive(Clone, Debug)]
struct Literal {
    /// What it says: bytes of the text.
    text: Range<usize>,
    /// What stands between its quotes: bytes of the JSON.
    json: Range<usize>,
}

/// The magics of a cell whose other lines are Python in the namespace of the notebook.
const PYTHON_MAGICS: &[&str] = &["capture", "debug", "prun", "time", "timeit"];

impl Notebook {
    /// Reads the JSON of a file, which is UTF-8, and gives the text.
    ///
    /// # Errors
    ///
    /// If it is no notebook, or one of a version or a language that cannot be read.
    pub fn read(bytes: &[u8]) -> Result<(Notebook, String), Unreadable> {
        let json = match std::str::from_utf8(bytes) {
            Ok(json) => json,
            Err(error) => {
                let message = "is no notebook: it is not in UTF-8; save it again";
                return Err(Unreadable::at(bytes, error.valid_up_to(), message));
            }
        };
        let fail = |at: usize, message: String| Err(Unreadable::at(bytes, at, message));
        let whole = match json::document(json) {
            Ok(whole) => whole,
            Err(wrong) => return fail(wrong.at, format!("is no notebook: {}; it must be JSON", wrong.what)),
        };
        let version = json::member(json, &whole, "nbformat").map(|value| &json[value]);
        let Some(cells) = json::member(json, &whole, "cells").filter(|_| version.is_some()) else {
            return fail(
                whole.start,
                "is no notebook of nbformat 4, which has `nbformat` and `cells`; convert it with `jupyter nbconvert --to \
                 notebook`"
                    .into(),
            );
        };
        if version
            .and_then(|version| version.parse().ok())
            .is_none_or(|version: f64| version < 4.0)
        {
            return fail(
                whole.start,
                "is a notebook of an old nbformat; convert it with `jupyter nbconvert --to notebook`".into(),
            );
        }
        let Some(elements) = json::elements(json, &cells) else {
            return fail(cells.start, "is no notebook: `cells` is no list".into());
        };
        let language = Language::of(json, &whole);
        if language == Language::Python2 {
            return fail(
                whole.start,
                "is a notebook for Python 2, which sslfix does not rewrite".into(),
            );
        }
        let mut notebook = Notebook {
            json: String::new(),
            cells: Cells::default(),
            sources: Vec::new(),
            is_ascii: json.is_ascii(),
        };
        let mut text = String::new();
        let mut read = Vec::new();
        for (index, cell) in elements.iter().enumerate().filter(|_| language == Language::Python) {
            let number = index + 1;
            let text_before = text.len();
            let from = if read.is_empty() {
                0
            } else {
                text_before + BETWEEN_CELLS.len()
            };
            let source = match source_of(json, cell, number, from) {
                Ok(Some(source)) => source,
                Ok(None) => continue,
                Err((at, message)) => return fail(at, message),
            };
            let (source, code) = source;
            if !is_python(&code) {
                continue;
            }
            if !read.is_empty() {
                text.push_str(BETWEEN_CELLS);
            }
            text.push_str(&code);
            read.push(Cell {
                number,
                range: from..text.len(),
            });
            notebook.sources.push(source);
        }
        notebook.cells = read.into_iter().collect();
        notebook.json = json.to_string();
        Ok((notebook, text))
    }

    /// The cells with Python.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The bytes of the file, behind a byte order mark.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Where in the JSON the character is that stands at an offset of the text.
    pub fn in_json(&self, in_text: usize) -> usize {
        let cell = self.index_of(in_text);
        let Some(source) = cell.and_then(|cell| self.sources.get(cell)) else {
            return 0;
        };
        let past = source.literals.partition_point(|literal| literal.text.start <= in_text);
        match past.checked_sub(1).and_then(|index| source.literals.get(index)) {
            Some(literal) => self.in_literal(literal, in_text.min(literal.text.end)),
            None => source.list.as_ref().map_or(0, |list| list.start),
        }
    }

    /// Where in the JSON something ends that ends at an offset of the text.
    pub fn end_in_json(&self, in_text: usize) -> usize {
        let cell = self.index_of(in_text.saturating_sub(1));
        let literals = cell.map_or(&[][..], |cell| &self.sources[cell].literals);
        let literal = literals.iter().find(|literal| in_text <= literal.text.end);
        literal.map_or_else(|| self.in_json(in_text), |literal| self.in_literal(literal, in_text))
    }

    /// What has to be replaced in the JSON for edits of the text: those are in order, and each stands in one cell.
    pub fn edits<'t>(&self, edits: impl IntoIterator<Item = (Range<usize>, &'t str)>) -> Vec<(Range<usize>, String)> {
        let mut by_cell: Vec<(usize, Vec<EditOfText>)> = Vec::new();
        for (range, new) in edits {
            let Some(cell) = self.index_of(range.start) else {
                continue;
            };
            match by_cell.last_mut() {
                Some((last, edits)) if *last == cell => edits.push((range, new)),
                _ => by_cell.push((cell, vec![(range, new)])),
            }
        }
        let in_cells = by_cell.into_iter().flat_map(|(cell, edits)| {
            let source = &self.sources[cell];
            match &source.list {
                Some(list) => self.edits_of_list(list, &source.literals, &edits),
                None => self.edits_of_string(&source.literals, &edits),
            }
        });
        in_cells.collect()
    }

    fn index_of(&self, in_text: usize) -> Option<usize> {
        let cell = self.cells.at(in_text)?;
        self.cells.iter().position(|other| other.number == cell.number)
    }

    /// Where in the JSON something is of a literal whose place in the text is known.
    fn in_literal(&self, literal: &Literal, in_text: usize) -> usize {
        if literal.text.len() == literal.json.len() {
            return literal.json.start + (in_text - literal.text.start);
        }
        let mut at = literal.text.start;
        for (offset, letter) in json::letters(&self.json[literal.json.clone()]) {
            if at >= in_text {
                return literal.json.start + offset;
            }
            at += letter.map_or(0, char::len_utf8);
        }
        literal.json.end
    }

    fn edits_of_string(&self, literals: &[Literal], edits: &[(Range<usize>, &str)]) -> Vec<(Range<usize>, String)> {
        let Some(literal) = literals.first() else {
            return Vec::new();
        };
        let in_json = |(range, new): &(Range<usize>, &str)| {
            let place = |offset| self.in_literal(literal, offset);
            (place(range.start)..place(range.end), json::spelled(new, self.is_ascii))
        };
        edits.iter().map(in_json).collect()
    }

    /// In a list each line is a string of its own.
    fn edits_of_list(
        &self,
        list: &Range<usize>,
        literals: &[Literal],
        edits: &[(Range<usize>, &str)],
    ) -> Vec<(Range<usize>, String)> {
        let Some(last) = literals.len().checked_sub(1) else {
            let new: String = edits.iter().map(|(_, new)| *new).collect();
            let strings = self.strings([Piece::New(&new)]);
            let separator = self.separator(list, literals);
            return vec![(list.start + 1..list.end - 1, strings.join(&separator))];
        };
        let mut result: Vec<(Range<usize>, String)> = Vec::new();
        let mut edits = edits.iter().peekable();
        while let Some((range, _)) = edits.peek() {
            // What is put between two lines is put in front of the second.
            let past_start = literals
                .partition_point(|literal| literal.text.end <= range.start)
                .min(last);
            let (mut first, mut end) = (past_start, past_start + 1);
            let mut of_group: Vec<&(Range<usize>, &str)> = Vec::new();
            while let Some(edit) = edits.next_if(|(range, _)| {
                of_group.is_empty() || range.start < literals[end - 1].text.end || end == literals.len()
            }) {
                while end < literals.len() && literals[end].text.start < edit.0.end {
                    end += 1;
                }
                of_group.push(edit);
            }
            // The line before has its end taken away.
            while first > 0 && of_group[0].0.start < literals[first].text.start {
                first -= 1;
            }
            let group = &literals[first..end];
            let strings = self.strings(self.pieces(group, &of_group));
            let (from, to) = (group[0].json.start - 1, group[group.len() - 1].json.end + 1);
            let edit = match (strings.is_empty(), literals.get(end), first.checked_sub(1)) {
                (false, _, _) => {
                    let separator = self.separator(list, literals);
                    let strings = strings.join(&separator);
                    (from..to, strings)
                }
                (true, Some(next), _) => (from..next.json.start - 1, String::new()),
                (true, None, Some(before)) => (literals[before].json.end + 1..to, String::new()),
                (true, None, None) => (list.start + 1..list.end - 1, String::new()),
            };
            result.push(edit);
        }
        result
    }

    /// What literals say after edits.
    fn pieces<'t>(&self, group: &[Literal], edits: &[&(Range<usize>, &'t str)]) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut edits = edits.iter().peekable();
        let mut at = group[0].text.start;
        for (index, literal) in group.iter().enumerate() {
            let kept = |range: Range<usize>| {
                let place = |offset| self.in_literal(literal, offset);
                Piece::Kept(place(range.start)..place(range.end))
            };
            let is_last = index + 1 == group.len();
            while let Some((range, new)) =
                edits.next_if(|(range, _)| range.start < literal.text.end || is_last && range.start == literal.text.end)
            {
                if at.max(literal.text.start) < range.start {
                    pieces.push(kept(at.max(literal.text.start)..range.start));
                }
                pieces.push(Piece::New(new));
                at = range.end;
            }
            if at.max(literal.text.start) < literal.text.end {
                pieces.push(kept(at.max(literal.text.start)..literal.text.end));
                at = literal.text.end;
            }
            if at <= literal.text.end {
                pieces.push(Piece::End);
            }
        }
        pieces
    }

    /// The literals that hold pieces, with their quotes: one for each line of what is new.
    fn strings<'t>(&self, pieces: impl IntoIterator<Item = Piece<'t>>) -> Vec<String> {
        let mut strings = Vec::new();
        let mut line = String::new();
        let mut end_line = |line: &mut String| {
            if !line.is_empty() {
                strings.push(format!("\"{}\"", std::mem::take(line)));
            }
        };
        for piece in pieces {
            match piece {
                Piece::Kept(range) => line.push_str(&self.json[range]),
                Piece::New(new) => {
                    for part in new.split_inclusive('\n') {
                        line.push_str(&json::spelled(part, self.is_ascii));
                        if part.ends_with('\n') {
                            end_line(&mut line);
                        }
                    }
                }
                Piece::End => end_line(&mut line),
            }
        }
        end_line(&mut line);
        strings
    }

    /// What stands between two strings of the list.
    fn separator(&self, list: &Range<usize>, literals: &[Literal]) -> String {
        match literals {
            [first, second, ..] => self.json[first.json.end + 1..second.json.start - 1].to_string(),
            [only] => {
                let before = &self.json[list.start + 1..only.json.start - 1];
                match before.is_empty() {
                    true => self.on_one_line().to_string(),
                    false => format!(",{before}"),
                }
            }
            [] => self.on_one_line().to_string(),
        }
    }

    /// A comma as the file writes it on one line: after a colon there is a blank, or none.
    fn on_one_line(&self) -> &'static str {
        match self.json.contains("\":\"") {
            true => ",",
            false => ", ",
        }
    }
}

/// Bytes of the text, and what is to stand there.
type EditOfText<'t> = (Range<usize>, &'t str);

/// A part of what literals say.
enum Piece<'t> {
    /// As it is spelled in the JSON.
    Kept(Range<usize>),
    /// Not spelled yet.
    New(&'t str),
    /// A literal has ended there.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    Python2,
    Other,
}

impl Language {
    /// Python, unless the notebook says otherwise.
    fn of(json: &str, whole: &Range<usize>) -> Language {
        let get = |path: [&str; 3]| {
            let value = path
                .iter()
                .try_fold(whole.clone(), |object, name| json::member(json, &object, name))?;
            json::string(json, &value)
        };
        let names = [
            get(["metadata", "kernelspec", "language"]),
            get(["metadata", "language_info", "name"]),
        ];
        if names.iter().flatten().any(|name| !name.eq_ignore_ascii_case("python")) {
            return Language::Other;
        }
        let kernel = get(["metadata", "kernelspec", "name"]);
        let version = get(["metadata", "language_info", "version"]);
        match version.is_some_and(|version| version.starts_with("2."))
            || kernel.is_some_and(|kernel| kernel == "python2")
        {
            true => Language::Python2,
            false => Language::Python,
        }
    }
}

type Refused = (usize, String);

/// The code of a cell, which starts at an offset of the text; `None` if it has none.
fn source_of(json: &str, cell: &Range<usize>, number: usize, from: usize) -> Result<Option<(Source, String)>, Refused> {
    let get = |name| json::member(json, cell, name);
    let kind = get("cell_type").and_then(|value| json::string(json, &value));
    let Some(kind) = kind else {
        return Err((cell.start, format!("is no notebook: cell {number} has no `cell_type`")));
    };
    // An editor may mix languages.
    let own_language = get("metadata")
        .and_then(|value| json::member(json, &value, "vscode"))
        .and_then(|value| json::member(json, &value, "languageId"))
        .and_then(|value| json::string(json, &value));
    if kind != "code" || own_language.is_some_and(|language| language != "python") {
        return Ok(None);
    }
    let refuse = |at, what: &str| Err((at, format!("is no notebook: {what} of cell {number}")));
    let Some(value) = get("source") else {
        return refuse(cell.start, "there is no `source`");
    };
    let elements = json::elements(json, &value);
    let strings = elements.clone().unwrap_or_else(|| vec![value.clone()]);
    let mut code = String::new();
    let mut literals = Vec::new();
    for string in strings {
        let Some(inside) = json::inside(json, &string) else {
            return refuse(string.start, "what is no string stands in the `source`");
        };
        let said = match json::string_inside(json, &inside) {
            Ok(said) => said,
            Err(at) => return refuse(at, "half a surrogate pair stands in the `source`"),
        };
        let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        // What is looked for before a file is parsed would not be found.
        if code.ends_with(is_of_word) && said.starts_with(is_of_word) {
            return refuse(string.start, "a word is split between two strings in the `source`");
        }
        if said.contains('\0') {
            return refuse(inside.start, "a NUL stands in the `source`");
        }
        let start = from + code.len();
        code.push_str(&said);
        literals.push(Literal {
            text: start..from + code.len(),
            json: inside,
        });
        if code.len() > MOST_BYTES {
            return refuse(string.start, "there is too much code in the `source`");
        }
    }
    let list = elements.is_some().then(|| value.clone());
    Ok(Some((Source { list, literals }, code)))
}

/// False for a cell that a magic gives to something else: `%%bash`, `%%html`.
fn is_python(code: &str) -> bool {
    let first = code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    match first.strip_prefix("%%") {
        Some(magic) => {
            let name = magic.split(|letter: char| letter.is_whitespace()).next();
            name.is_some_and(|name| PYTHON_MAGICS.contains(&name))
        }
        None => true,
    }
}
