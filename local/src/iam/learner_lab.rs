//! The account of a Learner Lab of AWS Academy, as students have found it: they are sessions of the
//! role `voclabs`, whose policies allow everything but what the lab withholds, and what they start
//! uses the role `LabRole`.

use serde_json::{Value, json};

use super::{
    Iam,
    state::{Account, Named, Policy, Role},
};
use crate::{
    authorize::Identity,
    place::AccountId,
    rehearsal::Rehearsal,
    service::AwsError,
    times::{Millis, iso},
};

/// The role of the students, and the name of the session of one.
const STUDENTS: &str = "voclabs";
const STUDENT: &str = "user123456=Student";
/// The role of what they start.
const LAB_ROLE: &str = "LabRole";

/// What the policies of the students are called: the one that allows, the one that withholds, and
/// the one that ends their sessions.
const ALLOWS: &str = "Pvoclabs1";
const WITHHOLDS: &str = "Pvoclabs2";
const CANCELS: &str = "voc-cancel-cred";
/// What `LabRole` may do besides.
const OF_LAB_ROLE: &str = "VocLabPolicy1";

/// The account of who runs the labs, and gives the students their keys.
const OPERATOR: &str = "999999999999";

const REGIONS: [&str; 2] = ["us-east-1", "us-west-2"];

/// When everything in it was made: before any session.
const MADE: i64 = 1_750_000_000;

/// Services that `LabRole` trusts, without what ends their names.
const TRUSTED: [&str; 28] = [
    "apigateway",
    "application-autoscaling",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "cloud9",
    "cloudformation",
    "cloudwatch",
    "codecommit",
    "codedeploy",
    "cognito-idp",
    "dynamodb",
    "ec2",
    "ecs",
    "ecs-tasks",
    "eks",
    "elasticbeanstalk",
    "events",
    "firehose",
    "glue",
    "lambda",
    "logs",
    "rds",
    "s3",
    "scheduler",
    "sns",
    "sqs",
];

impl Iam {
    /// Returns the session of a student that begins at this time; `None` if no such account is
    /// rehearsed.
    pub(crate) fn student(&self, account: &AccountId, issued: Millis) -> Option<Identity> {
        self.rehearsal?;
        self.look_at(account, |kept| {
            let role = kept.roles.get(STUDENTS)?;
            Some(Identity { issued, ..super::authority::identity(account, role, STUDENT) })
        })
    }

    /// Returns whether a session is one of a student.
    pub(crate) fn is_student(&self, who: &Identity) -> bool {
        self.rehearsal.is_some() && who.role == STUDENTS
    }

    /// Ends the sessions that began at or before this time.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn cancel_sessions(&self, of: &AccountId, began: Millis) -> Result<(), AwsError> {
        let document = cancelling(began + 1);
        let is_done = |policy: &Policy| policy.document == document;
        if self.look_at(of, |account| account.policies.get(CANCELS).is_some_and(is_done)) {
            return Ok(());
        }
        self.change_account(of, |account| {
            if let Some(policy) = account.policies.get_mut(CANCELS) {
                policy.document = document;
            }
            Ok(())
        })
    }
}

