//! The names of the lab's resources, and the tag that identifies them as the lab's.

use super::{AccountId, LabId, Region};
use crate::error::{Code, Error, Result};

/// The value of the tag, and the name of the lab, when no `--lab` is given.
const DEFAULT_LAB: &str = "mythical-mysfits";

/// The names in one account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// The lab that has these names.
    pub(crate) lab: LabId,
    /// The bucket of the site.
    pub(crate) bucket: String,
    /// The table of the mysfits.
    pub(crate) table: String,
    /// The table of their likes. No lab's suffix makes it of the other one, and the original lab's
    /// role for tasks, which allows `MysfitsTable*`, covers it.
    pub(crate) likes_table: String,
    /// The CloudFormation stack of the network and the roles.
    pub(crate) stack: String,
    /// The image repository.
    pub(crate) repository: String,
    /// The log group of the tasks.
    pub(crate) log_group: String,
    /// The cluster.
    pub(crate) cluster: String,
    /// The family of the task definitions.
    pub(crate) task_family: String,
    /// The service, and the container in its tasks.
    pub(crate) service: String,
    /// The load balancer.
    pub(crate) load_balancer: String,
    /// The target group.
    pub(crate) target_group: String,
    /// The user pool.
    pub(crate) user_pool: String,
    /// The user pool's client.
    pub(crate) user_pool_client: String,
    /// The VPC link.
    pub(crate) vpc_link: String,
    /// The REST API.
    pub(crate) api: String,
    /// The id of the REST API, if one was chosen: its name does not matter then.
    pub(crate) api_id: Option<String>,
}

impl Names {
    /// Returns the names of a lab, with a suffix if the lab has a name of its own. Bucket names are
    /// global, so they contain the account and region.
    pub(crate) fn new(
        account: &AccountId,
        region: &Region,
        lab: Option<&str>,
        bucket: Option<&str>,
    ) -> Self {
        let suffix = lab.map(|lab| format!("-{lab}")).unwrap_or_default();
        // At most 32 characters, which leaves room only for the suffix.
        let target_group = match lab {
            Some(lab) => format!("Mysfits-TargetGroup-{lab}"),
            None => "MythicalMysfits-TargetGroup".to_owned(),
        };
        let lab = LabId {
            account: account.clone(),
            region: region.clone(),
            name: lab.unwrap_or(DEFAULT_LAB).to_owned(),
        };
        Self::with(lab, &suffix, target_group, bucket)
    }

    /// Returns the patterns of the names of all labs, as used in IAM policies.
    pub(crate) fn of_all_labs(account: &AccountId, region: &Region, bucket: Option<&str>) -> Self {
        let (account, region) = (account.clone(), region.clone());
        let lab = LabId { account, region, name: "*".to_owned() };
        Self::with(lab, "*", "My*s-TargetGroup*".to_owned(), bucket)
    }

    fn with(lab: LabId, suffix: &str, target_group: String, bucket: Option<&str>) -> Self {
        let LabId { account, region, .. } = &lab;
        Self {
            bucket: bucket
                .map_or_else(|| format!("mysfits-{account}-{region}{suffix}"), str::to_owned),
            table: format!("MysfitsTable{suffix}"),
            likes_table: format!("MysfitsTableLikes{suffix}"),
            stack: format!("MythicalMysfitsCoreStack{suffix}"),
            repository: format!("mythicalmysfits/service{suffix}"),
            log_group: format!("mythicalmysfits-logs{suffix}"),
            cluster: format!("MythicalMysfits-Cluster{suffix}"),
            task_family: format!("mythicalmysfitsservice{suffix}"),
            service: format!("MythicalMysfits-Service{suffix}"),
            load_balancer: format!("mysfits-nlb{suffix}"),
            target_group,
            user_pool: format!("MysfitsUserPool{suffix}"),
            user_pool_client: format!("MysfitsUserPoolClient{suffix}"),
            vpc_link: format!("MysfitsApiVpcLink{suffix}"),
            api: format!("MysfitsApi{suffix}"),
            api_id: None,
            lab,
        }
    }

    /// Checks what could not be checked before the account was known.
    ///
    /// # Errors
    /// When S3 would reject the bucket's name, which consists of account, region and lab.
    pub(crate) fn check(&self) -> Result<()> {
        check_bucket_name(&self.bucket).map_err(|error| {
            error.hint("choose another `--lab`, or a name for the bucket with `--bucket NAME`")
        })
    }
}

/// Returns the value of `--lab` for the lab with this name; `None` for the default lab.
pub(crate) fn lab_flag(name: &str) -> Option<&str> {
    (name != DEFAULT_LAB).then_some(name)
}

