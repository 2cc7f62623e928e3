use serde_json::{Value, json};

use super::{Opened, lab};
use crate::service::Service as _;

impl Opened {
    fn described(&self, id: &str) -> Value {
        self.run("DescribeUserPool", json!({ "UserPoolId": id })).unwrap()["UserPool"].clone()
    }

    fn client(&self, pool: &str, mut settings: Value) -> Value {
        settings["UserPoolId"] = pool.into();
        settings["ClientName"] = "MysfitsUserPoolClient".into();
        self.run("CreateUserPoolClient", settings).unwrap()["UserPoolClient"].clone()
    }
}

#[test]
fn a_pool_is_as_aws_makes_it() {
    let opened = Opened::new("defaults");
    let id = opened.pool(lab());
    assert!(id.starts_with("eu-west-1_") && id.len() == 19, "{id}");
    let pool = opened.described(&id);
    assert_eq!(pool["Arn"], format!("arn:aws:cognito-idp:eu-west-1:111111111111:userpool/{id}"));
    assert_eq!(pool["UserPoolTier"], "ESSENTIALS");
    assert_eq!(pool["MfaConfiguration"], "OFF");
    assert_eq!(pool["EstimatedNumberOfUsers"], 0);
    assert_eq!(pool["DeletionProtection"], "INACTIVE");
    assert_eq!(pool["Policies"]["PasswordPolicy"]["RequireSymbols"], true);
    assert_eq!(pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(pool["SchemaAttributes"].as_array().unwrap().len(), 21);
    assert_eq!(pool["UsernameAttributes"], Value::Null);
}

#[test]
fn an_update_resets_what_it_does_not_name_but_the_tier() {
    let opened = Opened::new("reset");
    let mut settings = lab();
    settings["UserPoolTier"] = "LITE".into();
    settings["DeletionProtection"] = "ACTIVE".into();
    settings["UsernameAttributes"] = json!(["email"]);
    settings["Policies"] = json!({ "PasswordPolicy": { "MinimumLength": 12 } });
    let id = opened.pool(settings);
    assert_eq!(opened.described(&id)["Policies"]["PasswordPolicy"]["RequireSymbols"], false);
    let update =
        json!({ "UserPoolId": id, "AccountRecoverySetting": { "RecoveryMechanisms": [] } });
    opened.run("UpdateUserPool", update).unwrap();
    let pool = opened.described(&id);
    assert_eq!(pool["AutoVerifiedAttributes"], Value::Null);
    assert_eq!(pool["UserPoolTags"], json!({}));
    assert_eq!(pool["DeletionProtection"], "INACTIVE");
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(pool["UserPoolTier"], "LITE");
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["Name"], "MysfitsUserPool");
}

#[test]
fn what_the_local_cloud_cannot_do_is_refused() {
    let opened = Opened::new("unable");
    for settings in [
        json!({ "MfaConfiguration": "ON" }),
        json!({ "LambdaConfig": { "PreSignUp": "arn:aws:lambda:eu-west-1:1:function:f" } }),
        json!({ "AutoVerifiedAttributes": ["phone_number"] }),
        json!({ "Policies": { "PasswordPolicy": { "PasswordHistorySize": 3 } } }),
        json!({ "UserPoolTier": "FREE" }),
        json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 5 } } }),
        json!({ "AliasAttributes": ["email"], "UsernameAttributes": ["email"] }),
        json!({ "UserPoolTags": { "aws:x": "y" } }),
    ] {
        let mut input = settings.clone();
        input["PoolName"] = "pool".into();
        assert_eq!(opened.code("CreateUserPool", input), "InvalidParameterException", "{settings}");
    }
}

#[test]
fn two_pools_of_one_name_are_two_and_are_listed_by_pages() {
    let opened = Opened::new("pages");
    let mut ids = [opened.pool(lab()), opened.pool(lab()), opened.pool(lab())];
    ids.sort();
    let page = |token: Option<&Value>| {
        opened.run("ListUserPools", json!({ "MaxResults": 2, "NextToken": token })).unwrap()
    };
    let first = page(None);
    let second = page(Some(&first["NextToken"]));
    let listed = [&first, &second].map(|page| page["UserPools"].as_array().unwrap().clone());
    let listed: Vec<_> = listed.concat().iter().map(|pool| pool["Id"].clone()).collect();
    assert_eq!(listed, ids);
    assert_eq!(second["NextToken"], Value::Null);
    for bad in [json!({}), json!({ "MaxResults": 0 }), json!({ "MaxResults": 61 })] {
        assert_eq!(opened.code("ListUserPools", bad), "InvalidParameterException");
    }
}

