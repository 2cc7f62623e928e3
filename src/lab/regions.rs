//! The commercial regions, and how each writes the address of an S3 website.

use super::Region;

/// Regions whose website address has a dash: `s3-website-eu-west-1`. All others have a dot.
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints>
const DASH: [&str; 8] = [
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-west-1",
    "us-west-2",
];

/// All other regions that have every service of the lab. China and `GovCloud` are other partitions
/// with other addresses; the lab does not run there.
const DOT: [&str; 26] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "us-east-2",
];

/// The region of the original lab.
pub(crate) const DEFAULT: &str = "eu-west-1";

/// Returns all regions that support the lab.
pub(crate) fn all() -> impl Iterator<Item = Region> {
    DASH.iter().chain(&DOT).map(|name| Region::of(name))
}

/// Returns whether such a region exists.
pub(crate) fn exists(region: &str) -> bool {
    DASH.contains(&region) || DOT.contains(&region)
}

/// Returns the region whose name is closest to a mistyped one; `None` if none is close.
pub(crate) fn nearest(typed: &str) -> Option<&'static str> {
    /// With more differences than these it is a different name.
    const MOST: usize = 2;
    let all = DASH.iter().chain(&DOT).map(|region| (distance(typed, region), *region));
    all.filter(|(distance, _)| *distance <= MOST).min().map(|(_, region)| region)
}

/// Returns how many characters must be added, removed or replaced to turn one text into the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, c) in one.chars().enumerate() {
        let mut above_left = std::mem::replace(&mut row[0], place + 1);
        for (column, d) in other.iter().enumerate() {
            let replaced = above_left + usize::from(c != *d);
            above_left = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(above_left + 1);
        }
    }
    row[other.len()]
}

/// Returns the address of a bucket's website on AWS. It is http: S3 websites do not support TLS.
pub(crate) fn website_url(bucket: &str, region: &str) -> String {
    let separator = if DASH.contains(&region) { '-' } else { '.' };
    format!("http://{bucket}.s3-website{separator}{region}.amazonaws.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_regions_have_a_dash_and_new_ones_a_dot() {
        assert_eq!(website_url("b", "eu-west-1"), "http://b.s3-website-eu-west-1.amazonaws.com");
        assert_eq!(website_url("b", "eu-north-1"), "http://b.s3-website.eu-north-1.amazonaws.com");
    }

    #[test]
    fn a_mistyped_region_is_recognized() {
        assert_eq!(nearest("eu-wst-1"), Some("eu-west-1"));
        assert_eq!(nearest("us-esat-1"), Some("us-east-1"));
        assert_eq!(nearest("mars-north-1"), None);
        assert_eq!((distance("", "abc"), distance("abc", "abc")), (3, 0));
    }

    #[test]
    fn regions() {
        assert!(exists(DEFAULT) && exists("us-east-2"));
        assert!(!exists("mars-north-1") && !exists("cn-north-1"));
    }
}
