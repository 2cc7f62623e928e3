//! Changes made by hand: `plan` names them, `deploy` repairs exactly them.

use aws_sdk_s3::primitives::ByteStream;

use crate::helpers::{BUCKET, cloud::Cloud};

fn deployed() -> Cloud {
    let cloud = Cloud::start();
    cloud.run(&["deploy", "part-2"]).exit(0);
    cloud
}

fn by_hand(cloud: &Cloud, calls: impl AsyncFnOnce(aws_sdk_s3::Client)) {
    cloud.wait_for(async |sdk| {
        let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
        calls(aws_sdk_s3::Client::from_conf(config)).await;
    });
}

/// `plan` reports `difference`, and `deploy` makes these calls and no others.
#[track_caller]
fn is_named_and_mended(cloud: &Cloud, difference: &str, calls: &[&str]) {
    let plan = cloud.run(&["plan", "part-2", "--exit-code"]).exit(4);
    assert!(plan.stdout.contains(difference), "{}", plan.stdout);
    cloud.forget_requests();
    cloud.run(&["deploy", "part-2"]).exit(0);
    assert_eq!(cloud.changes(), calls);
    cloud.run(&["plan", "part-2", "--exit-code"]).exit(0);
}

#[test]
fn a_deleted_object() {
    let cloud = deployed();
    by_hand(&cloud, async |s3| {
        s3.delete_object().bucket(BUCKET).key("images/yeti.svg").send().await.unwrap();
    });
    is_named_and_mended(&cloud, "`images/yeti.svg` is missing", &["PutObject"]);
}

#[test]
fn a_changed_object() {
    let cloud = deployed();
    by_hand(&cloud, async |s3| {
        let put = s3.put_object().bucket(BUCKET).key("index.html");
        put.body(ByteStream::from_static(b"mine")).send().await.unwrap();
    });
    is_named_and_mended(&cloud, "`index.html` is another version", &["PutObject"]);
}

#[test]
fn a_file_that_the_site_no_longer_has_goes_and_a_students_own_stays() {
    let cloud = deployed();
    by_hand(&cloud, async |s3| {
        let own = s3.put_object().bucket(BUCKET).key("homework.txt");
        own.body(ByteStream::from_static(b"42")).send().await.unwrap();
        let old = s3.put_object().bucket(BUCKET).key("js/old.js").metadata("mysfits-site", "0.0.1");
        old.body(ByteStream::from_static(b"old")).send().await.unwrap();
    });
    let difference = "`js/old.js` is present, expected removed";
    is_named_and_mended(&cloud, difference, &["DeleteObject"]);
    by_hand(&cloud, async |s3| {
        s3.head_object().bucket(BUCKET).key("homework.txt").send().await.unwrap();
    });
}

#[test]
fn a_removed_website_configuration() {
    let cloud = deployed();
    by_hand(&cloud, async |s3| {
        s3.delete_bucket_website().bucket(BUCKET).send().await.unwrap();
    });
    is_named_and_mended(
        &cloud,
        "IndexDocument.Suffix is not set, expected index.html",
        &["PutBucketWebsite"],
    );
}

#[test]
fn public_access_blocked_again() {
    let cloud = deployed();
    by_hand(&cloud, async |s3| {
        let all = aws_sdk_s3::types::PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let put = s3.put_public_access_block().bucket(BUCKET);
        put.public_access_block_configuration(all).send().await.unwrap();
    });
    is_named_and_mended(
        &cloud,
        "BlockPublicPolicy is true, expected false",
        &["PutPublicAccessBlock"],
    );
}

#[test]
fn a_table_with_another_capacity() {
    let cloud = deployed();
    cloud.wait_for(async |sdk| {
        let more = aws_sdk_dynamodb::types::ProvisionedThroughput::builder();
        let more = more.read_capacity_units(7).write_capacity_units(7).build().unwrap();
        let update = aws_sdk_dynamodb::Client::new(sdk).update_table().table_name("MysfitsTable");
        update.provisioned_throughput(more).send().await.unwrap();
    });
    is_named_and_mended(&cloud, "ReadCapacityUnits is 7, expected 5", &["UpdateTable"]);
}

#[test]
fn a_table_of_another_form_is_not_touched() {
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        use aws_sdk_dynamodb::types::{
            AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, Tag,
        };
        let key = KeySchemaElement::builder().attribute_name("Id").key_type(KeyType::Hash);
        let id = AttributeDefinition::builder()
            .attribute_name("Id")
            .attribute_type(ScalarAttributeType::S);
        let tag = Tag::builder().key("mysfits:lab").value("mythical-mysfits");
        aws_sdk_dynamodb::Client::new(sdk)
            .create_table()
            .table_name("MysfitsTable")
            .key_schema(key.build().unwrap())
            .attribute_definitions(id.build().unwrap())
            .billing_mode(BillingMode::PayPerRequest)
            .tags(tag.build().unwrap())
            .send()
            .await
            .unwrap();
    });
    let ended = cloud.run(&["deploy", "part-2"]).exit(1);
    assert!(ended.stderr.contains("error[MYS044]: table: "), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("KeySchema is Id HASH, expected MysfitId HASH"),
        "{}",
        ended.stderr
    );
    // What does not depend on it was done all the same.
    let done = ended.stderr.lines().find(|line| line.starts_with("done: ")).unwrap();
    for id in ["`bucket`", "`site`"] {
        assert!(done.contains(id), "{id} is not in {done}");
    }
    assert!(ended.stderr.contains("not started: `likes-table`, `mysfits`"), "{}", ended.stderr);
}
