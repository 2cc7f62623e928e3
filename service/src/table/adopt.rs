//! Adoptions: a mysfit is adopted once.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    Table,
    update::{Refused, Update},
};
use crate::{
    failure::Failure,
    mysfit::{self, Item},
    visitor::Visitor,
};

impl Table {
    /// Adopts a mysfit that nobody has adopted yet, except this visitor.
    pub(crate) async fn adopt(&self, id: String, visitor: Visitor) -> Result<(), Failure> {
        let mut update = Update {
            expression: "SET Adopted = :yes",
            condition: "attribute_exists(MysfitId) AND Adopted = :no",
            values: vec![
                (":yes", AttributeValue::Bool(true)),
                (":no", AttributeValue::Bool(false)),
            ],
            repeatable: false,
        };
        if let Visitor::Subject(subject) = &visitor {
            update.expression = "SET Adopted = :yes, AdoptedBy = :visitor";
            update.values.push((":visitor", AttributeValue::S(subject.clone())));
            update.repeatable = true;
        }
        match self.update(id, update).await {
            Ok(_) => Ok(()),
            Err(Refused::Condition(item)) if mysfit::truth(&item, "Adopted") == Ok(true) => {
                if is_adopted_by(&item, &visitor) {
                    Ok(())
                } else {
                    Err(Failure::Adopted)
                }
            }
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }
}

fn is_adopted_by(item: &Item, visitor: &Visitor) -> bool {
    let by = item.get("AdoptedBy").and_then(|value| value.as_s().ok());
    matches!(visitor, Visitor::Subject(subject) if by == Some(subject))
}
