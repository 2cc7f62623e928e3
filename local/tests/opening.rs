//! What is in the way of a local cloud is named, and left as it is.

use std::fs;

use mysfits_local::{LocalCloud, OpenError, Settings, pace::Pace};

use crate::{
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
