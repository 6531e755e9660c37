//! How a program is laid out as the bytes of a file: indentation, line ends, encoding, and what else Python does not look
//! at.

use libfuzzer_sys::arbitrary::{self, Unstructured};

/// The bytes of a text whose lines are indented by tabs, one for each level.
pub fn lay_out(text: &str, choices: &mut Unstructured) -> arbitrary::Result<Vec<u8>> {
    let indent = *choices.choose(&["    ", "    ", "    ", "\t", "  ", " ", "        "])?;
    let line_end = *choices.choose(&["\n", "\n", "\n", "\n", "\r\n", "\r"])?;
    let encoding = *choices.choose(&[
        Encoding::None,
        Encoding::None,
        Encoding::None,
        Encoding::Cookie("utf-8"),
        Encoding::ByteOrderMark,
        Encoding::Cookie("latin-1"),
        Encoding::Cookie("cp1252"),
        Encoding::Cookie("koi8-r"),
    ])?;
    let has_last_line_end = choices.ratio(7, 8)?;
    let extra = *choices.choose(&["", "", "", "", "\x0c", "\x0c\n", "\n\n", "   \n", "# é\n", "\\\n"])?;
    let extra_at = choices.int_in_range(0..=15)?;

    let mut result = String::with_capacity(text.len() * 2);
    let cookie = match encoding {
        Encoding::Cookie(name) => format!("# -*- coding: {name} -*-\n"),
        Encoding::None | Encoding::ByteOrderMark => String::new(),
    };
    let (shebang, rest) = match text.split_inclusive('\n').next() {
        Some(first) if first.starts_with("#!") => text.split_at(first.len()),
        _ => ("", text),
    };
    result.push_str(shebang);
    result.push_str(&cookie);
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        let code = line.trim_start_matches('\t');
        // Between two statements of the module, where a line more or a form feed means nothing.
        if number == extra_at && number > 0 && starts_statement(line) {
            result.push_str(extra);
        }
        (code.len()..line.len()).for_each(|_| result.push_str(indent));
        result.push_str(code);
    }
    while !has_last_line_end && result.ends_with('\n') {
        result.pop();
    }
    if result.ends_with('\\') {
        result.push('\n');
    }
    if line_end != "\n" {
        result = result.replace('\n', line_end);
    }
    Ok(match encoding {
        Encoding::None => result.into_bytes(),
        // Other letters of the same kinds, which take more bytes.
        Encoding::ByteOrderMark => {
            let result = result.replace('ß', "名").replace('é', "😀");
            [b"\xEF\xBB\xBF", result.as_bytes()].concat()
        }
        Encoding::Cookie("utf-8") => result.into_bytes(),
        // Each has a letter at the bytes of these.
        Encoding::Cookie(_) => result
            .chars()
            .map(|letter| u8::try_from(letter).unwrap_or(b'?'))
            .collect(),
    })
}

#[derive(Clone, Copy)]
enum Encoding {
    None,
    ByteOrderMark,
    Cookie(&'static str),
}

fn starts_statement(line: &str) -> bool {
    ["import ", "from ", "def ", "class ", "if ", "sock = "]
        .iter()
        .any(|word| line.starts_with(word))
}
