//! JSON as all formats write it: on one line, and without a character that a terminal takes for a command, which parses to
//! the same text.

use crate::report::text::is_command;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use std::io::{self, Write};

/// Writes a value, without a line end.
pub fn write(output: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(output, Harmless(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// The value as text.
pub fn text(value: &impl Serialize) -> io::Result<String> {
    let mut bytes = Vec::new();
    write(&mut bytes, value)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A document whose last part is a list that grows while it is written: one item a line.
pub struct List {
    is_empty: bool,
}

impl List {
    /// Before its first item.
    pub fn new() -> List {
        List { is_empty: true }
    }

    /// True if there is no item yet.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Writes an item behind those before.
    pub fn add(&mut self, output: &mut dyn Write, item: &impl Serialize) -> io::Result<()> {
        let before: &[u8] = if self.is_empty { b"\n" } else { b",\n" };
        self.is_empty = false;
        output.write_all(before)?;
        write(output, item)
    }
}

struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (offset, letter) in fragment.char_indices().filter(|(_, letter)| is_command(*letter)) {
            self.0.write_string_fragment(writer, &fragment[written..offset])?;
            // All of them are below U+10000, where one unit of UTF-16 is enough.
            write!(writer, "\\u{:04x}", u32::from(letter))?;
            written = offset + letter.len_utf8();
        }
        self.0.write_string_fragment(writer, &fragment[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_and_parse_to_themselves() {
        let strange = "a\u{1b}[2J\u{7f}\u{9b}\u{202e}\"\\\n𝒳";
        let written = text(&strange).expect("can be written");
        assert_eq!(written, r#""a\u001b[2J\u007f\u009b\u202e\"\\\n𝒳""#);
        assert_eq!(serde_json::from_str::<String>(&written).expect("parses"), strange);
    }
}
