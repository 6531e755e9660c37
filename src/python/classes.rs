//! Which class outside the file a class or an object is of: through the classes of the file, and through calls that run
//! a constructor without naming the class (`super().__init__(...)`).

use super::Module;
use super::bindings::{BindingKind, ScopeId};
use super::flow::Does;
use super::resolve::Certainty;
use super::tree::{Node, NodeId};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt, StmtClassDef};
use ruff_text_size::Ranged;

/// Classes are followed to their bases at most this often.
const MOST_BASES: u32 = 6;

/// A class outside the file, such as `http.client.HTTPSConnection`, and how the file comes by it.
#[derive(Clone, Debug)]
pub struct ClassOf<'a> {
    /// Its dotted name.
    pub name: String,
    /// How sure that is. Other bases that are not in sight make it no more than possible.
    pub certainty: Certainty,
    /// The classes of the file on the way, the most derived first.
    pub through: Vec<&'a StmtClassDef>,
}

/// A call that runs the constructor of a class outside the file.
#[derive(Clone, Debug)]
pub struct Construction<'a> {
    /// The call.
    pub call: &'a ExprCall,
    /// Its node.
    pub node: NodeId,
    /// The class.
    pub class: ClassOf<'a>,
    /// How many of the arguments stand in front of those of the constructor: the `self` of `Class.__init__(self, ...)`.
    pub skipped: usize,
}