/// Adds what is missing in an account to make it that of a lab.
pub(super) fn complete(account: &mut Account, id: &AccountId, rehearsal: Rehearsal) {
    let Rehearsal::LearnerLab { vpc_links } = rehearsal;
    let mut policies = vec![
        policy(id, 1, ALLOWS, allow(&["*"]).to_string()),
        policy(id, 3, CANCELS, cancelling(0)),
        policy(id, 4, OF_LAB_ROLE, allow(&LAB_ROLE_MAY).to_string()),
    ];
    policies.retain(|policy| !account.policies.contains_key(&policy.name));
    // The labs differ in what they withhold: it is what the last choice says.
    policies.push(policy(id, 2, WITHHOLDS, withheld(id, vpc_links).to_string()));
    let policies = policies.into_iter().map(|policy| (policy.name.clone(), policy));
    account.policies.extend(policies);
    let of = |name: &str| (format!("arn:aws:iam::{id}:policy/{name}"), name.to_owned());
    let of_aws = |name: &str| (format!("arn:aws:iam::aws:policy/{name}"), name.to_owned());
    let students = account.roles.entry(STUDENTS.to_owned());
    students.or_insert_with(|| {
        let trust = json!({ "AWS": format!("arn:aws:iam::{OPERATOR}:root") });
        role(id, "V", STUDENTS, &trust, [ALLOWS, WITHHOLDS, CANCELS].map(of).into())
    });
    let lab_role = account.roles.entry(LAB_ROLE.to_owned());
    lab_role.or_insert_with(|| {
        let trust = json!({ "Service": TRUSTED.map(|name| format!("{name}.amazonaws.com")) });
        let attached = [
            of(OF_LAB_ROLE),
            of_aws("AmazonEC2ContainerRegistryReadOnly"),
            of_aws("AmazonSSMManagedInstanceCore"),
        ];
        role(id, "L", LAB_ROLE, &trust, attached.into())
    });
}

/// What `LabRole` may do in the services of the local cloud, besides reading from ECR.
const LAB_ROLE_MAY: [&str; 6] =
    ["cognito-idp:*", "dynamodb:*", "elasticloadbalancing:*", "logs:*", "s3:*", "ec2:*"];

fn allow(actions: &[&str]) -> Value {
    document(&json!([{ "Effect": "Allow", "Action": actions, "Resource": "*" }]))
}

fn document(statements: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Returns what the lab withholds from its students.
fn withheld(id: &AccountId, vpc_links: bool) -> Value {
    let mut statements = vec![
        json!({
            "Effect": "Deny",
            "Action": [
                "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreateRole", "iam:DeletePolicy",
                "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
                "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "servicediscovery:*",
            ],
            "Resource": "*",
        }),
        json!({
            "Effect": "Deny",
            "Action": "iam:GetRole",
            "Resource": format!("arn:aws:iam::{id}:role/{STUDENTS}"),
        }),
        json!({
            "Effect": "Deny",
            "Action": ["iam:GetPolicy", "iam:GetPolicyVersion"],
            "Resource": format!("arn:aws:iam::{id}:policy/*"),
        }),
        json!({
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*", "s3:ListAllMyBuckets"],
            "Resource": "*",
            "Condition": { "StringNotEquals": { "aws:RequestedRegion": REGIONS } },
        }),
    ];
    if !vpc_links {
        statements.push(json!({
            "Effect": "Deny",
            "Action": "apigateway:POST",
            "Resource": "arn:aws:apigateway:*::/vpclinks",
        }));
    }
    document(&Value::Array(statements))
}

/// Returns the policy that ends all sessions that began before this time.
fn cancelling(time: Millis) -> String {
    let condition = json!({ "DateLessThan": { "aws:TokenIssueTime": iso(time) } });
    let deny = json!({
        "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition,
    });
    document(&json!([deny])).to_string()
}

/// The ids are made of the account's, as the account of a lab is the same each time it is looked at.
fn policy(id: &AccountId, number: usize, name: &str, document: String) -> Policy {
    Policy {
        name: name.to_owned(),
        path: "/".to_owned(),
        id: format!("ANPA{id}VOCL{number}"),
        created: MADE,
        description: None,
        document,
        tags: Named::new(),
    }
}

fn role(id: &AccountId, letter: &str, name: &str, principal: &Value, attached: Named) -> Role {
    let trust = json!([{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }]);
    Role {
        name: name.to_owned(),
        path: "/".to_owned(),
        id: format!("AROA{id}VOCL{letter}"),
        created: MADE,
        trust: document(&trust).to_string(),
        description: None,
        max_session: 43_200,
        boundary: None,
        tags: Named::new(),
        inline: Named::new(),
        attached,
        linked_to: None,
        of_template: Vec::new(),
    }
}