/// Returns the name of the lab that a value of `--lab` means.
pub(crate) fn lab_name(flag: Option<&str>) -> &str {
    flag.unwrap_or(DEFAULT_LAB)
}

/// The maximum length of a lab's name: what the load balancer's limit of 32 leaves.
const LONGEST_LAB: usize = 12;

/// Checks a lab's name. It becomes part of names with various rules, so the narrowest apply.
///
/// # Errors
/// When it contains other characters or is too long.
pub(crate) fn check_lab_name(name: &str) -> Result<()> {
    let length = name.chars().count();
    let problem = if length > LONGEST_LAB {
        format!(": it has {length} characters, and {LONGEST_LAB} is the most")
    } else {
        String::new()
    };
    let fine = (1..=LONGEST_LAB).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if fine {
        return Ok(());
    }
    Err(Error::new(Code::Setting, format!("`{name}` cannot be the name of a lab{problem}"))
        .hint("use 1 to 12 small letters, digits and dashes, such as `--lab team-7`"))
}

/// Checks a bucket name against the rules of S3. Dots are legal but rejected: they break TLS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
///
/// # Errors
/// When S3 would reject it.
pub(crate) fn check_bucket_name(name: &str) -> Result<()> {
    const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
    const SUFFIXES: [&str; 6] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let problem = if !(3..=63).contains(&name.len()) {
        "it must have 3 to 63 characters"
    } else if !name.bytes().all(|b| letters(b) || b == b'-') {
        "only small letters, digits and dashes are allowed"
    } else if name.starts_with('-') || name.ends_with('-') {
        "it must begin and end with a letter or a digit"
    } else if PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
    {
        "S3 keeps this beginning or ending for itself"
    } else {
        return Ok(());
    };
    Err(Error::new(Code::Setting, format!("`{name}` cannot be the name of a bucket: {problem}"))
        .hint("choose another one, such as `--bucket mysfits-of-anna`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_a_lab() {
        let account = AccountId::new("123456789012");
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&account, &region, None, None);
        assert_eq!(names.bucket, "mysfits-123456789012-eu-west-1");
        assert_eq!(names.table, "MysfitsTable");
        let names = Names::new(&account, &region, Some("team-7"), Some("my-own"));
        assert_eq!(
            (names.bucket.as_str(), names.table.as_str()),
            ("my-own", "MysfitsTable-team-7")
        );
    }

    #[test]
    fn load_balancer_names_have_at_most_32_characters() {
        let region = Region::new("eu-west-1").unwrap();
        let account = AccountId::new("123456789012");
        let names = Names::new(&account, &region, Some("twelve-chars"), None);
        assert!(names.load_balancer.len() <= 32 && names.target_group.len() <= 32);
    }

    #[test]
    fn the_longest_default_bucket_name_is_legal() {
        let account = AccountId::new("123456789012");
        let region = Region::new("ap-southeast-1").unwrap();
        let names = Names::new(&account, &region, Some("twelve-chars"), None);
        check_bucket_name(&names.bucket).unwrap();
    }

    #[test]
    fn bucket_names() {
        for good in ["abc", "a-1", "mysfits-000000000000-eu-west-1"] {
            check_bucket_name(good).unwrap();
        }
        let long = "a".repeat(64);
        for bad in
            ["ab", &long, "My-Bucket", "a_b", "a.b", "-abc", "abc-", "xn--abc", "abc-s3alias"]
        {
            assert_eq!(check_bucket_name(bad).unwrap_err().code, Code::Setting, "{bad}");
        }
    }

    #[test]
    fn a_bucket_name_that_s3_keeps_for_itself_is_refused_with_the_lab_that_makes_it() {
        let account = AccountId::new("123456789012");
        let region = Region::new("eu-west-1").unwrap();
        let check = |lab| Names::new(&account, &region, Some(lab), None).check();
        for bad in ["an", "x-an", "a-s3alias", "a--x-s3", "a--ol-s3", "a--table-s3"] {
            let error = check(bad).unwrap_err();
            assert!(error.message.contains(&format!("eu-west-1-{bad}`")), "{error}");
            assert!(error.advice().contains("`--lab`"), "{}", error.advice());
        }
        check("anna").unwrap();
    }

    #[test]
    fn how_much_too_long_a_lab_name_is_is_said() {
        let error = check_lab_name("anna-meier-2026").unwrap_err();
        assert!(error.message.ends_with("it has 15 characters, and 12 is the most"), "{error}");
    }

    #[test]
    fn lab_names() {
        check_lab_name("team-7").unwrap();
        for bad in ["", "-a", "a-", "Team", "team_7", "much-too-long-name"] {
            assert!(check_lab_name(bad).is_err(), "{bad}");
        }
    }
}
