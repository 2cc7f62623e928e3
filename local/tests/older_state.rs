//! A state folder with a whole lab, written by an older build, before the format had a number.

use std::{collections::BTreeMap, fs::File, path::PathBuf};

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::{
    client::Request,
    cloud::{Cloud, Folder},
};

/// Written at commit 8844e83.
const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/state-8844e83.tgz");
const ACCOUNT: &str = "000000000000";
const POOL: &str = "eu-west-1_H6X4aW0Zd";
const CLIENT: &str = "t11rsyggbjnw350o3by78g4xvt";
/// The service in it has a task, which must not be started here.
const FOR_EVER: f64 = 1000.0;

/// Unpacks a copy into a folder.
pub(crate) fn unpack(folder: &Folder) {
    let archive = File::open(ARCHIVE).unwrap();
    tar::Archive::new(GzDecoder::new(archive)).unpack(folder.path()).unwrap();
}

/// Opens a cloud on an unpacked copy, and returns where that is.
async fn open(folder: &Folder) -> (Cloud, PathBuf) {
    unpack(folder);
    let state = folder.path().join("state");
    (Cloud::start_in(&state, FOR_EVER).await, state)
}

async fn json_call(cloud: &Cloud, service: &str, target: &str, input: Value) -> Value {
    cloud.good(&Request::json(service, target, ACCOUNT, &input)).await.json()
}

async fn cognito(cloud: &Cloud, operation: &str, input: Value) -> Value {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    json_call(cloud, "cognito-idp", &target, input).await
}

/// Returns the `sub` of a visitor.
fn sub(users: &Value, email: &str) -> Value {
    let mut users = users.as_array().unwrap().iter().map(|user| user["Attributes"].as_array());
    let attribute = |attributes: &[Value], name: &str| {
        let found = attributes.iter().find(|attribute| attribute["Name"] == name);
        found.map(|attribute| attribute["Value"].clone()).unwrap_or_default()
    };
    let visitor = users.find(|user| attribute(user.unwrap(), "email") == email).unwrap();
    attribute(visitor.unwrap(), "sub")
}

#[tokio::test]
async fn its_data_and_its_visitors_are_there() {
    let folder = Folder::new();
    let (cloud, _) = open(&folder).await;
    let users = cognito(&cloud, "ListUsers", json!({ "UserPoolId": POOL })).await["Users"].clone();
    assert_eq!(users.as_array().unwrap().len(), 5);
    let sign_in = json!({
        "ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "visitor0@example.com", "PASSWORD": "Passw0rd!x" },
    });
    let tokens = cognito(&cloud, "InitiateAuth", sign_in).await;
    assert!(tokens["AuthenticationResult"]["IdToken"].is_string(), "{tokens}");

    let scan = json!({ "TableName": "MysfitsTable" });
    let items = json_call(&cloud, "dynamodb", "DynamoDB_20120810.Scan", scan).await;
    assert_eq!(items["Count"], 12);
    let items = items["Items"].as_array().unwrap();
    let text =
        |item: &Value, field: &str, kind: &str| item[field][kind].as_str().map(str::to_owned);
    let likes: BTreeMap<String, String> = items
        .iter()
        .map(|item| (text(item, "Name", "S").unwrap(), text(item, "Likes", "N").unwrap()))
        .filter(|(_, likes)| likes != "0")
        .collect();
    let wanted =
        [("Atlantis", "5"), ("CoCo", "4"), ("Cole", "3"), ("Evangeline", "2"), ("Gary", "1")];
    assert_eq!(likes, wanted.map(|(name, likes)| (name.to_owned(), likes.to_owned())).into());
    let adopted: Vec<&Value> =
        items.iter().filter(|item| item["Adopted"]["BOOL"] == true).collect();
    assert_eq!((adopted.len(), &adopted[0]["Name"]["S"]), (1, &json!("Atlantis")));
    assert_eq!(adopted[0]["AdoptedBy"]["S"], sub(&users, "visitor4@example.com"));
}

#[tokio::test]
async fn its_infrastructure_is_there() {
    let folder = Folder::new();
    let (cloud, state) = open(&folder).await;
    let query = |service, version, text| Request::query(service, version, ACCOUNT, text);
    let stack = query(
        "cloudformation",
        "2010-05-15",
        "Action=DescribeStacks&StackName=MythicalMysfitsCoreStack",
    );
    assert_eq!(cloud.good(&stack).await.element("StackStatus"), "CREATE_COMPLETE");
    let balancer = query(
        "elasticloadbalancing",
        "2015-12-01",
        "Action=DescribeLoadBalancers&Names.member.1=mysfits-nlb",
    );
    assert_eq!(cloud.good(&balancer).await.element("Code"), "active");

    let get = |path| Request::new("GET", path).signed(ACCOUNT, "apigateway");
    let apis = cloud.good(&get("/restapis")).await.json();
    assert_eq!(apis["item"][0]["name"], "MysfitsApi");
    let links = cloud.good(&get("/vpclinks")).await.json();
    assert_eq!(links["item"][0]["status"], "AVAILABLE");

    let named = json!({ "repositoryName": "mythicalmysfits/service" });
    let target = "AmazonEC2ContainerRegistry_V20150921.DescribeImages";
    let images = json_call(&cloud, "ecr", target, named).await;
    assert_eq!(images["imageDetails"].as_array().unwrap().len(), 1);
    let named = json!({
        "cluster": "MythicalMysfits-Cluster", "services": ["MythicalMysfits-Service"],
    });
    let target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
    let services = json_call(&cloud, "ecs", target, named).await;
    assert_eq!(services["services"][0]["status"], "ACTIVE");
    assert_eq!(services["services"][0]["desiredCount"], 1);
    let page = Request::new("GET", "/index.html")
        .header("Host", "mysfits-000000000000-eu-west-1.s3-website.localhost");
    cloud.good(&page).await;

    let format = std::fs::read(state.join("format.json")).unwrap();
    let format: Value = serde_json::from_slice(&format).unwrap();
    assert_eq!(format["format"], 1);
}
