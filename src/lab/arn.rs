//! ARNs: AWS's names for resources. The pattern of a resource's ARN determines which ARNs are of
//! its type, and which one is its own.

use super::LabId;

/// The placeholder for the resource's name in a pattern.
const NAME: &str = "{name}";

/// The pattern of a resource's ARN. `*` matches a part that AWS chooses (without `/` and `:`), the
/// same syntax as in IAM policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArnPattern {
    /// With [`NAME`] in place of the resource's name, if it contains one.
    pattern: String,
    name: String,
}

impl ArnPattern {
    /// Returns the pattern for a service's `resource`, such as `table/{name}`, in the lab's account
    /// and region.
    pub(crate) fn new(lab: &LabId, service: &str, resource: &str, name: &str) -> Self {
        let LabId { account, region, .. } = lab;
        let pattern = format!("arn:aws:{service}:{region}:{account}:{resource}");
        Self { pattern, name: name.to_owned() }
    }

    /// Returns the ARN of a bucket, which has neither account nor region.
    pub(crate) fn bucket(name: &str) -> Self {
        Self { pattern: format!("arn:aws:s3:::{NAME}"), name: name.to_owned() }
    }

    /// Returns the ARN of an API Gateway path, such as `/restapis/*`: it has no account.
    pub(crate) fn api_gateway(lab: &LabId, path: &str) -> Self {
        let pattern = format!("arn:aws:apigateway:{}::{path}", lab.region);
        Self { pattern, name: String::new() }
    }

    /// Returns the pattern for anything with this after the account, such as `vpc/*`, in the form
    /// that the service has: IAM's ARNs have no region, and API Gateway's no account.
    pub(crate) fn any(lab: &LabId, service: &str, resource: &str) -> Self {
        match service {
            "iam" => Self { pattern: iam(lab, resource), name: String::new() },
            "apigateway" => Self::api_gateway(lab, resource),
            _ => Self::new(lab, service, resource, ""),
        }
    }

    /// Returns the pattern for the roles of a stack. CloudFormation joins the names of stack and
    /// role with 14 characters of its own, and shortens what has more than IAM's 64; how is not
    /// documented, so that of a long name only the beginning counts that all labs have.
    pub(crate) fn roles(lab: &LabId, stack: &str, longest_role: usize) -> Self {
        const LIMIT: usize = 64;
        const CHOSEN: usize = 14;
        let fits = stack.len() + 1 + longest_role + CHOSEN <= LIMIT;
        let name = if fits { stack } else { stack.split('-').next().unwrap_or(stack) };
        Self { pattern: iam(lab, &format!("role/{NAME}-*")), name: name.to_owned() }
    }

    /// Returns the service in the ARN.
    pub(crate) fn service(&self) -> &str {
        self.pattern.split(':').nth(2).unwrap_or_default()
    }

    /// Returns whether what follows the account in the ARN begins so.
    pub(crate) fn is_of_type(&self, prefix: &str) -> bool {
        self.pattern.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with(prefix))
    }

    /// Returns the pattern with the resource's own name, as used in IAM policies.
    pub(crate) fn own(&self) -> String {
        self.pattern.replace(NAME, &self.name)
    }

    /// Returns whether it contains the name. Ids assigned by AWS do not identify the lab's own.
    pub(crate) fn has_name(&self) -> bool {
        !self.name.is_empty()
    }

    /// Returns whether an ARN is that of the resource itself, judging by its name.
    pub(crate) fn is_own(&self, arn: &str) -> bool {
        matches(&self.own(), arn)
    }

    /// Returns how much of an ARN of this type is like the resource's own, in bytes; `None` for an
    /// ARN of another type. Where two resources have the same type, such as the tables of the
    /// mysfits and of their likes, what is another lab's is like that of its kind.
    pub(crate) fn likeness(&self, arn: &str) -> Option<usize> {
        self.name_in(arn)?;
        Some(self.own().bytes().zip(arn.bytes()).take_while(|(own, other)| own == other).count())
    }

    /// Returns the name in an ARN of this type, or the part that AWS chose if the type has no
    /// names; `None` for an ARN of another type.
    pub(crate) fn name_in<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let (before, after) = match self.pattern.split_once(NAME) {
            Some(parts) => parts,
            None => self.pattern.split_once('*')?,
        };
        let rest = arn.strip_prefix(before)?;
        let ends = (1..=rest.len()).rev().filter(|end| rest.is_char_boundary(*end));
        let end = ends.into_iter().find(|end| matches(after, &rest[*end..]))?;
        let name = &rest[..end];
        // A part chosen by AWS is a single segment.
        (self.pattern.contains(NAME) || !name.contains(['/', ':'])).then_some(name)
    }
}

