//! What the fuzz targets share: the grammar of the programs, and what must hold of every plan, which is the list that the
//! tests use, too.

pub mod grammar;
#[path = "../../tests/properties/holds.rs"]
pub mod holds;
pub mod stack;

/// As in the program; with the one of the system a run takes a fifth longer.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
