//! AWS's clock. The times that AWS reports are compared with it: this machine's may be wrong.

use std::{
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept, context::BeforeDeserializationInterceptorContextRef, dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{
    config_bag::ConfigBag,
    date_time::{DateTime, Format},
};

use super::Destination;
use crate::{
    aws::{Client as _, call, operations::sts::GET_CALLER_IDENTITY},
    error::{Code, Error, Result},
};

/// Reads the time of a response, which AWS gives in seconds.
#[derive(Clone, Debug, Default)]
struct DateHeader(Arc<OnceLock<SystemTime>>);

#[dyn_dispatch_hint]
impl Intercept for DateHeader {
    fn name(&self) -> &'static str {
        "mysfits clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(time) = context.response().headers().get("date").and_then(time) {
            let _ = self.0.set(time);
        }
        Ok(())
    }
}

fn time(header: &str) -> Option<SystemTime> {
    DateTime::from_str(header, Format::HttpDate).ok()?.try_into().ok()
}

impl Destination {
    /// Returns the time by AWS's clock.
    ///
    /// # Errors
    /// When the call fails or its response has no time.
    pub(crate) async fn now(&self) -> Result<SystemTime> {
        let header = DateHeader::default();
        let sts = aws_sdk_sts::Client::guarded(&self.config, self.guard);
        let asked = sts.get_caller_identity().customize().interceptor(header.clone());
        call(&GET_CALLER_IDENTITY, asked.send()).await?;
        let none = || Error::new(Code::Refused, "sts GetCallerIdentity did not say the time");
        header.0.get().copied().ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_of_a_response() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_hours(498_822);
        assert_eq!(time("Fri, 27 Nov 2026 06:00:00 GMT"), Some(at));
        assert_eq!(time("tomorrow"), None);
    }
}
