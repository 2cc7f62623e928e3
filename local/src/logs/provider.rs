//! Log groups in templates.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{Logs, access::HANDLERS, names, state::Group};
use crate::{
    authorize::Needed,
    pace::typical,
    protocol::input::Input,
    provision::{self, Act, Created, Provider, Scope},
    random,
    service::AwsError,
    times,
};

const TYPICAL: Duration = typical("AWS::Logs::LogGroup CREATING");

impl Provider for Logs {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::Logs::LogGroup"]
    }

    fn needs(
        &self,
        scope: &Scope,
        kind: &str,
        act: Act,
        physical_id: Option<&str>,
        properties: &Value,
    ) -> Vec<Needed> {
        provision::needed(HANDLERS, kind, act, scope, physical_id, properties)
    }

    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError> {
        let place = &scope.place;
        let properties = Input(properties);
        let before = self.created_before(scope, kind);
        let is_before = before.is_some();
        let name = before.or_else(|| properties.text("LogGroupName").map(str::to_owned));
        let name = name.unwrap_or_else(|| {
            format!("{}-{}-{}", scope.stack_name, scope.logical_id, &random::id()[..12])
        });
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
            token: Some(scope.token.clone()).filter(|token| !token.is_empty()),
        };
        if !is_before {
            self.create_group(place, &name, group)?;
        }
        let arn = format!("{}:*", names::arn(place, &name));
        let attributes = BTreeMap::from([("Arn".to_owned(), json!(arn))]);
        Ok(Created { physical_id: name, attributes, typical: TYPICAL })
    }

    fn created_before(&self, scope: &Scope, _kind: &str) -> Option<String> {
        let token = Some(&scope.token).filter(|token| !token.is_empty())?;
        self.groups.of(&scope.place).ok()?.read(|groups| {
            let mut all = groups.iter();
            let found = all.find(|(_, group)| group.token.as_ref() == Some(token));
            found.map(|(name, _)| name.clone())
        })
    }

    fn delete(&self, scope: &Scope, _kind: &str, physical_id: &str) -> Result<(), AwsError> {
        let place = &scope.place;
        match self.delete_group(place, physical_id) {
            Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
            deleted => deleted,
        }
    }
}
