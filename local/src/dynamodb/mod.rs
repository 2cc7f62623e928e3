//! DynamoDB: tables, items and streams in one database per account and region. The embedded engine
//! carries out requests for data; this module makes it a service of an AWS account.

mod arns;
mod cancelled;
mod engine;
mod names;
mod operations;
mod region;
mod states;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;

use crate::{
    clock::Clock,
    open::OpenError,
    place::Place,
    protocol::{
        self,
        json::{self, Dialect},
    },
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service, Summary, Tagged},
};
use region::Region;

const DIALECT: Dialect = Dialect {
    target: "DynamoDB_20120810",
    content_type: "application/x-amz-json-1.0",
    error_prefix: "com.amazonaws.dynamodb.v20120810#",
};
/// Streams have a target of their own and share all else.
const STREAMS: Dialect = Dialect { target: "DynamoDBStreams_20120810", ..DIALECT };

/// The service.
#[derive(Debug)]
pub(crate) struct DynamoDb {
    folder: PathBuf,
    clock: Clock,
    regions: Mutex<BTreeMap<Place, Arc<Region>>>,
}

impl DynamoDb {
    /// Opens the service on its folder, and every database in it, so that a damaged one is found at
    /// the start.
    pub(crate) fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        let service = Self { folder: folder.to_owned(), clock, regions: Mutex::default() };
        for account in names_in(folder)? {
            for region in names_in(&folder.join(&account))? {
                service.region(&Place::named(&account, region))?;
            }
        }
        Ok(service)
    }

    /// Returns the tables of an account in a region, opened on first use.
    fn region(&self, place: &Place) -> Result<Arc<Region>, OpenError> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = regions.get(place) {
            return Ok(Arc::clone(open));
        }
        let folder = self.folder.join(place.account.as_str()).join(&place.region);
        let opened = Arc::new(Region::open(&folder, place, self.clock.clone())?);
        regions.insert(place.clone(), Arc::clone(&opened));
        Ok(opened)
    }

    async fn run(&self, call: Call) -> Answer {
        let Some(operation) = operation_name(&call).and_then(operations::find) else {
            return self.refuse(&json::unknown_operation(StatusCode::BAD_REQUEST));
        };
        let Caller::Signed { place, .. } = &call.caller else {
            return self.refuse(&json::unsigned());
        };
        let region = match self.region(place) {
            Ok(region) => region,
            Err(error) => return self.refuse(&internal(&error)),
        };
        // The engine blocks on its file.
        let ran = tokio::task::spawn_blocking(move || region.run(operation, &call.body)).await;
        match ran {
            Ok((status, body)) => protocol::answer(status, DIALECT.content_type, body),
            Err(error) => self.refuse(&internal(&error)),
        }
    }
}

impl Service for DynamoDb {
    fn name(&self) -> &'static str {
        "dynamodb"
    }

    fn claims(&self, call: &Call) -> bool {
        operation_name(call).is_some()
    }

    fn summary(&self) -> Summary {
        operations::SUMMARY
    }

    fn operations(&self) -> Vec<&'static str> {
        operations::names()
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let operation = operations::find(operation_name(call)?)?;
        Some(Operation { name: operation.name.to_owned(), mutating: operation.mutating })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(self.run(call))
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        match cancelled::body(error) {
            Some(body) => protocol::answer(error.status, DIALECT.content_type, body.into_bytes()),
            None => DIALECT.refuse(error),
        }
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(
            StatusCode::BAD_REQUEST,
            "ThrottlingException",
            "Rate of requests exceeds the allowed throughput.",
        )
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        self.region(place).map(|region| region.tagged()).unwrap_or_default()
    }
}

fn operation_name(call: &Call) -> Option<&str> {
    DIALECT.operation(call).or_else(|| STREAMS.operation(call))
}

fn internal(error: &impl ToString) -> AwsError {
    AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", error.to_string())
}

/// Returns the names of the folders in a folder; none if there is no folder.
fn names_in(folder: &Path) -> Result<Vec<String>, OpenError> {
    let unusable = |source| OpenError::Folder { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unusable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unusable)?;
        if entry.file_type().map_err(unusable)?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}
