//! An account with many other resources: pages are followed, and only what has the lab's name is
//! queried.

use aws_sdk_apigateway::Client as Gateway;
use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};

use crate::helpers::{backend::run_with, binaries::backend, cloud::Cloud};

/// The other resources in the account.
struct Others {
    pools: usize,
    apis: usize,
    groups: usize,
    buckets: usize,
}

/// More than one page of each: Cognito gives 60 pools at most, API Gateway 500 APIs.
#[test]
fn what_has_other_names_is_passed_over() {
    is_passed_over(&Others { pools: 62, apis: 502, groups: 60, buckets: 20 });
}

/// As many as a course's account may have.
#[test]
#[ignore = "long: `tests/long/run` runs it"]
fn twenty_pages_of_other_names_are_passed_over() {
    is_passed_over(&Others { pools: 1_200, apis: 600, groups: 600, buckets: 200 });
}

fn is_passed_over(others: &Others) {
    let Others { pools, apis, groups, buckets } = *others;
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        let (cognito, gateway) = (Cognito::new(sdk), Gateway::new(sdk));
        let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
        for number in 0..pools {
            let create = cognito.create_user_pool().pool_name(format!("MysfitsUserPool{number}"));
            create.send().await.unwrap();
        }
        for number in 0..apis {
            let create = gateway.create_rest_api().name(format!("MysfitsApi{number}"));
            create.send().await.unwrap();
        }
        for number in 0..groups {
            let create = logs.create_log_group();
            let create = create.log_group_name(format!("mythicalmysfits-logs{number}"));
            create.send().await.unwrap();
        }
        let s3 = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        for number in 0..buckets {
            let here = CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::EuWest1);
            let create = s3.create_bucket().bucket(format!("mysfits-{number:012}"));
            create.create_bucket_configuration(here.build()).send().await.unwrap();
        }
    });
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    run_with(&cloud, backend(), &["plan", "--exit-code"]).exit(0);
    let asked = |operation: &str| {
        let requests = cloud.requests();
        // Of these services: another one has no other names here.
        let services = ["cognito-idp", "apigateway", "logs", "ecr", "s3"];
        let of_these =
            requests.iter().filter(|it| services.iter().any(|one| it["service"] == *one));
        of_these.filter(|it| it["operation"] == operation).count()
    };
    // The lab's own is on the last page. Of the others, only the names are read.
    assert_eq!(asked("ListUserPools"), pools / 60 + 1);
    assert_eq!(asked("DescribeUserPool"), 1);
    // Before the API itself, the VPC link has to know whether the API needs it.
    assert_eq!(asked("GetRestApis"), 2 * (apis / 500 + 1));
    // The tags of the repository and of the log group.
    assert_eq!((asked("GetAuthorizers"), asked("ListTagsForResource")), (1, 2));
    assert_eq!((asked("GetBucketTagging"), asked("ListBuckets")), (1, 0));
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in eu-west-1"), "{}", ended.stdout);
}
