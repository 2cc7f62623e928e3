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
    // The calls of a push, as the AWS CLI makes them. This program speaks the registry's protocol,
    // which needs the same permissions.
    INITIATE_LAYER_UPLOAD = ECR.writes("InitiateLayerUpload");
    UPLOAD_LAYER_PART = ECR.writes("UploadLayerPart");
    COMPLETE_LAYER_UPLOAD = ECR.writes("CompleteLayerUpload");
    PUT_IMAGE = ECR.writes("PutImage");
    TAG_RESOURCE = ECR.writes("TagResource");
    DELETE_REPOSITORY = ECR.writes("DeleteRepository");
}
