//! What a task's program may do with files and with other processes.

use std::path::PathBuf;

use landlock::{
    ABI, Access as _, AccessFs, CompatLevel, Compatible as _, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, Scope, path_beneath_rules,
};

use super::order::Order;
use crate::ecs::confinement::Confinement;

/// The newest version of Landlock whose rights are named here. An older one restricts what it knows;
/// version 6 first restricts signals, version 9 first restricts sockets that have a path.
const NEWEST: ABI = ABI::V9;

/// The machine's programs and libraries: an image has no root of its own here, so that its dynamic
/// programs are linked with these, and its scripts run by them.
const PROGRAMS: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"];

/// What a C library, a resolver of names, TLS and a language's runtime read at their start. Private
/// keys are not below any of these.
const SETTINGS: &[&str] = &[
    // Names, and which of them are this machine.
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    // Where libraries are, and what time it is.
    "/etc/ld.so.cache",
    "/etc/localtime",
    // The certificates of authorities, by distribution.
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/openssl.cnf",
    "/etc/pki/ca-trust/extracted",
    "/etc/ca-certificates/extracted",
    "/etc/crypto-policies",
    "/var/lib/ca-certificates",
    // How many processors and how much memory there are, from which runtimes choose their sizes.
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/net/core/somaxconn",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/sys/kernel/mm/transparent_hugepage",
];

/// Devices that hold nothing.
const DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Restricts this process, and whatever it becomes, to these and to its own image. Where the system
/// has no Landlock it does nothing.
pub(super) fn confine(order: &Order) -> Result<RestrictionStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let execute = read | AccessFs::Execute;
    // Of the others', not even names: their arguments may be secrets. A process that it starts has
    // another number, and so does not see its own either.
    let itself = PathBuf::from(format!("/proc/{}", std::process::id()));
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules([&order.root], AccessFs::from_all(NEWEST)))?
        // A stand-in is not in the image.
        .add_rules(path_beneath_rules([&order.program], execute))?
        .add_rules(path_beneath_rules(PROGRAMS, execute))?
        .add_rules(path_beneath_rules(SETTINGS, read))?
        .add_rules(path_beneath_rules([itself], read))?
        .add_rules(path_beneath_rules(DEVICES, AccessFs::ReadFile | AccessFs::WriteFile))?
        .restrict_self()
}

/// Returns how far this system confines. Nothing is restricted by that.
pub(in crate::ecs) fn confinement() -> Confinement {
    let ruleset = || Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    let has = |ruleset: Result<Ruleset, _>| ruleset.and_then(Ruleset::create).is_ok();
    let files = has(ruleset().handle_access(AccessFs::from_all(ABI::V1)));
    let signals = has(ruleset().scope(Scope::from_all(ABI::V6)));
    match (files, signals) {
        (true, true) => Confinement::Full,
        (true, false) => Confinement::Files,
        (false, _) => Confinement::Nothing,
    }
}
