//! State files that are damaged: the start says which one it is and what to do, whatever it holds,
//! and changes nothing.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cloud::{Cloud, Folder, open},
    older_state,
};

/// The service in the state has a task, which must not be started here.
const FOR_EVER: f64 = 1000.0;

/// Returns all files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Returns whether a file is what its owner put into the cloud, of which nobody knows what it should
/// be: objects, layers, the lines of logs.
fn is_content(file: &Path) -> bool {
    let is_in = |folder: &str| file.components().any(|part| part.as_os_str() == folder);
    is_in("blobs") || is_in("events") || is_in("bodies")
}

#[tokio::test]
async fn every_kind_of_file_is_named_with_what_to_do() {
    let folder = Folder::new();
    older_state::unpack(&folder);
    let state = Folder::new();
    fs::rename(folder.path().join("state"), state.path()).unwrap();
    Cloud::start_at_pace(&state, FOR_EVER).await.stop().await;
    let mut kinds = BTreeSet::new();
    for file in files(state.path()) {
        let name = file.file_name().unwrap().to_owned();
        let is_state = !["lock", "local.log"].contains(&name.to_str().unwrap());
        // One of each kind: the objects of a bucket have a file each.
        if !is_state || is_content(&file) || !kinds.insert(file.parent().unwrap().to_owned()) {
            continue;
        }
        let good = fs::read(&file).unwrap();
        let half = good[..good.len() / 2].to_vec();
        for damaged in [Vec::new(), half, b"\0\0neither\0".repeat(20)] {
            fs::write(&file, &damaged).unwrap();
            let error = open(&state, FOR_EVER).await.err();
            let error = error.unwrap_or_else(|| panic!("{}: {damaged:?}", file.display()));
            let text = error.to_string();
            assert!(text.contains(file.to_str().unwrap()), "{}: {text}", file.display());
            assert!(text.contains("damaged"), "{text}");
            assert_eq!(fs::read(&file).unwrap(), damaged);
        }
        fs::write(&file, good).unwrap();
    }
    assert!(kinds.len() > 10, "only {kinds:?}");
    Cloud::start_at_pace(&state, FOR_EVER).await.stop().await;
}
