//! From findings to the new text of a file: what a fix is, which fixes are applied, and the proof that nothing else
//! changed. Knows nothing of `ssl`, of paths or of printing.

mod edit;
mod finding;
mod plan;
mod spans;
mod verify;

pub use edit::Edit;
pub use finding::{Finding, Fix, Level, Safety};
pub use plan::{Helper, Options, Plan, Policy, VariableName, plan};
pub use spans::{Span, Spans};
