//! Every binding of every name, per scope. Knows which names a scope binds and mentions, not what they mean: that is
//! for [`super::resolve`].

use super::tree::{NodeId, Tree};
use ruff_python_ast::{Alias, Expr, StmtClassDef, StmtFunctionDef, StmtImportFrom};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A scope of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u32);

/// What opened a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A `def`.
    Function,
    /// A `class`; its names are not seen from the functions in it.
    Class,
    /// A `lambda`.
    Lambda,
    /// A comprehension or generator expression.
    Comprehension,
}

/// One scope: its bindings and the names that it mentions.
pub struct Scope<'a> {
    /// What opened it.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The node that opened it.
    pub node: NodeId,
    /// The bindings of each name, in the order of the source; those by `global` from inside functions included.
    pub bindings: FxHashMap<&'a str, Vec<Binding<'a>>>,
    /// The star imports in this scope.
    pub stars: Vec<&'a StmtImportFrom>,
    pub(super) globals: BTreeSet<&'a str>,
    pub(super) nonlocals: BTreeSet<&'a str>,
}

/// One place that binds a name.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// What it binds the name to.
    pub kind: BindingKind<'a>,
    /// The node that does it: the import, the definition, the parameter, the name that is stored.
    pub node: NodeId,
}

/// What a name is bound to.
#[derive(Clone, Copy, Debug)]
pub enum BindingKind<'a> {
    /// A module, by its dotted name.
    Import(&'a str),
    /// A name of a module.
    ImportFrom {
        /// The statement.
        import: &'a StmtImportFrom,
        /// The name in it.
        alias: &'a Alias,
    },
    /// The value of an expression, whole.
    Value(&'a Expr),
    /// A parameter, with its default.
    Parameter(Option<&'a Expr>),
    /// A function.
    Function(&'a StmtFunctionDef),
    /// A class.
    Class(&'a StmtClassDef),
    /// Nothing: an annotation without a value.
    Declared,
    /// Nothing any more: `del`.
    Deleted,
    /// Something that is not looked into: a loop variable, part of an unpacked value, an augmented assignment.
    Other,
}

impl<'a> BindingKind<'a> {
    /// Whether what is bound can have a dotted name.
    pub(super) fn dotted(self) -> Dotted<'a> {
        let (BindingKind::Value(mut value) | BindingKind::Parameter(Some(mut value))) = self else {
            return match self {
                BindingKind::Import(module) => Dotted::of_module(module),
                BindingKind::ImportFrom { alias, .. } if alias.name.as_str() == "ssl" => Dotted::OfSsl,
                BindingKind::ImportFrom { import, .. } => match &import.module {
                    Some(module) if import.level == 0 => Dotted::of_module(module.as_str()),
                    _ => Dotted::OfAnother,
                },
                _ => Dotted::No,
            };
        };
        while let Expr::Attribute(attribute) = value {
            value = &attribute.value;
        }
        match value {
            Expr::Name(name) => Dotted::As(name.id.as_str()),
            Expr::Call(call) => match &*call.arguments.args {
                // `__import__("ssl")`
                [Expr::StringLiteral(module), ..] => Dotted::of_module(module.value.to_str()),
                _ => Dotted::No,
            },
            _ => Dotted::No,
        }
    }
}

/// Whether something can have a dotted name.
pub(super) enum Dotted<'a> {
    /// It has none.
    No,
    /// It may have one of another module than `ssl`.
    OfAnother,
    /// It may be `ssl` or a name of it.
    OfSsl,
    /// What this name stands for, or an attribute of that.
    As(&'a str),
}

impl Dotted<'_> {
    fn of_module(module: &str) -> Self {
        match module.split('.').next() {
            Some("ssl") => Dotted::OfSsl,
            _ => Dotted::OfAnother,
        }
    }
}

impl ScopeId {
    /// The scope of the file.
    pub const MODULE: ScopeId = ScopeId(0);

    pub(super) fn new(index: usize) -> ScopeId {
        ScopeId(index as u32)
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl<'a> Scope<'a> {
    pub(super) fn new(kind: ScopeKind, parent: Option<ScopeId>, node: NodeId) -> Self {
        Scope {
            kind,
            parent,
            node,
            bindings: FxHashMap::default(),
            stars: Vec::new(),
            globals: BTreeSet::new(),
            nonlocals: BTreeSet::new(),
        }
    }

    /// The bound names in the order of the alphabet, each with its bindings, for whoever takes the first that will do.
    pub fn by_name(&self) -> Vec<(&'a str, &[Binding<'a>])> {
        let mut names: Vec<(&str, &[Binding])> = self.bindings.iter().map(|(name, all)| (*name, &**all)).collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        names
    }
}

impl<'a> Tree<'a> {
    /// The scope that gives `name` its value when it is read in `scope`, by the rules of the language; `None` if no
    /// scope of the file binds it.
    pub fn binding_scope(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let (scope, _) = self.bound(scope, name)?;
        Some(scope)
    }

    /// The same scope, with its bindings of the name.
    pub fn bound(&self, scope: ScopeId, name: &str) -> Option<(ScopeId, &[Binding<'a>])> {
        let mut current = Some(scope);
        let mut first = true;
        while let Some(id) = current {
            let scope = self.scope(id);
            if scope.globals.contains(name) {
                let bindings = self.scope(ScopeId::MODULE).bindings.get(name)?;
                return Some((ScopeId::MODULE, bindings));
            }
            if (first || scope.kind != ScopeKind::Class)
                && let Some(bindings) = scope.bindings.get(name)
            {
                return Some((id, bindings));
            }
            // A comprehension directly in a class body does not see the class's names, but for its first iterable,
            // which stands in the class scope already.
            first = false;
            current = scope.parent;
        }
        None
    }

    /// The bindings that can reach `name` when it is read in `scope`; empty if the file has none.
    pub fn bindings(&self, scope: ScopeId, name: &str) -> &[Binding<'a>] {
        self.bound(scope, name).map_or(&[], |(_, bindings)| bindings)
    }

    /// True if `name` can be bound anew in `scope`: nothing in the scope or inside it mentions the name.
    pub fn is_free(&self, scope: ScopeId, name: &str) -> bool {
        let mut mentions = self.mentions(name).iter();
        mentions.all(|(_, inner)| !self.is_within(*inner, scope))
    }

    /// True if `inner` is `outer` or inside it.
    pub fn is_within(&self, inner: ScopeId, outer: ScopeId) -> bool {
        std::iter::successors(Some(inner), |id| self.scope(*id).parent).any(|id| id == outer)
    }

    /// The innermost function, module or class scope: where a statement in this scope binds its names.
    pub fn statement_scope(&self, scope: ScopeId) -> ScopeId {
        std::iter::successors(Some(scope), |id| self.scope(*id).parent)
            .find(|id| !matches!(self.scope(*id).kind, ScopeKind::Lambda | ScopeKind::Comprehension))
            .unwrap_or(ScopeId::MODULE)
    }
}
