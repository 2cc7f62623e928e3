//! Writes files into a folder, and nothing over what somebody else wrote there. A list in the folder
//! has the digest of each file as it was written: what has another digest now was changed by its
//! reader, and what is not in the list was never ours.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Component, Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::RenderedFile;
use crate::error::{Code, Error, Result};

/// The list, in the format of `sha256sum`.
const LIST: &str = ".mysfits-files";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It was written.
    Written,
    /// It was there already, the same.
    Unchanged,
    /// Something else is there, which stays, for this reason.
    Kept(&'static str),
}

/// Writes the files, and returns what became of each.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn write(folder: &Path, files: &[RenderedFile]) -> Result<Vec<State>> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| Error::new(Code::Io, format!("`{}`: {error}", path.display()))
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let list = folder.join(LIST);
    let mut written = read_list(&list).map_err(failed(&list))?;
    let mut states = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        let state = write_one(folder, file, &written).map_err(failed(&path))?;
        if !matches!(state, State::Kept(_)) {
            written.insert(file.path.clone(), digest(&file.content));
        }
        states.push(state);
    }
    let lines: Vec<String> =
        written.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect();
    replace(&list, lines.concat().as_bytes(), false).map_err(failed(&list))?;
    Ok(states)
}

fn write_one(
    folder: &Path,
    file: &RenderedFile,
    written: &BTreeMap<String, String>,
) -> io::Result<State> {
    let Some(path) = inside(folder, Path::new(&file.path))? else {
        return Ok(State::Kept("a symbolic link is in its place"));
    };
    let standing = match fs::read(&path) {
        Ok(standing) => standing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            replace(&path, &file.content, file.is_program)?;
            return Ok(State::Written);
        }
        Err(error) => return Err(error),
    };
    if standing == file.content {
        return Ok(State::Unchanged);
    }
    match written.get(&file.path) {
        Some(ours) if *ours == digest(&standing) => {
            replace(&path, &file.content, file.is_program)?;
            Ok(State::Written)
        }
        Some(_) => Ok(State::Kept("it was changed")),
        None => Ok(State::Kept("it was not written by `mysfits render`")),
    }
}

/// Returns the path of a file in the folder; `None` if a symbolic link is on the way to it, or in its
/// place.
fn inside(folder: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    let mut place = folder.to_owned();
    for component in path.components() {
        let Component::Normal(name) = component else {
            return Err(io::Error::other("the path leads out of the folder"));
        };
        place.push(name);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(place))
}

/// Puts a file in its place whole: a link that somebody puts there meanwhile is replaced, and not
/// followed.
fn replace(path: &Path, content: &[u8], is_program: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.new"));
    // What a run that was cut off has left.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
    file.write_all(content)?;
    if is_program {
        make_executable(&file)?;
    }
    drop(file);
    fs::rename(&beside, path)
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Reads the list. A link in its place is none.
fn read_list(path: &Path) -> io::Result<BTreeMap<String, String>> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        return Ok(BTreeMap::new());
    }
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    Ok(lines.map(|(digest, path)| (path.to_owned(), digest.to_owned())).collect())
}

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> RenderedFile {
        RenderedFile {
            path: path.to_owned(),
            content: content.into(),
            missing: Vec::new(),
            is_program: false,
        }
    }

    fn read(folder: &Path, path: &str) -> String {
        fs::read_to_string(folder.join(path)).unwrap()
    }

    #[test]
    fn what_it_wrote_is_written_anew_and_what_was_changed_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let go = |content| write(folder, &[file("a/one", content), file("two", content)]).unwrap();
        assert_eq!(go("1"), [State::Written, State::Written]);
        assert_eq!(go("1"), [State::Unchanged, State::Unchanged]);
        assert_eq!(go("2"), [State::Written, State::Written]);
        fs::write(folder.join("a/one"), "mine").unwrap();
        assert_eq!(go("3"), [State::Kept("it was changed"), State::Written]);
        assert_eq!((read(folder, "a/one"), read(folder, "two")), ("mine".into(), "3".into()));
        // Deleted, it is written again.
        fs::remove_file(folder.join("a/one")).unwrap();
        assert_eq!(go("3"), [State::Written, State::Unchanged]);
    }

    #[test]
    fn what_it_did_not_write_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join("one"), "mine").unwrap();
        let states = write(folder, &[file("one", "1")]).unwrap();
        assert_eq!(states, [State::Kept("it was not written by `mysfits render`")]);
        assert_eq!(read(folder, "one"), "mine");
        // The same content is nobody's loss.
        assert_eq!(write(folder, &[file("one", "mine")]).unwrap(), [State::Unchanged]);
    }

    #[test]
    fn no_path_leads_out() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["../out", "/tmp/out", "a/../../out"] {
            assert!(write(folder.path(), &[file(path, "1")]).is_err(), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::symlink;
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = folder.path();
        fs::write(elsewhere.path().join("theirs"), "theirs").unwrap();
        symlink(elsewhere.path(), folder.join("a")).unwrap();
        symlink(elsewhere.path().join("theirs"), folder.join("one")).unwrap();
        symlink(elsewhere.path().join("theirs"), folder.join(LIST)).unwrap();
        let kept = State::Kept("a symbolic link is in its place");
        let states = write(folder, &[file("a/one", "1"), file("one", "1")]).unwrap();
        assert_eq!(states, [kept.clone(), kept]);
        assert_eq!(read(elsewhere.path(), "theirs"), "theirs");
        assert!(!elsewhere.path().join("one").exists());
    }
}
