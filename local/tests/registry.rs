//! The image registry as `docker` and `skopeo` use it.

use serde_json::{Value, json};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "111111111111";
const BASE: &str = "/v2/lab/service";
/// `sha256` of `{}` and of nothing.
const CONFIG: &str = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const OTHER: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async fn ecr(port: u16, operation: &str, input: Value) -> Value {
    let target = format!("AmazonEC2ContainerRegistry_V20150921.{operation}");
    Request::json("ecr", &target, ACCOUNT, &input).send(port).await.json()
}

/// Starts a cloud with a repository, and returns the credentials for it.
async fn with_repository(folder: &Folder) -> (Cloud, String) {
    let cloud = Cloud::start(folder).await;
    ecr(cloud.port, "CreateRepository", json!({ "repositoryName": "lab/service" })).await;
    let token = ecr(cloud.port, "GetAuthorizationToken", json!({})).await;
    let token = token["authorizationData"][0]["authorizationToken"].as_str().unwrap();
    let credentials = format!("Basic {token}");
    (cloud, credentials)
}

async fn begin(port: u16, credentials: &str) -> String {
    let begun =
        send(port, credentials, Request::new("POST", &format!("{BASE}/blobs/uploads/"))).await;
    assert_eq!(begun.status, 202);
    begun.header("location").unwrap().to_owned()
}

async fn send(port: u16, credentials: &str, request: Request) -> Reply {
    request.header("Authorization", credentials).send(port).await
}

#[tokio::test]
async fn nobody_comes_in_without_a_password() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let reply = Request::new("GET", "/v2/").send(cloud.port).await;
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").unwrap().starts_with("Basic realm="));
    assert_eq!(send(cloud.port, "Basic QVdTOng=", Request::new("GET", "/v2/")).await.status, 401);
    assert_eq!(send(cloud.port, &credentials, Request::new("GET", "/v2/")).await.status, 200);
    let page = Request::new("GET", "/v2/").header("Origin", "http://localhost");
    assert_eq!(send(cloud.port, &credentials, page).await.status, 403);
}

#[tokio::test]
async fn an_image_is_pushed_in_pieces_and_pulled() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let location = begin(cloud.port, &credentials).await;
    for (range, piece) in [("0-0", "{"), ("1-1", "}")] {
        let patch = Request::new("PATCH", &location).header("Content-Range", range).body(piece);
        let reply = send(cloud.port, &credentials, patch).await;
        assert_eq!(reply.status, 202, "{}", reply.text());
    }
    let again = Request::new("PATCH", &location).header("Content-Range", "0-0").body("{");
    assert_eq!(send(cloud.port, &credentials, again).await.status, 416);
    let put = Request::new("PUT", &format!("{location}?digest={CONFIG}"));
    assert_eq!(send(cloud.port, &credentials, put).await.status, 201);

    let part = json!({ "mediaType": "x", "digest": CONFIG, "size": 2 });
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let manifest = json!({ "schemaVersion": 2, "config": part, "layers": [part] }).to_string();
    let path = format!("{BASE}/manifests/latest");
    let put = Request::new("PUT", &path).header("Content-Type", kind).body(manifest.clone());
    let reply = send(cloud.port, &credentials, put).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let digest = reply.header("docker-content-digest").unwrap().to_owned();

    for reference in ["latest", &digest] {
        let path = format!("{BASE}/manifests/{reference}");
        let got = send(cloud.port, &credentials, Request::new("GET", &path)).await;
        assert_eq!((got.status, got.text()), (200, &*manifest));
        assert_eq!(got.header("content-type"), Some(kind));
        let head = send(cloud.port, &credentials, Request::new("HEAD", &path)).await;
        assert_eq!(head.header("content-length"), Some(&*manifest.len().to_string()));
    }
    let blob = Request::new("GET", &format!("{BASE}/blobs/{CONFIG}"));
    assert_eq!(send(cloud.port, &credentials, blob).await.text(), "{}");
    let described =
        ecr(cloud.port, "DescribeImages", json!({ "repositoryName": "lab/service" })).await;
    assert_eq!(described["imageDetails"][0]["imageDigest"], digest);
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let code = |reply: Reply| reply.json()["errors"][0]["code"].as_str().unwrap().to_owned();
    let location = begin(cloud.port, &credentials).await;
    let put = Request::new("PUT", &format!("{location}?digest={OTHER}")).body("{}");
    assert_eq!(code(send(cloud.port, &credentials, put).await), "DIGEST_INVALID");
    let get = Request::new("GET", &location);
    assert_eq!(code(send(cloud.port, &credentials, get).await), "BLOB_UPLOAD_UNKNOWN");
    let part = json!({ "digest": CONFIG });
    let manifest = json!({ "schemaVersion": 2, "config": part, "layers": [] }).to_string();
    let put = Request::new("PUT", &format!("{BASE}/manifests/latest")).body(manifest);
    assert_eq!(code(send(cloud.port, &credentials, put).await), "MANIFEST_BLOB_UNKNOWN");
    let post = Request::new("POST", "/v2/not/there/blobs/uploads/");
    assert_eq!(code(send(cloud.port, &credentials, post).await), "NAME_UNKNOWN");
    let get = Request::new("GET", &format!("{BASE}/manifests/absent"));
    assert_eq!(code(send(cloud.port, &credentials, get).await), "MANIFEST_UNKNOWN");
}

#[tokio::test]
async fn faults_strike_the_registry_and_its_requests_are_logged() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let rule =
        json!({ "service": "registry", "operation": "PostBlobUploads", "kind": "lose-answer" });
    cloud.put_faults(json!({ "seed": 1, "rules": [rule] })).await;
    let post = Request::new("POST", &format!("{BASE}/blobs/uploads/"));
    assert!(post.header("Authorization", &credentials).try_send(cloud.port).await.is_none());
    let requests = cloud.requests().await;
    let last = requests.last().unwrap();
    assert_eq!((&last["service"], &last["mutating"]), (&json!("registry"), &json!(true)));
    assert_eq!(last["account"], ACCOUNT);
}

#[tokio::test]
async fn a_manifest_has_4_mebibytes_at_most() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let body = vec![b' '; 4 * 1024 * 1024 + 1];
    let put = Request::new("PUT", &format!("{BASE}/manifests/latest")).body(body);
    let reply = send(cloud.port, &credentials, put).await;
    assert_eq!(reply.status, 413);
    assert_eq!(reply.json()["errors"][0]["code"], "SIZE_INVALID");
}

#[tokio::test]
async fn a_layer_that_cannot_be_kept_says_why() {
    let folder = Folder::new();
    let (cloud, credentials) = with_repository(&folder).await;
    let location = begin(cloud.port, &credentials).await;
    let blobs = folder.path().join("state/ecr/uploads");
    let _ = std::fs::remove_dir_all(&blobs);
    std::fs::write(&blobs, "in the way").unwrap();
    let put = Request::new("PUT", &format!("{location}?digest={OTHER}")).body("a layer");
    let reply = send(cloud.port, &credentials, put).await;
    assert_eq!(reply.status, 500, "{}", reply.text());
    assert!(reply.text().contains("cannot keep what was sent"), "{}", reply.text());
}
