//! The repository and the image in it.

use crate::aws::{Also, On, Service};

const ECR: Service = Service { name: "ecr", sdk: "ECR", iam: "ecr", cli: "ecr" };

operations! {
    use aws_sdk_ecr;
    DESCRIBE_REPOSITORIES = ECR.reads("DescribeRepositories");
    DESCRIBE_IMAGES = ECR.reads("DescribeImages");
    LIST_TAGS = ECR.reads("ListTagsForResource");
    GET_AUTHORIZATION_TOKEN = ECR.reads("GetAuthorizationToken").on(On::All);
    CREATE_REPOSITORY = ECR.writes("CreateRepository").also(&[Also::new("ecr:TagResource")]);
    TAG_RESOURCE = ECR.writes("TagResource");
    DELETE_REPOSITORY = ECR.writes("DeleteRepository");
}
