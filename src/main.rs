//! The `mysfits` command.

fn main() {}
