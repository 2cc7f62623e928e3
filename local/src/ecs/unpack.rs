//! Layers unpacked into a task's folder, one over the other. Archives come from anybody, so nothing
//! is written outside of the folder, whatever their names and links say.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use super::{capped::Capped, rooted};

/// As much as Fargate gives a task's disk by default.
const LARGEST: u64 = 20 * 1024 * 1024 * 1024;
const GONE: &str = ".wh.";
const ALL_GONE: &str = ".wh..wh..opq";

/// Unpacks layers, the lowest first.
pub(super) fn unpack(layers: &[PathBuf], root: &Path) -> io::Result<()> {
    fs::create_dir_all(root)?;
    let mut left = LARGEST;
    for layer in layers {
        let file = BufReader::new(File::open(layer)?);
        unpack_layer(decompressed(file)?, root, &mut left)?;
    }
    Ok(())
}

/// The kind of compression is read from the file itself: media types are not always true.
fn decompressed(mut file: BufReader<File>) -> io::Result<Box<dyn Read>> {
    let start = io::BufRead::fill_buf(&mut file)?;
    match start {
        [0x1f, 0x8b, ..] => Ok(Box::new(MultiGzDecoder::new(file))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Err(io::Error::other(
            "a layer is compressed with zstd, which the local cloud does not have: use gzip",
        )),
        _ => Ok(Box::new(file)),
    }
}

fn unpack_layer(layer: impl Read, root: &Path, left: &mut u64) -> io::Result<()> {
    // A layer that removes everything does not mean its own files.
    let mut own = BTreeSet::new();
    for entry in Archive::new(Capped::new(layer)).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if !rooted::is_inside(&path) {
            return Err(unfit(&path, "leads out of the image"));
        }
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        let parent = rooted::resolve(root, path.parent().unwrap_or(Path::new("")))?;
        fs::create_dir_all(&parent)?;
        if name == ALL_GONE {
            empty(&parent, &own)?;
        } else if let Some(gone) = name.strip_prefix(GONE) {
            if gone.is_empty() || gone == "." || gone == ".." {
                return Err(unfit(&path, "is no name"));
            }
            remove(&parent.join(gone))?;
        } else {
            let target = parent.join(&name);
            unpack_entry(&mut entry, &path, &target, root, left)?;
            own.insert(target);
        }
    }
    Ok(())
}

fn unpack_entry(
    entry: &mut Entry<'_, impl Read>,
    path: &Path,
    target: &Path,
    root: &Path,
    left: &mut u64,
) -> io::Result<()> {
    let mode = entry.header().mode().unwrap_or(0o644);
    match entry.header().entry_type() {
        EntryType::Directory => {
            if !fs::symlink_metadata(target).is_ok_and(|known| known.is_dir()) {
                remove(target)?;
                fs::create_dir(target)?;
            }
            // The folder must be one that can be removed again.
            set_mode(target, mode | 0o700)
        }
        EntryType::Regular | EntryType::Continuous => {
            *left = left
                .checked_sub(entry.size())
                .ok_or_else(|| io::Error::other("no space left on device"))?;
            remove(target)?;
            io::copy(entry, &mut File::create_new(target)?)?;
            set_mode(target, mode)
        }
        EntryType::Symlink => {
            let to = entry.link_name()?.ok_or_else(|| unfit(path, "is a link to nothing"))?;
            remove(target)?;
            link(path, &to, target, root)
        }
        EntryType::Link => {
            let to = entry.link_name()?.ok_or_else(|| unfit(path, "is a link to nothing"))?;
            if !rooted::is_inside(&to) {
                return Err(unfit(path, "is a link that leads out of the image"));
            }
            let to = rooted::resolve(root, &to)?;
            remove(target)?;
            fs::hard_link(to, target)
        }
        EntryType::XGlobalHeader => Ok(()),
        _ => Err(unfit(path, "is a device, which the local cloud does not make")),
    }
}

/// Makes a symbolic link. The process sees this machine's files, so a link that begins at the
/// image's root becomes one that leads there from where it is.
fn link(path: &Path, to: &Path, target: &Path, root: &Path) -> io::Result<()> {
    let out = || unfit(path, "is a link that leads out of the image");
    let place = target.strip_prefix(root).map_err(|_| out())?;
    let mut depth = place.components().count().saturating_sub(1);
    if let Ok(inside) = to.strip_prefix("/") {
        if !rooted::is_inside(inside) {
            return Err(out());
        }
        let up: PathBuf = std::iter::repeat_n("..", depth).collect();
        return symlink(&up.join(inside), target);
    }
    for component in to.components() {
        depth = match component {
            Component::ParentDir => depth.checked_sub(1).ok_or_else(out)?,
            Component::Normal(_) => depth + 1,
            _ => depth,
        };
    }
    symlink(to, target)
}

#[cfg(unix)]
fn symlink(to: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, target)
}

#[cfg(not(unix))]
fn symlink(_to: &Path, _target: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn set_mode(target: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // Neither set-user-id nor anybody else's right to write.
    fs::set_permissions(target, fs::Permissions::from_mode((mode & 0o755) | 0o400))
}

#[cfg(not(unix))]
fn set_mode(_target: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Removes what is in a folder, but not what the layer itself brought.
fn empty(folder: &Path, own: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !own.iter().any(|kept| kept.starts_with(&path)) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Removes a file, link or folder; links are not followed.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(known) if known.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn unfit(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("'{}' in a layer {why}", path.display()))
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
