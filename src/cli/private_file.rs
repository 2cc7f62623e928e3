//! Files that only their owner can read: rosters and reports name people and accounts.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use crate::error::{Code, Error, Result};

/// Writes a new file. One that is there is replaced, as a whole, if `force` says so.
///
/// # Errors
/// When it is there and not to be replaced, or cannot be written.
pub(super) fn write(path: &Path, text: impl AsRef<[u8]>, force: bool) -> Result<()> {
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(Code::FileThere, format!("`{}` is there already", path.display()))
        }
        _ => Error::new(Code::Io, format!("`{}`: {error}", path.display())),
    };
    let text = text.as_ref();
    if !force {
        return create(path, text).map_err(|error| failed(&error));
    }
    // Beside it, so that it can be renamed: whoever reads meanwhile finds the old one or the new one.
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let fresh = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = create(&fresh, text).and_then(|()| fs::rename(&fresh, path));
    written.map_err(|error| {
        // What remains of it is of no use; the error is the one above.
        let _ = fs::remove_file(&fresh);
        failed(&error)
    })
}

fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_if_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.csv");
        write(&path, "one", false).unwrap();
        let error = write(&path, "two", false).unwrap_err();
        assert_eq!(error.code, Code::FileThere);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        write(&path, "two", true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("none/roster.csv");
        assert_eq!(write(&nowhere, "", false).unwrap_err().code, Code::Io);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, "new", true).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
