//! What a program must still say after a rewrite, told from the names in it alone: each use of a name that is gone is
//! reported, each name that the new code reads is bound, and no demand for a certificate is lost.
//!
//! A proof of its own, and a coarse one: where it cannot tell what `ssl` is, it says nothing.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange};
use sslfix::rewrite::{Finding, Options, Policy};
use std::collections::HashSet;

/// What is gone from `ssl`, or from some Python of today.
const GONE: [&str; 9] = [
    "PROTOCOL_SSLv2",
    "PROTOCOL_SSLv3",
    "PROTOCOL_TLSv1",
    "PROTOCOL_TLSv1_1",
    "PROTOCOL_TLSv1_2",
    "RAND_egd",
    "RAND_pseudo_bytes",
    "match_hostname",
    "wrap_socket",
];

/// Names that sslfix writes and that need no binding.
const BUILTINS: [&str; 3] = ["ValueError", "getattr", "hasattr"];

/// Looks for a use of a name that is gone which no finding is about.
pub fn is_reported(tree: &ModModule, text: &str, findings: &[Finding]) -> Result<(), String> {
    let names = Names::of(tree);
    if !names.ssl_is_the_module(tree) {
        return Ok(());
    }
    let is_reported = |range: TextRange| findings.iter().any(|finding| finding.range.intersect(range).is_some());
    match names.gone.iter().find(|gone| !is_reported(gone.around)) {
        Some(gone) => Err(format!(
            "nothing is said of `{}` at {:?}",
            &text[gone.range], gone.range
        )),
        None => Ok(()),
    }
}

/// Looks for what the new program reads and nothing binds, and for a `CERT_REQUIRED` that is not there any more.
pub fn is_kept(old: &ModModule, new: &ModModule, options: &Options) -> Result<(), String> {
    let (old, new) = (Names::of(old), Names::of(new));
    let is_unbound =
        |name: &&&str| !old.read.contains(**name) && !new.bound.contains(**name) && !BUILTINS.contains(name);
    let unbound = new.read.iter().find(|name| is_unbound(name));
    if let Some(name) = unbound.filter(|_| !new.has_star) {
        return Err(format!("the new code reads `{name}`, which nothing binds"));
    }
    // A context that hardens requires certificates without saying so.
    if options.policy == Policy::Preserve && new.requires < old.requires {
        return Err(format!(
            "{} of {} CERT_REQUIRED are lost",
            old.requires - new.requires,
            old.requires
        ));
    }
    Ok(())
}

/// The names of a program, whatever their scopes.
#[derive(Default)]
struct Names<'a> {
    read: HashSet<&'a str>,
    bound: HashSet<&'a str>,
    has_star: bool,
    /// How often `ssl` is bound.
    ssl_bindings: usize,
    gone: Vec<Gone>,
    requires: usize,
    /// What is given for an `ssl_version`, which no longer has an effect, and goes.
    versions: Vec<TextRange>,
    /// The expressions that the node at hand is in, outermost first.
    expressions: Vec<TextRange>,
}

/// A use of `ssl.NAME`, where the name is gone.
struct Gone {
    range: TextRange,
    /// The whole of the expression that it stands in. Of a call in a branch for old Pythons the function is reported, not
    /// what it is given.
    around: TextRange,
}

