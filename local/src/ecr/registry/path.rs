//! What a path under `/v2/` names. Repositories have slashes in their names, so paths are read from
//! the end.

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Base,
    Blob { name: String, digest: String },
    Uploads { name: String },
    Upload { name: String, id: String },
    Manifest { name: String, reference: String },
    Tags { name: String },
}

impl Target {
    /// Returns its kind, for the request log.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Base => "Registry",
            Self::Blob { .. } => "Blob",
            Self::Uploads { .. } => "BlobUploads",
            Self::Upload { .. } => "BlobUpload",
            Self::Manifest { .. } => "Manifest",
            Self::Tags { .. } => "Tags",
        }
    }
}

/// Returns what this path names; `None` if that is nothing in the registry.
pub(super) fn target(path: &str) -> Option<Target> {
    let rest = path.strip_prefix("/v2")?;
    if rest.is_empty() || rest == "/" {
        return Some(Target::Base);
    }
    let parts: Vec<&str> = rest.strip_prefix('/')?.split('/').collect();
    let name = |length: usize| parts.get(..length).map(|name| name.join("/"));
    let count = parts.len();
    let target = match parts[..] {
        [.., "blobs", "uploads", ""] => Target::Uploads { name: name(count - 3)? },
        [.., "blobs", "uploads"] => Target::Uploads { name: name(count - 2)? },
        [.., "blobs", "uploads", id] => {
            Target::Upload { name: name(count - 3)?, id: id.to_owned() }
        }
        [.., "blobs", digest] => Target::Blob { name: name(count - 2)?, digest: digest.to_owned() },
        [.., "manifests", reference] => {
            Target::Manifest { name: name(count - 2)?, reference: reference.to_owned() }
        }
        [.., "tags", "list"] => Target::Tags { name: name(count - 2)? },
        _ => return None,
    };
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_slashes() {
        let name = || "mythicalmysfits/service".to_owned();
        let of = |rest: &str| target(&format!("/v2/mythicalmysfits/service/{rest}"));
        assert_eq!(target("/v2/"), Some(Target::Base));
        assert_eq!(of("blobs/uploads/"), Some(Target::Uploads { name: name() }));
        assert_eq!(
            of("blobs/uploads/7"),
            Some(Target::Upload { name: name(), id: "7".to_owned() })
        );
        assert_eq!(
            of("manifests/latest"),
            Some(Target::Manifest { name: name(), reference: "latest".to_owned() })
        );
        assert_eq!(of("tags/list"), Some(Target::Tags { name: name() }));
        assert_eq!(of("else"), None);
    }
}
