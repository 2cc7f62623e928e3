//! Two labs of two accounts in one process.
