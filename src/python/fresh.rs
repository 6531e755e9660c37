//! Names for new variables: free in the whole scope that they are put into.

use super::Module;
use super::bindings::ScopeId;

/// Hands out names that nothing in a scope uses yet, each once.
#[derive(Debug)]
pub struct FreshNames<'m, 'a> {
    module: &'m Module<'a>,
    scope: ScopeId,
    taken: Vec<String>,
}

impl<'a> Module<'a> {
    /// New names for the scope in which the statements around `scope` bind theirs.
    pub fn fresh_names<'m>(&'m self, scope: ScopeId) -> FreshNames<'m, 'a> {
        FreshNames {
            module: self,
            scope: self.tree().statement_scope(scope),
            taken: Vec::new(),
        }
    }
}

impl FreshNames<'_, '_> {
    /// A name for a context: the one that the user wants, else the first of those that people use.
    pub fn take_for_context(&mut self) -> String {
        match &self.module.options().context_name {
            Some(name) => self.take(&[name.as_str()]),
            None => self.take(&["context", "ssl_context", "tls_context"]),
        }
    }

    /// The first candidate that is free, else the first one numbered.
    pub fn take(&mut self, candidates: &[&str]) -> String {
        let numbered = (2..).map(|number| format!("{}{number}", candidates[0]));
        let name = candidates
            .iter()
            .map(ToString::to_string)
            .chain(numbered)
            .find(|name| !self.taken.contains(name) && self.module.tree().is_free(self.scope, name))
            .expect("there is always a further number");
        self.taken.push(name.clone());
        name
    }
}
