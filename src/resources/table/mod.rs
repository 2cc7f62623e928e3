//! The table of the mysfits with its two indexes.

mod schema;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{TableDescription, TableStatus, Tag},
};

use self::schema::Schema;
use crate::{
    aws::{Failure, call, settled, unbuildable},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{LAB_TAG, Names, files, placeholders::TABLE_NAME, prices},
    resources::ownership,
    target::Target,
};

/// The table.
pub(super) struct Table {
    about: About,
    dynamodb: Client,
    name: String,
    lab: String,
    schema: Schema,
    adopt: bool,
}

impl Table {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Result<Self> {
        let own = target.given().with(&Values::of([(TABLE_NAME, &names.table)]));
        let schema: Schema = serde_json::from_str(&files::TABLE.render(&own)?)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        let (read, write) = schema.capacity();
        Ok(Self {
            about: About {
                id: Id("table"),
                title: format!("DynamoDB table `{}`", names.table),
                why: "A DynamoDB table holds the mysfits; its two indexes answer the page's filters.",
                produces: vec![TABLE_NAME],
                consumes: files::TABLE.placeholders()?,
                ours: ownership::by_tag(&names.lab),
                dollars_per_hour: prices::capacity(read, write),
                deadline: Duration::from_mins(10),
                ..About::default()
            },
            dynamodb: target.dynamodb(),
            name: names.table.clone(),
            lab: names.lab.clone(),
            schema,
            adopt,
        })
    }

    async fn describe(&self) -> Result<Option<TableDescription>> {
        let describe = self.dynamodb.describe_table().table_name(&self.name);
        match call("dynamodb DescribeTable", describe.send()).await {
            Ok(answer) => Ok(answer.table),
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// The value of the lab's tag, when the table has one.
    async fn tag(&self, arn: &str) -> Result<Option<String>> {
        let mut list = self.dynamodb.list_tags_of_resource().resource_arn(arn);
        loop {
            let answer = call("dynamodb ListTagsOfResource", list.clone().send()).await?;
            if let Some(tag) = answer.tags().iter().find(|tag| tag.key() == LAB_TAG) {
                return Ok(Some(tag.value().to_owned()));
            }
            let Some(next) = answer.next_token else { return Ok(None) };
            list = list.next_token(next);
        }
    }

    fn lab_tag(&self) -> Result<Tag> {
        Tag::builder().key(LAB_TAG).value(&self.lab).build().map_err(unbuildable)
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the table and its indexes");
        let request = self
            .schema
            .create(self.dynamodb.create_table())
            .map_err(unbuildable)?
            .tags(self.lab_tag()?);
        let mut wait = step.wait(self.about.deadline);
        loop {
            match settled(step, "dynamodb CreateTable", || request.clone().send()).await {
                // The answer to an earlier try was lost, or somebody else runs the same command.
                Err(failure) if failure.is("ResourceInUseException") && self.stands().await? => {
                    return Ok(());
                }
                // An earlier table of this name is on its way out.
                Err(failure) if failure.is("ResourceInUseException") => {
                    wait.pause("the earlier table of this name to be gone").await?;
                }
                other => return Ok(other.map(|_| ())?),
            }
        }
    }

    /// Whether the table is there and stays.
    async fn stands(&self) -> Result<bool> {
        let table = self.describe().await?;
        Ok(table.is_some_and(|table| table.table_status() != Some(&TableStatus::Deleting)))
    }

    /// Mends what can be changed in a table that stands: the tag and the capacity.
    async fn mend(&self, step: &Step<'_>) -> Result<()> {
        let Some(table) = self.describe().await? else { return Ok(()) };
        let arn = table.table_arn().unwrap_or_default();
        if self.tag(arn).await?.as_deref() != Some(&self.lab) {
            step.status("tagging the table");
            let tag = self.lab_tag()?;
            settled(step, "dynamodb TagResource", || {
                self.dynamodb.tag_resource().resource_arn(arn).tags(tag.clone()).send()
            })
            .await?;
        }
        if !self.schema.capacity_differs(&table).is_empty() {
            step.status("setting the capacity of the table and its indexes");
            let request =
                self.schema.update(self.dynamodb.update_table(), &table).map_err(unbuildable)?;
            settled(step, "dynamodb UpdateTable", || request.clone().send()).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for Table {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let Some(table) = self.describe().await? else { return Ok(Seen::Absent) };
        if let Some(status) = settling(&table) {
            return Ok(Seen::Settling { status });
        }
        let tag = match self.tag(table.table_arn().unwrap_or_default()).await {
            // It was deleted between the two questions.
            Err(error)
                if error
                    .aws
                    .as_ref()
                    .is_some_and(|aws| aws.code == "ResourceNotFoundException") =>
            {
                return Ok(Seen::Absent);
            }
            other => other?,
        };
        let mut differences = match ownership::differences(tag.as_deref(), &self.lab, self.adopt) {
            Ok(differences) => differences,
            Err(foreign) => return Ok(foreign),
        };
        if let Some(why) = self.schema.cannot_become(&table) {
            return Ok(Seen::Broken { why });
        }
        differences.extend(self.schema.capacity_differs(&table));
        let values = Values::of([(TABLE_NAME, &self.name)]);
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        match seen {
            Seen::Absent => self.create(step).await,
            // Deleting a table deletes what students put into it: never without being told to.
            Seen::Broken { why } => Err(Error::new(
                Code::Broken,
                format!("the table `{}` stands, but {why}", self.name),
            )
            .hint("`mysfits cleanup table` deletes it with its items; then deploy again")),
            _ => self.mend(step).await,
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the table");
        let delete = self.dynamodb.delete_table().table_name(&self.name);
        match call("dynamodb DeleteTable", delete.send()).await {
            // In use: it is being changed, and the engine waits and comes again.
            Err(failure)
                if failure.is_any(&["ResourceNotFoundException", "ResourceInUseException"]) =>
            {
                Ok(())
            }
            Err(failure) if protected(&failure) => {
                let message = format!("the table `{}` is protected against deletion", self.name);
                Err(failure.into_error(Code::Refused, message).hint(
                    "somebody protected it on purpose; turn the protection off in the DynamoDB console first",
                ))
            }
            other => Ok(other.map(|_| ())?),
        }
    }
}

/// AWS's word for the state of the table, or of an index, that is not ready yet.
fn settling(table: &TableDescription) -> Option<String> {
    match table.table_status() {
        Some(TableStatus::Active) => {}
        Some(status) => return Some(status.as_str().to_owned()),
        None => return Some("of unknown state".to_owned()),
    }
    let indexes = table.global_secondary_indexes();
    let index = indexes
        .iter()
        .find(|index| index.index_status().is_some_and(|status| status.as_str() != "ACTIVE"))?;
    let status = index.index_status().map_or("unknown", |status| status.as_str());
    Some(format!("{} is {status}", index.index_name().unwrap_or_default()))
}

fn protected(failure: &Failure) -> bool {
    failure.is("ValidationException") && failure.message.contains("deletion protection")
}
