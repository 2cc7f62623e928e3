//! What an account may have, and its plan.

use serde_json::json;

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

const ACCOUNT: &str = "123456789012";

fn quota(operation: &str, code: &str) -> Request {
    let target = format!("ServiceQuotasV20190624.{operation}");
    let input = json!({ "ServiceCode": "vpc", "QuotaCode": code });
    Request::json("servicequotas", &target, ACCOUNT, &input)
}

#[tokio::test]
async fn ec2_keeps_to_the_quotas_that_are_shown() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let shown = quota("GetServiceQuota", "L-F678F1CE").send(cloud.port).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let most = shown.json()["Quota"]["Value"].as_f64().unwrap();
    let create = || {
        let parameters = "Action=CreateVpc&CidrBlock=10.0.0.0/16";
        Request::query("ec2", "2016-11-15", ACCOUNT, parameters)
    };
    let mut made = 0.0;
    while create().send(cloud.port).await.status == 200 {
        made += 1.0;
        assert!(made <= most, "more than {most}");
    }
    let refused = create().send(cloud.port).await.element("Code");
    assert_eq!((made, refused.as_str()), (most, "VpcLimitExceeded"));
}

#[tokio::test]
async fn a_quota_that_is_not_there_is_refused() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for operation in ["GetServiceQuota", "GetAWSDefaultServiceQuota"] {
        let reply = quota(operation, "L-00000000").send(cloud.port).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.json()["__type"], "NoSuchResourceException");
    }
    let listed = quota("ListServiceQuotas", "").send(cloud.port).await;
    assert_eq!(listed.json()["Quotas"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_account_has_a_paid_plan() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let target = "AWSFreeTierService.GetAccountPlanState";
    let reply = Request::json("freetier", target, ACCOUNT, &json!({})).send(cloud.port).await;
    assert_eq!(reply.json()["accountPlanType"], "PAID");
    assert_eq!(reply.json()["accountId"], ACCOUNT);
}
