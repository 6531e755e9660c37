//! The command line program: parse the arguments, run, exit with a status.
fn main() {}
