//! Which dotted name an expression stands for, and how sure that is. Asks whether *all* bindings that can reach a name
//! agree, not which came last.

use super::Module;
use super::bindings::{Binding, BindingKind, ScopeId};
use ruff_python_ast::{Expr, ExprAttribute, Stmt, StmtImportFrom};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// How sure it is that an expression stands for a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Some binding says so and another says otherwise, or the name came by a star import that cannot be looked into.
    Possible,
    /// Every binding that can reach it says so.
    Certain,
}

/// The dotted name that an expression stands for, such as `ssl.wrap_socket`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The name, from the top-level module on. Names of relative imports start with dots.
    pub name: String,
    /// How sure that is.
    pub certainty: Certainty,
}

/// What the names stand for that are read in a scope, as far as that was asked.
pub(super) type Names = RefCell<FxHashMap<ScopeId, FxHashMap<Box<str>, Option<Resolved>>>>;

/// Functions of the standard library that return the module that they are given the name of.
const IMPORTERS: &[&str] = &[
    "importlib.import_module",
    "test.support.import_helper.import_module",
    "test.support.import_module",
    "test.test_support.import_module",
];

/// No dotted name that means something here is longer.
const MOST_LINKS: usize = 12;

/// Assignments are followed from name to name at most this often.
pub(super) const MOST_STEPS: usize = 8;

/// So many bindings are looked at for one expression. Real code needs a few; names that are bound many times, each to one
/// of the others, would take the number of their bindings to the power of the steps.
const MOST_BINDINGS: usize = 1000;

/// The way from an expression to what it stands for.
struct Trail<'t> {
    /// The names that are being resolved, the one at hand last. A value that names one of them again, as in
    /// `node = node.next`, tells nothing new.
    names: Vec<(ScopeId, &'t str)>,
    steps: usize,
    bindings_left: usize,
}

impl Trail<'_> {
    fn of(steps: usize) -> Self {
        Trail {
            names: Vec::new(),
            steps,
            bindings_left: MOST_BINDINGS,
        }
    }
}

