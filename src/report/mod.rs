//! What the user is shown. Reads outcomes and plans, and computes none; which stream takes what is the caller's
//! business.

mod diff;
pub mod formats;
mod path;
mod progress;
mod reported;
mod style;
mod summary;
mod text;

pub use diff::{Sides, colored, diff};
pub use path::{quoted, shown};
pub use progress::with_progress;
pub use style::{Painter, takes_color};
pub use summary::{Totals, summary};
pub use text::{failure, finding, os_error, unreadable, warning};
