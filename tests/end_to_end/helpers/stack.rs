//! The core stack without the lab: created, changed and deleted by hand.

use aws_sdk_cloudformation::{
    Client,
    types::{Capability, StackStatus},
};

use super::{STACK, by_hand::by_query, cloud::Cloud, command::until};

/// A template in the shape of the original lab's.
pub(crate) const BY_HAND: &str = include_str!("../../python/data/lab/core.yml");

/// Calls of CloudFormation.
pub(crate) fn cloudformation<T>(cloud: &Cloud, calls: impl AsyncFnOnce(Client) -> T) -> T {
    cloud.wait_for(async |sdk| calls(Client::new(sdk)).await)
}

/// Creates the stack as a student types it, and waits until it exists.
pub(crate) fn typed_by_hand(cloud: &Cloud) {
    create_by_hand(cloud, BY_HAND);
}

/// Creates the stack from a template of the student's own, and waits until it exists.
pub(crate) fn create_by_hand(cloud: &Cloud, template: &str) {
    cloudformation(cloud, async |cloudformation| {
        let create = cloudformation.create_stack().stack_name(STACK).template_body(template);
        create.capabilities(Capability::CapabilityNamedIam).send().await.unwrap();
    });
    until_status(cloud, &StackStatus::CreateComplete);
}

/// Returns the state of the stack; `None` if there is no stack.
pub(crate) fn status(cloud: &Cloud) -> Option<StackStatus> {
    cloudformation(cloud, async |cloudformation| {
        let stacks = cloudformation.describe_stacks().stack_name(STACK).send().await.ok()?;
        stacks.stacks()[0].stack_status().cloned()
    })
}

/// Waits until the stack is in this state.
#[track_caller]
pub(crate) fn until_status(cloud: &Cloud, wanted: &StackStatus) {
    until(wanted.as_str(), || (status(cloud).as_ref() == Some(wanted)).then_some(()));
}

/// Begins to delete the stack.
pub(crate) fn delete(cloud: &Cloud) {
    cloudformation(cloud, async |cloudformation| {
        cloudformation.delete_stack().stack_name(STACK).send().await.unwrap();
    });
}

/// Returns the value of one of the stack's outputs.
pub(crate) fn output(cloud: &Cloud, name: &str) -> String {
    cloudformation(cloud, async |cloudformation| {
        let stacks = cloudformation.describe_stacks().stack_name(STACK).send().await.unwrap();
        let outputs = stacks.stacks()[0].outputs();
        let output = outputs.iter().find(|output| output.output_key() == Some(name)).unwrap();
        output.output_value().unwrap().to_owned()
    })
}

/// Returns the text between a tag and the next one.
pub(crate) fn tagged(answer: &str, tag: &str) -> String {
    answer.split(&format!("<{tag}>")).nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Creates an interface that a student put into one of the stack's subnets: it keeps the subnet.
pub(crate) fn interfere(cloud: &Cloud) -> String {
    let subnet = output(cloud, "PrivateSubnetOne");
    let body = format!("Action=CreateNetworkInterface&SubnetId={subnet}&Version=2016-11-15");
    tagged(&by_query(cloud, &body), "networkInterfaceId")
}

/// Deletes such an interface.
pub(crate) fn withdraw(cloud: &Cloud, interface: &str) {
    let body =
        format!("Action=DeleteNetworkInterface&NetworkInterfaceId={interface}&Version=2016-11-15");
    by_query(cloud, &body);
}

/// Leaves the lab's network deleted without its VPC and a subnet: the console offers that when a
/// deletion has failed. Returns the VPC, and the interface that keeps the subnet.
pub(crate) fn network_that_left_its_vpc(cloud: &Cloud) -> (String, String) {
    cloud.run(&["core-stack", "deploy"]).exit(0);
    let vpc = output(cloud, "VPCId");
    let interface = interfere(cloud);
    delete(cloud);
    until_status(cloud, &StackStatus::DeleteFailed);
    cloudformation(cloud, async |cloudformation| {
        let delete = cloudformation.delete_stack().stack_name(STACK);
        delete.retain_resources("PrivateSubnetOne").retain_resources("VPC").send().await.unwrap();
    });
    until("the stack to be gone", || status(cloud).is_none().then_some(()));
    (vpc, interface)
}
