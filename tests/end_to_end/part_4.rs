//! Part 4: a visitor registers, confirms and signs in; only then may they like and adopt, at the API
//! and at the load balancer alike.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ExplicitAuthFlowsType, UserPoolClientType,
};
use serde_json::Value;

use crate::{
    binaries::backend,
    cloud::{Cloud, Ended, with_token},
    part_3::{address, assert_nothing_of_part_3, backend_address, changes_by_cli, run_with},
};

const PASSWORD: &str = "Correct-horse-1";
const YETI: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3";

/// The API's address on standard output, without `http://`.
pub(crate) fn api_address(deployed: &Ended) -> String {
    address(deployed, "api")
}

/// The status, and the JSON, of a call with this token, of the API or the load balancer.
pub(crate) fn call(address: &str, method: &str, path: &str, token: Option<&str>) -> (u16, Value) {
    let (host, base) = address
        .split_once('/')
        .map_or((address, String::new()), |(host, path)| (host, format!("/{path}")));
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let (status, body) = with_token(port, host, method, &format!("{base}{path}"), token);
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

/// The lab's client of its user pool.
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

/// The newest code that was sent to an address.
fn code_for(cloud: &Cloud, address: &str) -> String {
    let mails = cloud.command(&["local", "mail", "--output", "json"]).output().unwrap();
    let mails = String::from_utf8(mails.stdout).unwrap();
    let mails = mails.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let newest = mails.rev().find(|mail| mail["to"] == address).unwrap();
    newest["code"].as_str().unwrap().to_owned()
}

/// A visitor who has registered, confirmed and signed in with a client: the tokens.
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

/// A visitor who is registered signs in as the page does: the tokens.
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

#[test]
fn only_who_signed_in_may_like_and_adopt_on_any_way() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let (api, balancer) = (api_address(&deployed), backend_address(&deployed));
    assert_eq!(deployed.stdout.lines().count(), 3, "{}", deployed.stdout);
    for way in [&api, &balancer] {
        assert_eq!(call(way, "GET", "/mysfits", None).1["mysfits"].as_array().unwrap().len(), 12);
    }

    let lab = client(&cloud);
    let tokens = visitor(&cloud, lab.client_id().unwrap(), "anna@example.com");
    let id = tokens.id_token().unwrap();
    let like = format!("{YETI}/like");
    for token in bad_tokens(&cloud, &tokens) {
        for way in [&api, &balancer] {
            for path in [&like, &format!("{YETI}/adopt")] {
                let (status, said) = call(way, "POST", path, token.as_deref());
                assert_eq!(status, 401, "{way}{path} with {token:?}: {said}");
            }
        }
    }
    assert_eq!(call(&api, "GET", YETI, None).1["likes"], 0);

    let (status, said) = call(&api, "POST", &like, Some(id));
    assert_eq!((status, &said["likes"], &said["counted"]), (200, &1.into(), &true.into()));
    let (status, said) = call(&balancer, "POST", &like, Some(id));
    assert_eq!((status, &said["likes"], &said["counted"]), (200, &1.into(), &false.into()));
    assert_eq!(call(&api, "POST", &format!("{YETI}/adopt"), Some(id)).0, 200);

    let bert = visitor(&cloud, lab.client_id().unwrap(), "bert@example.com");
    let bert = bert.id_token().unwrap();
    assert_eq!(call(&api, "POST", &like, Some(bert)).1["likes"], 2);
    assert_eq!(call(&api, "POST", &format!("{YETI}/adopt"), Some(bert)).0, 409);
    // Who liked and who adopted is nobody else's business.
    let (_, yeti) = call(&api, "GET", YETI, None);
    assert_eq!(yeti.as_object().unwrap().len(), 11, "{yeti}");
}

/// None, and those that look right and are not: the access token where the ID token belongs, one of
/// another pool, one that was changed, one without a signature. (Expired ones: the tests in Python.)
fn bad_tokens(cloud: &Cloud, good: &AuthenticationResultType) -> Vec<Option<String>> {
    let id = good.id_token().unwrap();
    let (head, signature) = id.rsplit_once('.').unwrap();
    let (_, claims) = head.split_once('.').unwrap();
    let flipped = if claims.starts_with('A') { "B" } else { "A" };
    let changed =
        format!("{}.{flipped}{}.{signature}", head.split_once('.').unwrap().0, &claims[1..]);
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    vec![
        None,
        Some("nonsense".to_owned()),
        Some(good.access_token().unwrap().to_owned()),
        Some(of_another_pool(cloud)),
        Some(changed),
        Some(unsigned),
    ]
}

