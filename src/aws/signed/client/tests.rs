use super::*;
use crate::aws::{
    Access, Client as _,
    fake::Network,
    operations::{ec2, freetier, organizations, quotas, s3control, sso},
    signed::Token,
};

const VPCS: &str = "<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></R>";

#[tokio::test]
async fn each_protocol_is_signed_and_goes_to_its_host() {
    let network = Network::new(&[(200, VPCS), (200, "{}"), (200, "{}"), (200, "<A/>")]);
    let vpcs = network.client::<ec2::Client>().0;
    let answer = vpcs.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap();
    assert_eq!(answer.list("vpcSet").next().unwrap().text("vpcId"), Some("vpc-1"));
    let input = Input::default().with("QuotaCode", "L-1");
    network.client::<quotas::Client>().0.send(&quotas::GET_SERVICE_QUOTA, input).await.unwrap();
    let plan = network.client::<freetier::Client>().0;
    plan.send(&freetier::GET_ACCOUNT_PLAN_STATE, Input::default()).await.unwrap();
    let input = Input::at("/v1/block", "123456789012");
    let block = network.client::<s3control::Client>().0;
    block.send(&s3control::GET_ACCOUNT_PUBLIC_ACCESS_BLOCK, input).await.unwrap();
    assert_eq!(
        network.requests(),
        [
            "POST https://ec2.eu-west-1.amazonaws.com/ [eu-west-1 ec2 aws4_request] \
             Action=DescribeVpcs&Version=2016-11-15",
            "POST https://servicequotas.eu-west-1.amazonaws.com/ \
             [eu-west-1 servicequotas aws4_request] {\"QuotaCode\":\"L-1\"}",
            "POST https://freetier.us-east-1.api.aws/ [us-east-1 freetier aws4_request] {}",
            "GET https://123456789012.s3-control.eu-west-1.amazonaws.com/v1/block \
             [eu-west-1 s3 aws4_request] 123456789012",
        ]
    );
}

#[tokio::test]
async fn an_endpoint_is_for_every_service() {
    let network = Network::new(&[(200, VPCS)]);
    let config = network.config().into_builder().endpoint_url("http://127.0.0.1:4566").build();
    let client = ec2::Client::guarded(&config, Guard { access: Access::Read }).0;
    client.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap();
    assert!(network.requests()[0].starts_with("POST http://127.0.0.1:4566/ "));
}

#[tokio::test]
async fn throttling_5xx_and_lost_answers_are_tried_again() {
    let throttled = "<R><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></R>";
    for first in [(503, ""), (0, ""), (400, throttled)] {
        let network = Network::new(&[first, first, (200, VPCS)]);
        let client = network.client::<ec2::Client>().0;
        client.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap();
        assert_eq!(network.requests().len(), 3, "{first:?}");
    }
    let network = Network::new(&[(0, "")]);
    let client = network.client::<ec2::Client>().0;
    let lost = client.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap_err();
    assert!(lost.may_have_worked && lost.status.is_none());
}

#[tokio::test]
async fn what_aws_refuses_is_said_in_its_words_and_not_tried_again() {
    let denied = "<R><Errors><Error><Code>UnauthorizedOperation</Code><Message>not you</Message>\
                  </Error></Errors></R>";
    let network = Network::new(&[(403, denied)]);
    let client = network.client::<ec2::Client>().0;
    let failure = client.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap_err();
    assert!(failure.is("UnauthorizedOperation") && failure.message == "not you");
    assert_eq!((failure.status, network.requests().len()), (Some(403), 1));
}

#[tokio::test]
async fn a_write_is_sent_as_a_dry_run_only() {
    let network = Network::new(&[(412, "<E><Error><Code>DryRunOperation</Code></Error></E>")]);
    // Whatever the command may do.
    for access in [Access::Read, Access::Write] {
        let client = ec2::Client::guarded(&network.config(), Guard { access }).0;
        let input = Input::default().with("CidrBlock", "10.0.0.0/16");
        let stopped = client.send(&ec2::CREATE_VPC, input).await.unwrap_err();
        assert!(stopped.message.contains("`DryRun` only"), "{}", stopped.message);
    }
    assert!(network.requests().is_empty());
    let client = network.client::<ec2::Client>().0;
    let input = Input::dry_run().with("CidrBlock", "10.0.0.0/16");
    assert!(client.send(&ec2::CREATE_VPC, input).await.unwrap_err().is("DryRunOperation"));
    assert!(network.requests()[0].contains("&DryRun=true"), "{:?}", network.requests());
}

#[tokio::test]
async fn all_pages_are_read_and_no_list_is_endless() {
    let first = "<R><vpcSet><item/></vpcSet><nextToken>2</nextToken></R>";
    let network = Network::new(&[(200, first), (200, VPCS)]);
    let client = network.client::<ec2::Client>().0;
    let all = client.list(&ec2::DESCRIBE_VPCS, Input::default(), "vpcSet").await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(network.requests()[1].ends_with("&NextToken=2"));
    let client = Network::new(&[(200, first)]).client::<ec2::Client>().0;
    assert!(client.list(&ec2::DESCRIBE_VPCS, Input::default(), "vpcSet").await.is_err());
}

#[tokio::test]
async fn a_login_reads_all_pages_without_a_signature() {
    let first = r#"{"accountList":[{"accountId":"1"}],"nextToken":"n"}"#;
    let network = Network::new(&[(200, first), (200, r#"{"accountList":[{"accountId":"2"}]}"#)]);
    let portal = network.client::<sso::Client>().0;
    let input = Input::bearing(sso::ACCOUNTS, &Token::new("secret"));
    let all = portal.list(&sso::LIST_ACCOUNTS, input, "accountList").await.unwrap();
    let ids: Vec<_> = all.iter().filter_map(|account| account.text("accountId")).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(
        network.requests(),
        [
            "GET https://portal.sso.eu-west-1.amazonaws.com/assignment/accounts [] ",
            "GET https://portal.sso.eu-west-1.amazonaws.com/assignment/accounts?next_token=n [] ",
        ]
    );
}

#[tokio::test]
async fn organizations_has_one_endpoint_and_pages() {
    let first = r#"{"Accounts":[{"Id":"1"}],"NextToken":"n"}"#;
    let network = Network::new(&[(200, first), (200, r#"{"Accounts":[]}"#)]);
    let client = network.client::<organizations::Client>().0;
    let input = Input::default();
    client.list(&organizations::LIST_ACCOUNTS, input, "Accounts").await.unwrap();
    let start = "POST https://organizations.us-east-1.amazonaws.com/ \
                 [us-east-1 organizations aws4_request]";
    assert_eq!(
        network.requests(),
        [format!("{start} {{}}"), format!("{start} {{\"NextToken\":\"n\"}}")]
    );
}

#[tokio::test]
async fn a_malformed_answer_is_no_answer() {
    let client = Network::new(&[(200, "<html")]).client::<ec2::Client>().0;
    let failure = client.send(&ec2::DESCRIBE_VPCS, Input::default()).await.unwrap_err();
    assert_eq!((failure.code, failure.status), (None, Some(200)));
}
