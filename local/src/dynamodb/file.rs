//! The file of a database. `SQLite` takes an empty file for a new database, and finds out that one is
//! cut off only when it needs what is missing: both would lose tables without a word.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use dynoxide::Database;

use crate::open::OpenError;

/// How a database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where its header has the size of its pages, and how many there are. The format is fixed.
const PAGE_SIZE: usize = 16;
const PAGES: usize = 28;
const HEADER: usize = 100;

/// Opens the database in a file, or creates one.
///
/// # Errors
/// When the file cannot be used, or is damaged. A file without read permission is not damaged.
pub(super) fn open(path: PathBuf) -> Result<Database, OpenError> {
    let damaged = |path, why: &str| OpenError::Damaged { path, source: why.into() };
    match check(&path) {
        Ok(None) => {}
        Ok(Some(why)) => return Err(damaged(path, why)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(&path)?,
        Err(source) => return Err(OpenError::Folder { path, source }),
    }
    if let Err(source) = File::options().append(true).open(&path) {
        return Err(OpenError::Folder { path, source });
    }
    Database::new(&path.to_string_lossy()).map_err(|error| damaged(path, &error.to_string()))
}

/// Creates a database under another name first: so one that is empty was not made by us, even if we
/// are killed here.
fn create(path: &Path) -> Result<(), OpenError> {
    let fresh = path.with_extension("db.new");
    let unusable = |source| OpenError::Folder { path: fresh.clone(), source };
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
        _ => {}
    }
    // The last connection that is closed writes everything into the one file.
    drop(
        Database::new(&fresh.to_string_lossy())
            .map_err(|error| unusable(io::Error::other(error)))?,
    );
    fs::rename(&fresh, path).map_err(unusable)
}

/// Returns what is wrong with a file.
fn check(path: &Path) -> io::Result<Option<&'static str>> {
    let mut file = File::open(path)?;
    let mut header = [0; HEADER];
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Ok(Some("it is cut off"));
        }
        read => read?,
    }
    if !header.starts_with(MAGIC) {
        return Ok(Some("it is no database"));
    }
    // What a kill left to be written is in a file of its own, and `SQLite` writes it now.
    let log = path.with_extension("db-wal");
    let is_written = fs::metadata(log).map_or(true, |log| log.len() == 0);
    let is_short = file.metadata()?.len() < size(&header);
    Ok((is_written && is_short).then_some("it is cut off"))
}

/// Returns how many bytes a database with this header has.
fn size(header: &[u8; HEADER]) -> u64 {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum * 256 + u64::from(*byte));
    let page = match number(&header[PAGE_SIZE..PAGE_SIZE + 2]) {
        1 => 65_536,
        size => size,
    };
    page * number(&header[PAGES..PAGES + 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn a_database_is_made_whole_and_opened_again() {
        let folder = Folder::new("database");
        fs::create_dir_all(&*folder).unwrap();
        let path = folder.join("tables.db");
        fs::write(path.with_extension("db.new"), "left by a kill").unwrap();
        drop(open(path.clone()).unwrap());
        assert!(!path.with_extension("db.new").exists());
        drop(open(path.clone()).unwrap());
        let bytes = fs::read(&path).unwrap();
        for end in [0, 50, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&path, &bytes[..end]).unwrap();
            assert!(matches!(open(path.clone()), Err(OpenError::Damaged { .. })), "{end}");
        }
        fs::write(&path, bytes).unwrap();
        drop(open(path).unwrap());
    }
}
