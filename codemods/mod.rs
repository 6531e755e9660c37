//! The shelf: what sslfix can do. Each codemod is a pair of files, its code and its page.
//!
//! A codemod is a function from the parsed module to findings. It has no state, does no input or output, and does not
//! know its neighbours. To add one, write its page, then its code, then its line in [`ALL`].

use crate::python::Module;
use crate::rewrite::Finding;

pub mod wrap_socket;

/// One codemod: its name, its page, and how it looks at a module.
pub struct Codemod {
    /// The name, such as `wrap-socket`, called after what it replaces.
    pub name: &'static str,
    /// The page, in Markdown: what it does, and the cases that are its tests.
    pub page: &'static str,
    /// Adds what it finds in the module.
    pub look: fn(&Module, &mut Vec<Finding>),
}

/// Every codemod, in the order of the documentation.
pub const ALL: &[Codemod] = &[Codemod {
    name: wrap_socket::NAME,
    page: include_str!("wrap_socket.md"),
    look: wrap_socket::look,
}];

impl Codemod {
    /// The codemod of that name.
    pub fn find(name: &str) -> Option<&'static Codemod> {
        ALL.iter().find(|codemod| codemod.name == name)
    }

    /// The first sentence of the page, below its title.
    pub fn summary(&self) -> &'static str {
        self.page
            .lines()
            .skip(1)
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
    }
}
