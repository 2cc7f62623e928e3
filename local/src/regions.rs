//! The regions that AWS has. The local cloud takes every name for one.

/// A region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Such as `eu-west-1`.
    pub(crate) name: &'static str,
    /// Accounts belong to one partition, and see the regions of no other.
    pub(crate) partition: &'static str,
    /// Whether accounts have it without asking for it.
    pub(crate) is_default: bool,
}

/// The partition of most regions.
const AWS: &str = "aws";

const fn enabled(name: &'static str) -> Region {
    Region { name, partition: AWS, is_default: true }
}

/// Those that AWS added after March 2019.
const fn opt_in(name: &'static str) -> Region {
    Region { is_default: false, ..enabled(name) }
}

const fn elsewhere(name: &'static str, partition: &'static str) -> Region {
    Region { partition, ..enabled(name) }
}

static REGIONS: [Region; 39] = [
    opt_in("af-south-1"),
    opt_in("ap-east-1"),
    opt_in("ap-east-2"),
    enabled("ap-northeast-1"),
    enabled("ap-northeast-2"),
    enabled("ap-northeast-3"),
    enabled("ap-south-1"),
    opt_in("ap-south-2"),
    enabled("ap-southeast-1"),
    enabled("ap-southeast-2"),
    opt_in("ap-southeast-3"),
    opt_in("ap-southeast-4"),
    opt_in("ap-southeast-5"),
    opt_in("ap-southeast-6"),
    opt_in("ap-southeast-7"),
    enabled("ca-central-1"),
    opt_in("ca-west-1"),
    elsewhere("cn-north-1", "aws-cn"),
    elsewhere("cn-northwest-1", "aws-cn"),
    enabled("eu-central-1"),
    opt_in("eu-central-2"),
    enabled("eu-north-1"),
    opt_in("eu-south-1"),
    opt_in("eu-south-2"),
    enabled("eu-west-1"),
    enabled("eu-west-2"),
    enabled("eu-west-3"),
    elsewhere("eusc-de-east-1", "aws-eusc"),
    opt_in("il-central-1"),
    opt_in("me-central-1"),
    opt_in("me-south-1"),
    opt_in("mx-central-1"),
    enabled("sa-east-1"),
    enabled("us-east-1"),
    enabled("us-east-2"),
    elsewhere("us-gov-east-1", "aws-us-gov"),
    elsewhere("us-gov-west-1", "aws-us-gov"),
    enabled("us-west-1"),
    enabled("us-west-2"),
];

/// Returns the region of this name; `None` if AWS has none.
pub(crate) fn find(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// Returns the regions that an account sees which uses this one.
pub(crate) fn beside(name: &str) -> impl Iterator<Item = &'static Region> {
    let partition = find(name).map_or(AWS, |region| region.partition);
    REGIONS.iter().filter(move |region| region.partition == partition)
}
