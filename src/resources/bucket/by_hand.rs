//! The bucket, by hand.

use super::{Bucket, ERROR, INDEX};
use crate::{
    aws::operations::s3 as op,
    engine::{ByHand, Command, Deed},
    lab::{LabFile, files::BUCKET_POLICY, placeholders::BUCKET_NAME},
    resources::hand::tag,
};

impl Bucket {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let of = |operation| Command::of(operation).arg("--bucket", &self.name);
        let create = of(&op::CREATE_BUCKET);
        let create = match self.lab.region.as_str() {
            // The only region that must not be named.
            "us-east-1" => create,
            region => {
                create.arg("--create-bucket-configuration", format!("LocationConstraint={region}"))
            }
        };
        let tags = format!("TagSet=[{{{}}}]", tag(&self.lab.name));
        let switches = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false";
        let website = format!(
            r#"{{"IndexDocument": {{"Suffix": "{INDEX}"}}, "ErrorDocument": {{"Key": "{ERROR}"}}}}"#
        );
        ByHand {
            up: vec![
                Deed::Set(BUCKET_NAME, self.name.clone()),
                Deed::Unless(of(&op::HEAD_BUCKET), vec![Deed::Run(create)]),
                Deed::Run(of(&op::PUT_BUCKET_TAGGING).arg("--tagging", tags)),
                Deed::Say(
                    "The two switches for policies off, and only these: everybody is to read the site.",
                ),
                Deed::Run(
                    of(&op::PUT_PUBLIC_ACCESS_BLOCK)
                        .arg("--public-access-block-configuration", switches),
                ),
                Deed::Run(of(&op::PUT_BUCKET_POLICY).file("--policy", &BUCKET_POLICY)),
                Deed::Run(of(&op::PUT_BUCKET_WEBSITE).arg("--website-configuration", website)),
            ],
            down: vec![Deed::If(of(&op::HEAD_BUCKET), vec![Deed::Run(of(&op::DELETE_BUCKET))])],
            files: vec![LabFile::of(&BUCKET_POLICY)],
        }
    }
}
