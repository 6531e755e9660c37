//! From findings to the new text of a file: what a fix is, which fixes are applied, and the proof that nothing else
//! changed. Knows nothing of `ssl`, of paths or of printing.

mod cells;
mod decided;
mod edit;
mod finding;
mod identity;
pub mod ignores;
mod plan;
mod reach;
mod selected;
mod spans;
mod verify;

pub use edit::Edit;
pub use finding::{Finding, Fix, Identity, Label, Level, Safety};
pub use plan::{Helper, Options, Plan, Policy, VariableName, plan, plan_accepted, plan_of};
pub use selected::Selected;
pub use spans::{Span, Spans};
pub use verify::{same_by_lines_nearby, same_outside_edits};
