//! Which node stands in which: the parents, the scopes and the order of the syntax tree, which the parser's own tree
//! does not tell. Also collects, on the same walk, every binding of every name.

use super::bindings::{Binding, BindingKind, Scope, ScopeId, ScopeKind};
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{
    Alias, AnyNodeRef, ExceptHandler, Expr, ExprCall, ExprCompare, ExprContext, HasNodeIndex, ModModule, NodeIndex,
    Pattern, Stmt, StmtImportFrom,
};
use ruff_text_size::{Ranged, TextRange};

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
    /// The statements `from ... import ...`, in the order of the source.
    imports_from: Vec<&'a StmtImportFrom>,
    // Some kinds that codemods ask for again and again, to spare them walks over everything; each in the order of the source.
    calls: Vec<(NodeId, &'a ExprCall)>,
    comparisons: Vec<&'a ExprCompare>,
    stores: Vec<(NodeId, &'a Expr)>,
}

impl<'a> Tree<'a> {
    /// Walks the module once.
    pub fn new(module: &'a ModModule) -> Tree<'a> {
        let mut builder = Builder {
            tree: Tree {
                entries: Vec::new(),
                scopes: Vec::new(),
                imports_from: Vec::new(),
                calls: Vec::new(),
                comparisons: Vec::new(),
                stores: Vec::new(),
            },
            open: Vec::new(),
            pending: None,
        };
        builder.enter(Node::Other(AnyNodeRef::ModModule(module)));
        builder.visit_body(&module.body);
        builder.leave();
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
    /// The nodes that are being walked, the innermost last, each with the scope of its children.
    open: Vec<(NodeId, ScopeId)>,
    /// What the next node to be entered is.
    pending: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn enter(&mut self, node: Node<'a>) {
        let id = NodeId(self.tree.entries.len() as u32);
        node.any().node_index().set(NodeIndex::from(id.0));
        let parent = self.open.last().map(|(parent, _)| *parent);
        let scope = match self.open.last() {
            None => self.open_scope(ScopeKind::Module, None, id),
            Some((parent, inner)) if stands_outside(self.tree.node(*parent), node, || self.grandparent()) => {
                self.tree.scopes[inner.index()].parent.unwrap_or(*inner)
            }
            Some((_, inner)) => *inner,
        };
        self.tree.entries.push(Entry {
            node,
            parent,
            scope,
            end: id.0 + 1,
        });
        let inner = match node.any() {
            AnyNodeRef::StmtFunctionDef(_) => self.open_scope(ScopeKind::Function, Some(scope), id),
            AnyNodeRef::StmtClassDef(_) => self.open_scope(ScopeKind::Class, Some(scope), id),
            AnyNodeRef::ExprLambda(_) => self.open_scope(ScopeKind::Lambda, Some(scope), id),
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => self.open_scope(ScopeKind::Comprehension, Some(scope), id),
            _ => scope,
        };
        self.open.push((id, inner));
        self.collect(node, id, scope, inner);
    }

    fn leave(&mut self) {
        let (id, _) = self.open.pop().expect("what is left was entered");
        self.tree.entries[id.0 as usize].end = self.tree.entries.len() as u32;
    }

    fn grandparent(&self) -> Option<Node<'a>> {
        self.open
            .len()
            .checked_sub(2)
            .map(|index| self.tree.node(self.open[index].0))
    }

    fn open_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>, node: NodeId) -> ScopeId {
        let id = ScopeId::new(self.tree.scopes.len());
        self.tree.scopes.push(Scope::new(kind, parent, node));
        id
    }

    /// Notes what the node binds and which names it mentions.
    fn collect(&mut self, node: Node<'a>, id: NodeId, scope: ScopeId, inner: ScopeId) {
        if let Some(expr) = node.expr().filter(|expr| is_stored(expr)) {
            self.tree.stores.push((id, expr));
        }
        match node.any() {
            AnyNodeRef::ExprName(name) => {
                self.mention(scope, name.id.as_str());
                match name.ctx {
                    ExprContext::Store => {
                        let kind = self.stored_kind(node, id);
                        self.bind(self.storing_scope(scope, id), name.id.as_str(), kind, id);
                    }
                    ExprContext::Del => self.bind(scope, name.id.as_str(), BindingKind::Deleted, id),
                    ExprContext::Load | ExprContext::Invalid => {}
                }
            }
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
                    self.mention(scope, name.as_str());
                    self.tree.scopes[scope.index()].globals.insert(name.as_str());
                }
            }
            AnyNodeRef::StmtNonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    self.mention(scope, name.as_str());
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
        self.mention(scope, name);
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

    fn mention(&mut self, scope: ScopeId, name: &'a str) {
        self.tree.scopes[scope.index()].mentions.insert(name);
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
        Expr::Name(name) => !name.ctx.is_load(),
        Expr::Attribute(attribute) => !attribute.ctx.is_load(),
        Expr::Subscript(subscript) => !subscript.ctx.is_load(),
        _ => false,
    }
}

/// True if the names of `node` are looked up outside the scope that its parent opens.
fn stands_outside<'a>(parent: Node<'a>, node: Node<'a>, grandparent: impl Fn() -> Option<Node<'a>>) -> bool {
    match parent.any() {
        AnyNodeRef::StmtFunctionDef(_) => {
            matches!(node, Node::Expr(_)) || matches!(node.any(), AnyNodeRef::Decorator(_))
        }
        AnyNodeRef::StmtClassDef(_) => {
            matches!(node.any(), AnyNodeRef::Decorator(_) | AnyNodeRef::Arguments(_))
        }
        AnyNodeRef::ParameterWithDefault(_) | AnyNodeRef::Parameter(_) => matches!(node, Node::Expr(_)),
        AnyNodeRef::Comprehension(comprehension) => {
            let is_first = |generators: &[ruff_python_ast::Comprehension]| {
                generators
                    .first()
                    .is_some_and(|first| first.range() == comprehension.range())
            };
            node.range() == comprehension.iter.range()
                && match grandparent().map(Node::any) {
                    Some(AnyNodeRef::ExprListComp(outer)) => is_first(&outer.generators),
                    Some(AnyNodeRef::ExprSetComp(outer)) => is_first(&outer.generators),
                    Some(AnyNodeRef::ExprDictComp(outer)) => is_first(&outer.generators),
                    Some(AnyNodeRef::ExprGenerator(outer)) => is_first(&outer.generators),
                    _ => false,
                }
        }
        _ => false,
    }
}

impl<'a> SourceOrderVisitor<'a> for Builder<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        let node = self.pending.take().unwrap_or(Node::Other(node));
        self.enter(node);
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
