//! STS.

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

#[tokio::test]
async fn the_access_key_is_the_account() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for (key, account) in [("123456789012", "123456789012"), ("AKIAEXAMPLE", "000000000000")] {
        let reply = Request::who_am_i(key).send(cloud.port).await;
        assert_eq!(reply.status, 200);
        let text = reply.text();
        assert!(text.contains(&format!("<Account>{account}</Account>")), "{text}");
        assert!(
            text.contains(&format!("<Arn>arn:aws:iam::{account}:user/student</Arn>")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn whoever_does_not_sign_is_refused() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let unsigned = Request::new("GET", "/?Action=GetCallerIdentity&Version=2011-06-15");
    let reply = unsigned.send(cloud.port).await;
    assert_eq!(reply.status, 403);
    assert!(reply.text().contains("<Code>MissingAuthenticationToken</Code>"));
}

#[tokio::test]
async fn an_unknown_action_is_named() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let action = Request::new("GET", "/?Action=Dance&Version=2011-06-15").signed("key", "sts");
    let reply = action.send(cloud.port).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("<Code>InvalidAction</Code>") && reply.text().contains("Dance"));
}
