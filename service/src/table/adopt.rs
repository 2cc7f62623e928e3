//! Adoptions: a mysfit is adopted once, until who adopted it gives it back.

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
            update.expression = "SET Adopted = :yes, AdoptedBy = :visitor REMOVE GivenBackBy";
            update.values.push((":visitor", AttributeValue::S(subject.clone())));
            update.repeatable = true;
        }
        match self.update(id, update).await {
            Ok(_) => Ok(()),
            Err(Refused::Condition(item)) if mysfit::truth(&item, "Adopted") == Ok(true) => {
                if is_marked(&item, "AdoptedBy", &visitor) {
                    Ok(())
                } else {
                    Err(Failure::Adopted)
                }
            }
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }

    /// Gives a mysfit back that this visitor has adopted. DynamoDB compares the adopter, so that
    /// nobody can give back what was adopted in between. Without a user pool, anybody can give back
    /// what nobody known has adopted.
    pub(crate) async fn give_back(&self, id: String, visitor: Visitor) -> Result<(), Failure> {
        let mut update = Update {
            expression: "SET Adopted = :no",
            condition: "Adopted = :yes AND attribute_not_exists(AdoptedBy)",
            values: vec![
                (":yes", AttributeValue::Bool(true)),
                (":no", AttributeValue::Bool(false)),
            ],
            repeatable: false,
        };
        if let Visitor::Subject(subject) = &visitor {
            // The mark tells a retry, whose first answer was lost, that it has happened.
            update.expression = "SET Adopted = :no, GivenBackBy = :visitor REMOVE AdoptedBy";
            update.condition = "Adopted = :yes AND AdoptedBy = :visitor";
            update.values.push((":visitor", AttributeValue::S(subject.clone())));
            update.repeatable = true;
        }
        match self.update(id, update).await {
            Ok(_) => Ok(()),
            Err(Refused::Condition(item)) => kept(&item, &visitor),
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }
}

/// Reads why a mysfit was not given back.
fn kept(item: &Item, visitor: &Visitor) -> Result<(), Failure> {
    match mysfit::truth(item, "Adopted") {
        Ok(true) => Err(Failure::NotYours),
        Ok(false) if is_marked(item, "GivenBackBy", visitor) => Ok(()),
        Ok(false) => Err(Failure::NotAdopted),
        Err(_) => Err(Failure::NoSuchMysfit),
    }
}

/// Returns whether an attribute is the mark of this visitor.
fn is_marked(item: &Item, name: &str, visitor: &Visitor) -> bool {
    let by = item.get(name).and_then(|value| value.as_s().ok());
    matches!(visitor, Visitor::Subject(subject) if by == Some(subject))
}
