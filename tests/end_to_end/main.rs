//! The promises of `mysfits`, shown through the real binary against the local cloud. Each test has
//! its own local cloud on its own port and folder, and no test sleeps to wait for a state.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod account_states;
mod at_once;
mod breaks;
mod check;
mod class;
mod cleanup;
mod cost;
mod crash;
mod credentials;
mod deploy;
mod diagnose;
mod doctor;
mod drift;
mod errors;
mod examples;
mod expires;
mod flaky_aws;
mod helpers;
mod integration;
mod interrupt;
mod keep;
mod lab_crash;
mod large_account;
mod late;
mod learner_lab;
mod leftovers;
mod likes;
mod local;
mod network;
mod old_state;
mod only_reads;
mod open;
mod order;
mod part_3;
mod part_3_broken;
mod part_4;
mod part_4_drift;
mod part_4_pitfalls;
mod pitfalls_doc;
mod refusals;
mod retries;
mod roles;
mod shell;
mod snapshots;
mod stack_states;
#[cfg(target_os = "linux")]
mod tasks;
mod typed;
mod unanswered;
mod unknown;
mod walls;
