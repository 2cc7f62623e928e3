//! Input that is meant to harm: whatever it is, it gets an error of AWS's, and the local cloud
//! lives on.

use serde_json::{Value, json};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
    dynamodb::{call, create_table, table},
    lab::{self, ACCOUNT, s3},
};

/// Sends a request and returns its answer, which must not be an error of the local cloud's own. The
/// cloud must still be there afterwards.
async fn survives(cloud: &Cloud, request: &Request) -> Reply {
    let reply = request.send(cloud.port).await;
    assert!(reply.status < 500, "{}: {}", reply.status, reply.text());
    assert_eq!(Request::new("GET", "/_local/health").send(cloud.port).await.status, 200);
    reply
}

/// Sends a call of DynamoDB that must be refused with `ValidationException`, and returns its
/// message.
async fn invalid(cloud: &Cloud, operation: &str, input: &Value) -> String {
    let reply = survives(cloud, &call(operation, input)).await;
    assert_eq!(reply.status, 400, "{operation} {input}: {}", reply.text());
    assert_eq!(reply.code(), "ValidationException", "{}", reply.text());
    reply.json()["message"].as_str().unwrap_or_default().to_owned()
}

async fn with_table(folder: &Folder) -> Cloud {
    let cloud = Cloud::start(folder).await;
    cloud.good(&create_table("Table")).await;
    cloud.good(&call("PutItem", &json!({ "TableName": "Table", "Item": item() }))).await;
    cloud
}

fn item() -> Value {
    json!({ "Id": { "S": "1" }, "a": { "N": "1" }, "b": { "N": "2" } })
}

/// Returns a condition that has one operator more than it has nested parentheses twice.
fn nested_or(depth: usize) -> String {
    format!("a<b {}{}", "or (a<b ".repeat(depth), ")".repeat(depth))
}

