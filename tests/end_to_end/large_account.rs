//! An account in which much else is: pages are followed, and only what has the lab's name is asked about.

use aws_sdk_apigateway::Client as Gateway;
use aws_sdk_cognitoidentityprovider::Client as Cognito;

use crate::{binaries::backend, cloud::Cloud, part_3::run_with};

/// More than one page of each: Cognito gives 60 pools at most, API Gateway 500 APIs.
const POOLS: usize = 62;
const APIS: usize = 502;
const GROUPS: usize = 60;

#[test]
fn what_has_other_names_is_passed_over() {
    let cloud = Cloud::start();
    cloud.wait_for(async |sdk| {
        let (cognito, gateway) = (Cognito::new(sdk), Gateway::new(sdk));
        let logs = aws_sdk_cloudwatchlogs::Client::new(sdk);
        for number in 0..POOLS {
            let create = cognito.create_user_pool().pool_name(format!("MysfitsUserPool{number}"));
            create.send().await.unwrap();
        }
        for number in 0..APIS {
            let create = gateway.create_rest_api().name(format!("MysfitsApi{number}"));
            create.send().await.unwrap();
        }
        for number in 0..GROUPS {
            let create = logs.create_log_group();
            let create = create.log_group_name(format!("mythicalmysfits-logs{number}"));
            create.send().await.unwrap();
        }
    });
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    run_with(&cloud, backend(), &["plan", "--exit-code"]).exit(0);
    let asked = |operation: &str| {
        let requests = cloud.requests();
        requests.iter().filter(|it| it["operation"] == operation).count()
    };
    // The lab's own is on the last page. Of the others nothing but their names is read.
    assert_eq!(asked("ListUserPools"), POOLS / 60 + 1);
    assert_eq!(asked("DescribeUserPool"), 1);
    assert_eq!(asked("GetRestApis"), APIS / 500 + 1);
    // The tags of the repository and of the log group.
    assert_eq!((asked("GetAuthorizers"), asked("ListTagsForResource")), (1, 2));
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in eu-west-1"), "{}", ended.stdout);
}
