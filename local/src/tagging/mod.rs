//! The Resource Groups Tagging API: the tagged resources of all services.

mod absent;
mod access;
mod late;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use late::Late;

use crate::{
    absent::Absent,
    authorize::Access,
    clock::Clock,
    place::Place,
    protocol::{
        Protocol,
        json::{self, Dialect},
        operations::{OnJson, Operation, Tabled, look},
        page::page,
    },
    service::{AwsError, Service, Summary, Tagged},
};

/// How many resources a page has by default, and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// The service. Clones share their state.
#[derive(Clone)]
pub(crate) struct Tagging {
    services: Vec<Arc<dyn Service>>,
    late: Arc<Late>,
}

impl fmt::Debug for Tagging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tagging").finish_non_exhaustive()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct GetResources {
    tag_filters: Vec<TagFilter>,
    resource_type_filters: Vec<String>,
    resources_per_page: Option<usize>,
    pagination_token: String,
    #[serde(rename = "ResourceARNList")]
    resource_arn_list: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TagFilter {
    key: String,
    values: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct GetTagValues {
    key: String,
}

impl Tagging {
    /// Creates the API over these services.
    pub(crate) fn of(services: Vec<Arc<dyn Service>>, clock: Clock) -> Self {
        Self { services, late: Arc::new(Late::new(clock)) }
    }

    /// Returns everything with tags in a place, as the index lists it.
    fn all(&self, place: &Place) -> Vec<Tagged> {
        let resources = self.services.iter().flat_map(|service| service.tagged(place)).collect();
        self.late.listed(place, resources)
    }
}

impl Tabled for Tagging {
    const NAME: &'static str = "tagging";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "ResourceGroupsTaggingAPI_20170126",
        content_type: "application/x-amz-json-1.1",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] = &[
        look("GetResources", |tagging, place, input| {
            get_resources(&read(input)?, tagging.all(place))
        }),
        look("GetTagKeys", |tagging, place, _| {
            Ok(json!({ "PaginationToken": "", "TagKeys": keys(&tagging.all(place)) }))
        }),
        look("GetTagValues", |tagging, place, input| {
            let GetTagValues { key } = read(input)?;
            Ok(json!({ "PaginationToken": "", "TagValues": values(&tagging.all(place), &key) }))
        }),
    ];
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const PERMISSIONS: &'static str = "tag";
    const SUMMARY: Summary = Summary {
        title: "Resource Groups Tagging API",
        real: "The tagged resources of all services, filtered by tags, types and ARNs. The index is \
               never late, unless a fault rule holds it. As on AWS, it does not list roles.",
        refused: "Tagging and untagging, and reports of compliance.",
    };

    type Handler = OnJson<Self>;

    fn throttling() -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "ThrottledException", "Rate exceeded")
    }

    /// It has no resources of its own.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

/// Reads the input of an operation.
fn read<T: DeserializeOwned>(input: &Value) -> Result<T, AwsError> {
    T::deserialize(input).map_err(|error| json::unreadable(&error))
}

fn get_resources(input: &GetResources, mut all: Vec<Tagged>) -> Result<Value, AwsError> {
    let limit = input.resources_per_page.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(invalid("ResourcesPerPage must be from 1 to 100."));
    }
    if input.tag_filters.iter().any(|filter| filter.key.is_empty()) {
        return Err(invalid("A tag filter needs a Key."));
    }
    all.retain(|resource| input.wants(resource));
    all.sort_by(|one, other| one.arn.cmp(&other.arn));
    let after = Some(input.pagination_token.as_str());
    let (found, next) = page(all, |resource| resource.arn.clone(), after, limit);
    let token = next.unwrap_or_default();
    let list: Vec<Value> = found.iter().map(described).collect();
    Ok(json!({ "PaginationToken": token, "ResourceTagMappingList": list }))
}

impl GetResources {
    fn wants(&self, resource: &Tagged) -> bool {
        let by_arn =
            self.resource_arn_list.is_empty() || self.resource_arn_list.contains(&resource.arn);
        let by_type = self.resource_type_filters.is_empty()
            || self.resource_type_filters.iter().any(|filter| is_of_type(&resource.arn, filter));
        by_arn && by_type && self.tag_filters.iter().all(|filter| filter.matches(resource))
    }
}

