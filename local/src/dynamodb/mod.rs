//! DynamoDB: tables, items and streams in one database per account and region. The embedded engine
//! carries out requests for data; this module makes it a service of an AWS account.

mod absent;
mod access;
mod account;
mod arns;
mod cancelled;
mod engine;
mod expressions;
mod file;
mod indexes;
mod making;
mod names;
mod operands;
mod operations;
mod projections;
mod region;
mod states;
mod tokens;
mod updates;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use http::StatusCode;

use crate::{
    absent::Absent,
    authorize::{self, Fields, Inputs, Needed},
    clock::Clock,
    open::OpenError,
    place::Place,
    protocol::{
        self,
        json::{self, Dialect},
    },
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service, Summary, Tagged},
    work,
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
#[derive(Clone, Debug)]
pub(crate) struct DynamoDb {
    folder: PathBuf,
    clock: Clock,
    regions: Arc<Mutex<BTreeMap<Place, Arc<Region>>>>,
}

impl DynamoDb {
    /// Opens the service on its folder, and every database in it, so that a damaged one is found at
    /// the start.
    pub(crate) fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        let service = Self { folder: folder.to_owned(), clock, regions: Arc::default() };
        for place in places_in(folder)? {
            service.region(&place)?;
        }
        Ok(service)
    }

    /// Returns the tables of an account in a region, opened on first use.
    fn region(&self, place: &Place) -> Result<Arc<Region>, OpenError> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = regions.get(place) {
            return Ok(Arc::clone(open));
        }
        let folder = folder_of(&self.folder, place);
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
        let (service, place) = (self.clone(), place.clone());
        // The engine blocks on its file, and its parser needs a large stack.
        let run = move || Ok(service.region(&place)?.run(operation, &call.body));
        match work::run(run).await {
            Ok(Ok((status, body))) => protocol::answer(status, DIALECT.content_type, body),
            Ok(Err::<_, OpenError>(error)) => self.refuse(&internal(&error)),
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

    fn operations(&self) -> Vec<Operation> {
        operations::all()
    }

    fn absent(&self) -> &'static [Absent] {
        absent::ABSENT
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        operations::find(operation_name(call)?).map(operations::Operation::outline)
    }

    fn needs(&self, call: &Call, operation: &str) -> Option<Vec<Needed>> {
        let Caller::Signed { place, .. } = &call.caller else { return None };
        let fields = Fields::Json(serde_json::from_slice(&call.body).unwrap_or_default());
        let inputs = Inputs { place, fields };
        authorize::needed(access::ACCESS, self.name(), operation, &inputs)
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

    fn denied(&self, message: String) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "AccessDeniedException", message)
    }

    fn expired(&self) -> AwsError {
        json::expired()
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

/// Returns the folder of the tables of an account in a region.
fn folder_of(folder: &Path, place: &Place) -> PathBuf {
    folder.join(place.account.as_str()).join(&place.region)
}

/// Returns the places whose tables are in a folder.
fn places_in(folder: &Path) -> Result<Vec<Place>, OpenError> {
    let mut places = Vec::new();
    for account in names_in(folder)? {
        let regions = names_in(&folder.join(&account))?;
        places.extend(regions.into_iter().map(|region| Place::named(&account, region)));
    }
    Ok(places)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn each_account_has_a_folder_in_each_region() {
        let folder = |key: &str| folder_of(Path::new("/state"), &Place::named(key, "eu-west-1"));
        assert_eq!(folder("123456789012"), Path::new("/state/123456789012/eu-west-1"));
        // A key that is no account belongs to the default one.
        assert_eq!(folder("AKIA"), Path::new("/state/000000000000/eu-west-1"));
    }

    #[test]
    fn the_places_of_the_folders_are_found_again() {
        let folder = Folder::new("dynamodb");
        let mut places =
            ["eu-west-1", "us-east-1"].map(|region| Place::named("1", region)).to_vec();
        places.push(Place::named("222222222222", "eu-west-1"));
        for place in &places {
            fs::create_dir_all(folder_of(&folder, place)).unwrap();
        }
        fs::write(folder.join("a file"), "").unwrap();
        let mut found = places_in(&folder).unwrap();
        found.sort();
        assert_eq!(found, places);
        assert_eq!(places_in(&folder.join("absent")).unwrap(), []);
    }

    #[test]
    fn both_targets_name_operations() {
        let named = |target: &str| {
            let headers = [("x-amz-target", target)]
                .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
            let headers = http::HeaderMap::from_iter(headers);
            let uri = http::Uri::from_static("/");
            let call =
                Call::new(http::Method::POST, uri, headers, bytes::Bytes::new(), Caller::Anonymous);
            operation_name(&call).and_then(operations::find).map(|operation| operation.name)
        };
        assert_eq!(named("DynamoDB_20120810.PutItem"), Some("PutItem"));
        assert_eq!(named("DynamoDBStreams_20120810.GetRecords"), Some("GetRecords"));
        assert_eq!(named("DynamoDB_20120810.Unknown"), None);
        assert_eq!(named("Logs_20140328.PutItem"), None);
    }
}
