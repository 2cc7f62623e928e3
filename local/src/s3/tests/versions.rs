//! Buckets with versioning.

use super::*;

async fn set(cloud: &Cloud, status: &str) {
    let body =
        format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    assert_eq!(cloud.put("/site?versioning", &body).await.status(), 200);
}

#[tokio::test]
async fn versions_stay_readable_below_a_delete_marker() {
    let cloud = Cloud::with_site().await;
    set(&cloud, "Enabled").await;
    let first = cloud.put("/site/a", "one").await;
    let first = header(&first, "x-amz-version-id").unwrap();
    cloud.put("/site/a", "two").await;

    let deleted = cloud.delete("/site/a").await;
    assert_eq!(header(&deleted, "x-amz-delete-marker"), Some("true"));
    let marker = header(&deleted, "x-amz-version-id").unwrap();
    let gone = cloud.get("/site/a").await;
    assert_eq!(refusal(&gone), (404, "NoSuchKey".into()));
    assert_eq!(header(&gone, "x-amz-delete-marker"), Some("true"));
    assert!(all(&cloud.get("/site?list-type=2").await, "Key").is_empty());

    assert_eq!(text(&cloud.get(&format!("/site/a?versionId={first}")).await), "one");
    let of_marker = cloud.get(&format!("/site/a?versionId={marker}")).await;
    assert_eq!(refusal(&of_marker), (405, "MethodNotAllowed".into()));
    let unknown = cloud.get("/site/a?versionId=none").await;
    assert_eq!(refusal(&unknown), (404, "NoSuchVersion".into()));

    cloud.delete(&format!("/site/a?versionId={marker}")).await;
    assert_eq!(text(&cloud.get("/site/a").await), "two");
}

#[tokio::test]
async fn a_bucket_is_empty_only_without_versions_and_markers() {
    let cloud = Cloud::with_site().await;
    set(&cloud, "Enabled").await;
    for body in ["one", "two"] {
        cloud.put("/site/a", body).await;
    }
    cloud.delete("/site/a").await;
    let mut pages = 0;
    loop {
        assert_eq!(refusal(&cloud.delete("/site").await), (409, "BucketNotEmpty".into()));
        let page = cloud.get("/site?versions&max-keys=1").await;
        let version = all(&page, "VersionId").remove(0);
        cloud.delete(&format!("/site/a?versionId={version}")).await;
        pages += 1;
        if all(&page, "IsTruncated") == ["false"] {
            break;
        }
    }
    assert_eq!((pages, cloud.bodies()), (3, 0));
    assert_eq!(cloud.delete("/site").await.status(), 204);
}

#[tokio::test]
async fn version_listings_go_on_where_they_ended() {
    let cloud = Cloud::with_site().await;
    set(&cloud, "Enabled").await;
    for key in ["a", "a", "b"] {
        cloud.put(&format!("/site/{key}"), "x").await;
    }
    cloud.delete("/site/b").await;
    let whole = all(&cloud.get("/site?versions").await, "VersionId");
    assert_eq!(whole.len(), 4);
    let (mut seen, mut marker) = (Vec::new(), String::new());
    loop {
        let page = cloud.get(&format!("/site?versions&max-keys=1{marker}")).await;
        seen.extend(all(&page, "VersionId"));
        let (Some(key), Some(version)) =
            (all(&page, "NextKeyMarker").pop(), all(&page, "NextVersionIdMarker").pop())
        else {
            break;
        };
        marker = format!("&key-marker={key}&version-id-marker={version}");
    }
    assert_eq!(seen, whole);
}

#[tokio::test]
async fn suspended_versioning_writes_the_null_version() {
    let cloud = Cloud::with_site().await;
    cloud.put("/site/a", "before").await;
    set(&cloud, "Enabled").await;
    cloud.put("/site/a", "kept").await;
    set(&cloud, "Suspended").await;
    let put = cloud.put("/site/a", "after").await;
    assert_eq!(header(&put, "x-amz-version-id"), Some("null"));
    assert_eq!(text(&cloud.get("/site/a?versionId=null").await), "after");
    assert_eq!(all(&cloud.get("/site?versions").await, "VersionId").len(), 2);
}
