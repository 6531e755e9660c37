//! From the bytes of a file to its text and its syntax tree.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

/// The decoded text of a file, and how to get back to its bytes.
#[derive(Debug)]
pub struct Source {
    text: String,
}

/// Why the bytes of a file are no Python that sslfix can read or write; shown after the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// In one line: lower case, no full stop.
    pub message: String,
    /// The byte offset in the decoded text, where one can be told.
    pub offset: Option<u32>,
}

impl Source {
    /// Decodes the bytes of a file.
    pub fn decode(bytes: &[u8]) -> Result<Source, Unreadable> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source { text: text.into() }),
            Err(_) => Err(Unreadable {
                message: "is not valid UTF-8".into(),
                offset: None,
            }),
        }
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of `text` in the encoding of this file.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, Unreadable> {
        Ok(text.as_bytes().to_vec())
    }
}

/// Parses the text of a module.
pub fn parse(text: &str) -> Result<Parsed<ModModule>, Unreadable> {
    match ruff_python_parser::parse_module(text) {
        Ok(parsed) => Ok(parsed),
        Err(error) => Err(Unreadable {
            message: error.error.to_string(),
            offset: Some(error.location.start().to_u32()),
        }),
    }
}
