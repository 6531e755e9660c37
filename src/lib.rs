//! sslfix takes a Python code base off the `ssl` APIs that are gone or going, without breaking it.
//!
//! The flow, which is also the order to read the modules in:
//!
//! ```text
//! discover -> source -> python -> codemods --> findings + fixes
//!                         |          |              |
//!                   (what the    (tls: what     rewrite: choose, merge, verify -> Plan
//!                   file means)  must be built)     |
//!                                     report <- diff <- write <- run
//! ```
//!
//! [`discover`] turns paths into files, [`source`] turns bytes into text and a syntax tree, [`python`] says what
//! the names in it mean ([`evidence`] which side a socket or context is for, [`wrappers`] which calls go to a function
//! that the user has declared), the [`codemods`] look at that and report [`rewrite::Finding`]s, each with a fix where one
//! is sure, and [`rewrite::plan`] makes them into one [`rewrite::Plan`] for the file. Everything right of the plan
//! ([`report`], [`mod@write`]) only reads it; [`review`] asks a person which findings the plan is to be over. Which files
//! and findings a run is about, of all that are there, is said by [`scope`], which asks the [`baseline`] and [`git`].
//! [`notebook`] makes of a plan over the cells of a notebook one over its file.
//! [`owners`] says whose a file is, for a report.
//!
//! What always holds:
//!
//! - Left of the plan there is no input, output, clock or environment: it is a pure function of the text and the
//!   options, and it cannot fail. What it does not do, it reports as a finding.
//! - A fix is offered only after the new text has been parsed and found equal outside the edits (`rewrite::verify`).
//! - Everything that builds a context goes through [`tls::recipe`].
//! - Offsets are byte offsets into the decoded text of a file, counting from its first character after a byte order
//!   mark, unless a name says otherwise.

pub mod baseline;
pub mod cli;
#[path = "../codemods/mod.rs"]
pub mod codemods;
pub mod config;
pub mod discover;
pub mod evidence;
pub mod fingerprint;
pub mod git;
pub mod hazards;
pub mod host;
pub mod ignored;
pub mod notebook;
pub mod outcome;
pub mod owners;
pub mod python;
pub mod report;
pub mod review;
pub mod rewrite;
pub mod run;
pub mod scope;
pub mod source;
pub mod target;
pub mod tls;
pub mod wrappers;
pub mod write;
