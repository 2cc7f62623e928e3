//! Instances, of which there are none: tools that look at a whole account ask for them first.

use serde_json::Value;

use super::{Context, errors::Outcome, kinds::INSTANCE, listing::Listing, state::Region};
use crate::params::Params;

/// The filters that tools use most.
const LISTING: Listing = Listing {
    set: "reservationSet",
    ids: "InstanceId",
    kind: &INSTANCE,
    filters: &[
        ("availability-zone", "placement.availabilityZone"),
        ("image-id", "imageId"),
        ("instance-id", "instanceId"),
        ("instance-lifecycle", "instanceLifecycle"),
        ("instance-state-code", "instanceState.code"),
        ("instance-state-name", "instanceState.name"),
        ("instance-type", "instanceType"),
        ("instance.group-id", "groupSet.groupId"),
        ("instance.group-name", "groupSet.groupName"),
        ("key-name", "keyName"),
        ("network-interface.subnet-id", "networkInterfaceSet.subnetId"),
        ("network-interface.vpc-id", "networkInterfaceSet.vpcId"),
        ("private-ip-address", "privateIpAddress"),
        ("reservation-id", "reservationId"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
};

pub(super) fn describe(_: &Region, _: &Context, params: &Params) -> Outcome<Value> {
    LISTING.answer(params, Vec::new())
}