impl<'a> Module<'a> {
    /// All calls that run the constructor of one of these classes, in the order of the text.
    pub fn constructions(&self, classes: &[&str]) -> Vec<Construction<'a>> {
        if !self.writes_out(classes) {
            return Vec::new();
        }
        self.tree()
            .calls()
            .filter_map(|(node, call)| {
                let (class, skipped) = self.constructed(node, &call.func, classes)?;
                Some(Construction {
                    call,
                    node,
                    class,
                    skipped,
                })
            })
            .collect()
    }

    /// The calls that get one of these classes as an argument, and with it by keyword what the class is to be called with:
    /// `functools.partial(Class, keyword=...)`. With each the keywords of the list that it has.
    pub fn handed_on(&self, classes: &[&str], keywords: &[&'static str]) -> Vec<(&'a ExprCall, Vec<&'static str>)> {
        if !self.writes_out(classes) {
            return Vec::new();
        }
        self.tree()
            .calls()
            .filter_map(|(_, call)| {
                let given: Vec<&'static str> = keywords
                    .iter()
                    .copied()
                    .filter(|keyword| call.arguments.find_keyword(keyword).is_some())
                    .collect();
                let mut values = call.arguments.args.iter();
                let is_handed = !given.is_empty()
                    && values.any(|value| {
                        self.resolve(value)
                            .is_some_and(|resolved| classes.contains(&resolved.name.as_str()))
                    });
                is_handed.then_some((call, given))
            })
            .collect()
    }

    /// False if the text has the name of none of these classes, which an import or an attribute would write out: then no
    /// expression can stand for one. Most files are done with that, and asking each of their calls takes a fifth of the
    /// time of a plan.
    fn writes_out(&self, classes: &[&str]) -> bool {
        classes
            .iter()
            .any(|class| self.may_have_word(class.rsplit('.').next().unwrap_or(class)))
    }

    fn constructed(&self, node: NodeId, callee: &'a Expr, classes: &[&str]) -> Option<(ClassOf<'a>, usize)> {
        if let Some(class) = self.class_of(callee, classes) {
            let has_own = class.through.iter().any(|definition| defines_constructor(definition));
            return (!has_own).then_some((class, 0));
        }
        let Expr::Attribute(attribute) = callee else {
            return None;
        };
        if attribute.attr.as_str() != "__init__" {
            return None;
        }
        if let Some(mut class) = self.class_of(&attribute.value, classes) {
            let has_own = class.through.iter().any(|definition| defines_constructor(definition));
            let around = self.class_around(node).map(|around| self.tree().node(around));
            if let Some(Node::Stmt(Stmt::ClassDef(definition))) = around {
                class.through.insert(0, definition);
            }
            return (!has_own).then_some((class, 1));
        }
        let Expr::Call(call) = &*attribute.value else {
            return None;
        };
        if self.slice(&*call.func) != "super" || !self.tree().bindings(self.scope_of(&call.func), "super").is_empty() {
            return None;
        }
        let around = self.class_around(node)?;
        let Node::Stmt(Stmt::ClassDef(definition)) = self.tree().node(around) else {
            return None;
        };
        let class = self.base_of(definition, classes, MOST_BASES)?;
        let has_own = class
            .through
            .iter()
            .skip(1)
            .any(|definition| defines_constructor(definition));
        (!has_own).then_some((class, 0))
    }

    /// The class of this list that an expression stands for, be it through classes of the file.
    pub fn class_of(&self, expr: &'a Expr, classes: &[&str]) -> Option<ClassOf<'a>> {
        self.class_within(expr, classes, MOST_BASES)
    }

    fn class_within(&self, expr: &'a Expr, classes: &[&str], steps: u32) -> Option<ClassOf<'a>> {
        // Most calls are of something else, and to resolve what they call takes most of the time of some codemods.
        let may_be = match expr {
            Expr::Attribute(attribute) => classes.iter().any(|class| class.ends_with(attribute.attr.as_str())),
            Expr::Name(name) => self.tree().may_have_a_dotted_name(name.id.as_str()) || self.stars_ssl(),
            _ => true,
        };
        if may_be
            && let Some(resolved) = self.resolve(expr)
            && classes.contains(&resolved.name.as_str())
        {
            return Some(ClassOf {
                name: resolved.name,
                certainty: resolved.certainty,
                through: Vec::new(),
            });
        }
        let Expr::Name(name) = expr else { return None };
        if !self.tree().may_be_a_class(name.id.as_str()) {
            return None;
        }
        match self.tree().bindings(self.scope_of(expr), name.id.as_str()) {
            [binding] => match binding.kind {
                BindingKind::Class(definition) => self.base_of(definition, classes, steps.checked_sub(1)?),
                _ => None,
            },
            _ => None,
        }
    }

    /// The class of this list that a class of the file derives from.
    pub fn base_of(&self, definition: &'a StmtClassDef, classes: &[&str], steps: u32) -> Option<ClassOf<'a>> {
        let bases = definition
            .arguments
            .as_deref()
            .map(|arguments| &*arguments.args)
            .unwrap_or_default();
        let mut class = bases.iter().find_map(|base| self.class_within(base, classes, steps))?;
        let is_known =
            |base: &&Expr| self.slice(*base) == "object" || self.class_within(base, classes, steps).is_some();
        if bases.len() > 1 && !bases.iter().all(|base| is_known(&base)) {
            class.certainty = Certainty::Possible;
        }
        class.through.insert(0, definition);
        Some(class)
    }

    /// Every class of the file that derives from one of these.
    pub fn classes_from(&self, classes: &[&str]) -> Vec<ClassOf<'a>> {
        if !self.writes_out(classes) {
            return Vec::new();
        }
        self.tree()
            .statements()
            .filter_map(|(_, statement)| match statement {
                Stmt::ClassDef(definition) => self.base_of(definition, classes, MOST_BASES),
                _ => None,
            })
            .collect()
    }

    /// The class of this list that the object in a name or an attribute is surely of: everything that is assigned to it
    /// is a call of the class, or `None`.
    pub fn object_of(&self, expr: &'a Expr, classes: &[&str]) -> Option<ClassOf<'a>> {
        let holder = self.holder(expr)?;
        let mut agreed: Option<ClassOf<'a>> = None;
        let mut values = self.values_of(&holder);
        if holder.text.contains('.') {
            if self.has_unseen_values(&holder) {
                return None;
            }
        } else {
            let Expr::Name(name) = expr else { return None };
            for binding in self.tree().bindings(self.scope_of(expr), name.id.as_str()) {
                match binding.kind {
                    BindingKind::Value(_) | BindingKind::Deleted | BindingKind::Declared => {}
                    // `with smtplib.SMTP(host) as server`: entering these objects gives themselves.
                    BindingKind::Other => values.push(self.entered_by(binding.node)?),
                    _ => return None,
                }
            }
        }
        for value in values {
            if value.is_none_literal_expr() {
                continue;
            }
            let Expr::Call(call) = value else { return None };
            let class = self.class_of(&call.func, classes)?;
            if class.certainty != Certainty::Certain || agreed.as_ref().is_some_and(|other| other.name != class.name) {
                return None;
            }
            agreed = Some(class);
        }
        agreed
    }

    /// The expression whose value a `with ... as name` binds.
    fn entered_by(&self, name: NodeId) -> Option<&'a Expr> {
        let parent = self.tree().parent(name)?;
        match self.tree().node(parent).any() {
            AnyNodeRef::WithItem(item) => Some(&item.context_expr),
            _ => None,
        }
    }

    /// True if a class of the file gives its objects an attribute of this name: in its body, or on `self`.
    pub fn gives_attribute(&self, definition: &'a StmtClassDef, attribute: &str) -> bool {
        let node = self.tree().id(definition);
        let in_body = self
            .tree()
            .scopes()
            .any(|(_, scope)| scope.node == node && scope.bindings.contains_key(attribute));
        let has_hook = self.tree().scopes().any(|(_, scope)| {
            scope.node == node
                && (scope.bindings.contains_key("__getattr__") || scope.bindings.contains_key("__getattribute__"))
        });
        in_body
            || has_hook
            || self.tree().stores().any(|stored| {
                matches!(stored, Expr::Attribute(store) if store.attr.as_str() == attribute)
                    && definition.range().contains_range(stored.range())
                    && self.slice(stored).starts_with("self.")
            })
    }

    /// The places in a class of the file that read an attribute of `self`.
    pub fn reads_of_self(&self, definition: &'a StmtClassDef, attribute: &str) -> Vec<(NodeId, &'a Expr)> {
        self.tree()
            .subtree(self.tree().id(definition))
            .filter_map(|(id, node)| match node.expr()? {
                expr @ Expr::Attribute(read)
                    if read.attr.as_str() == attribute
                        && read.ctx.is_load()
                        && matches!(self.slice(&*read.value), "self" | "cls") =>
                {
                    Some((id, expr))
                }
                _ => None,
            })
            .collect()
    }

    /// True if something asks the object that a construction makes for an attribute that its class gives it: by name, or
    /// by a string, in a class of the file that the object may be of, or where the object is held.
    pub fn is_asked_for(&self, construction: &Construction<'a>, attribute: &str) -> bool {
        let class = &construction.class;
        let asks = |definition: &'a StmtClassDef| {
            !self.reads_of_self(definition, attribute).is_empty()
                || self.tree().subtree(self.tree().id(definition)).any(|(_, node)| {
                    matches!(node, Node::Expr(Expr::StringLiteral(literal)) if literal.value.to_str() == attribute)
                })
        };
        let by_class = class.through.first().is_some_and(|made| {
            self.classes_from(&[class.name.as_str()]).iter().any(|other| {
                let may_be_it = other
                    .through
                    .iter()
                    .any(|definition| definition.range() == made.range());
                let is_own = other
                    .through
                    .iter()
                    .any(|definition| self.gives_attribute(definition, attribute));
                may_be_it && !is_own && other.through.first().is_some_and(|definition| asks(definition))
            })
        });
        by_class || !self.reads_of_object(construction.node, attribute).is_empty()
    }

    /// The places that read an attribute of the object that a call makes, if the call is assigned to a name or attribute.
    pub fn reads_of_object(&self, call: NodeId, attribute: &str) -> Vec<NodeId> {
        let Some(Node::Stmt(Stmt::Assign(assign))) = self.tree().parent(call).map(|id| self.tree().node(id)) else {
            return Vec::new();
        };
        let holders = assign.targets.iter().filter_map(|target| self.holder(target));
        let steps = holders.flat_map(|holder| self.steps(&holder));
        steps
            .filter(|step| matches!(step.does, Does::ReadAttribute(name) if name == attribute))
            .map(|step| step.node)
            .collect()
    }

    /// The scope in which the names of a node are looked up, for a node that is a call.
    pub fn scope_of_call(&self, call: &ExprCall) -> ScopeId {
        self.tree().scope_of(self.tree().id(call))
    }
}

fn defines_constructor(definition: &StmtClassDef) -> bool {
    definition.body.iter().any(|statement| {
        matches!(statement, Stmt::FunctionDef(function) if matches!(function.name.as_str(), "__init__" | "__new__"))
    })
}
