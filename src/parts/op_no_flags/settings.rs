//! Statements that add flags to the options of a context, the runs that they form, and what is known of the context.

use crate::python::flow::{Does, Holder, Step};
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Use;
use crate::python::{LineNumber, Module};
use crate::rewrite::Edit;
use crate::tls::names;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// `context.options |= A | B`, `context.options = context.options | A | B`, or `context.options = A | B`.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The statement.
    pub node: NodeId,
    /// The same.
    pub statement: &'a Stmt,
    /// `context.options`, the target.
    target: &'a Expr,
    context: &'a Expr,
    /// False if it also clears what was set before.
    adds: bool,
    /// What is joined by `|`, without parentheses.
    operands: Vec<&'a Expr>,
    flags: Vec<&'a Use<'a>>,
    /// The statements that build the value in a variable, which nothing else uses.
    pub carriers: Vec<NodeId>,
}

/// What made a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maker {
    /// The text shows that its versions can be limited.
    Known,
    /// `ssl.SSLContext` with this protocol, which is one version and cannot be limited.
    Pinned(String),
    /// `ssl.SSLContext` with a protocol that the text does not tell.
    Unknown,
    /// Something out of sight.
    Elsewhere,
}

/// Settings of one context that run one after the other, with nothing in between that could tell the difference.
pub struct Run<'a> {
    /// The settings, at least one.
    pub settings: Vec<Setting<'a>>,
    /// The name or attribute that holds the context.
    pub holder: Option<Holder<'a>>,
    /// What the code does with it.
    pub steps: Vec<Step<'a>>,
    /// The other statements of the run, in between and behind.
    pub statements: Vec<NodeId>,
    /// The assignment that the context surely comes from.
    pub assignment: Option<NodeId>,
}