impl<'a> Names<'a> {
    fn of(tree: &'a ModModule) -> Names<'a> {
        let mut names = Names::default();
        names.visit_body(&tree.body);
        names
    }

    /// True if `import ssl` at the top of the module is all that binds the name.
    fn ssl_is_the_module(&self, tree: &ModModule) -> bool {
        let is_import = |statement: &Stmt| {
            let aliases = statement.as_import_stmt().map_or(&[][..], |import| &import.names);
            aliases
                .iter()
                .any(|alias| alias.name.as_str() == "ssl" && alias.asname.is_none())
        };
        !self.has_star && self.ssl_bindings == 1 && tree.body.iter().any(is_import)
    }

    fn require(&mut self, name: &str, range: TextRange) {
        let has_effect = !self.versions.iter().any(|version| version.contains_range(range));
        self.requires += usize::from(name.ends_with("CERT_REQUIRED") && has_effect);
    }

    fn bind(&mut self, name: &'a str) {
        self.ssl_bindings += usize::from(name == "ssl");
        self.bound.insert(name);
    }
}

impl<'a> SourceOrderVisitor<'a> for Names<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        match node {
            AnyNodeRef::ExprName(name) => {
                if name.ctx == ExprContext::Load {
                    self.require(name.id.as_str(), name.range());
                    self.read.insert(name.id.as_str());
                } else {
                    self.bind(name.id.as_str());
                }
            }
            AnyNodeRef::ExprAttribute(attribute) if attribute.ctx == ExprContext::Load => {
                self.require(attribute.attr.as_str(), attribute.range());
                let is_ssl = matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "ssl");
                if is_ssl && GONE.contains(&attribute.attr.as_str()) {
                    self.gone.push(Gone {
                        range: attribute.range(),
                        around: self.expressions.first().copied().unwrap_or(attribute.range()),
                    });
                }
            }
            AnyNodeRef::ExprCall(call) => {
                let function = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                let position = match function.trim_start_matches('_') {
                    "wrap_socket" => 5,
                    "get_server_certificate" => 1,
                    _ => usize::MAX,
                };
                self.versions
                    .extend(call.arguments.args.get(position).map(Ranged::range));
            }
            AnyNodeRef::Keyword(keyword) if keyword.arg.as_deref() == Some("ssl_version") => {
                self.versions.push(keyword.range());
            }
            AnyNodeRef::ExprDict(dict) => {
                let is_version = |key: &Option<Expr>| {
                    let literal = key.as_ref().and_then(Expr::as_string_literal_expr);
                    literal.is_some_and(|literal| literal.value.to_str() == "ssl_version")
                };
                let versions = dict.items.iter().filter(|item| is_version(&item.key));
                self.versions.extend(versions.map(|item| item.value.range()));
            }
            AnyNodeRef::Alias(alias) => match &alias.asname {
                Some(name) => self.bind(name.as_str()),
                None => {
                    self.has_star |= alias.name.as_str() == "*";
                    self.bind(alias.name.as_str().split('.').next().unwrap_or_default());
                }
            },
            AnyNodeRef::Parameter(parameter) => self.bind(parameter.name.as_str()),
            AnyNodeRef::StmtFunctionDef(function) => self.bind(function.name.as_str()),
            AnyNodeRef::StmtClassDef(class) => self.bind(class.name.as_str()),
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                handler.name.iter().for_each(|name| self.bind(name.as_str()));
            }
            AnyNodeRef::PatternMatchAs(pattern) => pattern.name.iter().for_each(|name| self.bind(name.as_str())),
            AnyNodeRef::PatternMatchStar(pattern) => pattern.name.iter().for_each(|name| self.bind(name.as_str())),
            AnyNodeRef::PatternMatchMapping(pattern) => pattern.rest.iter().for_each(|name| self.bind(name.as_str())),
            AnyNodeRef::TypeParamTypeVar(parameter) => self.bind(parameter.name.as_str()),
            _ => {}
        }
        if node.is_expression() {
            self.expressions.push(node.range());
        }
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if node.is_expression() {
            self.expressions.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sslfix::source::parse;

    fn kept(old: &str, new: &str) -> Result<(), String> {
        let (old, new) = (parse(old).expect("parses"), parse(new).expect("parses"));
        is_kept(old.syntax(), new.syntax(), &Options::default())
    }

    fn reported(text: &str) -> Result<(), String> {
        is_reported(parse(text).expect("parses").syntax(), text, &[])
    }

    #[test]
    fn what_is_gone_is_missed_where_ssl_is_surely_the_module() {
        assert!(reported("import ssl\nsock = ssl.wrap_socket(sock)\n").is_err());
        for text in [
            "import ssl\nsock = ssl.create_default_context().wrap_socket(sock)\n",
            "import ssl\nssl.wrap_socket = wrap\n",
            "import ssl\ndef f(ssl):\n    return ssl.wrap_socket(sock)\n",
            "from eventlet.green import ssl\nssl.wrap_socket(sock)\n",
            "import ssl\nfrom compat import *\nssl.wrap_socket(sock)\n",
            "import ssl.util\nimport ssl\nssl.wrap_socket(sock)\n",
        ] {
            assert_eq!(reported(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn new_names_are_bound_and_demands_stay() {
        assert_eq!(kept("a = f(b)\n", "c = d = f(b)\na = c\n"), Ok(()));
        assert!(kept("a = f(b)\n", "a = c(b)\n").is_err());
        assert!(kept("f(ssl.CERT_REQUIRED)\n", "f()\n").is_err());
        assert_eq!(kept("f(ssl_version=ssl.CERT_REQUIRED)\n", "f()\n"), Ok(()));
        assert!(kept("f(CERT_REQUIRED)\n", "f(ssl)\nimport ssl\n").is_err());
    }
}
