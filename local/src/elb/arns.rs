//! The ARNs that calls give. A name instead of one would look like something that is gone.

use super::errors::{Outcome, invalid};
use crate::params::Params;

/// The parameters that are ARNs, how the resource in them begins, and what AWS calls it.
const KINDS: [(&str, &str, &str); 3] = [
    ("LoadBalancerArn", "loadbalancer/", "load balancer"),
    ("TargetGroupArn", "targetgroup/", "target group"),
    ("ListenerArn", "listener/", "listener"),
];

/// Returns a required ARN.
pub(super) fn required<'a>(params: &'a Params, name: &str) -> Outcome<&'a str> {
    let arn = params.required(name)?;
    check(name, arn)?;
    Ok(arn)
}

/// Returns a list of ARNs, such as `ListenerArns`.
pub(super) fn list(params: &Params, name: &str) -> Outcome<Vec<String>> {
    let arns = params.list(name);
    let one = name.strip_suffix('s').unwrap_or(name);
    arns.iter().try_for_each(|arn| check(one, arn))?;
    Ok(arns)
}

fn check(name: &str, arn: &str) -> Outcome<()> {
    let Some((_, start, kind)) = KINDS.iter().find(|(known, ..)| *known == name) else {
        return Ok(());
    };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "elasticloadbalancing", _, _, resource] if resource.starts_with(start) => Ok(()),
        _ => Err(invalid(format!("'{arn}' is not a valid {kind} ARN"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_of_its_kind() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/net/a/1/2";
        assert_eq!(check("ListenerArn", arn), Ok(()));
        let error = check("LoadBalancerArn", arn).unwrap_err();
        assert_eq!(error.message, format!("'{arn}' is not a valid load balancer ARN"));
        for other in ["", "my-nlb", "arn:aws:elasticloadbalancing", "arn:aws:s3:::listener/x"] {
            assert_eq!(check("ListenerArn", other).unwrap_err().code, "ValidationError", "{other}");
        }
        let all = Params::default().with("ListenerArns.member.1", arn);
        assert_eq!(list(&all, "ListenerArns").unwrap(), [arn]);
        assert!(list(&all.with("ListenerArns.member.2", "x"), "ListenerArns").is_err());
    }
}
