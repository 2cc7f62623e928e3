//! The tables: that of the mysfits with its two indexes, and that of their likes.

mod by_hand;
mod checks;
mod schema;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{TableDescription, TableStatus, Tag},
};

use self::schema::Schema;
use super::words::{found, name_in, protected, time, unless_any};
use crate::{
    aws::{Failure, call, operations::dynamodb as op, unbuildable},
    destination::{Destination, Lazy},
    engine::{About, Billed, ByHand, Check, Id, Presence, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{
        ArnPattern, EXPIRES_TAG, Expiry, LAB_TAG, LabId, Names, Owner, Placeholder, Template,
        Values, files, own_tags,
        placeholders::{LIKES_TABLE_NAME, TABLE_NAME},
        prices::{Item, Price},
    },
};

/// `DynamoDB`'s code for a missing table.
const ABSENT: &str = "ResourceNotFoundException";
/// `DynamoDB`'s code while the table is being created, changed or deleted.
const IN_USE: &str = "ResourceInUseException";

/// What one table has that another has not.
struct Declared<'d> {
    id: &'static str,
    name: &'d str,
    /// What the title says besides the name.
    billed: &'static str,
    why: &'static str,
    today: Option<&'static str>,
    placeholder: Placeholder,
    templates: &'static [&'static Template<'static>; 1],
    after: &'d [Id],
    checks: &'static [Check],
}

/// A table.
pub(super) struct Table {
    about: About,
    dynamodb: Lazy<Client>,
    name: String,
    placeholder: Placeholder,
    lab: LabId,
    /// When the lab may go.
    expires: Option<Expiry>,
    schema: Schema,
}

/// The values of the lab's own tags.
#[derive(Default)]
struct Tags {
    lab: Option<String>,
    expires: Option<String>,
}

impl Table {
    /// Creates the table of the mysfits with these names.
    ///
    /// # Errors
    /// When its file is invalid.
    pub(super) fn of_mysfits(
        destination: &Destination,
        names: &Names,
        expires: Option<Expiry>,
    ) -> Result<Self> {
        let declared = Declared {
            id: "table",
            name: &names.table,
            billed: "",
            why: "A DynamoDB table holds the mysfits; its two indexes answer the page's filters.",
            today: Some(
                "one would let it bill by request (`PAY_PER_REQUEST`): nobody guesses a capacity.",
            ),
            placeholder: TABLE_NAME,
            templates: &[&files::TABLE],
            after: &[],
            checks: &checks::OF_MYSFITS,
        };
        Ok(Self { expires, ..Self::new(destination, names, &declared)? })
    }

    /// Creates the table of the likes with these names. A table of its own: a like at the mysfit
    /// itself would make each page view dearer (docs/decisions.md).
    ///
    /// # Errors
    /// When its file is invalid.
    pub(super) fn of_likes(
        destination: &Destination,
        names: &Names,
        expires: Option<Expiry>,
    ) -> Result<Self> {
        let declared = Declared {
            id: "likes-table",
            name: &names.likes_table,
            billed: ", billed by request",
            why: "A table of its own holds one small item for each like, so that a visitor's like \
                  counts once and a popular mysfit costs no more than another.",
            today: None,
            placeholder: LIKES_TABLE_NAME,
            templates: &[&files::LIKES_TABLE],
            // None is made beside a table of mysfits that is not this lab's.
            after: &[Id("table")],
            checks: &checks::OF_LIKES,
        };
        Ok(Self { expires, ..Self::new(destination, names, &declared)? })
    }

