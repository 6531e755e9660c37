//! Which node stands in which: the parents, the scopes and the order of the syntax tree, which the parser's own tree
//! does not tell. Also collects, on the same walk, every binding of every name.

use super::bindings::{Binding, BindingKind, Dotted, Scope, ScopeId, ScopeKind};
use super::resolve::MOST_STEPS;
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{
    Alias, AnyNodeRef, Comprehension, ExceptHandler, Expr, ExprCall, ExprCompare, ExprContext, ExprName, HasNodeIndex,
    ModModule, NodeIndex, Pattern, Stmt, StmtImportFrom,
};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// A node of one module, counted in the order of the source, parents before their children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A node as the codemods want to match on it.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A statement.
    Stmt(&'a Stmt),
    /// An expression.
    Expr(&'a Expr),
    /// Anything in between: arguments, keywords, clauses, handlers.
    Other(AnyNodeRef<'a>),
}

struct Entry<'a> {
    node: Node<'a>,
    parent: Option<NodeId>,
    scope: ScopeId,
    /// One past the last node below this one.
    end: u32,
}

/// All nodes and scopes of a module.
pub struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    scopes: Vec<Scope<'a>>,
    mentions: FxHashMap<&'a str, Mentions>,
    /// The statements `from ... import ...`, in the order of the source.
    imports_from: Vec<&'a StmtImportFrom>,
    // Some kinds that codemods ask for again and again, to spare them walks over everything; each in the order of the source.
    calls: Vec<(NodeId, &'a ExprCall)>,
    comparisons: Vec<&'a ExprCompare>,
    stores: Vec<(NodeId, &'a Expr)>,
    statements: Vec<(NodeId, &'a Stmt)>,
}

/// Where a module mentions one name.
#[derive(Default)]
struct Mentions {
    /// The nodes that read, bind or declare it, in the order of the source, each with the scope in which.
    places: Vec<(NodeId, ScopeId)>,
    /// Whether one of them binds it to what may have a dotted name.
    may_have_a_dotted_name: bool,
    /// Whether that name may be `ssl` or one of it.
    may_be_of_ssl: bool,
    /// Whether one of them binds it to a class of the module.
    may_be_a_class: bool,
}

impl<'a> Tree<'a> {
    /// Walks the module once.
    pub fn new(parsed: &'a Parsed<ModModule>) -> Tree<'a> {
        let module = parsed.syntax();
        let tokens = parsed.tokens().len();
        let mut builder = Builder {
            tree: Tree {
                // Of five tokens about four are nodes, and one in thirty is a new name.
                entries: Vec::with_capacity(tokens * 7 / 8),
                scopes: Vec::new(),
                mentions: FxHashMap::with_capacity_and_hasher(tokens / 30, FxBuildHasher),
                imports_from: Vec::new(),
                calls: Vec::new(),
                comparisons: Vec::new(),
                stores: Vec::new(),
                statements: Vec::new(),
            },
            open: Vec::new(),
            pending: None,
            other_names: Vec::new(),
        };
        let whole = AnyNodeRef::ModModule(module);
        builder.enter(Node::Other(whole), whole);
        builder.visit_body(&module.body);
        builder.leave();
        builder.follow_names();
        builder.tree
    }

    /// The id of a node of this module.
    ///
    /// # Panics
    ///
    /// If the node was not reached from the module that this tree was made of.
    pub fn id(&self, node: &impl HasNodeIndex) -> NodeId {
        NodeId(
            node.node_index()
                .load()
                .as_u32()
                .expect("every node was numbered when the tree was made"),
        )
    }

    /// The node.
    pub fn node(&self, id: NodeId) -> Node<'a> {
        self.entries[id.0 as usize].node
    }

    /// The node that it stands in; `None` for the module.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.entries[id.0 as usize].parent
    }

    /// The nodes around it, from the inside out.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The scope in which the names of this node are looked up. A function definition, a default, a decorator stand in
    /// the scope around the function; its parameters and body in its own.
    pub fn scope_of(&self, id: NodeId) -> ScopeId {
        self.entries[id.0 as usize].scope
    }

    /// The node itself and everything below it, in the order of the source.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = (NodeId, Node<'a>)> {
        let end = self.entries[id.0 as usize].end;
        (id.0..end).map(|index| (NodeId(index), self.entries[index as usize].node))
    }

    /// The id behind that of the last node below this one.
    pub(super) fn end(&self, id: NodeId) -> NodeId {
        NodeId(self.entries[id.0 as usize].end)
    }

    /// All nodes of the module, in the order of the source.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, Node<'a>)> {
        self.entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (NodeId(index as u32), entry.node))
    }

    /// The children of `parent` that stand before `child`, a child of it.
    pub fn elder_siblings(&self, parent: NodeId, child: NodeId) -> impl Iterator<Item = NodeId> {
        let mut next = parent.0 + 1;
        std::iter::from_fn(move || {
            if next >= child.0 {
                return None;
            }
            let sibling = next;
            next = self.entries[sibling as usize].end;
            Some(NodeId(sibling))
        })
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.index()]
    }

    /// All scopes, the module's first.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope<'a>)> {
        self.scopes
            .iter()
            .enumerate()
            .map(|(index, scope)| (ScopeId::new(index), scope))
    }

    /// The statements `from ... import ...` of the module, in the order of the source.
    pub fn imports_from(&self) -> impl Iterator<Item = &'a StmtImportFrom> {
        self.imports_from.iter().copied()
    }

    /// The calls of the module, in the order of the source.
    pub fn calls(&self) -> impl Iterator<Item = (NodeId, &'a ExprCall)> {
        self.calls.iter().copied()
    }

    /// The statements of the module, in the order of the source.
    pub fn statements(&self) -> impl Iterator<Item = (NodeId, &'a Stmt)> {
        self.statements.iter().copied()
    }

    /// The nodes that read, bind or declare a name, in the order of the source, each with the scope in which.
    pub fn mentions(&self, name: &str) -> &[(NodeId, ScopeId)] {
        self.mentions.get(name).map_or(&[], |mentions| &mentions.places)
    }

    /// True if some scope binds the name to what may have a dotted name.
    pub fn may_have_a_dotted_name(&self, name: &str) -> bool {
        self.mentions
            .get(name)
            .is_some_and(|mentions| mentions.may_have_a_dotted_name)
    }

    /// True if some scope binds the name to a class of the module.
    pub fn may_be_a_class(&self, name: &str) -> bool {
        let mentions = self.mentions.get(name);
        mentions.is_some_and(|mentions| mentions.may_be_a_class)
    }

    /// The nodes that mention a name that may stand for `ssl`, or for a name of it, since it is called so or is bound to
    /// that; name by name.
    pub fn mentions_of_ssl(&self) -> impl Iterator<Item = NodeId> {
        let mentions = self.mentions.iter();
        let of_ssl = mentions.filter(|(name, mentions)| mentions.may_be_of_ssl || **name == "ssl");
        of_ssl.flat_map(|(_, mentions)| mentions.places.iter().map(|(node, _)| *node))
    }

    /// The comparisons of the module, in the order of the source.
    pub fn comparisons(&self) -> impl Iterator<Item = &'a ExprCompare> {
        self.comparisons.iter().copied()
    }

    /// Every expression of the module that is assigned or deleted, in the order of the source.
    pub fn stores(&self) -> impl Iterator<Item = &'a Expr> {
        self.stores.iter().map(|(_, expr)| *expr)
    }

    /// Those of them below a node.
    pub fn stores_below(&self, node: NodeId) -> impl Iterator<Item = &'a Expr> {
        let end = self.end(node);
        let first = self.stores.partition_point(|(id, _)| *id < node);
        let stores = self.stores[first..].iter();
        stores.take_while(move |(id, _)| *id < end).map(|(_, expr)| *expr)
    }

    /// The statement that the node stands in or is.
    pub fn statement_of(&self, id: NodeId) -> Option<(NodeId, &'a Stmt)> {
        std::iter::once(id)
            .chain(self.ancestors(id))
            .find_map(|id| match self.node(id) {
                Node::Stmt(stmt) => Some((id, stmt)),
                _ => None,
            })
    }
}

