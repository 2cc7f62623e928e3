//! Visitors of the lab: they register, sign in, and call the API or the load balancer.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, UserPoolClientType, UserPoolType,
};
use serde_json::Value;

use super::{
    by_hand::{cognito, lab_tag},
    cloud::Cloud,
    http::with_token,
};

const PASSWORD: &str = "Correct-horse-1";

/// Returns the lab's user pool.
pub(crate) fn pool(cloud: &Cloud) -> UserPoolType {
    cognito(cloud, async |cognito| {
        let pools = cognito.list_user_pools().max_results(60).send().await.unwrap();
        let id = pools.user_pools()[0].id().unwrap();
        let pool = cognito.describe_user_pool().user_pool_id(id).send().await.unwrap();
        pool.user_pool.unwrap()
    })
}

/// Makes an update of the lab's user pool that names nothing but the tags: Cognito sets the rest back
/// to its defaults.
pub(crate) fn set_pool_back(cloud: &Cloud) {
    let id = pool(cloud).id.unwrap();
    cognito(cloud, async |cognito| {
        let update = cognito.update_user_pool().user_pool_id(id);
        update.set_user_pool_tags(Some(lab_tag())).send().await.unwrap();
    });
}

/// Returns the lab's client of its user pool.
pub(crate) fn client(cloud: &Cloud) -> UserPoolClientType {
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let pools = cognito.list_user_pools().max_results(60).send().await.unwrap();
        let pool = pools.user_pools()[0].id().unwrap();
        let clients = cognito.list_user_pool_clients().user_pool_id(pool).send().await.unwrap();
        let client = clients.user_pool_clients()[0].client_id().unwrap();
        let describe = cognito.describe_user_pool_client().user_pool_id(pool).client_id(client);
        describe.send().await.unwrap().user_pool_client.unwrap()
    })
}

/// Returns the newest code that was sent to an address.
fn code_for(cloud: &Cloud, address: &str) -> String {
    let mails = cloud.command(&["local", "mail", "--output", "json"]).output().unwrap();
    let mails = String::from_utf8(mails.stdout).unwrap();
    let mails = mails.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let newest = mails.rev().find(|mail| mail["to"] == address).unwrap();
    newest["code"].as_str().unwrap().to_owned()
}

/// Registers, confirms and signs in a visitor with a client, and returns the tokens.
pub(crate) fn visitor(cloud: &Cloud, client: &str, address: &str) -> AuthenticationResultType {
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let register = cognito.sign_up().client_id(client).username(address).password(PASSWORD);
        register.send().await.unwrap();
        let code = code_for(cloud, address);
        let confirm = cognito.confirm_sign_up().client_id(client).username(address);
        confirm.confirmation_code(code).send().await.unwrap();
    });
    sign_in(cloud, client, address, PASSWORD)
}

/// Signs in a registered visitor as the page does, and returns the tokens.
pub(crate) fn sign_in(
    cloud: &Cloud,
    client: &str,
    address: &str,
    password: &str,
) -> AuthenticationResultType {
    cloud.wait_for(async |sdk| {
        let names = HashMap::from([("USERNAME", address), ("PASSWORD", password)]);
        let names = names.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let sign_in = aws_sdk_cognitoidentityprovider::Client::new(sdk)
            .initiate_auth()
            .client_id(client)
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .set_auth_parameters(Some(names.collect()));
        sign_in.send().await.unwrap().authentication_result.unwrap()
    })
}

/// Calls the API or the load balancer with this token, and returns the status and the JSON.
pub(crate) fn call(address: &str, method: &str, path: &str, token: Option<&str>) -> (u16, Value) {
    let (host, base) = address
        .split_once('/')
        .map_or((address, String::new()), |(host, path)| (host, format!("/{path}")));
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let (status, body) = with_token(port, host, method, &format!("{base}{path}"), token);
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}