    fn new(destination: &Destination, names: &Names, declared: &Declared<'_>) -> Result<Self> {
        let &Declared { id, name, billed, why, today, placeholder, templates, after, checks } =
            declared;
        let [template] = templates;
        let own = destination.given().with(&Values::of([(placeholder, name)]));
        let schema: Schema = serde_json::from_str(&template.render(&own)?)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        let (read, write) = schema.capacity();
        Ok(Self {
            about: About {
                id: Id(id),
                title: format!("DynamoDB table `{name}`{billed}"),
                why,
                today,
                produces: vec![placeholder],
                templates,
                after: after.to_vec(),
                arn: Some(ArnPattern::new(&names.lab, "dynamodb", "table/{name}", name)),
                operations: &[
                    &op::DESCRIBE_TABLE,
                    &op::LIST_TAGS,
                    &op::CREATE_TABLE,
                    &op::UPDATE_TABLE,
                    &op::TAG_RESOURCE,
                    &op::DELETE_TABLE,
                ],
                prices: [(read, Item::ReadUnit), (write, Item::WriteUnit)]
                    .into_iter()
                    .filter(|(units, _)| *units > 0)
                    .map(|(units, item)| Price::of(units.into(), item))
                    .collect(),
                checks,
                deadline: Duration::from_mins(10),
                ..About::default()
            },
            dynamodb: destination.client(),
            name: name.to_owned(),
            placeholder,
            lab: names.lab.clone(),
            expires: None,
            schema,
        })
    }

    /// Returns `DynamoDB`'s description of the table with this name, if any.
    async fn describe(&self, name: &str) -> Result<Option<TableDescription>> {
        let describe = self.dynamodb.describe_table().table_name(name);
        let answer = found(call(&op::DESCRIBE_TABLE, describe.send()).await, &[ABSENT])?;
        Ok(answer.and_then(|answer| answer.table))
    }

    /// Returns the values of the lab's own tags, as far as the table has them.
    async fn tags(&self, table: &TableDescription) -> Result<Tags, Failure> {
        let arn = table.table_arn().unwrap_or_default();
        let mut list = self.dynamodb.list_tags_of_resource().resource_arn(arn);
        let mut tags = Tags::default();
        loop {
            let answer = call(&op::LIST_TAGS, list.clone().send()).await?;
            for tag in answer.tags() {
                match tag.key() {
                    LAB_TAG => tags.lab = Some(tag.value().to_owned()),
                    EXPIRES_TAG => tags.expires = Some(tag.value().to_owned()),
                    _ => {}
                }
            }
            let Some(next) = answer.next_token else { return Ok(tags) };
            list = list.next_token(next);
        }
    }

    /// Returns the lab's tag, and the one with the time at which the lab may go, if that is known.
    fn own_tags(&self) -> Result<Vec<Tag>> {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build().map_err(unbuildable);
        own_tags(&self.lab.name, self.expires).map(tag).collect::<Result<_, Error>>()
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status(format!("creating the {}", self.schema.in_words()));
        let request = self
            .schema
            .create(self.dynamodb.create_table())
            .map_err(unbuildable)?
            .set_tags(Some(self.own_tags()?));
        let mut wait = step.wait(self.about.deadline);
        loop {
            match step.settled(&op::CREATE_TABLE, || request.clone().send()).await {
                // An earlier attempt's response was lost, or somebody else runs the same command.
                Err(failure) if failure.is(IN_USE) && self.stays().await? => {
                    step.it_existed(&failure);
                    return Ok(());
                }
                Err(failure) if failure.is(IN_USE) => {
                    wait.pause("the earlier table of this name to be deleted").await?;
                }
                other => return unless_any(other, &[]),
            }
        }
    }

    /// Returns whether the table exists and is not being deleted.
    async fn stays(&self) -> Result<bool> {
        let table = self.describe(&self.name).await?;
        Ok(table.is_some_and(|table| table.table_status() != Some(&TableStatus::Deleting)))
    }

    /// Updates what can be changed in an existing table: the tag and the capacity.
    async fn update(&self, step: &Step<'_>) -> Result<()> {
        let Some(table) = self.describe(&self.name).await? else { return Ok(()) };
        let Some(tags) = found(self.tags(&table).await, &[ABSENT])? else { return Ok(()) };
        let expiry = Setting::expiry(self.expires, tags.expires.as_deref());
        if tags.lab.as_deref() != Some(&self.lab.name) || expiry.is_some_and(|it| it.differs()) {
            self.write_tag(&table, step).await?;
        }
        if self.schema.capacity_compared(&table).iter().any(Setting::differs) {
            step.status(format!("setting the capacity of the {}", self.schema.in_words()));
            let request =
                self.schema.update(self.dynamodb.update_table(), &table).map_err(unbuildable)?;
            step.settled(&op::UPDATE_TABLE, || request.clone().send()).await?;
        }
        Ok(())
    }

