//! A checked lab for tests of the formats.

use std::time::{Duration, SystemTime};

use crate::{
    engine::{Id, Kind},
    operate::{CheckVerdict, Checked, CheckedLab, Node},
};

/// When it was checked: 2026-11-28, 06:00 in UTC.
pub(in crate::report) fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(498_846)
}

/// What somebody may have typed into a name.
pub(in crate::report) const HOSTILE: &str =
    "<script>alert('x')</script>&\"]]>\u{1b}[31m\0\u{202e} end";

/// A lab with one check of each verdict, and a recommendation that is not followed.
pub(in crate::report) fn lab() -> CheckedLab {
    let check = |id, part, resource, points, verdict| Checked {
        id,
        title: "It is set up.",
        kind: if points == 0 { Kind::Hardening } else { Kind::Lab },
        points,
        part,
        resource: Id(resource),
        depends_on: &[],
        verdict,
        expected: "`index.html`".to_owned(),
        actual: "not set".to_owned(),
        seen_in: "s3 GetBucketWebsite of S3 bucket `mysfits-1`: index document".to_owned(),
        why: "A website needs a page to begin with.",
        hint: "run `mysfits bucket deploy`",
    };
    let because_of = "bucket-website";
    CheckedLab {
        lab: None,
        place: "000000000000 in eu-west-1".to_owned(),
        addresses: Vec::new(),
        checks: vec![
            check("bucket-there", 1, "bucket", 2, CheckVerdict::Pass),
            check("bucket-website", 1, "bucket", 2, CheckVerdict::Fail),
            check("site-page", 1, "site", 1, CheckVerdict::Skipped { because_of }),
            check("service-guard", 3, "service", 0, CheckVerdict::Fail),
            check("service-there", 3, "service", 2, CheckVerdict::Unknown),
        ],
        architecture: [("bucket", 1, vec![]), ("site", 1, vec![0]), ("service", 3, vec![])]
            .map(|(id, part, needs)| Node { id: Id(id), part, needs })
            .into(),
    }
}
