//! Taking the lab down, and what is left alone.

use aws_sdk_s3::primitives::ByteStream;

use crate::helpers::{
    BUCKET,
    by_hand::{make_foreign_bucket, s3},
    cloud::Cloud,
    command,
};

#[test]
fn nothing_is_left() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
    // Absent is success, and nothing is asked if there is nothing to remove.
    cloud.run(&["cleanup", "all"]).exit(0);
}

#[test]
fn a_part_goes_and_the_parts_before_it_stay() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.run(&["cleanup", "part-2", "--yes"]).exit(0);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 0));
    cloud.run(&["plan", "part-1", "--exit-code"]).exit(0);
}

#[test]
fn versions_delete_markers_and_unfinished_uploads_go_too() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1"]).exit(0);
    cloud.wait_for(async |sdk| {
        use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
        let s3 = s3(sdk);
        let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled);
        let versioning = s3.put_bucket_versioning().bucket(BUCKET);
        versioning.versioning_configuration(enabled.build()).send().await.unwrap();
        for text in ["one", "two"] {
            let put = s3.put_object().bucket(BUCKET).key("notes.txt");
            put.body(ByteStream::from_static(text.as_bytes())).send().await.unwrap();
        }
        s3.delete_object().bucket(BUCKET).key("notes.txt").send().await.unwrap();
        s3.create_multipart_upload().bucket(BUCKET).key("big.bin").send().await.unwrap();
    });
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_eq!(cloud.buckets(), Vec::<String>::new());
}

#[test]
fn what_lacks_our_tag_survives_with_the_reason() {
    let cloud = Cloud::start();
    make_foreign_bucket(&cloud);
    cloud.run(&["table", "deploy"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    assert!(ended.stdout.contains(BUCKET), "{}", ended.stdout);
    assert!(ended.stdout.contains("does not carry the tag `mysfits:lab`"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (1, 0));

    let refused = cloud.run(&["deploy", "part-2"]).exit(1);
    assert!(refused.stderr.contains("error[MYS040]: bucket: "), "{}", refused.stderr);

    cloud.run(&["cleanup", "all", "--yes", "--adopt"]).exit(0);
    assert_eq!(cloud.buckets().len(), 0);
}

#[test]
fn adopting_takes_it_over() {
    let cloud = Cloud::start();
    make_foreign_bucket(&cloud);
    cloud.run(&["deploy", "part-1", "--adopt"]).exit(0);
    cloud.run(&["plan", "part-1", "--exit-code"]).exit(0);
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
}

#[test]
fn a_lab_bucket_under_another_name_is_found_by_its_tag() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-1", "--bucket", "mysfits-of-anna"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(3);
    assert!(ended.stdout.contains("arn:aws:s3:::mysfits-of-anna"), "{}", ended.stdout);
    cloud.run(&["cleanup", "all", "--yes", "--bucket", "mysfits-of-anna"]).exit(0);
}

#[test]
fn without_a_terminal_it_needs_yes() {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud.forget_requests();
    let ended = cloud.run(&["cleanup", "all"]).exit(2);
    assert!(ended.stderr.contains("error[MYS003]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("`--yes`"), "{}", ended.stderr);
    assert_eq!(cloud.changes(), Vec::<String>::new());
    // No is not yes, wherever it is written.
    let with = |value: &str| {
        command::ended(cloud.command(&["cleanup", "all", "--local"]).env("MYSFITS_YES", value))
    };
    with("0").exit(2);
    with("1").exit(0);
    assert_eq!(cloud.tables().len(), 0);
}
