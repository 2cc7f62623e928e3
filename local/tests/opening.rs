//! Whatever obstructs a local cloud is named, and left as it is.

use std::fs;

use mysfits_local::{LocalCloud, OpenError, Settings, pace::Pace};
use serde_json::{Value, json};

use crate::{
    client::Request,
    cloud::{Cloud, Folder, open},
    dynamodb::{create_table, list_tables},
};

#[tokio::test]
async fn a_taken_port_is_named_and_the_folder_not_touched() {
    let (folder, other) = (Folder::new(), Folder::new());
    let cloud = Cloud::start(&folder).await;
    let settings = Settings {
        port: cloud.port,
        folder: other.path().to_owned(),
        pace: Pace::new(0.0).unwrap(),
        stand_in: None,
        launcher: None,
        rehearsal: None,
        session_calls: None,
        build: "test".to_owned(),
    };
    let error = LocalCloud::open(settings).await.unwrap_err();
    assert!(matches!(error, OpenError::PortTaken { port, .. } if port == cloud.port));
    assert!(!other.path().exists());
}

#[tokio::test]
async fn a_folder_in_use_is_named() {
    let folder = Folder::new();
    let first = Cloud::start(&folder).await;
    let error = open(&folder, 0.0).await.unwrap_err();
    assert!(matches!(&error, OpenError::Locked { path, .. } if path == folder.path()));
    assert!(error.to_string().contains(folder.path().to_str().unwrap()));
    first.stop().await;
    open(&folder, 0.0).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_named() {
    let folder = Folder::new();
    fs::write(folder.path(), "not a folder").unwrap();
    let error = open(&folder, 0.0).await.unwrap_err();
    assert!(matches!(&error, OpenError::Folder { path, .. } if path == folder.path()), "{error}");
    assert_eq!(fs::read_to_string(folder.path()).unwrap(), "not a folder");
    fs::remove_file(folder.path()).unwrap();
}

#[tokio::test]
async fn damaged_state_is_named_and_kept() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    create_table("Table").send(cloud.port).await;
    cloud.stop().await;
    let region = folder.path().join("state/dynamodb/123456789012/eu-west-1");
    for name in ["tables.db", "changes.json"] {
        let file = region.join(name);
        let good = fs::read(&file).ok();
        fs::write(&file, "neither SQLite nor JSON".repeat(100)).unwrap();
        let error = open(&folder, 0.0).await.unwrap_err();
        assert!(matches!(&error, OpenError::Damaged { path, .. } if *path == file), "{error}");
        assert!(error.to_string().contains(name));
        assert!(fs::read_to_string(&file).unwrap().starts_with("neither"));
        match good {
            Some(good) => fs::write(&file, good).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
    }
    let cloud = Cloud::start(&folder).await;
    let tables = list_tables().send(cloud.port).await.json();
    assert_eq!(tables["TableNames"][0], "Table");
}

fn written(folder: &Folder) -> Value {
    serde_json::from_slice(&fs::read(folder.path().join("format.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn a_folder_says_its_format_and_who_wrote_it_also_after_a_reset() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let ours = json!({ "format": 1, "written_by": "test" });
    assert_eq!(written(&folder), ours);
    cloud.good(&Request::new("POST", "/_local/reset")).await;
    assert_eq!(written(&folder), ours);
}

#[tokio::test]
async fn a_folder_without_a_format_or_of_an_older_one_gets_the_number() {
    let folder = Folder::new();
    let file = folder.path().join("format.json");
    for before in [None, Some(r#"{"format":0,"written_by":"an older build"}"#)] {
        let cloud = Cloud::start(&folder).await;
        let name = if before.is_none() { "One" } else { "Two" };
        create_table(name).send(cloud.port).await;
        cloud.stop().await;
        match before {
            None => fs::remove_file(&file).unwrap(),
            Some(text) => fs::write(&file, text).unwrap(),
        }
    }
    let cloud = Cloud::start(&folder).await;
    assert_eq!(written(&folder)["written_by"], "test");
    let tables = list_tables().send(cloud.port).await.json();
    assert_eq!(tables["TableNames"], json!(["One", "Two"]));
}

#[tokio::test]
async fn a_newer_folder_is_refused_and_not_touched() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("format.json");
    // A newer program may write more than this one knows.
    let newer = r#"{"format":3,"written_by":"0.9.0 (abcdef0 2027-01-01)","more":[]}"#;
    fs::write(&file, newer).unwrap();
    let error = open(&folder, 0.0).await.unwrap_err();
    let OpenError::Newer { path, found: 3, supported: 1, .. } = &error else { panic!("{error}") };
    assert_eq!(path, folder.path());
    let text = error.to_string();
    for part in ["0.9.0 (abcdef0 2027-01-01)", "format 3", "up to 1", "MYSFITS_LOCAL_DIR"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_format_that_cannot_be_understood_is_named_and_kept() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("format.json");
    fs::write(&file, "three").unwrap();
    let error = open(&folder, 0.0).await.unwrap_err();
    assert!(matches!(&error, OpenError::Damaged { path, .. } if *path == file), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "three");
}

#[cfg(unix)]
#[tokio::test]
async fn state_is_its_owners_alone_older_state_too() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let state = folder.path().join("state");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let modes = || [folder.path(), &state].map(mode);
    let cloud = Cloud::start(&folder).await;
    assert_eq!(modes(), [0o700; 2]);
    let pool = json!({ "PoolName": "pool" });
    let target = "AWSCognitoIdentityProviderService.CreateUserPool";
    let create = Request::json("cognito-idp", target, "123456789012", &pool);
    assert_eq!(create.send(cloud.port).await.status, 200);
    let mut secrets = 0;
    let mut folders = vec![state.join("cognito")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                secrets += 1;
            }
        }
    }
    assert!(secrets > 0);
    cloud.stop().await;
    for path in [folder.path(), &state] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let cloud = Cloud::start(&folder).await;
    assert_eq!(modes(), [0o700; 2]);
    assert_eq!(Request::new("POST", "/_local/reset").send(cloud.port).await.status, 200);
    assert_eq!(modes(), [0o700; 2]);
    cloud.stop().await;
}