/// An ID token that is right in every way, but for the pool.
fn of_another_pool(cloud: &Cloud) -> String {
    let client = cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let pool = cognito.create_user_pool().pool_name("another");
        let pool = pool
            .auto_verified_attributes(
                aws_sdk_cognitoidentityprovider::types::VerifiedAttributeType::Email,
            )
            .username_attributes(
                aws_sdk_cognitoidentityprovider::types::UsernameAttributeType::Email,
            );
        let pool = pool.send().await.unwrap().user_pool.unwrap();
        let client = cognito
            .create_user_pool_client()
            .set_user_pool_id(pool.id)
            .client_name("another")
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth);
        client.send().await.unwrap().user_pool_client.unwrap().client_id.unwrap()
    });
    visitor(cloud, &client, "mallory@example.com").id_token.unwrap()
}

#[test]
fn the_second_time_nothing_changes() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    cloud.forget_requests();
    let again = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    assert!(again.stderr.contains("No changes: everything is up to date."), "{}", again.stderr);
    assert_eq!(changes_by_cli(&cloud), Vec::<String>::new());
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
    // A deploy of the earlier parts takes neither the guard out of the backend nor the API out of
    // the site.
    for part in ["part-1", "part-2", "part-3"] {
        run_with(&cloud, backend(), &["plan", part, "--exit-code"]).exit(0);
    }
}

#[test]
fn the_whole_lab_is_rolled_out_once() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let changes = cloud.changes();
    for once in ["RegisterTaskDefinition", "CreateService", "CreateDeployment", "PutRestApi"] {
        assert_eq!(changes.iter().filter(|it| *it == once).count(), 1, "{once} in {changes:?}");
    }
    assert!(!changes.contains(&"UpdateService".to_owned()), "{changes:?}");
}

#[test]
fn part_4_goes_and_leaves_part_3_as_it_was() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let balancer = backend_address(&deployed);
    assert_eq!(call(&balancer, "POST", &format!("{YETI}/like"), None).0, 401);
    let ended = cloud.run(&["cleanup", "part-4", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_nothing_of_part_4(&cloud);
    // As in part 3: whoever finds the load balancer may like.
    assert_eq!(call(&balancer, "POST", &format!("{YETI}/like"), None).0, 200);
    run_with(&cloud, backend(), &["plan", "part-3", "--exit-code"]).exit(0);
    // And it comes back.
    run_with(&cloud, backend(), &["auth", "deploy"]).exit(0);
    assert_eq!(call(&balancer, "POST", &format!("{YETI}/like"), None).0, 401);
}

#[test]
fn cleanup_leaves_nothing() {
    let cloud = Cloud::start();
    run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let ended = cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    assert_nothing_of_part_4(&cloud);
    assert_nothing_of_part_3(&cloud);
    assert_eq!((cloud.buckets().len(), cloud.tables().len()), (0, 0));
}

/// How many there are of what part 4 makes.
pub(crate) fn part_4_counts(cloud: &Cloud) -> [(&'static str, usize); 5] {
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let pools = cognito.list_user_pools().max_results(60).send().await.unwrap();
        let mut clients = 0;
        for pool in pools.user_pools() {
            let list = cognito.list_user_pool_clients().set_user_pool_id(pool.id.clone());
            clients += list.send().await.unwrap().user_pool_clients().len();
        }
        let gateway = aws_sdk_apigateway::Client::new(sdk);
        let links = gateway.get_vpc_links().send().await.unwrap();
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let mut deployments = 0;
        for api in apis.items() {
            let list = gateway.get_deployments().set_rest_api_id(api.id.clone());
            deployments += list.send().await.unwrap().items().len();
        }
        [
            ("user pools", pools.user_pools().len()),
            ("clients", clients),
            ("VPC links", links.items().len()),
            ("REST APIs", apis.items().len()),
            ("deployments", deployments),
        ]
    })
}

pub(crate) fn assert_nothing_of_part_4(cloud: &Cloud) {
    for (what, count) in part_4_counts(cloud) {
        assert_eq!(count, 0, "{what}");
    }
}