    async fn write_tag(&self, table: &TableDescription, step: &Step<'_>) -> Result<()> {
        step.status("tagging the table");
        let arn = table.table_arn().unwrap_or_default();
        let request = self.dynamodb.tag_resource().resource_arn(arn);
        let request = request.set_tags(Some(self.own_tags()?));
        step.settled(&op::TAG_RESOURCE, || request.clone().send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for Table {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(table) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        let values = Values::of([(self.placeholder, &self.name)]);
        let tags = found(self.tags(&table).await, &[ABSENT])?;
        let expires = tags.as_ref().and_then(|tags| tags.expires.clone());
        let settling = settling(&table);
        let tag = match (tags.map(|tags| tags.lab), &settling) {
            (Some(Some(tag)), _) => Some(tag),
            // DynamoDB shows the tags of a new table later than the table, and no longer those of
            // one that is being deleted. The owner is known once it has settled, and nothing is
            // done with it until then.
            (_, Some(status)) => return Ok(Seen { values, ..Seen::settling(Owner::Ours, status) }),
            (Some(None), None) => None,
            (None, None) => return Ok(Seen::absent()),
        };
        let owner = Owner::of(tag.as_deref(), &self.lab.name);
        let keys = self.schema.keys_compared(&table);
        let presence = match (settling, keys.iter().find(|key| key.differs())) {
            (Some(status), _) => Presence::Settling { status },
            (None, Some(key)) => Presence::Broken { why: key.in_words() },
            (None, None) => Presence::There,
        };
        let billed = Billed {
            now: billed(&table),
            wanted: self.about.prices.clone(),
            since: time(table.creation_date_time()),
        };
        let mut settings = vec![Setting::tag(&self.lab.name, &owner)];
        settings.extend(Setting::expiry(self.expires, expires.as_deref()));
        settings.extend(keys);
        settings.extend(self.schema.capacity_compared(&table));
        let expires = expires.as_deref().and_then(Expiry::of_tag);
        Ok(Seen { values, settings, expires, billed: Some(billed), ..Seen::new(presence, owner) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(name) = name_in(&self.about, arn) else { return Ok(false) };
        Ok(self.describe(name).await?.is_some())
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        match &seen.presence {
            Presence::Absent => self.create(step).await,
            // Deleting a table deletes what students put into it: only on explicit request.
            Presence::Broken { why } => Err(Error::new(
                Code::Broken,
                format!("the table `{}` cannot be changed into the lab's: {why}", self.name),
            )
            .hint("`mysfits table cleanup` deletes it with its items; then deploy again")),
            _ => self.update(step).await,
        }
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the table");
        let delete = self.dynamodb.delete_table().table_name(&self.name);
        match call(&op::DELETE_TABLE, delete.send()).await {
            Err(failure) if is_protected(&failure) => {
                Err(protected(failure, &self.about.title, "DynamoDB"))
            }
            // In use: it is being changed, and the engine waits and retries.
            other => unless_any(other, &[ABSENT, IN_USE]),
        }
    }
}

/// Returns AWS's status of a table or an index that is not ready yet.
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

fn is_protected(failure: &Failure) -> bool {
    failure.is("ValidationException") && failure.message.contains("deletion protection")
}

/// Returns what is billed for a table and its indexes. An on-demand table is billed by request.
fn billed(table: &TableDescription) -> Vec<Price> {
    let of_indexes = table.global_secondary_indexes().iter();
    let of_indexes = of_indexes.filter_map(|index| index.provisioned_throughput());
    let all = table.provisioned_throughput().into_iter().chain(of_indexes);
    let units = |count: Option<i64>, item| {
        let count = count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
        Price::of(count.into(), item)
    };
    let of_each = all.flat_map(|throughput| {
        [
            units(throughput.read_capacity_units(), Item::ReadUnit),
            units(throughput.write_capacity_units(), Item::WriteUnit),
        ]
    });
    of_each.collect()
}
