//! What a file means.

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

/// A parsed module.
pub struct Module<'a> {
    text: &'a str,
    parsed: &'a Parsed<ModModule>,
}

impl<'a> Module<'a> {
    /// The module of a text and its tree.
    pub fn new(text: &'a str, parsed: &'a Parsed<ModModule>) -> Module<'a> {
        Module { text, parsed }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The tree.
    pub fn parsed(&self) -> &'a Parsed<ModModule> {
        self.parsed
    }
}
