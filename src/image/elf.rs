//! Checks, from the ELF header, whether a file is a program that can run alone in a container. The
//! numbers are from the System V ABI and Linux's `elf.h`.

/// The processors that Fargate supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Architecture {
    X86_64,
    Arm64,
}

impl Architecture {
    /// Returns the architecture for which a backend is built here.
    pub(crate) fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// Returns its name in an image.
    pub(crate) const fn oci(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// Returns its name in a task definition.
    pub(crate) const fn ecs(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }
}

/// Why a file cannot be the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("it is not a Linux program (no ELF file)")]
    NotElf,
    #[error("it is not a 64-bit little-endian program")]
    Not64Bit,
    #[error("it is not a program but an object file or a library")]
    NotProgram,
    #[error("its processor (ELF machine {0}) is none that Fargate has")]
    Machine(u16),
    #[error("it is not static: it needs a loader and libraries that the image does not have")]
    NotStatic,
    #[error("the file is cut off")]
    CutOff,
}

const MAGIC: &[u8] = b"\x7fELF";
const CLASS_64: u8 = 2;
const LITTLE_ENDIAN: u8 = 1;
const TYPE_EXECUTABLE: u16 = 2;
/// The type of a library, and of a position-independent executable.
const TYPE_SHARED: u16 = 3;
const MACHINE_X86_64: u16 = 62;
const MACHINE_AARCH64: u16 = 183;
/// The segment with the loader of a dynamically linked program.
const SEGMENT_INTERPRETER: u32 = 3;

/// Returns the processor of a static program.
pub(super) fn check(file: &[u8]) -> Result<Architecture, Unfit> {
    if !file.starts_with(MAGIC) {
        return Err(Unfit::NotElf);
    }
    if (byte(file, 4)?, byte(file, 5)?) != (CLASS_64, LITTLE_ENDIAN) {
        return Err(Unfit::Not64Bit);
    }
    let has_entry = u64_at(file, 24)? != 0;
    if ![TYPE_EXECUTABLE, TYPE_SHARED].contains(&u16_at(file, 16)?) || !has_entry {
        return Err(Unfit::NotProgram);
    }
    let architecture = match u16_at(file, 18)? {
        MACHINE_X86_64 => Architecture::X86_64,
        MACHINE_AARCH64 => Architecture::Arm64,
        other => return Err(Unfit::Machine(other)),
    };
    if has_interpreter(file)? { Err(Unfit::NotStatic) } else { Ok(architecture) }
}

fn has_interpreter(file: &[u8]) -> Result<bool, Unfit> {
    let table = usize::try_from(u64_at(file, 32)?).map_err(|_| Unfit::CutOff)?;
    let size = usize::from(u16_at(file, 54)?);
    for number in 0..usize::from(u16_at(file, 56)?) {
        let place = table.checked_add(number * size).ok_or(Unfit::CutOff)?;
        if u32_at(file, place)? == SEGMENT_INTERPRETER {
            return Ok(true);
        }
    }
    Ok(false)
}

fn bytes<const N: usize>(file: &[u8], place: usize) -> Result<[u8; N], Unfit> {
    file.get(place..).and_then(|rest| rest.first_chunk()).copied().ok_or(Unfit::CutOff)
}

fn byte(file: &[u8], place: usize) -> Result<u8, Unfit> {
    bytes::<1>(file, place).map(|[byte]| byte)
}

fn u16_at(file: &[u8], place: usize) -> Result<u16, Unfit> {
    bytes(file, place).map(u16::from_le_bytes)
}

fn u32_at(file: &[u8], place: usize) -> Result<u32, Unfit> {
    bytes(file, place).map(u32::from_le_bytes)
}

fn u64_at(file: &[u8], place: usize) -> Result<u64, Unfit> {
    bytes(file, place).map(u64::from_le_bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns the header of a program with one segment.
    pub(in crate::image) fn program(machine: u16, segment: u32) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        file[..4].copy_from_slice(MAGIC);
        (file[4], file[5]) = (CLASS_64, LITTLE_ENDIAN);
        file[16..18].copy_from_slice(&TYPE_SHARED.to_le_bytes());
        file[18..20].copy_from_slice(&machine.to_le_bytes());
        file[24] = 1;
        file[32] = 64;
        file[54] = 56;
        file[56] = 1;
        file[64..68].copy_from_slice(&segment.to_le_bytes());
        file
    }

    #[test]
    fn static_programs_of_both_processors() {
        assert_eq!(check(&program(MACHINE_X86_64, 1)), Ok(Architecture::X86_64));
        assert_eq!(check(&program(MACHINE_AARCH64, 1)), Ok(Architecture::Arm64));
    }

    #[test]
    fn what_cannot_run_is_named() {
        let good = program(MACHINE_X86_64, 1);
        let with = |place: usize, value: u8| {
            let mut file = good.clone();
            file[place] = value;
            check(&file)
        };
        assert_eq!(check(b"#!/bin/sh\n"), Err(Unfit::NotElf));
        assert_eq!(check(b""), Err(Unfit::NotElf));
        assert_eq!(with(4, 1), Err(Unfit::Not64Bit));
        assert_eq!(with(16, 1), Err(Unfit::NotProgram));
        assert_eq!(with(24, 0), Err(Unfit::NotProgram));
        assert_eq!(check(&program(243, 1)), Err(Unfit::Machine(243)));
        assert_eq!(check(&program(MACHINE_X86_64, 3)), Err(Unfit::NotStatic));
        assert_eq!(with(39, 255), Err(Unfit::CutOff));
        assert_eq!(check(&good[..40]), Err(Unfit::CutOff));
    }

    /// This test itself is a dynamically linked program.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_real_program() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(check(&this), Err(Unfit::NotStatic));
    }
}