#[test]
fn protection_and_a_domain_keep_a_pool() {
    let opened = Opened::new("kept");
    let id = opened.pool(json!({ "DeletionProtection": "ACTIVE" }));
    let of = |mut input: Value| {
        input["UserPoolId"] = id.as_str().into();
        input
    };
    let message = opened.run("DeleteUserPool", of(json!({}))).unwrap_err().message;
    assert!(message.contains("deletion protection is activated"), "{message}");
    opened.run("UpdateUserPool", of(json!({ "DeletionProtection": "INACTIVE" }))).unwrap();
    let domain = json!({ "Domain": "mysfits" });
    opened.run("CreateUserPoolDomain", of(domain.clone())).unwrap();
    assert_eq!(opened.described(&id)["Domain"], "mysfits");
    let described = opened.run("DescribeUserPoolDomain", domain.clone()).unwrap();
    assert_eq!(described["DomainDescription"]["UserPoolId"], id);
    let other = json!({ "Domain": "mysfits", "UserPoolId": opened.pool(lab()) });
    assert_eq!(opened.code("CreateUserPoolDomain", other), "InvalidParameterException");
    let message = opened.run("DeleteUserPool", of(json!({}))).unwrap_err().message;
    assert!(message.contains("has a domain configured"), "{message}");
    opened.run("DeleteUserPoolDomain", of(domain.clone())).unwrap();
    assert_eq!(
        opened.code("DeleteUserPoolDomain", of(domain.clone())),
        "InvalidParameterException"
    );
    let described = opened.run("DescribeUserPoolDomain", domain).unwrap();
    assert_eq!(described["DomainDescription"], json!({}));
    opened.run("DeleteUserPool", of(json!({}))).unwrap();
    for operation in ["DescribeUserPool", "DeleteUserPool", "ListUserPoolClients"] {
        assert_eq!(opened.code(operation, of(json!({}))), "ResourceNotFoundException");
    }
}

#[test]
fn a_client_is_as_aws_makes_it() {
    let opened = Opened::new("client");
    let pool = opened.pool(lab());
    let client = opened.client(&pool, json!({}));
    assert_eq!(client["ClientId"].as_str().unwrap().len(), 26);
    assert_eq!(client["ClientSecret"], Value::Null);
    assert_eq!(client["RefreshTokenValidity"], 30);
    assert_eq!(
        client["ExplicitAuthFlows"],
        json!(["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])
    );
    let secret = opened.client(&pool, json!({ "GenerateSecret": true }));
    assert_eq!(secret["ClientSecret"].as_str().unwrap().len(), 51);
    let of = |input: Value| {
        let mut input = input;
        input["UserPoolId"] = pool.as_str().into();
        input["ClientId"] = client["ClientId"].clone();
        input
    };
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "IdTokenValidity": 2 });
    let updated = opened.run("UpdateUserPoolClient", of(flows)).unwrap();
    assert_eq!(updated["UserPoolClient"]["IdTokenValidity"], 2);
    let reset = opened.run("UpdateUserPoolClient", of(json!({}))).unwrap();
    assert_eq!(reset["UserPoolClient"]["IdTokenValidity"], Value::Null);
    assert_eq!(reset["UserPoolClient"]["ExplicitAuthFlows"], client["ExplicitAuthFlows"]);
    assert_eq!(reset["UserPoolClient"]["ClientName"], "MysfitsUserPoolClient");
    let listed = opened.run("ListUserPoolClients", json!({ "UserPoolId": pool })).unwrap();
    assert_eq!(listed["UserPoolClients"].as_array().unwrap().len(), 2);
    opened.run("DeleteUserPoolClient", of(json!({}))).unwrap();
    assert_eq!(opened.code("DeleteUserPoolClient", of(json!({}))), "ResourceNotFoundException");
    assert_eq!(opened.code("DescribeUserPoolClient", of(json!({}))), "ResourceNotFoundException");
}

#[test]
fn clients_are_refused_what_makes_no_sense() {
    let opened = Opened::new("client-refused");
    let pool = opened.pool(lab());
    for settings in [
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"] }),
        json!({ "ExplicitAuthFlows": ["PASSWORD"] }),
        json!({ "IdTokenValidity": 4, "TokenValidityUnits": { "IdToken": "minutes" } }),
        json!({ "AccessTokenValidity": 25 }),
        json!({ "AccessTokenValidity": 1, "TokenValidityUnits": { "AccessToken": "weeks" } }),
        json!({ "PreventUserExistenceErrors": "MAYBE" }),
    ] {
        let mut input = settings.clone();
        input["UserPoolId"] = pool.as_str().into();
        input["ClientName"] = "client".into();
        let code = opened.code("CreateUserPoolClient", input);
        assert_eq!(code, "InvalidParameterException", "{settings}");
    }
}

#[test]
fn pools_are_found_by_their_tags() {
    let opened = Opened::new("tags");
    let id = opened.pool(json!({}));
    let place = &opened.place;
    assert!(opened.cognito.tagged(place).is_empty());
    let arn = opened.described(&id)["Arn"].clone();
    let of = |mut input: Value| {
        input["ResourceArn"] = arn.clone();
        input
    };
    opened.run("TagResource", of(json!({ "Tags": { "a": "1", "b": "2" } }))).unwrap();
    opened.run("UntagResource", of(json!({ "TagKeys": ["a"] }))).unwrap();
    let tags = opened.run("ListTagsForResource", of(json!({}))).unwrap();
    assert_eq!(tags, json!({ "Tags": { "b": "2" } }));
    let tagged = opened.cognito.tagged(place);
    assert_eq!((tagged.len(), tagged[0].arn.as_str()), (1, arn.as_str().unwrap()));
    let foreign = arn.as_str().unwrap().replace("111111111111", "222222222222");
    assert_eq!(
        opened.code("ListTagsForResource", json!({ "ResourceArn": foreign })),
        "InvalidParameterException"
    );
}
