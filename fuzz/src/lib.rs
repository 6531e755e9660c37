//! What the fuzz targets share: the grammar of the programs, and what must hold of every plan, which is the list that the
//! tests use, too.

pub mod grammar;
#[path = "../../tests/properties/holds.rs"]
pub mod holds;
pub mod stack;