impl Module<'_> {
    /// The dotted name that an expression stands for; `None` if it is none, or the file does not tell.
    pub fn resolve(&self, expr: &Expr) -> Option<Resolved> {
        // The attributes, the outermost first, and what they are taken of.
        let mut links = [None; MOST_LINKS];
        let mut count = 0;
        let mut root = expr;
        while let Expr::Attribute(attribute) = root {
            *links.get_mut(count)? = Some(attribute);
            count += 1;
            root = &attribute.value;
        }
        let mut resolved = match root {
            Expr::Name(name) if !self.may_have_a_dotted_name(name.id.as_str()) => None,
            Expr::Name(name) => self.resolve_in_memory(self.scope_of(root), name.id.as_str()),
            Expr::Call(_) => self.resolve_in(self.scope_of(root), root, &mut Trail::of(MOST_STEPS)),
            _ => None,
        };
        for attribute in links[..count].iter().rev().flatten() {
            if resolved.is_none() && self.ssl_attributes.is_empty() {
                return None;
            }
            resolved = self.resolve_attribute(resolved, attribute);
        }
        resolved
    }

    /// False for a name that surely stands for no dotted name, which most do not.
    fn may_have_a_dotted_name(&self, name: &str) -> bool {
        // With an attribute that holds `ssl`, so may whatever has been assigned it: `lib = pool.first().tls`.
        let by_attribute = !self.ssl_attributes.is_empty();
        name == "ssl" || by_attribute || self.tree.may_have_a_dotted_name(name) || self.stars_ssl()
    }

    /// True if the module has `from ssl import *`, so that any name can be one of `ssl`.
    pub(super) fn stars_ssl(&self) -> bool {
        let stars = &self.tree.scope(ScopeId::MODULE).stars;
        stars.iter().any(|import| import_name(import) == "ssl")
    }

    /// What a name stands for when it is read in `scope`. That is asked again and again; to remember it makes a plan a tenth
    /// faster.
    fn resolve_in_memory(&self, scope: ScopeId, name: &str) -> Option<Resolved> {
        let names = self.names.borrow();
        if let Some(resolved) = names.get(&scope).and_then(|names| names.get(name)) {
            return resolved.clone();
        }
        drop(names);
        let resolved = self.resolve_along(scope, name, &mut Trail::of(MOST_STEPS));
        let mut names = self.names.borrow_mut();
        names.entry(scope).or_default().insert(name.into(), resolved.clone());
        resolved
    }

    /// The dotted name that an expression surely stands for.
    pub fn resolve_surely(&self, expr: &Expr) -> Option<String> {
        let resolved = self.resolve(expr)?;
        (resolved.certainty == Certainty::Certain).then_some(resolved.name)
    }

    /// The name of `ssl` that an expression surely stands for, such as `CERT_NONE`.
    pub fn ssl_name(&self, expr: &Expr) -> Option<String> {
        Some(self.resolve_surely(expr)?.strip_prefix("ssl.")?.to_string())
    }

    fn resolve_in<'t>(&'t self, scope: ScopeId, expr: &'t Expr, trail: &mut Trail<'t>) -> Option<Resolved> {
        match expr {
            Expr::Name(name) => self.resolve_along(scope, name.id.as_str(), trail),
            Expr::Attribute(_) if links(expr) > MOST_LINKS => None,
            Expr::Attribute(attribute) => {
                let object = self.resolve_in(scope, &attribute.value, trail);
                self.resolve_attribute(object, attribute)
            }
            Expr::Call(call) => self.imported_by_call(scope, call, trail),
            _ => None,
        }
    }

    /// What an attribute of an object stands for.
    pub(super) fn resolve_attribute(&self, object: Option<Resolved>, attribute: &ExprAttribute) -> Option<Resolved> {
        let is_own_name = object.as_ref().is_some_and(|object| is_ssl(&object.name));
        let holds_ssl = self.ssl_attributes.contains(&attribute.attr.as_str()) && attribute.ctx.is_load();
        if holds_ssl && !is_own_name {
            // What an object holds may have been changed, so this is not sure.
            return Some(Resolved {
                name: "ssl".into(),
                certainty: Certainty::Possible,
            });
        }
        let mut resolved = object?;
        resolved.name.reserve(1 + attribute.attr.len());
        resolved.name.push('.');
        resolved.name.push_str(attribute.attr.as_str());
        Some(resolved)
    }

    /// The dotted name that `name` stands for when it is read in `scope`, following so many assignments.
    pub fn resolve_name(&self, scope: ScopeId, name: &str, steps: usize) -> Option<Resolved> {
        self.resolve_along(scope, name, &mut Trail::of(steps))
    }

    fn resolve_along<'t>(&'t self, scope: ScopeId, name: &'t str, trail: &mut Trail<'t>) -> Option<Resolved> {
        let Some((binding_scope, bindings)) = self.tree().bound(scope, name) else {
            return self.resolve_starred(name);
        };
        let here = (binding_scope, name);
        if trail.names.len() >= trail.steps || trail.names.contains(&here) {
            return None;
        }
        trail.names.push(here);
        let (agreed, dissent) = self.agreement(binding_scope, bindings, trail);
        trail.names.pop();
        let mut resolved = agreed?;
        if dissent || self.starred_over(binding_scope, bindings) {
            resolved.certainty = Certainty::Possible;
        }
        Some(resolved)
    }

    /// What the bindings of a name say, and whether one says otherwise.
    fn agreement<'t>(
        &'t self,
        scope: ScopeId,
        bindings: &'t [Binding],
        trail: &mut Trail<'t>,
    ) -> (Option<Resolved>, bool) {
        let mut agreed: Option<Resolved> = None;
        let mut dissent = false;
        for binding in bindings {
            let Some(left) = trail.bindings_left.checked_sub(1) else {
                return (agreed, true);
            };
            trail.bindings_left = left;
            match self.bound_to(scope, binding, trail) {
                Bound::Nothing => {}
                Bound::Unknown => dissent = true,
                Bound::Name(resolved) => match &mut agreed {
                    None => agreed = Some(resolved),
                    Some(agreed) if agreed.name == resolved.name => {
                        agreed.certainty = agreed.certainty.min(resolved.certainty);
                    }
                    // `ssl` wins over others so that the use is reported, as not certain.
                    Some(agreed) => {
                        dissent = true;
                        if is_ssl(&resolved.name) {
                            *agreed = resolved;
                        }
                    }
                },
            }
        }
        (agreed, dissent)
    }

    fn bound_to<'t>(&'t self, scope: ScopeId, binding: &'t Binding, trail: &mut Trail<'t>) -> Bound {
        let certain = |name: String| {
            Bound::Name(Resolved {
                name,
                certainty: Certainty::Certain,
            })
        };
        match binding.kind {
            BindingKind::Import(module) => certain(module.to_string()),
            BindingKind::ImportFrom { import, alias } if alias.name.as_str() == "ssl" && !has_its_own_ssl(import) => {
                Bound::Name(Resolved {
                    name: "ssl".to_string(),
                    certainty: Certainty::Possible,
                })
            }
            BindingKind::ImportFrom { import, alias } => certain(format!("{}.{}", module_of(import), alias.name)),
            // What cannot be called or read from cannot be what a working program uses.
            BindingKind::Value(Expr::NoneLiteral(_) | Expr::BooleanLiteral(_))
            | BindingKind::Declared
            | BindingKind::Deleted => Bound::Nothing,
            BindingKind::Value(value) => match self.resolve_in(scope, value, trail) {
                Some(resolved) => Bound::Name(resolved),
                None => Bound::Unknown,
            },
            // Whoever calls the function may give something else.
            BindingKind::Parameter(Some(default)) => match self.resolve_in(self.scope_of(default), default, trail) {
                Some(resolved) => Bound::Name(Resolved {
                    certainty: Certainty::Possible,
                    ..resolved
                }),
                None => Bound::Unknown,
            },
            BindingKind::Parameter(None) | BindingKind::Function(_) | BindingKind::Class(_) | BindingKind::Other => {
                Bound::Unknown
            }
        }
    }

    /// `__import__("ssl")` and `importlib.import_module("ssl")`; other functions with such a name and argument may do the
    /// same.
    fn imported_by_call<'t>(
        &'t self,
        scope: ScopeId,
        call: &'t ruff_python_ast::ExprCall,
        trail: &mut Trail<'t>,
    ) -> Option<Resolved> {
        let [Expr::StringLiteral(module), ..] = &*call.arguments.args else {
            return None;
        };
        let (is_import, may_import) = match &*call.func {
            Expr::Name(name) => (
                name.id.as_str() == "__import__" && self.tree().binding_scope(scope, "__import__").is_none(),
                name.id.contains("import"),
            ),
            Expr::Attribute(attribute) => (
                self.resolve_in(scope, &call.func, trail)
                    .is_some_and(|resolved| IMPORTERS.contains(&resolved.name.as_str())),
                attribute.attr.contains("import"),
            ),
            _ => return None,
        };
        let module = module.value.to_str();
        (may_import && !module.contains('.')).then(|| Resolved {
            name: module.to_string(),
            certainty: if is_import {
                Certainty::Certain
            } else {
                Certainty::Possible
            },
        })
    }

    /// A name that no scope binds can come by a star import.
    fn resolve_starred(&self, name: &str) -> Option<Resolved> {
        let stars: Vec<&str> = self
            .tree()
            .scope(ScopeId::MODULE)
            .stars
            .iter()
            .map(|import| import_name(import))
            .collect();
        let others_are_known = stars.iter().all(|module| *module == "ssl" || is_standard(module));
        if stars.contains(&"ssl") && !name.starts_with('_') && name != "ssl" {
            return Some(Resolved {
                name: format!("ssl.{name}"),
                certainty: if others_are_known {
                    Certainty::Certain
                } else {
                    Certainty::Possible
                },
            });
        }
        if name != "ssl" {
            return None;
        }
        // The name `ssl` without an import of its own: a starred module brings it along, or `globals()`.
        let is_sure = others_are_known && self.binds_modules_by_name();
        Some(Resolved {
            name: "ssl".to_string(),
            certainty: if is_sure {
                Certainty::Certain
            } else {
                Certainty::Possible
            },
        })
    }

    /// True if the module has `globals()[name] = __import__(name)`.
    fn binds_modules_by_name(&self) -> bool {
        self.tree().statements().any(|(_, statement)| {
            let Stmt::Assign(assign) = statement else {
                return false;
            };
            let ([Expr::Subscript(target)], Expr::Call(import)) = (&*assign.targets, &*assign.value) else {
                return false;
            };
            self.slice(&*target.value) == "globals()"
                && self.slice(&*import.func) == "__import__"
                && matches!(&*import.arguments.args, [name] if self.slice(name) == self.slice(&*target.slice))
        })
    }

    /// True if a star import that cannot be looked into comes after the last of these bindings and may replace them.
    fn starred_over(&self, scope: ScopeId, bindings: &[Binding]) -> bool {
        let last = bindings.iter().map(|binding| binding.node).max();
        self.tree().scope(scope).stars.iter().any(|import| {
            let module = import_name(import);
            module != "ssl" && !is_standard(module) && Some(self.tree().id(*import)) > last
        })
    }
}

