//! What is checked of the bucket.

use crate::{
    aws::operations::s3 as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 7] = [
    Check {
        id: "bucket",
        title: "The bucket exists.",
        why: "The site is nothing but files, and an S3 bucket is where they are kept.",
        hint: "`mysfits bucket deploy` creates it; by hand, its name goes to `--bucket`",
        ..LAB
    },
    Check {
        id: "bucket-public-policy",
        title: "The bucket lets a policy open it to the public.",
        depends_on: &["bucket"],
        on: Subject::Setting(
            &op::GET_PUBLIC_ACCESS_BLOCK,
            "PublicAccessBlockConfiguration.BlockPublicPolicy",
        ),
        why: "Since April 2023 S3 refuses public policies on new buckets, until Block Public Access is relaxed for them.",
        hint: "turn `BlockPublicPolicy` off under Permissions, Block public access; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "bucket-public-reads",
        title: "The bucket lets the public use what its policy allows.",
        depends_on: &["bucket"],
        on: Subject::Setting(
            &op::GET_PUBLIC_ACCESS_BLOCK,
            "PublicAccessBlockConfiguration.RestrictPublicBuckets",
        ),
        why: "With `RestrictPublicBuckets`, a public policy stands there but works for nobody outside the account.",
        hint: "turn `RestrictPublicBuckets` off under Permissions, Block public access; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "bucket-index",
        title: "The bucket is a website that begins at index.html.",
        depends_on: &["bucket"],
        on: Subject::Setting(&op::GET_BUCKET_WEBSITE, "WebsiteConfiguration.IndexDocument"),
        why: "A browser that asks for `/` names no file: the website configuration says which one S3 answers with.",
        hint: "set the index document to `index.html` under Properties, Static website hosting; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "bucket-error",
        title: "The website has a page of its own for errors.",
        depends_on: &["bucket"],
        on: Subject::Setting(&op::GET_BUCKET_WEBSITE, "WebsiteConfiguration.ErrorDocument"),
        why: "Without one, who mistypes an address sees an answer of S3 that tells more about the bucket than about the site.",
        hint: "set the error document to `error.html`; `mysfits bucket deploy` does it",
        ..HARDENING
    },
    Check {
        id: "bucket-no-public-acls",
        title: "The bucket refuses public ACLs.",
        depends_on: &["bucket"],
        on: Subject::Setting(
            &op::GET_PUBLIC_ACCESS_BLOCK,
            "PublicAccessBlockConfiguration.BlockPublicAcls",
        ),
        why: "The policy is the one place that opens the bucket; an ACL on some object would be a second one that nobody reads.",
        hint: "turn `BlockPublicAcls` on; `mysfits bucket deploy` does it",
        ..HARDENING
    },
    Check {
        id: "bucket-ignores-acls",
        title: "The bucket ignores public ACLs.",
        depends_on: &["bucket"],
        on: Subject::Setting(
            &op::GET_PUBLIC_ACCESS_BLOCK,
            "PublicAccessBlockConfiguration.IgnorePublicAcls",
        ),
        why: "What an old ACL still allows has no effect then.",
        hint: "turn `IgnorePublicAcls` on; `mysfits bucket deploy` does it",
        ..HARDENING
    },
];
