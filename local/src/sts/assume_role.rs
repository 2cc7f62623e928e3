//! `AssumeRole`: a session of a role, for whom the role trusts and who may assume it.

use http::StatusCode;
use serde_json::json;

use super::{Sts, user};
use crate::{
    authorize::Identity,
    iam::{Assumption, Caller, NotAssumed},
    params::Params,
    place::Place,
    protocol::{
        constraint::{missing, unlike, unmet},
        form::invalid,
        operations::Output,
    },
    random,
    service::{AwsError, Call},
    times::{Millis, iso, now},
};

/// How long a session lasts by default, and at most for a caller that is a session itself, in
/// seconds.
const HOUR: u32 = 3600;
const SHORTEST: u32 = 900;
const LONGEST: u32 = 43_200;

pub(super) fn assume(sts: &Sts, place: &Place, call: &Call) -> Output {
    let params = call.form();
    let role_arn = text(params, "RoleArn", &ARN)?.ok_or_else(|| invalid(missing("RoleArn")))?;
    let session = text(params, "RoleSessionName", &NAME)?;
    let session = session.ok_or_else(|| invalid(missing("RoleSessionName")))?;
    let duration = duration(params)?;
    if !params.groups("Tags").is_empty() {
        return Err(invalid("The local cloud has no tags of sessions."));
    }
    let policies: Vec<String> = policies(params)?;
    let assumption = Assumption {
        role_arn,
        session,
        external_id: text(params, "ExternalId", &EXTERNAL_ID)?,
        source_identity: text(params, "SourceIdentity", &NAME)?,
        session_policies: (!policies.is_empty()).then_some(policies),
    };
    let caller = match &call.identity {
        Some(identity) => Caller::Session(identity),
        None => Caller::Owner { account: &place.account, arn: user(place) },
    };
    let (identity, longest) =
        sts.iam.assume(&caller, &place.region, &assumption).map_err(|why| refused(&why))?;
    if call.identity.is_some() && duration > HOUR {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining.",
        ));
    }
    if duration > longest {
        return Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    begun(sts, identity, duration)
}

/// Begins the session, and returns its keys.
fn begun(sts: &Sts, identity: Identity, duration: u32) -> Output {
    let expires: Millis = now() + u64::from(duration) * 1000;
    let shown = json!({ "AssumedRoleId": identity.user_id(), "Arn": identity.arn() });
    let source = identity.source_identity.clone();
    let has_policies = identity.session_policies.is_some();
    let key = sts.sessions.begin(identity, expires).map_err(|error| {
        AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", error.to_string())
    })?;
    let secret = || format!("{}{}", random::id(), random::id());
    Ok(json!({
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": secret().get(..40),
            "SessionToken": secret(),
            "Expiration": iso(expires - expires % 1000).replace(".000Z", "Z"),
        },
        "AssumedRoleUser": shown,
        "PackedPolicySize": has_policies.then_some(1),
        "SourceIdentity": source,
    }))
}

fn refused(why: &NotAssumed) -> AwsError {
    match why {
        NotAssumed::Denied(message) => {
            AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", message)
        }
        NotAssumed::Invalid(error) => error.clone(),
    }
}

fn duration(params: &Params) -> Result<u32, AwsError> {
    let Some(seconds) = params.checked_number("DurationSeconds")? else { return Ok(HOUR) };
    let rule = match seconds {
        ..SHORTEST => format!("have value greater than or equal to {SHORTEST}"),
        SHORTEST..=LONGEST => return Ok(seconds),
        _ => format!("have value less than or equal to {LONGEST}"),
    };
    Err(invalid(unmet(&seconds.to_string(), "durationSeconds", &rule)))
}

/// Returns the session policies: the document that is given, and the ARNs.
fn policies(params: &Params) -> Result<Vec<String>, AwsError> {
    let arns = params.groups("PolicyArns").into_iter();
    let arns = arns.filter_map(|group| group.text("arn").map(str::to_owned));
    let document = match params.text("Policy") {
        Some(document) => Some(crate::iam::session_policy(document)?),
        None => None,
    };
    Ok(document.into_iter().chain(arns).collect())
}

/// What a text may be.
struct Form {
    shortest: usize,
    longest: usize,
    /// Its characters besides letters, digits and `_`, and AWS's pattern of it.
    others: &'static str,
    pattern: &'static str,
}

const NAME: Form = Form { shortest: 2, longest: 64, others: "+=,.@-", pattern: r"[\w+=,.@-]*" };
const EXTERNAL_ID: Form =
    Form { shortest: 2, longest: 1224, others: "+=,.@:/-", pattern: r"[\w+=,.@:\/-]*" };
const ARN: Form = Form { shortest: 20, longest: 2048, others: "", pattern: "" };

fn text<'a>(params: &'a Params, name: &str, form: &Form) -> Result<Option<&'a str>, AwsError> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let mut field = name.to_owned();
    field.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    let length = text.chars().count();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || form.others.contains(c);
    let wrong = if length < form.shortest {
        unmet(text, &field, &format!("have length greater than or equal to {}", form.shortest))
    } else if length > form.longest {
        unmet(text, &field, &format!("have length less than or equal to {}", form.longest))
    } else if form.pattern.is_empty() || text.chars().all(fits) {
        return Ok(Some(text));
    } else {
        unlike(text, &field, form.pattern)
    };
    Err(invalid(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_lengths_and_characters() {
        let wrong = |name: &str, value: &str, form: &Form| {
            let params = Params::of_pairs(&[(name, value)]);
            text(&params, name, form).map(|_| ()).map_err(|error| error.message)
        };
        assert_eq!(wrong("RoleSessionName", "a.b@c", &NAME), Ok(()));
        assert_eq!(wrong("ExternalId", "a:b/c", &EXTERNAL_ID), Ok(()));
        let start = "1 validation error detected: Value";
        assert_eq!(
            wrong("RoleSessionName", "a", &NAME).unwrap_err(),
            format!(
                "{start} 'a' at 'roleSessionName' failed to satisfy constraint: Member must have \
                 length greater than or equal to 2"
            )
        );
        assert_eq!(
            wrong("SourceIdentity", "a b", &NAME).unwrap_err(),
            format!(
                "{start} 'a b' at 'sourceIdentity' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: [\\w+=,.@-]*"
            )
        );
    }
}
