//! The AWS Academy Learner Lab, the account that most courses give: what it permits.

use super::{Region, Role, Topology, roles::LAB_ROLE};
use crate::error::{Code, Error, Result};

/// The role that every student there has, as it stands in the ARN of an identity.
const STUDENT: &str = "assumed-role/voclabs/";

/// An account of an AWS Academy Learner Lab.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LearnerLab {
    /// The regions that it permits, the default one first.
    regions: [&'static str; 2],
    /// The role for whatever needs one: new ones are not permitted.
    role: &'static str,
    /// The topology of a new lab: the classic one would use up the budget in days.
    topology: Topology,
    /// The budget of a student, US dollars. An account that exceeds it is closed, with all in it.
    budget: f64,
}

impl LearnerLab {
    /// What most courses give.
    pub(crate) const USUAL: Self = Self {
        regions: ["us-east-1", "us-west-2"],
        role: LAB_ROLE,
        topology: Topology::Economy,
        budget: 50.0,
    };

    /// Returns it if an identity with this ARN works in one.
    pub(crate) fn of(arn: &str) -> Option<Self> {
        let resource = arn.splitn(6, ':').nth(5)?;
        resource.starts_with(STUDENT).then_some(Self::USUAL)
    }

    /// Returns the region to use there, if none is named.
    ///
    /// # Errors
    /// When the named one is not permitted.
    pub(crate) fn region(self, named: Option<&Region>) -> Result<Region> {
        let [default, other] = self.regions;
        match named {
            None => Region::new(default),
            Some(region) if self.regions.contains(&region.as_str()) => Ok(region.clone()),
            Some(region) => {
                let message = format!(
                    "an AWS Academy Learner Lab permits {default} and {other} only, not {region}"
                );
                Err(Error::new(Code::LearnerLabRegion, message))
            }
        }
    }

    /// Returns the topology of a new lab there.
    pub(crate) fn topology(self) -> Topology {
        self.topology
    }

    /// Returns the role of the tasks of a new lab there.
    pub(crate) fn role(self) -> Role {
        Role::Existing(self.role.to_owned())
    }

    /// Returns how many whole days the budget lasts at this many US dollars a day.
    pub(crate) fn days(self, dollars_per_day: f64) -> String {
        let days = (self.budget / dollars_per_day).floor();
        format!("{days:.0} days of ${:.0}", self.budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_recognized_by_the_identity_alone() {
        let is_one = |arn| LearnerLab::of(arn).is_some();
        assert!(is_one("arn:aws:sts::123456789012:assumed-role/voclabs/user123=Ana"));
        assert!(!is_one("arn:aws:sts::123456789012:assumed-role/voclabs-admin/user123=Ana"));
        assert!(!is_one("arn:aws:sts::123456789012:assumed-role/Other/voclabs"));
        assert!(!is_one("arn:aws:iam::123456789012:user/assumed-role/voclabs/x"));
        assert!(!is_one("assumed-role/voclabs/x"));
    }

    #[test]
    fn two_regions_are_permitted() {
        let region = |name: &str| LearnerLab::USUAL.region(Some(&Region::new(name).unwrap()));
        assert_eq!(LearnerLab::USUAL.region(None).unwrap().as_str(), "us-east-1");
        assert_eq!(region("us-west-2").unwrap().as_str(), "us-west-2");
        assert_eq!(region("eu-west-1").unwrap_err().code, Code::LearnerLabRegion);
    }

    #[test]
    fn the_budget_lasts_whole_days() {
        assert_eq!(LearnerLab::USUAL.days(4.0), "12 days of $50");
        assert_eq!(LearnerLab::USUAL.days(1.58), "31 days of $50");
    }
}
