//! The VPC link that the lab no longer needs, once the API reaches the load balancer over the
//! internet. It can only be deleted when no stage refers to it, so that the stage does it.

use aws_sdk_apigateway::{Client, types::VpcLinkStatus};

use crate::{
    engine::{Setting, Step},
    error::Result,
    lab::{Names, Owner},
    resources::vpc_link::{candidates, delete as delete_link},
};

/// Returns the setting of the lab's VPC link: there should be none.
///
/// # Errors
/// When the links cannot be listed.
pub(super) async fn setting(apigateway: &Client, names: &Names) -> Result<Setting> {
    let links = candidates(apigateway, &names.vpc_link, &names.lab).await?;
    // One that is not the lab's stays. The deletion of the lab's takes minutes, and nothing waits for
    // its end.
    let stands = links.first().filter(|(link, owner)| {
        *owner == Owner::Ours && link.status() != Some(&VpcLinkStatus::Deleting)
    });
    let id = stands.and_then(|(link, _)| link.id()).unwrap_or("none");
    Ok(Setting::new("VPC link", "none", id))
}

/// Deletes the lab's VPC links.
///
/// # Errors
/// When AWS returns an error.
pub(super) async fn delete(apigateway: &Client, names: &Names, step: &Step<'_>) -> Result<()> {
    for link in candidates(apigateway, &names.vpc_link, &names.lab).await?.ours() {
        step.status("deleting the VPC link, which nothing needs any more");
        delete_link(apigateway, link, step).await?;
    }
    Ok(())
}