impl<'a> Setting<'a> {
    /// Reads the statement around flags that are joined to `whole`; `None` if it is none of these.
    pub fn read(module: &Module<'a>, node: NodeId, whole: &'a Expr, uses: &[&'a Use<'a>]) -> Option<Setting<'a>> {
        let parent = module.tree().parent(node)?;
        let Node::Stmt(statement) = module.tree().node(parent) else {
            return None;
        };
        let (target, is_augmented) = match statement {
            Stmt::AugAssign(assign) if assign.op == Operator::BitOr => (&*assign.target, true),
            Stmt::Assign(assign) => match assign.targets.as_slice() {
                [target] => (target, false),
                _ => return None,
            },
            _ => return None,
        };
        let Expr::Attribute(attribute) = target else {
            return None;
        };
        if attribute.attr.as_str() != "options" {
            return None;
        }
        let mut operands = Vec::new();
        flatten(whole, &mut operands);
        let keeps_old = operands.iter().any(|operand| is_options_of(operand, &attribute.value));
        let setting = Setting {
            node: parent,
            statement,
            target,
            context: &attribute.value,
            adds: is_augmented || keeps_old,
            operands,
            flags: uses.to_vec(),
            carriers: Vec::new(),
        };
        (setting.adds || setting.keeps_others()).then_some(setting)
    }

    /// Reads `options = A`, `options |= B`, `context.options |= options`, where `node` is one of `A` and `B`; `None` unless
    /// these follow each other in one block of a function, and nothing else has to do with the variable.
    pub fn carried(module: &'a Module<'a>, node: NodeId) -> Option<Setting<'a>> {
        let tree = module.tree();
        let first = match tree.node(tree.parent(node)?) {
            Node::Stmt(Stmt::Assign(assign)) => assign.targets.first()?,
            Node::Stmt(Stmt::AugAssign(assign)) => &*assign.target,
            _ => return None,
        };
        let holder = module.holder(first).filter(|_| first.is_name_expr())?;
        if !matches!(tree.node(holder.region), Node::Stmt(Stmt::FunctionDef(_))) {
            return None;
        }
        let mut flags = Vec::new();
        let mut carriers: Vec<NodeId> = Vec::new();
        let mut added = None;
        for step in module.steps(&holder) {
            let (id, statement) = tree.statement_of(step.node)?;
            let (target, value) = match statement {
                _ if added.is_some() => return None,
                Stmt::Assign(assign) if carriers.is_empty() => match assign.targets.as_slice() {
                    [target] => (target, &*assign.value),
                    _ => return None,
                },
                Stmt::AugAssign(assign) if assign.op == Operator::BitOr && !carriers.is_empty() => {
                    (&*assign.target, &*assign.value)
                }
                _ => return None,
            };
            let mention = tree.node(step.node).range();
            if mention == target.range() {
                flags.extend(only_flags(module, value)?);
                carriers.push(id);
            } else if mention == value.range() {
                added = Some((id, statement, target, value));
            } else {
                return None;
            }
        }
        let (id, statement, target, value) = added?;
        let Expr::Attribute(attribute) = target else {
            return None;
        };
        let block = module.siblings(id);
        let is_one_block = carriers
            .iter()
            .all(|carrier| block.iter().any(|stmt| stmt.range() == tree.node(*carrier).range()));
        (attribute.attr.as_str() == "options" && is_one_block).then_some(Setting {
            node: id,
            statement,
            target,
            context: &attribute.value,
            adds: true,
            operands: vec![value],
            flags,
            carriers,
        })
    }

    /// True if other flags stay.
    pub fn keeps_others(&self) -> bool {
        self.kept().any(|operand| !is_options_of(operand, self.context))
    }

    fn is_flag(&self, operand: &Expr) -> bool {
        !self.carriers.is_empty() || self.flags.iter().any(|flag| flag.expr.range() == operand.range())
    }

    fn kept(&self) -> impl Iterator<Item = &'a Expr> {
        self.operands.iter().copied().filter(|operand| !self.is_flag(operand))
    }

    /// The text of the context.
    pub fn context_text(&self, module: &Module<'a>) -> &'a str {
        module.slice(self.context)
    }

    /// The edits that take the flags out of the expression, and the comments that stood with them.
    ///
    /// # Errors
    ///
    /// If the operands are in parentheses of their own.
    pub fn drop_flags(
        &self,
        module: &Module<'a>,
        edits: &mut Vec<Edit>,
        comments: &mut Vec<TextRange>,
    ) -> Result<(), String> {
        for pair in self.operands.windows(2) {
            let between = TextRange::new(pair[0].end(), pair[1].start());
            let is_plain = module.tokens().in_range(between).iter().all(|token| {
                matches!(
                    token.kind(),
                    TokenKind::Vbar | TokenKind::NonLogicalNewline | TokenKind::Comment
                )
            });
            if !is_plain {
                return Err("the flags stand in parentheses among others".into());
            }
        }
        if let Some(edit) = self.in_one_line(module) {
            edits.push(edit);
            return Ok(());
        }
        for (index, operand) in self.operands.iter().enumerate() {
            if !self.is_flag(operand) {
                continue;
            }
            let range = if self.operands[index..].iter().any(|later| !self.is_flag(later)) {
                TextRange::new(operand.start(), self.operands[index + 1].start())
            } else {
                let before = self.operands[index - 1].end();
                let start = module
                    .comments_in(TextRange::new(before, operand.start()))
                    .last()
                    .map_or(before, |comment| comment.end());
                let own = module
                    .tokens()
                    .after(operand.end())
                    .first()
                    .filter(|token| token.kind() == TokenKind::Comment)
                    .filter(|token| self.statement.range().contains_range(token.range()));
                TextRange::new(start, own.map_or(operand.end(), Ranged::end))
            };
            comments.extend(module.comments_in(range));
            edits.push(Edit::delete(range));
        }
        Ok(())
    }

    /// A sole flag that stays needs no parentheses over lines any more.
    fn in_one_line(&self, module: &Module<'a>) -> Option<Edit> {
        let kept: Vec<&Expr> = self.kept().collect();
        let [kept] = kept.as_slice() else { return None };
        let (first, last) = (self.operands.first()?, self.operands.last()?);
        let open = module
            .tokens()
            .before(first.start())
            .iter()
            .rev()
            .find(|token| !matches!(token.kind(), TokenKind::NonLogicalNewline | TokenKind::Comment))?;
        let close = module
            .tokens()
            .after(last.end())
            .iter()
            .find(|token| !matches!(token.kind(), TokenKind::NonLogicalNewline | TokenKind::Comment))?;
        if open.kind() != TokenKind::Lpar {
            return None;
        }
        let whole = TextRange::new(open.start(), close.end());
        let is_simple = module.comments_in(whole).next().is_none() && !module.slice(*kept).contains(['\n', '\r']);
        is_simple.then(|| Edit::replace(whole, module.slice(*kept)))
    }
}

/// How much of what is assigned to the options of a context an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A part of it, such as one of two choices.
    Some,
}

