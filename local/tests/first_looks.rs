//! The fault rules of the kinds `not-found` and `no-tags`: the first reads of a resource do not
//! find it, or not its tags.

use serde_json::{Value, json};

use crate::{
    client::{Reply, Request},
    cloud::{Cloud, Folder},
    lab::{
        self, ACCOUNT, apigateway, cloudformation, cognito, dynamodb, ec2, ecr, ecs, elb, iam,
        logs, s3, table, tagging,
    },
};

async fn put(cloud: &Cloud, rule: Value) {
    cloud.put_faults(json!({ "rules": [rule] })).await;
}

/// Returns what a client sees of an error: status, code and message, in whichever protocol.
fn refusal(reply: &Reply) -> (u16, String, String) {
    let text = reply.text();
    if !text.starts_with('{') {
        let in_body = |name| if text.is_empty() { String::new() } else { reply.element(name) };
        return (reply.status, in_body("Code"), in_body("Message"));
    }
    let code = reply.header("x-amzn-errortype").map_or_else(|| reply.code(), str::to_owned);
    (reply.status, code, reply.json()["message"].as_str().unwrap().to_owned())
}

/// Reads of resources that do not exist: service, operation and request.
fn looks_at_nothing() -> Vec<(&'static str, &'static str, Request)> {
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:eu-west-1:{ACCOUNT}:{rest}");
    let balancer = arn("elasticloadbalancing", "loadbalancer/net/lab/1");
    let group = arn("elasticloadbalancing", "targetgroup/lab/1");
    let listener = arn("elasticloadbalancing", "listener/net/lab/1/2");
    let get = |path: &str| apigateway("GET", path, &Value::Null);
    let mut looks = vec![
        ("dynamodb", "DescribeTable", dynamodb("DescribeTable", &json!({ "TableName": "None" }))),
        ("dynamodb", "ListTagsOfResource", {
            let input = json!({ "ResourceArn": arn("dynamodb", "table/None") });
            dynamodb("ListTagsOfResource", &input)
        }),
        ("dynamodb", "Scan", dynamodb("Scan", &json!({ "TableName": "None" }))),
        ("s3", "HeadBucket", s3("HEAD", "/none")),
        ("s3", "GetBucketTagging", s3("GET", "/none?tagging")),
        ("s3", "GetObject", s3("GET", "/some/none")),
        ("ecr", "DescribeRepositories", {
            ecr("DescribeRepositories", &json!({ "repositoryNames": ["none"] }))
        }),
        ("ecr", "ListTagsForResource", {
            let input = json!({ "resourceArn": arn("ecr", "repository/none/app") });
            ecr("ListTagsForResource", &input)
        }),
        ("ecs", "DescribeTaskDefinition", {
            ecs("DescribeTaskDefinition", &json!({ "taskDefinition": "none" }))
        }),
        ("logs", "ListTagsForResource", {
            let input = json!({ "resourceArn": arn("logs", "log-group:none") });
            logs("ListTagsForResource", &input)
        }),
        ("logs", "DescribeLogStreams", {
            logs("DescribeLogStreams", &json!({ "logGroupName": "none" }))
        }),
        ("cognito-idp", "DescribeUserPool", {
            cognito("DescribeUserPool", &json!({ "UserPoolId": "eu-west-1_None12345" }))
        }),
        ("cognito-idp", "ListTagsForResource", {
            let input =
                json!({ "ResourceArn": arn("cognito-idp", "userpool/eu-west-1_None12345") });
            cognito("ListTagsForResource", &input)
        }),
        ("apigateway", "GetRestApi", get("/restapis/none123456")),
        ("apigateway", "GetResources", get("/restapis/none123456/resources")),
        ("apigateway", "GetVpcLink", get("/vpclinks/none12")),
        ("iam", "GetRole", iam("Action=GetRole&RoleName=None")),
    ];
    for action in ["DescribeStacks", "DescribeStackEvents", "GetTemplate", "ListStackResources"] {
        let request = cloudformation(&format!("Action={action}&StackName=None"));
        looks.push(("cloudformation", action, request));
    }
    for (action, parameter, value) in [
        ("DescribeLoadBalancers", "Names.member.1", "none"),
        ("DescribeLoadBalancers", "LoadBalancerArns.member.1", &balancer),
        ("DescribeLoadBalancerAttributes", "LoadBalancerArn", &balancer),
        ("DescribeListeners", "LoadBalancerArn", &balancer),
        ("DescribeListeners", "ListenerArns.member.1", &listener),
        ("DescribeTargetGroups", "Names.member.1", "none"),
        ("DescribeTargetGroups", "LoadBalancerArn", &balancer),
        ("DescribeTargetHealth", "TargetGroupArn", &group),
        ("DescribeTags", "ResourceArns.member.1", &balancer),
        ("DescribeTags", "ResourceArns.member.1", &group),
        ("DescribeTags", "ResourceArns.member.1", &listener),
    ] {
        let request = elb(&format!("Action={action}&{parameter}={value}"));
        looks.push(("elasticloadbalancing", action, request));
    }
    for (action, parameter) in [
        ("DescribeInternetGateways", "InternetGatewayId.1=igw-0"),
        ("DescribeNatGateways", "NatGatewayId.1=nat-0"),
        ("DescribeNetworkInterfaces", "NetworkInterfaceId.1=eni-0"),
        ("DescribeRouteTables", "RouteTableId.1=rtb-0"),
        ("DescribeSecurityGroups", "GroupId.1=sg-0"),
        ("DescribeSubnets", "SubnetId.1=subnet-0"),
        ("DescribeVpcs", "VpcId.1=vpc-0"),
    ] {
        looks.push(("ec2", action, ec2(&format!("Action={action}&{parameter}"))));
    }
    looks
}

