//! Service Quotas: how much of something an account may have.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::{Access, Need::Own},
    limits::{self, Limit},
    place::Place,
    protocol::{
        Protocol,
        json::{self, Dialect},
        operations::{Handler, Operation, Output, Tabled, look, signer},
    },
    service::{AwsError, Call, Summary, Tagged},
};

/// Service Quotas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotas;

/// An operation whose answer depends on where its caller is and on its input.
#[derive(Debug)]
pub(crate) struct OnInput(fn(&Place, &Value) -> Output);

impl Handler<Quotas> for OnInput {
    fn run(&self, _: &Quotas, call: &Call) -> Output {
        self.0(signer::<Quotas>(call)?, &json::input(call)?)
    }
}

impl Tabled for Quotas {
    const NAME: &'static str = "servicequotas";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "ServiceQuotasV20190624",
        content_type: "application/x-amz-json-1.1",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = &[
        look("GetServiceQuota", OnInput(applied)),
        look("GetAWSDefaultServiceQuota", OnInput(applied)),
        look("ListServiceQuotas", OnInput(list)),
    ];
    const ABSENT: &'static [Absent] =
        &[(&["GetServiceQuota", "GetAWSDefaultServiceQuota", "ListServiceQuotas"], Nowhere, Never)];
    const ACCESS: &'static [Access] = &[
        (&["GetServiceQuota"], &[Own("{ServiceCode}/{QuotaCode}")]),
        (&["GetAWSDefaultServiceQuota", "ListServiceQuotas"], &[Own("*")]),
    ];
    const SUMMARY: Summary = Summary {
        title: "Service Quotas",
        real: "AWS's defaults of the quotas that a lab meets. EC2 keeps to those of VPCs, gateways and \
               addresses. Shown only: those of Fargate, load balancers and VPC links.",
        refused: "Asking for more, and other quotas.",
    };

    type Handler = OnInput;

    /// It has no resources.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

/// `GetServiceQuota`, and the default, which is the same here.
fn applied(place: &Place, input: &Value) -> Output {
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let (service, code) = (text("ServiceCode"), text("QuotaCode"));
    let found = limits::ALL.iter().find(|limit| (limit.service, limit.code) == (service, code));
    let Some(limit) = found else { return Err(no_such("quota")) };
    Ok(json!({ "Quota": shown(limit, place) }))
}

/// `ListServiceQuotas`. All of a service fit on one page.
fn list(place: &Place, input: &Value) -> Output {
    let service = input["ServiceCode"].as_str().unwrap_or_default();
    let of_service = limits::ALL.iter().filter(|limit| limit.service == service);
    let quotas: Vec<_> = of_service.map(|limit| shown(limit, place)).collect();
    if quotas.is_empty() {
        return Err(no_such("service"));
    }
    Ok(json!({ "Quotas": quotas }))
}

fn no_such(what: &str) -> AwsError {
    let message = format!("The request failed because the specified {what} does not exist.");
    AwsError::new(StatusCode::BAD_REQUEST, "NoSuchResourceException", message)
}

fn shown(limit: &Limit, place: &Place) -> Value {
    let Limit { service, code, name, value, is_kept } = limit;
    let Place { account, region, .. } = place;
    json!({
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaName": name,
        "QuotaArn": format!("arn:aws:servicequotas:{region}:{account}:{service}/{code}"),
        "Value": f64::from(u32::try_from(*value).unwrap_or(u32::MAX)),
        "Unit": "None",
        "Adjustable": true,
        "GlobalQuota": false,
        "QuotaAppliedAtLevel": "ACCOUNT",
        "Description": if *is_kept { "The local cloud keeps to it." } else { "It is shown only." },
    })
}
