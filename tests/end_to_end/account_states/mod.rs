//! Accounts in many states: every figure about money, and every sentence about what is left, is held
//! against the account itself.

mod denied;
mod last_look;
mod money;