/// How many attributes a dotted expression takes of its first name, counted up to one more than [`MOST_LINKS`].
fn links(expr: &Expr) -> usize {
    let mut links = 0;
    let mut expr = expr;
    while let Expr::Attribute(attribute) = expr
        && links <= MOST_LINKS
    {
        expr = &attribute.value;
        links += 1;
    }
    links
}

enum Bound {
    /// This dotted name.
    Name(Resolved),
    /// A value that no program can use as a module, function or class: `None`.
    Nothing,
    /// Something else.
    Unknown,
}

fn is_ssl(name: &str) -> bool {
    name == "ssl" || name.starts_with("ssl.")
}

/// True if a module's `ssl` is known to be another one than the standard library's; that of others is what they
/// imported for all of their package.
fn has_its_own_ssl(import: &StmtImportFrom) -> bool {
    let top = import_name(import).split('.').next().unwrap_or_default();
    const PACKAGES: [&str; 7] = ["OpenSSL", "backports", "eventlet", "gevent", "trio", "twisted", "ussl"];
    PACKAGES.contains(&top)
}

/// The dotted name of the module that is imported from, with leading dots if relative.
fn module_of(import: &StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    format!(
        "{dots}{}",
        import.module.as_ref().map(|module| module.as_str()).unwrap_or_default()
    )
}

/// The same without the dots, and empty if relative, for comparing with absolute names.
fn import_name(import: &StmtImportFrom) -> &str {
    match &import.module {
        Some(module) if import.level == 0 => module.as_str(),
        _ => "",
    }
}

/// Modules of the standard library that are often imported with a star and have no `ssl` or TLS name among theirs.
fn is_standard(module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    const MODULES: &[&str] = &[
        "abc",
        "binascii",
        "collections",
        "configparser",
        "ctypes",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "errno",
        "functools",
        "getpass",
        "hashlib",
        "html",
        "io",
        "itertools",
        "json",
        "logging",
        "math",
        "operator",
        "optparse",
        "os",
        "pathlib",
        "queue",
        "random",
        "re",
        "select",
        "shutil",
        "signal",
        "socket",
        "stat",
        "string",
        "struct",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "tkinter",
        "types",
        "typing",
        "unittest",
        "warnings",
        "zlib",
    ];
    MODULES.contains(&top)
}
