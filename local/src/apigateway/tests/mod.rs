//! API Gateway through the same operations that calls use.

mod apis;
mod links;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Method};
use serde_json::{Map, Value, json};

use super::{ApiGateway, operations};
use crate::{
    clock::Clock,
    place::Place,
    ports::{Balancers, Entrance, Pools, TokenRefusal, TokenUse},
    service::{AwsError, Call, Caller},
    test_folder::Folder,
    times::{self, Millis},
};

pub(super) const REGION: &str = "eu-west-1";
const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/lab/1";

/// A load balancer, as far as links see one.
#[derive(Debug, Default)]
struct Fake {
    is_active: bool,
    /// Who holds it, and until when.
    holders: BTreeMap<String, Option<Millis>>,
    backend: Option<SocketAddr>,
    leads_somewhere: bool,
}

/// One load balancer.
#[derive(Debug, Default)]
pub(super) struct OneBalancer(Mutex<Fake>);

impl OneBalancer {
    fn change<R>(&self, change: impl FnOnce(&mut Fake) -> R) -> R {
        change(&mut self.0.lock().unwrap())
    }

    /// Returns whether something keeps it from being deleted.
    fn is_held(&self) -> bool {
        let now = times::now();
        self.change(|fake| fake.holders.values().any(|until| until.is_none_or(|time| now < time)))
    }
}

impl Balancers for OneBalancer {
    fn is_active(&self, _: &Place, arn: &str) -> Option<bool> {
        (arn == BALANCER).then(|| self.change(|fake| fake.is_active))
    }

    fn hold(&self, _: &Place, _: &str, by: &str) -> Result<(), AwsError> {
        self.change(|fake| fake.holders.insert(by.to_owned(), None));
        Ok(())
    }

    fn release_at(&self, _: &Place, _: &str, by: &str, time: Millis) -> Result<(), AwsError> {
        self.change(|fake| fake.holders.insert(by.to_owned(), Some(time)));
        Ok(())
    }

    fn entrance(&self, _: &Place, _: &str, _: u16) -> Option<Entrance> {
        self.change(|fake| {
            let leads_somewhere = fake.leads_somewhere;
            Some(Entrance { address: fake.backend?, leads_somewhere })
        })
    }
}

/// Pools whose tokens describe themselves: `id:NAME`, `access:SCOPES`, `expired:`.
struct PlainPools;

impl Pools for PlainPools {
    fn claims(
        &self,
        _: &[String],
        token: &str,
        token_use: TokenUse,
    ) -> Result<Map<String, Value>, TokenRefusal> {
        let claims = match (token.split_once(':'), token_use) {
            (Some(("id", name)), TokenUse::Id) => json!({ "sub": name }),
            (Some(("access", scopes)), TokenUse::Access) => json!({ "sub": "x", "scope": scopes }),
            (Some(("expired", _)), _) => return Err(TokenRefusal::Expired),
            _ => return Err(TokenRefusal::Invalid),
        };
        Ok(claims.as_object().cloned().unwrap_or_default())
    }
}

/// The service over one load balancer.
pub(in crate::apigateway) struct World {
    gateway: ApiGateway,
    balancer: Arc<OneBalancer>,
    place: Place,
    folder: Folder,
    pace: f64,
}

impl World {
    pub(in crate::apigateway) fn new(name: &str) -> Self {
        Self::at_pace(name, 0.0)
    }

    fn at_pace(name: &str, pace: f64) -> Self {
        let folder = Folder::new(name);
        let balancer = Arc::new(OneBalancer::default());
        balancer.change(|fake| fake.is_active = true);
        let gateway = Self::open(&folder, pace, &balancer);
        Self { gateway, balancer, place: Place::named("111111111111", REGION), folder, pace }
    }

    fn open(folder: &std::path::Path, pace: f64, balancer: &Arc<OneBalancer>) -> ApiGateway {
        let clock = Clock::at_pace(pace);
        ApiGateway::open(folder, clock, balancer.clone(), Arc::new(PlainPools)).unwrap()
    }

    /// Reopens the same folder, as after a restart.
    fn restart(&mut self) {
        self.gateway = Self::open(&self.folder, self.pace, &self.balancer);
    }

    /// Carries out a call such as `GET /restapis`.
    fn run(&self, call: &str, body: &Value) -> Result<Value, AwsError> {
        self.run_text(call, &if body.is_null() { String::new() } else { body.to_string() })
    }

    fn run_text(&self, call: &str, body: &str) -> Result<Value, AwsError> {
        let (method, target) = call.split_once(' ').unwrap();
        let (method, uri) = (method.parse::<Method>().unwrap(), target.parse().unwrap());
        let (headers, body) = (HeaderMap::new(), body.to_owned().into());
        let call = Call::new(method, uri, headers, body, Caller::Anonymous);
        let (operation, request) = operations::find(&call).expect(target);
        operation.handler.run_in(&self.gateway, &self.place, &request)
    }

    pub(in crate::apigateway) fn good(&self, call: &str, body: &Value) -> Value {
        self.run(call, body).unwrap_or_else(|error| panic!("{call} {body}: {error}"))
    }

    pub(in crate::apigateway) fn good_text(&self, call: &str, body: &str) -> Value {
        self.run_text(call, body).unwrap_or_else(|error| panic!("{call}: {error}"))
    }

    pub(in crate::apigateway) fn get(&self, target: &str) -> Value {
        self.good(&format!("GET {target}"), &Value::Null)
    }

    /// Returns the code and message of a call's refusal.
    pub(in crate::apigateway) fn refusal(&self, call: &str, body: &Value) -> (String, String) {
        match self.run(call, body) {
            Err(error) => (error.code, error.message),
            Ok(value) => panic!("{call} {body} was good: {value}"),
        }
    }

    pub(in crate::apigateway) fn gateway(&self) -> &ApiGateway {
        &self.gateway
    }

    /// Puts a backend behind the load balancer, or none.
    pub(in crate::apigateway) fn lead_to(&self, backend: Option<SocketAddr>) {
        self.balancer.change(|fake| {
            fake.leads_somewhere = backend.is_some();
            fake.backend = backend.or(fake.backend);
        });
    }

    pub(in crate::apigateway) fn link(&self) -> String {
        let new = json!({ "name": "lab", "targetArns": [BALANCER] });
        text(&self.good("POST /vpclinks", &new)["id"])
    }

    /// Creates an API with one mock method, `GET /`, and returns its path in the service.
    pub(in crate::apigateway) fn api(&self) -> String {
        let api = self.good("POST /restapis", &json!({ "name": "lab" }));
        let path = format!("/restapis/{}", text(&api["id"]));
        let root = format!("{path}/resources/{}", text(&api["rootResourceId"]));
        let method = json!({ "authorizationType": "NONE" });
        self.good(&format!("PUT {root}/methods/GET"), &method);
        self.good(&format!("PUT {root}/methods/GET/integration"), &json!({ "type": "MOCK" }));
        path
    }
}

pub(in crate::apigateway) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns the body of a call that changes one value.
pub(in crate::apigateway) fn replace(path: &str, value: &str) -> Value {
    json!({ "patchOperations": [{ "op": "replace", "path": path, "value": value }] })
}