/// Returns the calls whose expressions have conditions in them.
fn conditional(condition: &str) -> [(&'static str, Value); 6] {
    let (table, key) = ("Table", json!({ "Id": { "S": "1" } }));
    let check = json!({ "TableName": table, "Key": key, "ConditionExpression": condition });
    let put = json!({ "TableName": table, "Item": item(), "ConditionExpression": condition });
    let query = json!({ "TableName": table, "FilterExpression": condition,
        "KeyConditionExpression": "Id = :id",
        "ExpressionAttributeValues": { ":id": { "S": "1" } } });
    [
        ("PutItem", put),
        ("UpdateItem", check.clone()),
        ("DeleteItem", check.clone()),
        ("TransactWriteItems", json!({ "TransactItems": [{ "ConditionCheck": check }] })),
        ("Scan", json!({ "TableName": table, "FilterExpression": condition })),
        ("Query", query),
    ]
}

#[tokio::test]
async fn a_condition_may_have_300_operators_however_deep_they_nest() {
    let folder = Folder::new();
    let cloud = with_table(&folder).await;
    // 299 operators, and 300 with the one in front.
    let deepest = format!("not ({})", nested_or(149)).replace("a<b or", "a>b or");
    let (too_deep, words) = (nested_or(150), "contains too many operators; operator count: 301");
    let nots = format!("{}a>b", "not ".repeat(299));
    for condition in [&deepest, &nots] {
        for (operation, input) in conditional(condition) {
            let reply = survives(&cloud, &call(operation, &input)).await;
            // Whether the item meets the condition is not what is tested here.
            let is_met = reply.status == 200 || reply.text().contains("ConditionalCheckFailed");
            assert!(is_met, "{operation}: {}", reply.text());
        }
    }
    for condition in [&too_deep, &format!("not {nots}")] {
        for (operation, input) in conditional(condition) {
            let message = invalid(&cloud, operation, &input).await;
            assert!(message.contains(words), "{operation}: {message}");
        }
    }
    cloud.stop().await;
}

#[tokio::test]
async fn parentheses_and_functions_and_paths_nest_as_deep_as_an_expression_is_long() {
    let folder = Folder::new();
    let cloud = with_table(&folder).await;
    let deep = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    for condition in [
        deep("(", "", "", 4096),
        deep("(", "", "", 302),
        deep("(", "a<b", ")", 2046),
        format!("a < {}", deep("f(", "b", ")", 1355)),
        format!("a < {}", deep("size(", "b", ")", 680)),
        deep("not (", "a<b", ")", 600),
        deep("attribute_exists(", "b", ")", 200),
    ] {
        for (operation, input) in conditional(&condition) {
            invalid(&cloud, operation, &input).await;
        }
    }
    let update = |text: String| {
        json!({ "TableName": "Table", "Key": { "Id": { "S": "1" } }, "UpdateExpression": text,
            "ExpressionAttributeValues": { ":l": { "L": [] } } })
    };
    for text in [
        format!("SET l = {}", deep("list_append(:l, ", ":l", ")", 230)),
        format!("SET l = {}", deep("if_not_exists(l,", ":l", ")", 230)),
    ] {
        cloud.good(&call("UpdateItem", &update(text))).await;
    }
    for text in [
        format!("SET a = {}", deep("(", "a", ")", 2000)),
        format!("SET a = a{}", " + a".repeat(301)),
        format!("REMOVE a{}", "[0]".repeat(1300)),
        format!("REMOVE a{}", ".a".repeat(2000)),
    ] {
        invalid(&cloud, "UpdateItem", &update(text)).await;
    }
    for path in ["[0]".repeat(1300), ".a".repeat(2000)] {
        let get = json!({ "TableName": "Table", "Key": { "Id": { "S": "1" } },
            "ProjectionExpression": format!("a{path}") });
        survives(&cloud, &call("GetItem", &get)).await;
        let all = json!({ "TransactItems": [{ "Get": get }] });
        survives(&cloud, &call("TransactGetItems", &all)).await;
    }
    cloud.stop().await;
}

/// The engine keeps each table and each index as a table of `SQLite`, whose names know no case and
/// some of which are `SQLite`'s or the engine's own.
#[tokio::test]
async fn names_that_the_engine_cannot_keep_are_refused() {
    let folder = Folder::new();
    let cloud = with_table(&folder).await;
    let mut input = table("Other");
    for name in
        ["table", "TABLE", "sqlite_master", "SQLite_x", "_tables", "_Config", "_stream_records"]
    {
        input["TableName"] = name.into();
        let message = invalid(&cloud, "CreateTable", &input).await;
        assert!(message.contains(name), "{message}");
    }
    input["TableName"] = "Other".into();
    let mut second = input["GlobalSecondaryIndexes"][0].clone();
    second["IndexName"] = "BYKIND".into();
    let mut both = input.clone();
    both["GlobalSecondaryIndexes"].as_array_mut().unwrap().push(second.clone());
    let message = invalid(&cloud, "CreateTable", &both).await;
    assert!(message.contains("BYKIND"), "{message}");
    let update = json!({ "TableName": "Table", "AttributeDefinitions": input["AttributeDefinitions"],
        "GlobalSecondaryIndexUpdates": [{ "Create": second }] });
    let message = invalid(&cloud, "UpdateTable", &update).await;
    assert!(message.contains("BYKIND"), "{message}");
    // Once there is no such table any more, the name is free.
    cloud.good(&call("DeleteTable", &json!({ "TableName": "Table" }))).await;
    cloud.good(&create_table("TABLE")).await;
    cloud.stop().await;
}

#[tokio::test]
async fn statements_nest_as_deep_as_they_are_long() {
    let folder = Folder::new();
    let cloud = with_table(&folder).await;
    let (open, close) = ("(".repeat(4000), ")".repeat(4000));
    for condition in [
        format!("{open}a<b{close}"),
        open.clone(),
        format!("{}a<b", "not ".repeat(1900)),
        format!("a = {}{}", "[".repeat(3900), "]".repeat(3900)),
        format!("a = {}", "{'a':".repeat(1500)),
    ] {
        let statement = format!("SELECT * FROM \"Table\" WHERE {condition}");
        let one = json!({ "Statement": statement });
        invalid(&cloud, "ExecuteStatement", &one).await;
        let all = json!({ "Statements": [one] });
        let reply = survives(&cloud, &call("BatchExecuteStatement", &all)).await;
        assert!(reply.text().contains("ValidationError"), "{}", reply.text());
        let all = json!({ "TransactStatements": [one] });
        survives(&cloud, &call("ExecuteTransaction", &all)).await;
    }
    let path = format!("SELECT * FROM \"Table\" WHERE a{} = 1", "[0]".repeat(2600));
    survives(&cloud, &call("ExecuteStatement", &json!({ "Statement": path }))).await;
    cloud.stop().await;
}

#[tokio::test]
async fn values_nest_32_levels_and_no_deeper() {
    let folder = Folder::new();
    let cloud = with_table(&folder).await;
    for depth in [33, 61, 100, 1_000] {
        let value = format!("{}{{\"S\":\"x\"}}{}", "{\"L\":[".repeat(depth), "]}".repeat(depth));
        let body = format!(r#"{{"TableName":"Table","Item":{{"Id":{{"S":"1"}},"v":{value}}}}}"#);
        let request = call("PutItem", &Value::Null).body(body);
        let reply = survives(&cloud, &request).await;
        assert_eq!(reply.code(), "ValidationException", "{depth}: {}", reply.text());
        assert!(reply.text().contains("Nesting Levels have exceeded supported limits"), "{depth}");
    }
    cloud.stop().await;
}

/// Returns a call of a Query service with one parameter that needs encoding.
fn query(service: &str, version: &str, rest: &str, name: &str, value: &str) -> Request {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    Request::query(service, version, ACCOUNT, &format!("{rest}&{name}={value}"))
}

/// Returns texts that nest one bracket this deep.
fn brackets(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(20_000), close.repeat(20_000))
}

#[tokio::test]
async fn xml_nests_no_deeper_than_any_request_of_s3() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&lab::bucket("bucket")).await;
    for (method, target) in [
        ("PUT", "/bucket?tagging"),
        ("POST", "/bucket?delete"),
        ("PUT", "/other"),
        ("PUT", "/bucket?policy"),
        ("PUT", "/bucket?website"),
        ("PUT", "/bucket?versioning"),
        ("PUT", "/bucket?publicAccessBlock"),
        ("POST", "/bucket/key?uploadId=none"),
    ] {
        for close in ["</a>", ""] {
            let body = format!("{}{}", "<a>".repeat(500_000), close.repeat(500_000));
            let request = s3(method, target).body(body);
            let reply = survives(&cloud, &request).await;
            assert!(reply.status >= 400, "{method} {target}: {}", reply.text());
        }
    }
    let tagging = s3("PUT", "/bucket?tagging").body(brackets("<a>", "", "</a>"));
    assert_eq!(tagging.send(cloud.port).await.element("Code"), "MalformedXML");
    cloud.stop().await;
}

