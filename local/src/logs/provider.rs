//! Log groups in templates.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{Logs, names, state::Group};
use crate::{
    pace::typical,
    protocol::input::Input,
    provision::{Created, Provider, Scope},
    random,
    service::AwsError,
    times,
};

const TYPICAL: Duration = typical("AWS::Logs::LogGroup CREATING");

impl Provider for Logs {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::Logs::LogGroup"]
    }

    fn create(&self, scope: &Scope, _kind: &str, properties: &Value) -> Result<Created, AwsError> {
        let place = &scope.place;
        let properties = Input(properties);
        let name = properties.text("LogGroupName").map_or_else(
            || format!("{}-{}-{}", scope.stack_name, scope.logical_id, &random::id()[..12]),
            str::to_owned,
        );
        let own = properties
            .parts("Tags")
            .filter_map(|tag| Some((tag.text("Key")?.to_owned(), tag.text("Value")?.to_owned())));
        let group = Group {
            created: times::now(),
            // Numbers in YAML templates may come as texts.
            retention: properties
                .number("RetentionInDays")
                .or_else(|| properties.text("RetentionInDays")?.parse().ok()),
            class: properties.text("LogGroupClass").unwrap_or("STANDARD").to_owned(),
            tags: scope.tags.clone().into_iter().chain(own).collect(),
            streams: BTreeMap::new(),
        };
        self.create_group(place, &name, group)?;
        let arn = format!("{}:*", names::arn(place, &name));
        let attributes = BTreeMap::from([("Arn".to_owned(), json!(arn))]);
        Ok(Created { physical_id: name, attributes, typical: TYPICAL })
    }

    fn delete(&self, scope: &Scope, _kind: &str, physical_id: &str) -> Result<(), AwsError> {
        let place = &scope.place;
        match self.delete_group(place, physical_id) {
            Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
            deleted => deleted,
        }
    }
}
