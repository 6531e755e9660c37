//! The domain of TLS contexts, without syntax: which names are old, which versions there are, which side a context is
//! for, how a context is built.

pub mod clients;
pub mod names;
pub mod range;
pub mod recipe;
pub mod role;
pub mod sinks;
pub mod versions;
pub mod wrappers;
