//! What somebody does in the account without the lab: with the SDK, or by the query protocol.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, UsernameAttributeType, VerifiedAttributeType,
};

use super::{BUCKET, CLUSTER, SERVICE, cloud::Cloud, visitor::visitor};

/// Calls of Cognito.
pub(crate) fn cognito<T>(
    cloud: &Cloud,
    calls: impl AsyncFnOnce(aws_sdk_cognitoidentityprovider::Client) -> T,
) -> T {
    cloud.wait_for(async |sdk| calls(aws_sdk_cognitoidentityprovider::Client::new(sdk)).await)
}

/// Calls of API Gateway.
pub(crate) fn gateway<T>(
    cloud: &Cloud,
    calls: impl AsyncFnOnce(aws_sdk_apigateway::Client) -> T,
) -> T {
    cloud.wait_for(async |sdk| calls(aws_sdk_apigateway::Client::new(sdk)).await)
}

/// Returns a client of S3 that finds the buckets of the local cloud.
pub(crate) fn s3(sdk: &aws_config::SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
    aws_sdk_s3::Client::from_conf(config)
}

/// Creates a table of the lab's name and tag with this key, billed by request.
pub(crate) fn table(cloud: &Cloud, key: &str) {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, Tag,
    };
    cloud.wait_for(async |sdk| {
        let schema = KeySchemaElement::builder().attribute_name(key).key_type(KeyType::Hash);
        let attribute = AttributeDefinition::builder()
            .attribute_name(key)
            .attribute_type(ScalarAttributeType::S);
        let tag = Tag::builder().key("mysfits:lab").value("mythical-mysfits");
        let create = aws_sdk_dynamodb::Client::new(sdk).create_table().table_name("MysfitsTable");
        create
            .key_schema(schema.build().unwrap())
            .attribute_definitions(attribute.build().unwrap())
            .billing_mode(BillingMode::PayPerRequest)
            .tags(tag.build().unwrap())
            .send()
            .await
            .unwrap();
    });
}

/// Sends a call of EC2's query protocol, with a formally valid signature.
pub(crate) fn by_query(cloud: &Cloud, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", cloud.port)).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20260101/eu-west-1/ec2/aws4_request, \
         SignedHeaders=host, Signature=00\r\n\r\n{body}",
        cloud.port,
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

/// Returns the tag that makes a resource the lab's.
pub(crate) fn lab_tag() -> HashMap<String, String> {
    HashMap::from([("mysfits:lab".to_owned(), "mythical-mysfits".to_owned())])
}

/// Creates a bucket without the lab's tag, under the lab's name.
pub(crate) fn make_foreign_bucket(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        use aws_sdk_s3::types::{BucketLocationConstraint::EuWest1, CreateBucketConfiguration};
        let here = CreateBucketConfiguration::builder().location_constraint(EuWest1).build();
        let create = s3(sdk).create_bucket().bucket(BUCKET);
        create.create_bucket_configuration(here).send().await.unwrap();
    });
}

/// Creates another pool of the lab's name and tag, in which somebody has registered.
pub(crate) fn second_pool_with_a_visitor(cloud: &Cloud) {
    let client = cognito(cloud, async |cognito| {
        let create = cognito.create_user_pool().pool_name("MysfitsUserPool");
        let create = create.auto_verified_attributes(VerifiedAttributeType::Email);
        let create = create
            .username_attributes(UsernameAttributeType::Email)
            .set_user_pool_tags(Some(lab_tag()));
        let pool = create.send().await.unwrap().user_pool.unwrap();
        let client = cognito.create_user_pool_client().set_user_pool_id(pool.id);
        let client = client
            .client_name("by-hand")
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth);
        client.send().await.unwrap().user_pool_client.unwrap().client_id.unwrap()
    });
    visitor(cloud, &client, "anna@example.com");
}

/// Removes the lab's tag from the service.
pub(crate) fn untag_service(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        let ecs = aws_sdk_ecs::Client::new(sdk);
        let service = ecs.describe_services().cluster(CLUSTER).services(SERVICE);
        let service = service.send().await.unwrap().services.unwrap().remove(0);
        let untag = ecs.untag_resource().set_resource_arn(service.service_arn);
        untag.tag_keys("mysfits:lab").send().await.unwrap();
    });
}