impl<'a> Node<'a> {
    /// The node in the parser's own terms.
    pub fn any(self) -> AnyNodeRef<'a> {
        match self {
            Node::Stmt(stmt) => stmt.into(),
            Node::Expr(expr) => expr.into(),
            Node::Other(node) => node,
        }
    }

    /// The bytes of the node.
    pub fn range(self) -> TextRange {
        self.any().range()
    }

    /// The expression, if it is one.
    pub fn expr(self) -> Option<&'a Expr> {
        match self {
            Node::Expr(expr) => Some(expr),
            _ => None,
        }
    }
}

struct Builder<'a> {
    tree: Tree<'a>,
    /// The nodes that are being walked, the innermost last.
    open: Vec<Open>,
    /// What the next node to be entered is.
    pending: Option<Node<'a>>,
    /// Names that are bound to what another name stands for, or to an attribute of that: `one = other.attribute`.
    other_names: Vec<(&'a str, &'a str)>,
}

struct Open {
    id: NodeId,
    /// The scope of its children.
    inner: ScopeId,
    /// Which of them it is not the scope of.
    outside: Outside,
}

/// Which children of a node stand in the scope around the one that it opens.
#[derive(Clone, Copy)]
enum Outside {
    /// None, as if it opens no scope.
    Nothing,
    /// Of a function: what is evaluated when it is defined.
    Definition,
    /// Of a class: decorators and bases.
    Bases,
    /// Of a parameter: its default and its annotation.
    Default,
    /// Of the first `for` of a comprehension: what it goes through.
    Iterable(TextRange),
}