#[tokio::test]
async fn documents_nest_no_deeper_than_their_readers_follow() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&lab::bucket("bucket")).await;
    let template = |text: &str| {
        let rest = "Action=ValidateTemplate";
        query("cloudformation", "2010-05-15", rest, "TemplateBody", text)
    };
    let policy = |text: &str| {
        let rest = "Action=CreatePolicy&PolicyName=p";
        query("iam", "2010-05-08", rest, "PolicyDocument", text)
    };
    let deep = "[".repeat(20_000);
    let whole = brackets("[", "", "]");
    let in_json = |name: &str, text: &str| format!(r#"{{"{name}":{text}}}"#);
    let api = |text: String| {
        Request::new("POST", "/restapis?mode=import").signed(ACCOUNT, "apigateway").body(text)
    };
    let path = format!(
        r#"{{"swagger":"2.0","info":{{"title":"a"}},"paths":{{"{}":{{"get":
        {{"x-amazon-apigateway-integration":{{"type":"mock"}}}}}}}}}}"#,
        "/a".repeat(3000)
    );
    for request in [
        template(&in_json("Resources", &whole)),
        template(&in_json("Resources", &deep)),
        template(&format!("Resources: {deep}")),
        template(&format!("Resources: {}a", "- ".repeat(20_000))),
        template(&format!("Resources: {}a", "!Not ".repeat(8_000))),
        template(&brackets("{\"a\":", "1", "}")),
        policy(&in_json("Statement", &whole)),
        policy(&deep),
        s3("PUT", "/bucket?policy").body(&*in_json("Statement", &whole)),
        s3("PUT", "/bucket?policy").body(&*deep),
        api(in_json("paths", &whole)),
        api(format!("swagger: '2.0'\npaths: {deep}")),
        lab::logs("CreateLogGroup", &Value::Null).body(&*whole),
        lab::ecs("CreateCluster", &Value::Null).body(in_json("tags", &whole)),
        lab::cognito("CreateUserPool", &Value::Null).body(in_json("Schema", &whole)),
    ] {
        let reply = survives(&cloud, &request).await;
        assert!((400..500).contains(&reply.status), "{}", reply.text());
    }
    survives(&cloud, &api(path)).await;
    cloud.stop().await;
}