/// Whether an expression stands in an assignment to the options of a context.
pub fn options_set(module: &Module, node: NodeId) -> Option<Part> {
    let (statement, stmt) = module.tree().statement_of(node)?;
    let target = match stmt {
        Stmt::Assign(assign) => assign.targets.first()?,
        Stmt::AugAssign(assign) => &*assign.target,
        _ => return None,
    };
    let is_options = target
        .as_attribute_expr()
        .is_some_and(|attribute| attribute.attr.as_str() == "options");
    let is_whole = stmt.is_assign_stmt() && module.tree().parent(node) == Some(statement);
    is_options.then_some(if is_whole { Part::Whole } else { Part::Some })
}

/// The operand `context.options` of `context.options = context.options | ...`.
fn is_options_of(operand: &Expr, context: &Expr) -> bool {
    match operand {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "options" && same_name(&attribute.value, context),
        _ => false,
    }
}

fn same_name(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Name(one), Expr::Name(other)) => one.id == other.id,
        (Expr::Attribute(one), Expr::Attribute(other)) => {
            one.attr.id == other.attr.id && same_name(&one.value, &other.value)
        }
        _ => false,
    }
}

fn flatten<'a>(expr: &'a Expr, operands: &mut Vec<&'a Expr>) {
    match expr {
        Expr::BinOp(binary) if binary.op == Operator::BitOr => {
            flatten(&binary.left, operands);
            flatten(&binary.right, operands);
        }
        _ => operands.push(expr),
    }
}

/// True for `A | B` of names of `ssl` alone.
pub fn is_of_names(module: &Module, value: &Expr) -> bool {
    let mut operands = Vec::new();
    flatten(value, &mut operands);
    operands.into_iter().all(|operand| module.ssl_name(operand).is_some())
}

/// The flags in `A | B`, if it has nothing else, or `0`.
fn only_flags<'a>(module: &'a Module<'a>, value: &'a Expr) -> Option<Vec<&'a Use<'a>>> {
    if matches!(value, Expr::NumberLiteral(_)) && module.slice(value) == "0" {
        return Some(Vec::new());
    }
    let mut operands = Vec::new();
    flatten(value, &mut operands);
    operands
        .into_iter()
        .map(|operand| {
            let is_flag = |found: &&Use| {
                found.expr.range() == operand.range()
                    && found.certainty == Certainty::Certain
                    && names::VERSION_FLAGS.iter().any(|flag| flag.name == found.name)
            };
            let found = module.uses().iter().find(is_flag)?;
            let is_plain = module.guard(found.node).is_none() && module.expects_missing_name(found.node).is_none();
            is_plain.then_some(found)
        })
        .collect()
}

