//! Paths inside an unpacked image, with links as the image means them: absolute ones begin at the
//! image's root, and none leads out of it.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    path::{Component, Path, PathBuf},
};

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// Returns where a path of the image is on this machine. What does not exist yet is taken as it is
/// written.
pub(super) fn resolve(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let mut rest: VecDeque<OsString> = parts(path);
    let (mut inside, mut links) = (PathBuf::new(), 0);
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            // The root is its own parent.
            inside.pop();
            continue;
        }
        let next = inside.join(&part);
        let Ok(target) = std::fs::read_link(root.join(&next)) else {
            inside = next;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return Err(io::Error::other("too many links"));
        }
        if target.is_absolute() {
            inside = PathBuf::new();
        }
        for part in parts(&target).into_iter().rev() {
            rest.push_front(part);
        }
    }
    Ok(root.join(inside))
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(part) => Some(part.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

/// Returns whether a path of an archive stays inside by its text alone.
pub(super) fn is_inside(path: &Path) -> bool {
    path.components().all(|component| {
        matches!(component, Component::Normal(_) | Component::CurDir | Component::RootDir)
    })
}
