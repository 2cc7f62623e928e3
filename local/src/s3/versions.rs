//! What putting and deleting does to the versions of one key. Without versioning there is one
//! version, called `null`; a bucket whose versioning is suspended has at most one `null` besides
//! the others.

use serde::{Deserialize, Serialize};

use super::{
    ids,
    state::{Content, Versioning},
    times::Seconds,
};

/// The id of the version that an unversioned or suspended bucket writes.
pub(super) const NULL: &str = "null";

/// One version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) modified: Seconds,
    /// `None`: a delete marker.
    pub(super) content: Option<Content>,
}

/// What a deletion did, as its answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deletion {
    /// The version that was named in the request.
    pub(super) removed: Option<String>,
    /// Whether a delete marker was removed, or created.
    pub(super) is_marker: bool,
    /// The delete marker that was created.
    pub(super) made: Option<String>,
}

/// Returns the version a plain `GetObject` is about.
pub(super) fn current(versions: &[Version]) -> Option<&Version> {
    versions.last()
}

/// Returns the object as it is now, unless it is absent or deleted.
pub(super) fn current_content(versions: &[Version]) -> Option<&Content> {
    current(versions)?.content.as_ref()
}

/// Puts a new version on top and returns its id.
pub(super) fn put(
    versions: &mut Vec<Version>,
    versioning: Option<Versioning>,
    modified: Seconds,
    content: Option<Content>,
    unwanted: &mut Vec<String>,
) -> String {
    let id = match versioning {
        Some(Versioning::Enabled) => ids::version_id(),
        Some(Versioning::Suspended) | None => NULL.to_owned(),
    };
    remove(versions, &id, unwanted);
    versions.push(Version { id: id.clone(), modified, content });
    id
}

/// Deletes an object, or one version of it.
pub(super) fn delete(
    versions: &mut Vec<Version>,
    versioning: Option<Versioning>,
    version: Option<&str>,
    now: Seconds,
    unwanted: &mut Vec<String>,
) -> Deletion {
    if let Some(id) = version {
        let removed = remove(versions, id, unwanted);
        let is_marker = removed.is_some_and(|version| version.content.is_none());
        return Deletion { removed: Some(id.to_owned()), is_marker, made: None };
    }
    if versioning.is_none() {
        remove(versions, NULL, unwanted);
        return Deletion::default();
    }
    let made = put(versions, versioning, now, None, unwanted);
    Deletion { removed: None, is_marker: true, made: Some(made) }
}

fn remove(versions: &mut Vec<Version>, id: &str, unwanted: &mut Vec<String>) -> Option<Version> {
    let place = versions.iter().position(|version| version.id == id)?;
    let removed = versions.remove(place);
    unwanted.extend(removed.content.as_ref().map(|content| content.body.clone()));
    Some(removed)
}

#[cfg(test)]
mod tests {
    use super::super::checksums::{Algorithm, Checksum};
    use super::*;

    const ENABLED: Option<Versioning> = Some(Versioning::Enabled);
    const SUSPENDED: Option<Versioning> = Some(Versioning::Suspended);

    fn content(body: &str) -> Content {
        Content {
            body: body.to_owned(),
            size: 0,
            etag: String::new(),
            headers: std::collections::BTreeMap::new(),
            checksum: Checksum::of(Algorithm::Crc32, b""),
            tags: std::collections::BTreeMap::new(),
        }
    }

    fn ids(versions: &[Version]) -> Vec<&str> {
        versions.iter().map(|version| version.id.as_str()).collect()
    }

    #[test]
    fn without_versioning_a_put_replaces_and_a_delete_removes() {
        let (mut versions, mut unwanted) = (Vec::new(), Vec::new());
        put(&mut versions, None, 1, Some(content("a")), &mut unwanted);
        put(&mut versions, None, 2, Some(content("b")), &mut unwanted);
        assert_eq!((ids(&versions), unwanted.as_slice()), (vec![NULL], &["a".to_owned()][..]));
        let deletion = delete(&mut versions, None, None, 3, &mut unwanted);
        assert_eq!(deletion, Deletion::default());
        assert_eq!((versions.len(), unwanted.len()), (0, 2));
    }

    #[test]
    fn with_versioning_everything_stays_until_its_version_is_deleted() {
        let (mut versions, mut unwanted) = (Vec::new(), Vec::new());
        let first = put(&mut versions, ENABLED, 1, Some(content("a")), &mut unwanted);
        let deletion = delete(&mut versions, ENABLED, None, 2, &mut unwanted);
        let marker = deletion.made.unwrap();
        assert_eq!(ids(&versions), [first.as_str(), marker.as_str()]);
        assert!(unwanted.is_empty() && current_content(&versions).is_none());

        let deletion = delete(&mut versions, ENABLED, Some(&marker), 3, &mut unwanted);
        assert!(deletion.is_marker);
        assert!(current_content(&versions).is_some());
        delete(&mut versions, ENABLED, Some(&first), 3, &mut unwanted);
        assert_eq!((versions.len(), unwanted.as_slice()), (0, &["a".to_owned()][..]));
    }

    #[test]
    fn suspended_versioning_keeps_one_null_beside_the_others() {
        let (mut versions, mut unwanted) = (Vec::new(), Vec::new());
        put(&mut versions, None, 1, Some(content("old null")), &mut unwanted);
        let kept = put(&mut versions, ENABLED, 2, Some(content("kept")), &mut unwanted);
        put(&mut versions, SUSPENDED, 3, Some(content("null")), &mut unwanted);
        assert_eq!(ids(&versions), [kept.as_str(), NULL]);
        assert_eq!(unwanted, ["old null"]);

        let deletion = delete(&mut versions, SUSPENDED, None, 4, &mut unwanted);
        assert_eq!(deletion.made.as_deref(), Some(NULL));
        assert_eq!(ids(&versions), [kept.as_str(), NULL]);
        assert!(current_content(&versions).is_none());
    }

    #[test]
    fn an_unknown_version_is_deleted_without_complaint() {
        let deletion = delete(&mut Vec::new(), ENABLED, Some("x"), 1, &mut Vec::new());
        assert_eq!(deletion.removed.as_deref(), Some("x"));
        assert!(!deletion.is_marker);
    }
}
