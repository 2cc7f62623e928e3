//! Static binaries for images: the real backend, and small ones that are broken in one way each.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Returns what a static binary is built for here: the machine's own kind of processor.
fn target() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// Returns the real backend, built once for all tests as `mysfits deploy` builds it.
pub(crate) fn backend() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // One that was built elsewhere need not be built again.
        if let Some(built) = std::env::var_os("MYSFITS_SERVICE_BINARY") {
            return built.into();
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "-p", "mysfits-service", "--profile", "service"])
            .args(["--target", &target()])
            .arg("--target-dir")
            .arg(folder)
            .env("CARGO_ENCODED_RUSTFLAGS", flags(root))
            .current_dir(root)
            .status();
        assert!(built.unwrap().success(), "the backend does not build");
        folder.join(target()).join("service/mysfits-service")
    })
}

/// Returns the flags of `src/image/build.rs`: what `mysfits deploy` has built is not built again
/// here.
fn flags(root: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap();
    format!(
        "-Ctarget-feature=+crt-static\x1f--remap-path-prefix={}=/cargo\x1f--remap-path-prefix={}=/mysfits",
        home.display(),
        root.display()
    )
}

/// Builds a static binary of a few lines, once for each name.
pub(crate) fn small(name: &str, code: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join(format!("{name}-{}.rs", std::process::id()));
    let binary = folder.join(format!("{name}-{}", std::process::id()));
    std::fs::write(&source, code).unwrap();
    let built = Command::new("rustc")
        .args(["--edition", "2024", "-C", "target-feature=+crt-static", "-C", "strip=symbols"])
        .args(["--target", &target(), "-o"])
        .arg(&binary)
        .arg(&source)
        .status();
    assert!(built.unwrap().success(), "{name} does not build");
    binary
}

/// Returns the backend's binary with another kind of processor in its header.
pub(crate) fn for_another_processor() -> PathBuf {
    let mut bytes = std::fs::read(backend()).unwrap();
    // `e_machine` of an ELF header: 0x3e is x86-64, 0xb7 is AArch64.
    let other: u16 = if std::env::consts::ARCH == "x86_64" { 0xb7 } else { 0x3e };
    bytes[18..20].copy_from_slice(&other.to_le_bytes());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("other-{}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    path
}