impl TagFilter {
    fn matches(&self, resource: &Tagged) -> bool {
        resource
            .tags
            .get(&self.key)
            .is_some_and(|value| self.values.is_empty() || self.values.contains(value))
    }
}

/// Returns whether an ARN is of a type such as `s3` or `dynamodb:table`.
fn is_of_type(arn: &str, filter: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next(), parts.nth(2).unwrap_or_default());
    let (wanted_service, wanted_type) = filter.split_once(':').unwrap_or((filter, ""));
    // The ARN of a bucket is its name alone.
    let actual_type = match service {
        Some("s3") => "bucket",
        _ => resource.split([':', '/']).next().unwrap_or_default(),
    };
    service == Some(wanted_service) && (wanted_type.is_empty() || wanted_type == actual_type)
}

fn described(resource: &Tagged) -> Value {
    let tags: Vec<Value> =
        resource.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({ "ResourceARN": resource.arn, "Tags": tags })
}

fn keys(resources: &[Tagged]) -> BTreeSet<&String> {
    resources.iter().flat_map(|resource| resource.tags.keys()).collect()
}

fn values<'a>(resources: &'a [Tagged], key: &str) -> BTreeSet<&'a String> {
    resources.iter().filter_map(|resource: &Tagged| BTreeMap::get(&resource.tags, key)).collect()
}

fn invalid(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "InvalidParameterException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(arn: &str, tags: &[(&str, &str)]) -> Tagged {
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Tagged { arn: arn.to_owned(), tags: tags.collect() }
    }

    fn lab() -> Vec<Tagged> {
        vec![
            resource("arn:aws:s3:::site", &[("lab", "mysfits"), ("part", "1")]),
            resource("arn:aws:dynamodb:eu-west-1:000000000000:table/T", &[("lab", "mysfits")]),
            resource("arn:aws:s3:::other", &[("lab", "other")]),
        ]
    }

    fn found(input: &Value) -> (Vec<String>, String) {
        let input = GetResources::deserialize(input).unwrap();
        let output = get_resources(&input, lab()).unwrap();
        let list = output["ResourceTagMappingList"].as_array().unwrap();
        let arns = list.iter().map(|found| found["ResourceARN"].as_str().unwrap());
        let names = arns.map(|arn| arn.rsplit([':', '/']).next().unwrap().to_owned());
        (names.collect(), output["PaginationToken"].as_str().unwrap().to_owned())
    }

    #[test]
    fn filters_are_anded_and_their_values_ored() {
        let by = |filters: Value| found(&json!({ "TagFilters": filters })).0;
        assert_eq!(by(json!([{"Key": "lab"}])), ["T", "other", "site"]);
        assert_eq!(by(json!([{"Key": "lab", "Values": ["mysfits"]}])), ["T", "site"]);
        assert_eq!(by(json!([{"Key": "lab", "Values": ["x", "other"]}])), ["other"]);
        assert_eq!(by(json!([{"Key": "lab"}, {"Key": "part", "Values": ["1"]}])), ["site"]);
    }

    #[test]
    fn types_are_services_or_services_with_a_type() {
        let by = |filter: &str| found(&json!({ "ResourceTypeFilters": [filter] })).0;
        assert_eq!(by("s3"), ["other", "site"]);
        assert_eq!(by("s3:bucket"), ["other", "site"]);
        assert_eq!(by("dynamodb:table"), ["T"]);
        assert!(by("dynamodb:stream").is_empty());
    }

    #[test]
    fn pages_follow_one_another() {
        let (first, token) = found(&json!({ "ResourcesPerPage": 2 }));
        assert_eq!(first, ["T", "other"]);
        let (second, end) = found(&json!({ "ResourcesPerPage": 2, "PaginationToken": token }));
        assert_eq!((second, end), (vec!["site".to_owned()], String::new()));
    }
}