/// The settings in runs, in the order of the text.
pub fn runs<'a>(module: &Module<'a>, settings: &[Setting<'a>]) -> Vec<Run<'a>> {
    let mut runs: Vec<Run> = Vec::new();
    for setting in settings {
        if !runs.iter().any(|run| run.holds(setting)) {
            runs.push(Run::starting_with(module, setting, settings));
        }
    }
    runs
}

impl<'a> Run<'a> {
    fn starting_with(module: &Module<'a>, first: &Setting<'a>, settings: &[Setting<'a>]) -> Run<'a> {
        let holder = module.holder(first.context);
        let steps = holder.as_ref().map(|holder| module.steps(holder)).unwrap_or_default();
        let mut run = Run {
            settings: vec![first.clone()],
            assignment: holder
                .as_ref()
                .and_then(|holder| assignment_before(module, holder, &steps, first.node)),
            holder,
            steps,
            statements: Vec::new(),
        };
        if run.holder.is_none() {
            return run;
        }
        let following = module
            .siblings(first.node)
            .iter()
            .skip_while(|stmt| stmt.range() != first.statement.range())
            .skip(1);
        for stmt in following {
            let further = settings.iter().find(|setting| {
                setting.statement.range() == stmt.range()
                    && setting.adds
                    && module.slice(setting.context) == module.slice(first.context)
            });
            match further {
                Some(setting) => run.settings.push(setting.clone()),
                None if run.goes_on_over(module, stmt) => run.statements.push(statement_id(module, stmt)),
                None => break,
            }
        }
        run
    }

    /// True if the run surely follows a statement of its block, with nothing in between that uses the context.
    pub fn follows(&self, module: &Module<'a>, statement: NodeId) -> bool {
        let range = module.tree().node(statement).range();
        let first = self.first();
        let block = module.siblings(first.node);
        block
            .iter()
            .position(|stmt| stmt.range() == range)
            .is_some_and(|index| {
                block[index..]
                    .iter()
                    .take_while(|stmt| stmt.range() != first.statement.range())
                    .all(|stmt| self.goes_on_over(module, stmt))
            })
    }

    /// True if the statement surely lets the next one run and does nothing with the context but set it up.
    fn goes_on_over(&self, module: &Module<'a>, stmt: &'a Stmt) -> bool {
        let node = statement_id(module, stmt);
        let mut touches = false;
        for step in &self.steps {
            if !stmt.range().contains_range(module.tree().node(step.node).range()) {
                continue;
            }
            touches = true;
            let is_setup = match step.does {
                Does::SetAttribute {
                    attribute,
                    operator,
                    statement,
                    ..
                } => statement == node && (attribute != "options" || operator == Some(Operator::BitOr)),
                Does::Call { method, .. } => !method.starts_with("wrap_") && stmt.is_expr_stmt(),
                _ => false,
            };
            if !is_setup {
                return false;
            }
        }
        let may_be_reached = self.holder.as_ref().is_some_and(|holder| holder.text.contains('.'));
        module.tree().subtree(node).all(|(_, inner)| match inner {
            Node::Stmt(
                Stmt::Return(_)
                | Stmt::Raise(_)
                | Stmt::Break(_)
                | Stmt::Continue(_)
                | Stmt::FunctionDef(_)
                | Stmt::ClassDef(_),
            ) => false,
            Node::Expr(Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Await(_)) => false,
            Node::Expr(Expr::Call(_)) => touches || !may_be_reached,
            _ => true,
        })
    }

    /// The first setting.
    pub fn first(&self) -> &Setting<'a> {
        &self.settings[0]
    }

    /// All flags, in order.
    pub fn flags(&self) -> impl Iterator<Item = &'a Use<'a>> {
        self.settings.iter().flat_map(|setting| setting.flags.iter().copied())
    }

    /// True if it is one of the run's settings.
    pub fn holds(&self, setting: &Setting) -> bool {
        self.settings.iter().any(|own| own.node == setting.node)
    }

    /// True if a node stands in one of the settings.
    pub fn covers(&self, module: &Module, node: NodeId) -> bool {
        let range = module.tree().node(node).range();
        self.settings
            .iter()
            .any(|setting| setting.statement.range().contains_range(range))
    }

    /// True if both set up the context of one name, as far as the name means one.
    pub fn shares_context(&self, other: &Run) -> bool {
        match (&self.holder, &other.holder) {
            (Some(own), Some(other)) => own.text == other.text && own.region == other.region,
            _ => false,
        }
    }

    /// What made the context.
    pub fn maker(&self, module: &Module<'a>) -> Maker {
        let values = self.values(module);
        let mut maker = None;
        for value in values.iter().filter(|value| !value.is_none_literal_expr()) {
            let found = maker_of(module, value);
            maker = Some(match (maker, found) {
                (None, found) => found,
                (Some(Maker::Known), found) | (Some(found), Maker::Known) => found,
                (Some(Maker::Elsewhere), _) | (_, Maker::Elsewhere) => Maker::Elsewhere,
                (Some(maker), _) => maker,
            });
        }
        let is_seen = self.assignment.is_some()
            || self
                .holder
                .as_ref()
                .is_some_and(|holder| !module.has_unseen_values(holder));
        maker.filter(|_| is_seen).unwrap_or(Maker::Elsewhere)
    }

    /// The bytes of the arguments that the context is made with.
    pub fn makers(&self, module: &Module<'a>) -> impl Iterator<Item = TextRange> {
        self.values(module).into_iter().filter_map(|value| match value {
            Expr::Call(call) => Some(TextRange::new(call.func.end(), call.end())),
            _ => None,
        })
    }

    fn values(&self, module: &Module<'a>) -> Vec<&'a Expr> {
        match self.assignment.map(|node| module.tree().node(node)) {
            Some(Node::Stmt(Stmt::Assign(assign))) => vec![&*assign.value],
            Some(Node::Stmt(Stmt::AnnAssign(assign))) => assign.value.as_deref().into_iter().collect(),
            _ => self
                .holder
                .as_ref()
                .map(|holder| module.values_of(holder))
                .unwrap_or_default(),
        }
    }

    /// Where the context is passed to other code between its making and the run.
    pub fn handed_out_before(&self, module: &Module<'a>) -> Option<String> {
        let making = module.tree().node(self.assignment?).range();
        let between = TextRange::new(making.end(), self.first().statement.start());
        self.steps.iter().find_map(|step| {
            let start = module.tree().node(step.node).range().start();
            match step.does {
                Does::Pass { call, .. } if between.contains(start) => {
                    let callee = module.slice(&*call.func);
                    (!matches!(callee, "isinstance" | "print" | "repr" | "id")).then(|| {
                        format!(
                            "line {} passes `{}` to `{callee}`, which may set a stricter limit",
                            module.line_number(start),
                            self.first().context_text(module)
                        )
                    })
                }
                _ => None,
            }
        })
    }

    /// The line that reads the options, but for adding to them.
    pub fn options_read(&self, module: &Module<'a>) -> Option<LineNumber> {
        let is_read = |step: &&Step| {
            matches!(step.does, Does::ReadAttribute("options"))
                && !module.tree().statement_of(step.node).is_some_and(|(_, statement)| {
                    matches!(statement, Stmt::Assign(assign)
                        if assign.targets.iter().any(|target| module.slice(target) == module.slice(self.first().target)))
                })
        };
        self.steps
            .iter()
            .find(is_read)
            .map(|step| module.line_number(module.tree().node(step.node).range().start()))
    }
}

impl Maker {
    /// True if `minimum_version` can surely be set.
    pub fn takes_limits(&self) -> bool {
        *self == Maker::Known
    }
}

fn statement_id(module: &Module, stmt: &Stmt) -> NodeId {
    module.tree().id(stmt)
}

/// The assignment to the holder that surely ran last before a statement: in front of it in the same block or in one
/// around it, with no other that could run in between.
fn assignment_before<'a>(module: &Module<'a>, holder: &Holder, steps: &[Step<'a>], node: NodeId) -> Option<NodeId> {
    let rebinds = |range: TextRange| {
        steps.iter().any(|step| {
            matches!(step.does, Does::Rebind) && range.contains_range(module.tree().node(step.node).range())
        })
    };
    let mut child = node;
    loop {
        let range = module.tree().node(child).range();
        let elder: Vec<&Stmt> = module
            .siblings(child)
            .iter()
            .take_while(|stmt| stmt.range() != range)
            .collect();
        for stmt in elder.into_iter().rev() {
            let is_assignment = match stmt {
                Stmt::Assign(assign) => assign.targets.iter().any(|target| module.slice(target) == holder.text),
                Stmt::AnnAssign(assign) => assign.value.is_some() && module.slice(&*assign.target) == holder.text,
                _ => false,
            };
            if is_assignment {
                return Some(statement_id(module, stmt));
            }
            if rebinds(stmt.range()) {
                return None;
            }
        }
        let (around, statement) = module.tree().statement_of(module.tree().parent(child)?)?;
        if matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) || rebinds(statement.range()) {
            return None;
        }
        child = around;
    }
}

fn maker_of(module: &Module, value: &Expr) -> Maker {
    let Expr::Call(call) = value else {
        return Maker::Elsewhere;
    };
    match module.ssl_name(&call.func).as_deref() {
        Some("create_default_context") => Maker::Known,
        Some("_create_unverified_context" | "_create_stdlib_context") => match protocol_of(call) {
            None => Maker::Known,
            Some(protocol) => maker_with(module, protocol),
        },
        Some("SSLContext") => match protocol_of(call) {
            _ if is_dynamic(call) => Maker::Unknown,
            None => Maker::Known,
            Some(protocol) => maker_with(module, protocol),
        },
        _ => Maker::Elsewhere,
    }
}

fn protocol_of(call: &ExprCall) -> Option<&Expr> {
    call.arguments.find_argument_value("protocol", 0)
}

fn is_dynamic(call: &ExprCall) -> bool {
    call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
}

fn maker_with(module: &Module, protocol: &Expr) -> Maker {
    if let Expr::If(conditional) = protocol {
        let (body, orelse) = (
            maker_with(module, &conditional.body),
            maker_with(module, &conditional.orelse),
        );
        return if body == orelse { body } else { Maker::Unknown };
    }
    match module.ssl_name(protocol).as_deref() {
        Some("PROTOCOL_TLS" | "PROTOCOL_SSLv23" | "PROTOCOL_TLS_CLIENT" | "PROTOCOL_TLS_SERVER") => Maker::Known,
        Some(name) if names::is_old_protocol(name) => Maker::Pinned(name.to_string()),
        _ => Maker::Unknown,
    }
}