fn iam(lab: &LabId, resource: &str) -> String {
    format!("arn:aws:iam::{}:{resource}", lab.account)
}

/// Returns whether a text matches a pattern. `*` matches one or more characters except `/` and `:`.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    for part in parts {
        let end = rest.find(['/', ':']).unwrap_or(rest.len());
        match rest[end..].strip_prefix(part) {
            Some(next) if end > 0 => rest = next,
            _ => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{AccountId, Region};

    fn lab() -> LabId {
        let region = Region::new("eu-west-1").unwrap();
        LabId { account: AccountId::new("1"), region, name: "lab".to_owned() }
    }

    #[test]
    fn its_own_arn_and_those_of_its_kind() {
        let table = ArnPattern::new(&lab(), "dynamodb", "table/{name}", "Mysfits");
        assert_eq!(table.own(), "arn:aws:dynamodb:eu-west-1:1:table/Mysfits");
        assert!(table.is_own("arn:aws:dynamodb:eu-west-1:1:table/Mysfits"));
        let other = "arn:aws:dynamodb:eu-west-1:1:table/Mysfits-team";
        assert!(!table.is_own(other));
        assert_eq!(table.name_in(other), Some("Mysfits-team"));
        assert_eq!(table.name_in("arn:aws:dynamodb:eu-west-1:1:backup/x"), None);
    }

    #[test]
    fn of_two_of_a_type_each_is_like_that_of_another_lab() {
        let table = |name| ArnPattern::new(&lab(), "dynamodb", "table/{name}", name);
        let (mysfits, likes) = (table("Mysfits-lab"), table("MysfitsLikes-lab"));
        let of = |name: &str| {
            let arn = format!("arn:aws:dynamodb:eu-west-1:1:table/{name}");
            (mysfits.likeness(&arn), likes.likeness(&arn))
        };
        for name in ["Mysfits-team", "Mysfits-lab", "Mysfits-lab2"] {
            assert!(of(name).0 > of(name).1, "{name}");
            let likes = name.replace("Mysfits", "MysfitsLikes");
            assert!(of(&likes).1 > of(&likes).0, "{likes}");
        }
        assert_eq!(mysfits.likeness("arn:aws:dynamodb:eu-west-1:1:backup/x"), None);
    }

    #[test]
    fn the_form_of_an_arn_depends_on_the_service() {
        let any = |service, resource| ArnPattern::any(&lab(), service, resource).own();
        assert_eq!(any("ec2", "vpc/*"), "arn:aws:ec2:eu-west-1:1:vpc/*");
        assert_eq!(any("iam", "role/a"), "arn:aws:iam::1:role/a");
        assert_eq!(any("apigateway", "/vpclinks"), "arn:aws:apigateway:eu-west-1::/vpclinks");
        let links = ArnPattern::any(&lab(), "apigateway", "/vpclinks/*");
        assert_eq!(links.service(), "apigateway");
        assert!(links.is_of_type("/vpclinks/") && !links.is_of_type("/restapis/"));
    }

    #[test]
    fn the_roles_of_a_stack_whose_name_is_long() {
        let roles = |stack| ArnPattern::roles(&lab(), stack, 14).own();
        assert_eq!(
            roles("MythicalMysfitsCoreStack-anna"),
            "arn:aws:iam::1:role/MythicalMysfitsCoreStack-anna-*"
        );
        let long = roles("MythicalMysfitsCoreStack-twelve-chars");
        assert_eq!(long, "arn:aws:iam::1:role/MythicalMysfitsCoreStack-*");
    }

    #[test]
    fn parts_that_aws_chooses() {
        let balancer = "loadbalancer/net/{name}/*";
        let balancer = ArnPattern::new(&lab(), "elasticloadbalancing", balancer, "nlb");
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/nlb/0123";
        assert!(balancer.is_own(arn) && !balancer.is_own(&format!("{arn}/more")));
        assert_eq!(balancer.name_in(&arn.replace("nlb", "other")), Some("other"));
    }

    #[test]
    fn a_stage_is_no_api() {
        let api = ArnPattern::api_gateway(&lab(), "/restapis/*");
        let stage = ArnPattern::api_gateway(&lab(), "/restapis/*/stages/prod");
        let arn = "arn:aws:apigateway:eu-west-1::/restapis/abc";
        assert_eq!(api.name_in(arn), Some("abc"));
        assert_eq!(api.name_in(&format!("{arn}/stages/prod")), None);
        assert_eq!(stage.name_in(&format!("{arn}/stages/prod")), Some("abc"));
    }
}
