//! Folders and files that only their owner can read, whatever the umask is. Elsewhere than on Unix
//! they get what the folder above gives them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Creates a folder, and those above it, for its owner only. One that exists is made so.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    mode::restrict_folder(path)
}

/// Creates the folder of a local cloud, for its owner only. One that exists is made so, unless it
/// is visibly not the local cloud's alone, such as `/tmp` or a home.
pub(crate) fn top_folder(path: &Path) -> io::Result<()> {
    if path.exists() && (mode::is_shared(path)? || has_foreign_folders(path)?) {
        return Ok(());
    }
    folder(path)
}

/// Writes a file that only its owner can read. One that exists is replaced.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path, File::options().create(true).truncate(true))?.write_all(bytes)
}

/// Writes a file that only its owner can read.
///
/// # Errors
/// `AlreadyExists` when there is one.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create(path, File::options().create_new(true))?.write_all(bytes)
}

fn create(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = mode::for_owner(options).write(true).open(path)?;
    // An older file keeps its mode when it is opened.
    mode::restrict_file(&file)?;
    Ok(file)
}

/// Returns whether there are folders that the local cloud does not make.
fn has_foreign_folders(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != crate::front::STATE {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(unix)]
mod mode {
    use std::{
        fs::{self, File, OpenOptions, Permissions},
        io,
        os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
        path::Path,
    };

    const FILE: u32 = 0o600;
    const FOLDER: u32 = 0o700;
    /// Set on folders in which every user has files, such as `/tmp`.
    const STICKY: u32 = 0o1000;

    pub(super) fn for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
        options.mode(FILE)
    }

    pub(super) fn restrict_file(file: &File) -> io::Result<()> {
        if_possible(file.set_permissions(Permissions::from_mode(FILE)))
    }

    pub(super) fn restrict_folder(path: &Path) -> io::Result<()> {
        if_possible(fs::set_permissions(path, Permissions::from_mode(FOLDER)))
    }

    /// Some file systems have no permissions, and a mounted folder may be another user's.
    fn if_possible(restricted: io::Result<()>) -> io::Result<()> {
        use io::ErrorKind::{PermissionDenied, Unsupported};
        restricted.or_else(|error| match error.kind() {
            PermissionDenied | Unsupported => Ok(()),
            _ => Err(error),
        })
    }

    pub(super) fn is_shared(path: &Path) -> io::Result<bool> {
        Ok(fs::metadata(path)?.permissions().mode() & STICKY != 0)
    }
}

#[cfg(not(unix))]
mod mode {
    use std::{
        fs::{File, OpenOptions},
        io,
        path::Path,
    };

    pub(super) fn for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(super) fn restrict_file(_: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn restrict_folder(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn is_shared(_: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::test_folder::Folder;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn files_are_their_owners_alone() {
        let folder = Folder::new("private");
        let path = folder.join("file");
        write_new(&path, b"new").unwrap();
        assert_eq!(mode(&path), 0o600);
        set_mode(&path, 0o644);
        write(&path, b"old").unwrap();
        assert_eq!((mode(&path), fs::read(&path).unwrap().as_slice()), (0o600, &b"old"[..]));
        let error = write_new(&path, b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn folders_are_made_their_owners_alone() {
        let top = Folder::new("private");
        let path = top.join("a/local");
        top_folder(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        set_mode(&path, 0o755);
        fs::create_dir(path.join("state")).unwrap();
        top_folder(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn folders_of_others_stay_as_they_are() {
        let top = Folder::new("private");
        for (name, before, other) in [("sticky", 0o1777, None), ("home", 0o755, Some("Documents"))]
        {
            let path = top.join(name);
            fs::create_dir(&path).unwrap();
            if let Some(other) = other {
                fs::create_dir(path.join(other)).unwrap();
            }
            set_mode(&path, before);
            top_folder(&path).unwrap();
            assert_eq!(mode(&path), before, "{name}");
        }
    }
}
