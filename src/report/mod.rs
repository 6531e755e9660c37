//! What the user is shown. Reads outcomes and plans, and computes none; which stream takes what is the caller's
//! business.

mod diff;
mod excerpt;
pub mod formats;
mod path;
mod progress;
mod reported;
mod statistics;
mod style;
mod summary;
mod text;

pub use diff::{Sides, colored, diff};
pub use excerpt::Excerpts;
pub use path::{bytes_of, quoted, shown};
pub use progress::{Progress, with_progress};
pub use statistics::Statistics;
pub use style::{Painter, takes_color};
pub use summary::{Totals, files_and_folders, summary};
pub use text::{concise, failure, full, os_error, printable_line, remark, unreadable, warning};