#[tokio::test]
async fn patterns_are_no_programs() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for pattern in [
        "(".repeat(4000) + &")".repeat(4000),
        "((((((((a{100}){100}){100}){100}){100}){100}){100}){100})".to_owned(),
        "(?:a?){2000}{2000}".to_owned(),
    ] {
        let template = json!({ "Parameters": { "P": { "Type": "String", "AllowedPattern": pattern,
            "Default": "a".repeat(4000) } },
            "Resources": { "H": { "Type": "AWS::CloudFormation::WaitConditionHandle" } } });
        let rest = "Action=CreateStack&StackName=s";
        let text = template.to_string();
        let request = query("cloudformation", "2010-05-15", rest, "TemplateBody", &text);
        let reply = survives(&cloud, &request).await;
        assert_eq!(reply.element("Code"), "ValidationError", "{}", reply.text());
    }
    let filter = format!(
        "Action=DescribeVpcs&Filter.1.Name=tag:Name&Filter.1.Value.1={}",
        "*a".repeat(50_000)
    );
    let request = lab::ec2(&filter);
    assert_eq!(survives(&cloud, &request).await.status, 200);
    cloud.stop().await;
}

/// Returns this many mebibytes and a byte.
fn above(megabytes: usize) -> Vec<u8> {
    vec![b'a'; megabytes * 1024 * 1024 + 1]
}

#[tokio::test]
async fn bodies_are_limited_by_service() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let form =
        |request: Request| request.header("Content-Type", "application/x-www-form-urlencoded");
    let visitor = Request::new("POST", "/_cognito/")
        .header("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
        .header("Content-Type", "application/x-amz-json-1.1");
    for (request, megabytes) in [
        (lab::cognito("SignUp", &Value::Null), 1),
        (visitor, 1),
        (lab::logs("CreateLogGroup", &Value::Null), 5),
        (lab::ecs("CreateCluster", &Value::Null), 5),
        (form(lab::iam("")), 5),
        (form(lab::ec2("")), 5),
        (lab::apigateway("POST", "/restapis?mode=import", &Value::Null), 6),
        (lab::dynamodb("PutItem", &Value::Null), 16),
    ] {
        let reply = survives(&cloud, &request.body(above(megabytes))).await;
        assert_eq!(reply.status, 413, "{}", reply.text());
        let code = "RequestEntityTooLarge";
        let named = reply.header("x-amzn-errortype") == Some(code) || reply.text().contains(code);
        assert!(named, "{}", reply.text());
    }
    cloud.good(&lab::bucket("bucket")).await;
    let tags = survives(&cloud, &s3("PUT", "/bucket?tagging").body(above(5))).await;
    assert_eq!((tags.status, tags.element("Code").as_str()), (400, "EntityTooLarge"));
    cloud.good(&s3("PUT", "/bucket/key").body(above(5))).await;
    cloud.stop().await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_an_error_of_the_caller() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for operation in ["TransactWriteItems", "TransactGetItems", "UpdateItem", "UpdateTable", "Scan"]
    {
        for body in [json!("TransactItems"), json!([{}]), json!(7), json!(null), json!(true)] {
            let reply = lab::dynamodb(operation, &body).send(cloud.port).await;
            assert_eq!(reply.status, 400, "{operation} {body}: {}", reply.text());
        }
    }
}