impl Outside {
    fn has(self, node: Node, any: AnyNodeRef) -> bool {
        match self {
            Outside::Nothing => false,
            Outside::Definition => matches!(node, Node::Expr(_)) || matches!(any, AnyNodeRef::Decorator(_)),
            Outside::Bases => matches!(any, AnyNodeRef::Decorator(_) | AnyNodeRef::Arguments(_)),
            Outside::Default => matches!(node, Node::Expr(_)),
            Outside::Iterable(range) => any.range() == range,
        }
    }
}

impl<'a> Builder<'a> {
    /// As to enter and to leave a name, in half of the time; of the nodes two in five are names.
    fn enter_name(&mut self, expr: &'a Expr, name: &'a ExprName) {
        let node = Node::Expr(expr);
        let (id, scope) = self.push(node, AnyNodeRef::ExprName(name));
        if !name.ctx.is_load() {
            self.tree.stores.push((id, expr));
        }
        self.mention(scope, name.id.as_str(), id);
        match name.ctx {
            ExprContext::Store => {
                let kind = self.stored_kind(node, id);
                self.bind(self.storing_scope(scope, id), name.id.as_str(), kind, id);
            }
            ExprContext::Del => self.bind(scope, name.id.as_str(), BindingKind::Deleted, id),
            ExprContext::Load | ExprContext::Invalid => {}
        }
    }

    /// Numbers a node; also in which scope it stands.
    fn push(&mut self, node: Node<'a>, any: AnyNodeRef<'a>) -> (NodeId, ScopeId) {
        let id = NodeId(self.tree.entries.len() as u32);
        any.node_index().set(NodeIndex::from(id.0));
        let (parent, scope) = match self.open.last() {
            None => (None, self.open_scope(ScopeKind::Module, None, id)),
            Some(open) if open.outside.has(node, any) => {
                let around = self.tree.scopes[open.inner.index()].parent;
                (Some(open.id), around.unwrap_or(open.inner))
            }
            Some(open) => (Some(open.id), open.inner),
        };
        self.tree.entries.push(Entry {
            node,
            parent,
            scope,
            end: id.0 + 1,
        });
        (id, scope)
    }

    fn enter(&mut self, node: Node<'a>, any: AnyNodeRef<'a>) {
        let (id, scope) = self.push(node, any);
        let (inner, outside) = match any {
            AnyNodeRef::StmtFunctionDef(_) => (
                self.open_scope(ScopeKind::Function, Some(scope), id),
                Outside::Definition,
            ),
            AnyNodeRef::StmtClassDef(_) => (self.open_scope(ScopeKind::Class, Some(scope), id), Outside::Bases),
            AnyNodeRef::ExprLambda(_) => (self.open_scope(ScopeKind::Lambda, Some(scope), id), Outside::Nothing),
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => (
                self.open_scope(ScopeKind::Comprehension, Some(scope), id),
                Outside::Nothing,
            ),
            AnyNodeRef::ParameterWithDefault(_) | AnyNodeRef::Parameter(_) => (scope, Outside::Default),
            AnyNodeRef::Comprehension(comprehension) if self.is_first(comprehension) => {
                (scope, Outside::Iterable(comprehension.iter.range()))
            }
            _ => (scope, Outside::Nothing),
        };
        self.open.push(Open { id, inner, outside });
        self.collect(node, any, id, scope, inner);
    }

