//! CloudFormation's actions: the table of them, and some in each file.

mod change_sets;
mod create;
mod delete;
mod describe;
mod exports;
mod form;
mod input;
mod resources;
mod templates;
mod update;

use std::sync::Arc;

use super::{CloudFormation, drive::Shared};
use crate::{
    protocol::operations::{Handler, Operation, Output, change, look, signer},
    service::Call,
};
pub(super) use form::Form;

/// The handler of an action.
pub(crate) type Action = fn(&Arc<Shared>, &Form) -> Output;

impl Handler<CloudFormation> for Action {
    fn run(&self, service: &CloudFormation, call: &Call) -> Output {
        let place = signer::<CloudFormation>(call)?.clone();
        let (params, identity) = (call.form().clone(), call.identity.clone());
        self(&service.shared, &Form { place, params, identity })
    }
}

pub(super) const OPERATIONS: &[Operation<Action>] = &[
    change("CreateChangeSet", change_sets::create),
    change("CreateStack", create::create),
    change("DeleteChangeSet", change_sets::delete),
    change("DeleteStack", delete::delete),
    look("DescribeChangeSet", change_sets::describe),
    look("DescribeStackEvents", resources::events),
    look("DescribeStackResource", resources::describe_one),
    look("DescribeStackResources", resources::describe),
    look("DescribeStacks", describe::describe),
    change("ExecuteChangeSet", change_sets::execute),
    look("GetTemplate", templates::get),
    look("GetTemplateSummary", templates::summary),
    look("ListChangeSets", change_sets::list),
    look("ListExports", exports::list),
    look("ListImports", exports::imports),
    look("ListStackResources", resources::list),
    look("ListStacks", describe::list),
    change("UpdateStack", update::update),
    change("UpdateTerminationProtection", delete::protect),
    look("ValidateTemplate", templates::validate),
];
