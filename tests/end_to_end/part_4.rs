//! Part 4: a visitor registers, confirms and signs in; only then may they like and adopt, at the
//! API and at the load balancer alike.

use aws_sdk_cognitoidentityprovider::types::{AuthenticationResultType, ExplicitAuthFlowsType};

use crate::helpers::{
    backend::{api_address, backend_address, run_with},
    binaries::backend,
    calls::changes_by_cli,
    cloud::Cloud,
    command::until,
    http::whole,
    leftovers::{assert_nothing_of_part_3, assert_nothing_of_part_4},
    visitor::{call, client, visitor},
};

const YETI: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3";

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
    let (like, give_back) = (format!("{YETI}/like"), format!("{YETI}/give-back"));
    for token in bad_tokens(&cloud, &tokens) {
        for way in [&api, &balancer] {
            for path in [&like, &format!("{YETI}/adopt"), &give_back] {
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
    for way in [&api, &balancer] {
        assert_eq!(call(way, "POST", &give_back, Some(bert)).0, 403);
    }
    assert_eq!(call(&api, "POST", &give_back, Some(id)).1["adopted"], false);
    assert_eq!(call(&api, "GET", YETI, None).1["adopted"], false);
    assert_eq!(call(&api, "POST", &give_back, Some(bert)).0, 409);
    assert_eq!(call(&balancer, "POST", &format!("{YETI}/adopt"), Some(bert)).0, 200);
    // Who liked and who adopted is private.
    let (_, yeti) = call(&api, "GET", YETI, None);
    assert_eq!(yeti.as_object().unwrap().len(), 11, "{yeti}");
}

/// The id that API Gateway gives a request is the backend's, too: the page shows it, and with it
/// `logs` finds the lines. On the way there the client's own does not count.
#[test]
fn a_request_has_one_id_from_the_page_to_the_log() {
    let cloud = Cloud::start();
    let deployed = run_with(&cloud, backend(), &["deploy", "all"]).exit(0);
    let api = api_address(&deployed);
    let (host, stage) = api.split_once('/').unwrap();
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let ask = |path: &str| {
        let own = "Origin: http://site.example\r\nX-Request-Id: mine\r\n";
        whole(port, host, "GET", &format!("/{stage}{path}"), own, "")
    };
    let header = |answer: &str, name: &str| {
        let named = |line: &str| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        };
        answer.lines().find_map(named).unwrap_or_else(|| panic!("no {name}: {answer}"))
    };
    let answer = ask(YETI);
    let id = header(&answer, "x-request-id");
    assert_eq!(id, header(&answer, "x-amzn-requestid"));
    assert!(header(&answer, "access-control-expose-headers").contains("x-amzn-requestid"));
    ask("/mysfits");
    let lines = until("the line in the log", || {
        let found = cloud.run(&["logs", "--request", &id]).exit(0).stdout;
        (!found.is_empty()).then_some(found)
    });
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(lines.contains(&format!("GET {YETI} 200")), "{lines}");
    let none = cloud.run(&["logs", "--request", "mine"]).exit(0);
    assert!(none.stdout.is_empty() && none.stderr.contains("no lines of the request `mine`"));
    cloud.run(&["logs", "--request", "a\"b"]).exit(2);

    // What API Gateway refuses itself has its id as well, and the page may read it.
    let refused = whole(port, host, "POST", &format!("/{stage}{YETI}/like"), "", "");
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    assert!(header(&refused, "access-control-expose-headers").contains("x-amzn-RequestId"));
    header(&refused, "x-amzn-requestid");
}

/// Returns none, and those that look right but are not: the access token where the ID token
/// belongs, one of another pool, one that was changed, one without a signature. (Expired ones: the
/// tests in Python.)
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

/// Returns an ID token that is right in every way except for the pool.
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
    // A deploy of the earlier parts removes neither the guard from the backend nor the API from the
    // site.
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
    // And it returns.
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