#[tokio::test]
async fn the_rule_has_the_words_of_each_service() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    cloud.good(&lab::bucket("some")).await;
    for (service, operation, request) in looks_at_nothing() {
        cloud.clear_faults().await;
        let truth = refusal(&request.send(cloud.port).await);
        put(&cloud, json!({ "kind": "not-found", "service": service, "operation": operation }))
            .await;
        let ours = refusal(&request.send(cloud.port).await);
        assert_eq!(ours, truth, "{service} {operation}");
        let logged = cloud.requests().await.pop().unwrap();
        assert_eq!(logged["fault"], "not-found", "{service} {operation}");
    }
}

#[tokio::test]
async fn the_first_looks_at_each_thing_do_not_find_it() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    for name in ["One", "Two"] {
        cloud.good(&dynamodb("CreateTable", &table(name))).await;
    }
    put(
        &cloud,
        json!({ "kind": "not-found", "service": "dynamodb", "operation": "DescribeTable", "times": 2 }),
    )
    .await;
    let mut seen = Vec::new();
    for name in ["One", "Two", "One", "Two", "One", "Two"] {
        let describe = dynamodb("DescribeTable", &json!({ "TableName": name }));
        seen.push(describe.send(cloud.port).await.status);
    }
    assert_eq!(seen, [400, 400, 400, 400, 200, 200]);
    // Other operations are not struck.
    cloud.good(&dynamodb("Scan", &json!({ "TableName": "One" }))).await;
}

#[tokio::test]
async fn lists_are_empty_as_if_there_were_nothing() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let balancer = lab::load_balancer(&cloud, &lab::subnets(&cloud).await).await;
    cloud.good(&logs("CreateLogGroup", &json!({ "logGroupName": "one" }))).await;
    cloud.good(&cognito("CreateUserPool", &json!({ "PoolName": "one" }))).await;
    cloud.good(&apigateway("POST", "/restapis", &json!({ "name": "one" }))).await;
    let link = json!({ "name": "one", "targetArns": [balancer] });
    cloud.good(&apigateway("POST", "/vpclinks", &link)).await;
    cloud.good(&dynamodb("CreateTable", &table("One"))).await;

    put(&cloud, json!({ "kind": "not-found", "times": 1 })).await;
    let by_tag = json!({ "TagFilters": [{ "Key": "lab", "Values": ["mysfits"] }] });
    let lists = [
        (logs("DescribeLogGroups", &json!({})), "logGroups"),
        (cognito("ListUserPools", &json!({ "MaxResults": 60 })), "UserPools"),
        (apigateway("GET", "/restapis", &Value::Null), "item"),
        (apigateway("GET", "/vpclinks", &Value::Null), "item"),
        (tagging("GetResources", &by_tag), "ResourceTagMappingList"),
    ];
    for (request, list) in lists {
        assert_eq!(cloud.good(&request).await.json()[list], json!([]), "{list}");
        let second = cloud.good(&request).await.json();
        assert!(!second[list].as_array().unwrap().is_empty(), "{list}");
    }
    for (request, name) in [
        (elb("Action=DescribeLoadBalancers"), "LoadBalancerName"),
        (ec2("Action=DescribeSubnets"), "subnetId"),
    ] {
        let first = cloud.good(&request).await;
        assert!(!first.text().contains(name), "{}", first.text());
        assert!(cloud.good(&request).await.text().contains(name));
    }
}

#[tokio::test]
async fn clusters_and_services_are_missing() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    lab::service(&cloud, &lab::subnets(&cloud).await).await;
    put(&cloud, json!({ "kind": "not-found", "service": "ecs", "times": 1 })).await;
    for (operation, input, list) in [
        ("DescribeClusters", json!({ "clusters": ["lab"] }), "clusters"),
        ("DescribeServices", json!({ "cluster": "lab", "services": ["app"] }), "services"),
    ] {
        let first = cloud.good(&ecs(operation, &input)).await.json();
        assert_eq!(
            (&first[list], &first["failures"][0]["reason"]),
            (&json!([]), &json!("MISSING"))
        );
        assert!(first["failures"][0]["arn"].as_str().unwrap().contains("lab"), "{first}");
        let second = cloud.good(&ecs(operation, &input)).await.json();
        assert_eq!((second[list].as_array().unwrap().len(), &second["failures"]), (1, &json!([])));
    }
}

