//! Organizational units.

use serde_json::{Value, json};

use super::{Organizations, accounts::text, errors, lists, state::Unit};
use crate::{place::Place, protocol::operations::Output};

/// `CreateOrganizationalUnit`.
pub(super) fn create(service: &Organizations, place: &Place, input: &Value) -> Output {
    let name = text(input, "Name", 1, 128)?.ok_or_else(|| errors::invalid("Name is required."))?;
    service.manage(place, |organization| {
        let parent = lists::parent(organization, input)?.to_owned();
        let mut beside = organization.units.values().filter(|unit| unit.parent == parent);
        if beside.any(|unit| unit.name == name) {
            return Err(errors::unit_exists());
        }
        let (id, unit) = (organization.new_unit_id(), Unit { name: name.to_owned(), parent });
        let shown = organization.shown_unit(&id, &unit);
        organization.units.insert(id, unit);
        Ok(json!({ "OrganizationalUnit": shown }))
    })
}
