//! The user pool and its client.

use crate::aws::{Also, On, Retry, Service};

const COGNITO: Service = Service {
    name: "cognito-idp",
    sdk: "Cognito Identity Provider",
    iam: "cognito-idp",
    cli: "cognito-idp",
};

operations! {
    use aws_sdk_cognitoidentityprovider;
    LIST_USER_POOLS = COGNITO.reads("ListUserPools").on(On::All);
    DESCRIBE_USER_POOL = COGNITO.reads("DescribeUserPool");
    LIST_USER_POOL_CLIENTS = COGNITO.reads("ListUserPoolClients");
    DESCRIBE_USER_POOL_CLIENT = COGNITO.reads("DescribeUserPoolClient");
    CREATE_USER_POOL = COGNITO
        .writes("CreateUserPool")
        .on(On::All)
        .also(&[Also::on("cognito-idp:TagResource", On::Type("userpool/"))]);
    UPDATE_USER_POOL = COGNITO
        .writes("UpdateUserPool")
        .retries(&[Retry::code("ConcurrentModificationException", 60)]);
    DELETE_USER_POOL = COGNITO.writes("DeleteUserPool");
    DELETE_USER_POOL_DOMAIN = COGNITO.writes("DeleteUserPoolDomain");
    CREATE_USER_POOL_CLIENT = COGNITO.writes("CreateUserPoolClient");
    UPDATE_USER_POOL_CLIENT = COGNITO.writes("UpdateUserPoolClient");
    DELETE_USER_POOL_CLIENT = COGNITO.writes("DeleteUserPoolClient");
}
