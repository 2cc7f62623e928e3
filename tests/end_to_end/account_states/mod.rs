//! Accounts in many states: every figure about money, and every sentence about what is left, is
//! compared with the account itself.

mod denied;
mod last_look;
mod money;