/// Reads of the tags of resources that are created here, each with the tag `lab`.
async fn looks_at_tags(cloud: &Cloud) -> Vec<Request> {
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:eu-west-1:{ACCOUNT}:{rest}");
    let subnets = lab::subnets(cloud).await;
    let balancer = lab::load_balancer(cloud, &subnets).await;
    lab::service(cloud, &subnets).await;
    cloud.good(&dynamodb("CreateTable", &table("One"))).await;
    let tags = json!({ "lab": "mysfits" });
    let list = json!([{ "Key": "lab", "Value": "mysfits" }]);
    cloud.good(&logs("CreateLogGroup", &json!({ "logGroupName": "one", "tags": tags }))).await;
    cloud.good(&ecr("CreateRepository", &json!({ "repositoryName": "one", "tags": list }))).await;
    let pool = json!({ "PoolName": "one", "UserPoolTags": tags });
    let pool = cloud.good(&cognito("CreateUserPool", &pool)).await.json();
    let pool = json!({ "UserPoolId": pool["UserPool"]["Id"] });
    let api = json!({ "name": "one", "tags": tags });
    let api = cloud.good(&apigateway("POST", "/restapis", &api)).await.json();
    let api = format!("/restapis/{}", api["id"].as_str().unwrap());
    cloud.good(&lab::bucket("one")).await;
    let set = "<Tagging><TagSet><Tag><Key>lab</Key><Value>mysfits</Value></Tag></TagSet></Tagging>";
    cloud.good(&s3("PUT", "/one?tagging").body(set)).await;
    let template = "Resources: {Group: {Type: AWS::Logs::LogGroup}}";
    let template: String = form_urlencoded::byte_serialize(template.as_bytes()).collect();
    let stack = format!(
        "Action=CreateStack&StackName=Lab&TemplateBody={template}&Tags.member.1.Key=lab\
         &Tags.member.1.Value=mysfits"
    );
    cloud.good(&cloudformation(&stack)).await;
    vec![
        dynamodb("ListTagsOfResource", &json!({ "ResourceArn": arn("dynamodb", "table/One") })),
        logs("ListTagsForResource", &json!({ "resourceArn": arn("logs", "log-group:one") })),
        ecr("ListTagsForResource", &json!({ "resourceArn": arn("ecr", "repository/one") })),
        ecs("DescribeClusters", &json!({ "clusters": ["lab"], "include": ["TAGS"] })),
        cognito("DescribeUserPool", &pool),
        apigateway("GET", &api, &Value::Null),
        elb(&format!("Action=DescribeTags&ResourceArns.member.1={balancer}")),
        cloudformation("Action=DescribeStacks&StackName=Lab"),
        tagging("GetResources", &json!({})),
    ]
}

#[tokio::test]
async fn the_first_looks_at_each_thing_see_no_tags() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let looks = looks_at_tags(&cloud).await;
    put(&cloud, json!({ "kind": "no-tags", "times": 1 })).await;
    for look in looks {
        let first = cloud.good(&look).await;
        assert!(!first.text().contains("mysfits"), "{}", first.text());
        let logged = cloud.requests().await.pop().unwrap();
        assert_eq!(logged["fault"], "no-tags", "{look:?}");
        let second = cloud.good(&look).await;
        assert!(second.text().contains("mysfits"), "{}", second.text());
    }
    // A bucket without tags is an error.
    let bucket = s3("GET", "/one?tagging");
    let first = bucket.send(cloud.port).await;
    assert_eq!((first.status, first.element("Code").as_str()), (404, "NoSuchTagSet"));
    assert_eq!(cloud.good(&bucket).await.element("Key"), "lab");
}

#[tokio::test]
async fn what_changes_something_is_never_struck() {
    let folder = Folder::new();
    let cloud = Cloud::start(&folder).await;
    let rules = json!([{ "kind": "not-found" }, { "kind": "no-tags" }]);
    cloud.put_faults(json!({ "rules": rules })).await;
    cloud.good(&dynamodb("CreateTable", &table("One"))).await;
    let item = json!({ "TableName": "One", "Item": { "Id": { "S": "a" }, "Tags": { "L": [] } } });
    cloud.good(&dynamodb("PutItem", &item)).await;
    assert_eq!(Request::who_am_i(ACCOUNT).send(cloud.port).await.status, 200);
    let faults: Vec<Value> =
        cloud.requests().await.iter().map(|logged| logged["fault"].clone()).collect();
    assert_eq!(faults, [json!(null), json!(null), json!("no-tags")]);
}