    fn leave(&mut self) {
        let Open { id, .. } = self.open.pop().expect("what is left was entered");
        self.tree.entries[id.0 as usize].end = self.tree.entries.len() as u32;
    }

    /// True for the first `for` of a comprehension.
    fn is_first(&self, comprehension: &Comprehension) -> bool {
        let around = self.open.last().map(|open| self.tree.node(open.id).any());
        let generators = match around {
            Some(AnyNodeRef::ExprListComp(around)) => &around.generators,
            Some(AnyNodeRef::ExprSetComp(around)) => &around.generators,
            Some(AnyNodeRef::ExprDictComp(around)) => &around.generators,
            Some(AnyNodeRef::ExprGenerator(around)) => &around.generators,
            _ => return false,
        };
        let first = generators.first();
        first.is_some_and(|first| first.range() == comprehension.range())
    }

    fn open_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>, node: NodeId) -> ScopeId {
        let id = ScopeId::new(self.tree.scopes.len());
        self.tree.scopes.push(Scope::new(kind, parent, node));
        id
    }

    /// Notes what the node binds and which names it mentions.
    fn collect(&mut self, node: Node<'a>, any: AnyNodeRef<'a>, id: NodeId, scope: ScopeId, inner: ScopeId) {
        match node {
            Node::Expr(expr) if is_stored(expr) => self.tree.stores.push((id, expr)),
            Node::Stmt(stmt) => self.tree.statements.push((id, stmt)),
            _ => {}
        }
        match any {
            AnyNodeRef::ExprCall(call) => self.tree.calls.push((id, call)),
            AnyNodeRef::ExprCompare(compare) => self.tree.comparisons.push(compare),
            AnyNodeRef::StmtFunctionDef(function) => {
                self.bind(scope, function.name.as_str(), BindingKind::Function(function), id);
            }
            AnyNodeRef::StmtClassDef(class) => self.bind(scope, class.name.as_str(), BindingKind::Class(class), id),
            AnyNodeRef::ParameterWithDefault(parameter) => {
                let kind = BindingKind::Parameter(parameter.default.as_deref());
                self.bind(inner, parameter.parameter.name.as_str(), kind, id);
            }
            AnyNodeRef::Parameters(parameters) => {
                for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
                    self.bind(inner, parameter.name.as_str(), BindingKind::Other, id);
                }
            }
            AnyNodeRef::StmtImport(import) => {
                for alias in &import.names {
                    let (name, module) = imported_module(alias);
                    self.bind(scope, name, BindingKind::Import(module), id);
                }
            }
            AnyNodeRef::StmtImportFrom(import) => {
                self.tree.imports_from.push(import);
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.tree.scopes[scope.index()].stars.push(import);
                    } else {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                        self.bind(scope, name, BindingKind::ImportFrom { import, alias }, id);
                    }
                }
            }
            AnyNodeRef::StmtGlobal(global) => {
                for name in &global.names {
                    self.mention(scope, name.as_str(), id);
                    self.tree.scopes[scope.index()].globals.insert(name.as_str());
                }
            }
            AnyNodeRef::StmtNonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    self.mention(scope, name.as_str(), id);
                    self.tree.scopes[scope.index()].nonlocals.insert(name.as_str());
                }
            }
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                if let Some(name) = &handler.name {
                    self.bind(scope, name.as_str(), BindingKind::Other, id);
                }
            }
            AnyNodeRef::PatternMatchAs(pattern) => self.bind_pattern(scope, pattern.name.as_ref(), id),
            AnyNodeRef::PatternMatchStar(pattern) => self.bind_pattern(scope, pattern.name.as_ref(), id),
            AnyNodeRef::PatternMatchMapping(pattern) => self.bind_pattern(scope, pattern.rest.as_ref(), id),
            _ => {}
        }
    }

    /// What is bound to a name that may be of `ssl` may be so, too.
    fn follow_names(&mut self) {
        for _ in 0..MOST_STEPS {
            let tree = &self.tree;
            let is_of_ssl =
                |name: &str| name == "ssl" || tree.mentions.get(name).is_some_and(|mentions| mentions.may_be_of_ssl);
            let found = self.other_names.extract_if(.., |(_, other)| is_of_ssl(other));
            let found: Vec<&str> = found.map(|(name, _)| name).collect();
            if found.is_empty() {
                return;
            }
            for name in found {
                self.be_of_ssl(name);
            }
        }
        for (name, _) in std::mem::take(&mut self.other_names) {
            self.be_of_ssl(name);
        }
    }

    fn be_of_ssl(&mut self, name: &str) {
        if let Some(mentions) = self.tree.mentions.get_mut(name) {
            mentions.may_be_of_ssl = true;
        }
    }

    fn bind_pattern(&mut self, scope: ScopeId, name: Option<&'a ruff_python_ast::Identifier>, id: NodeId) {
        if let Some(name) = name {
            self.bind(scope, name.as_str(), BindingKind::Other, id);
        }
    }

    /// What a stored name is bound to, read from the statement around it.
    fn stored_kind(&self, node: Node<'a>, id: NodeId) -> BindingKind<'a> {
        let Some(parent) = self.tree.parent(id) else {
            return BindingKind::Other;
        };
        let is_whole = |target: &Expr| target.range() == node.range();
        match self.tree.node(parent).any() {
            AnyNodeRef::StmtAssign(assign) if assign.targets.iter().any(is_whole) => BindingKind::Value(&assign.value),
            AnyNodeRef::StmtAnnAssign(assign) => match &assign.value {
                Some(value) => BindingKind::Value(value),
                None => BindingKind::Declared,
            },
            AnyNodeRef::ExprNamed(named) => BindingKind::Value(&named.value),
            _ => BindingKind::Other,
        }
    }

    /// A walrus in a comprehension binds in the function around it.
    fn storing_scope(&self, scope: ScopeId, id: NodeId) -> ScopeId {
        let by_walrus = self
            .tree
            .parent(id)
            .is_some_and(|parent| matches!(self.tree.node(parent).any(), AnyNodeRef::ExprNamed(_)));
        let mut scope = scope;
        while by_walrus && self.tree.scope(scope).kind == ScopeKind::Comprehension {
            scope = self.tree.scope(scope).parent.unwrap_or(scope);
        }
        scope
    }

    fn bind(&mut self, scope: ScopeId, name: &'a str, kind: BindingKind<'a>, node: NodeId) {
        let mentions = self.mention(scope, name, node);
        mentions.may_be_a_class |= matches!(kind, BindingKind::Class(_));
        match kind.dotted() {
            Dotted::No => {}
            Dotted::OfAnother => mentions.may_have_a_dotted_name = true,
            Dotted::OfSsl => (mentions.may_have_a_dotted_name, mentions.may_be_of_ssl) = (true, true),
            Dotted::As(other) => {
                mentions.may_have_a_dotted_name = true;
                self.other_names.push((name, other));
            }
        }
        let mut scope = scope;
        if self.tree.scopes[scope.index()].globals.contains(name) {
            scope = ScopeId::MODULE;
        } else {
            while self.tree.scopes[scope.index()].nonlocals.contains(name) {
                scope = self.tree.scopes[scope.index()].parent.unwrap_or(ScopeId::MODULE);
            }
        }
        self.tree.scopes[scope.index()]
            .bindings
            .entry(name)
            .or_default()
            .push(Binding { kind, node });
    }

    fn mention(&mut self, scope: ScopeId, name: &'a str, node: NodeId) -> &mut Mentions {
        let mentions = self.tree.mentions.entry(name).or_default();
        if mentions.places.last() != Some(&(node, scope)) {
            mentions.places.push((node, scope));
        }
        mentions
    }
}

/// `import a.b` binds `a` to the module `a`; `import a.b as c` binds `c` to `a.b`.
fn imported_module(alias: &Alias) -> (&str, &str) {
    let module = alias.name.as_str();
    match &alias.asname {
        Some(name) => (name.as_str(), module),
        None => {
            let top = module.split('.').next().unwrap_or(module);
            (top, top)
        }
    }
}

fn is_stored(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(attribute) => !attribute.ctx.is_load(),
        Expr::Subscript(subscript) => !subscript.ctx.is_load(),
        _ => false,
    }
}

impl<'a> SourceOrderVisitor<'a> for Builder<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let pending = self.pending.take().unwrap_or(Node::Other(node));
        self.enter(pending, node);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.leave();
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.pending = Some(Node::Stmt(stmt));
        source_order::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            return self.enter_name(expr, name);
        }
        self.pending = Some(Node::Expr(expr));
        source_order::walk_expr(self, expr);
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        self.visit_expr(expr);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        source_order::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        source_order::walk_pattern(self, pattern);
    }
}
