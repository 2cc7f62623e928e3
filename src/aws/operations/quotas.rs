//! How much of something an account may have.

use crate::aws::{Api, On, Protocol, Service};

const QUOTAS: Service = Service {
    name: "servicequotas",
    sdk: "Service Quotas",
    iam: "servicequotas",
    cli: "service-quotas",
};

operations! {
    use signed Api {
        service: &QUOTAS,
        host: "servicequotas.REGION.amazonaws.com",
        signs: "servicequotas",
        signs_in: None,
        protocol: Protocol::Json { version: "1.1", target: "ServiceQuotasV20190624" },
    };
    GET_SERVICE_QUOTA = QUOTAS.reads("GetServiceQuota").on(On::Any(&["*/*"]));
    // Answers where no value of the account's own has been set.
    GET_DEFAULT_SERVICE_QUOTA = QUOTAS.reads("GetAWSDefaultServiceQuota").on(On::All);
}
