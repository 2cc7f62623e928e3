//! The VPC link: the path from API Gateway to the load balancer. It takes minutes to create and to
//! delete, and the load balancer cannot be deleted while it exists.

mod by_hand;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    types::{VpcLink as Description, VpcLinkStatus},
};

use super::{
    duplicates::Candidates,
    integration::{Chosen, LOOKS},
    reference::reference,
    words::{found, name_in, replaced, unless_any},
};
use crate::{
    aws::{Failure, call, operations::apigateway as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Check, Id, LAB, Presence, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{
        ArnPattern, Integration, LAB_TAG, LabId, Names, Owner, Values,
        placeholders::{NLB_ARN, VPC_LINK_ID},
    },
};

/// API Gateway's maximum page size.
const PAGE: i32 = 500;
/// AWS's code for a missing link.
const GONE: &str = "NotFoundException";

/// Why there is none, and what that means.
const OVER_THE_INTERNET: &str = "the API calls the load balancer at its public address, which \
     everybody can reach; the backend checks tokens itself";

/// What is checked of it.
static CHECKS: [Check; 1] = [Check {
    id: "vpc-link",
    title: "The API has a link to the load balancer.",
    depends_on: &["load-balancer"],
    why: "API Gateway stands outside of the VPC; a VPC link is its private way in.",
    hint: "`mysfits auth deploy` creates it; it takes minutes until it is available",
    ..LAB
}];

/// The VPC link.
pub(super) struct VpcLink {
    about: About,
    apigateway: Lazy<Client>,
    name: String,
    lab: LabId,
    integration: Arc<Chosen>,
}

impl VpcLink {
    /// Creates the VPC link resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names, integration: &Arc<Chosen>) -> Self {
        Self {
            about: About {
                id: Id("vpc-link"),
                title: format!("VPC link `{}`", names.vpc_link),
                why: "The VPC link is the API's private way to the load balancer.",
                today: Some(
                    "a VPC link of an HTTP API also leads to an application load balancer, or to no load balancer at all.",
                ),
                produces: vec![VPC_LINK_ID],
                needs: vec![NLB_ARN],
                may_be_duplicated: true,
                owner_is_certain: true,
                arn: Some(ArnPattern::api_gateway(&names.lab, "/vpclinks/*")),
                operations: &[
                    &op::GET_VPC_LINKS,
                    LOOKS[0],
                    LOOKS[1],
                    &op::GET_VPC_LINK,
                    &op::TAG_RESOURCE,
                    &op::CREATE_VPC_LINK,
                    &op::DELETE_VPC_LINK,
                ],
                deadline: Duration::from_mins(20),
                checks: &CHECKS,
                ..About::default()
            },
            apigateway: destination.client(),
            name: names.vpc_link.clone(),
            lab: names.lab.clone(),
            integration: integration.clone(),
        }
    }

    async fn create(&self, balancer: &str, step: &Step<'_>) -> Result<()> {
        step.status("creating the link");
        let create = self
            .apigateway
            .create_vpc_link()
            .name(&self.name)
            .target_arns(balancer)
            .tags(LAB_TAG, &self.lab.name);
        let created = step.settled(&op::CREATE_VPC_LINK, || create.clone().send()).await;
        created.map(|_| ()).map_err(not_created)
    }

    async fn tag(&self, link: &Description) -> Result<()> {
        let path = format!("/vpclinks/{}", link.id().unwrap_or_default());
        let arn = ArnPattern::api_gateway(&self.lab, &path).own();
        let tag = self.apigateway.tag_resource().resource_arn(arn).tags(LAB_TAG, &self.lab.name);
        call(&op::TAG_RESOURCE, tag.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for VpcLink {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let links = candidates(&self.apigateway, &self.name, &self.lab).await?;
        let link = links.first();
        match self.integration.get(purpose).await {
            Ok(Integration::Internet) => return Ok(Seen::not_used(OVER_THE_INTERNET)),
            // What cannot be looked at leaves the link as it is, and makes no new one.
            Err(error) if link.is_none() => return Err(error),
            Ok(Integration::VpcLink) | Err(_) => {}
        }
        let Some((link, owner)) = link else { return Ok(Seen::absent()) };
        let mut settings = vec![Setting::tag(&self.lab.name, &owner)];
        settings.extend(target(link, known));
        let values = Values::of([(VPC_LINK_ID, link.id().unwrap_or_default())]);
        let seen = Seen { values, settings, ..Seen::new(presence(link, known), owner) };
        Ok(seen.with_duplicates(links.duplicates()))
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(id) = name_in(&self.about, arn) else { return Ok(false) };
        let get = self.apigateway.get_vpc_link().vpc_link_id(id);
        Ok(found(call(&op::GET_VPC_LINK, get.send()).await, &[GONE])?.is_some())
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let links = candidates(&self.apigateway, &self.name, &self.lab).await?;
        let links = links.changeable(step);
        let Some((link, duplicates)) = links.split_first() else {
            return self.create(known.need(NLB_ARN)?, step).await;
        };
        for duplicate in duplicates {
            delete(&self.apigateway, duplicate, step).await?;
        }
        if let Presence::Broken { why } = &seen.presence {
            replaced(step, why);
            return delete(&self.apigateway, link, step).await;
        }
        if seen.owner != Owner::Ours {
            self.tag(link).await?;
        }
        Ok(())
    }

    /// A link that may not do what it does in the caller's name fails minutes later.
    async fn diagnose(&self, _known: &Values, mut error: Error) -> Error {
        if error.code == Code::Failed && error.message.contains("not authorized") {
            error.code = Code::NoVpcLink;
        }
        error
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the link");
        for link in candidates(&self.apigateway, &self.name, &self.lab).await?.changeable(step) {
            delete(&self.apigateway, link, step).await?;
        }
        Ok(())
    }
}

/// Returns the links with the lab's name, those that are available or pending first.
///
/// # Errors
/// When they cannot be listed.
pub(super) async fn candidates(
    apigateway: &Client,
    name: &str,
    lab: &LabId,
) -> Result<Candidates<Description>> {
    let mut links = Vec::new();
    let mut list = apigateway.get_vpc_links().limit(PAGE);
    loop {
        let page = call(&op::GET_VPC_LINKS, list.clone().send()).await?;
        let has_name = |link: &Description| link.name() == Some(name);
        links.extend(page.items.unwrap_or_default().into_iter().filter(has_name));
        let Some(next) = page.position else { break };
        list = list.position(next);
    }
    links.sort_by_key(|link| (rank(link), link.id.clone()));
    Ok(Candidates::of(links, Description::tags, &lab.name))
}

/// Requests the deletion of a link, unless that is already in progress.
///
/// # Errors
/// When AWS returns an error.
pub(super) async fn delete(apigateway: &Client, link: &Description, step: &Step<'_>) -> Result<()> {
    if link.status() == Some(&VpcLinkStatus::Deleting) {
        return Ok(());
    }
    let id = link.id().unwrap_or_default();
    let deleted = step
        .settled(&op::DELETE_VPC_LINK, || apigateway.delete_vpc_link().vpc_link_id(id).send())
        .await;
    unless_any(deleted, &[GONE])
}

/// Returns the error for a link that AWS refuses to create. Courses are known to deny it, or what it
/// does in the caller's name.
fn not_created(failure: Failure) -> Error {
    match Error::from(failure.clone()) {
        error if matches!(error.code, Code::AccessDenied | Code::LearnerLab) => {
            failure.into_error(Code::NoVpcLink, Code::NoVpcLink.entry().title)
        }
        error => error,
    }
}

/// Returns a rank, the smaller the better: a link that failed, or is being deleted, counts only if
/// there is no other.
fn rank(link: &Description) -> u8 {
    match link.status() {
        Some(VpcLinkStatus::Available) => 0,
        Some(VpcLinkStatus::Pending) => 1,
        Some(VpcLinkStatus::Failed) => 2,
        _ => 3,
    }
}

/// Returns the meaning of a link's state.
fn presence(link: &Description, known: &Values) -> Presence {
    let said = link.status_message().filter(|said| !said.is_empty());
    match link.status() {
        // A link cannot be pointed to another load balancer.
        Some(VpcLinkStatus::Available) if target(link, known).is_some_and(|it| it.differs()) => {
            Presence::Broken { why: "it targets a load balancer other than the lab's".to_owned() }
        }
        Some(VpcLinkStatus::Available) => Presence::There,
        Some(VpcLinkStatus::Failed) => {
            let reason = said.unwrap_or("no reason given");
            Presence::Broken { why: format!("it is FAILED: {reason}") }
        }
        status => {
            let status = status.map_or("of unknown state", |it| it.as_str());
            let status = match said {
                Some(said) => format!("{status}: {said}"),
                None => status.to_owned(),
            };
            Presence::Settling { status }
        }
    }
}

/// Returns the setting of a link's target. The lab's has one, as API Gateway requires.
fn target(link: &Description, known: &Values) -> Option<Setting> {
    reference("targetArns", known, NLB_ARN, link.target_arns().first().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(status: VpcLinkStatus) -> Description {
        Description::builder().status(status).target_arns("nlb").build()
    }

    #[test]
    fn a_working_link_counts_before_a_failed_one() {
        let mut links =
            [VpcLinkStatus::Deleting, VpcLinkStatus::Failed, VpcLinkStatus::Available].map(link);
        links.sort_by_key(rank);
        assert_eq!(links[0].status(), Some(&VpcLinkStatus::Available));
        assert_eq!(links[2].status(), Some(&VpcLinkStatus::Deleting));
    }

    #[test]
    fn a_denied_link_has_an_error_of_its_own_unless_the_session_has_ended() {
        let code =
            |code, message| not_created(Failure::of_item(&op::CREATE_VPC_LINK, code, message)).code;
        assert_eq!(code("AccessDeniedException", "not authorized"), Code::NoVpcLink);
        assert_eq!(code("AccessDeniedException", "… Pvoclabs1"), Code::NoVpcLink);
        assert_eq!(code("AccessDeniedException", "… voc-cancel-cred"), Code::SessionEnded);
        assert_eq!(code("LimitExceededException", "too many"), Code::Refused);
    }

    #[test]
    fn a_link_to_another_load_balancer_is_broken() {
        let seen = |known: &Values| presence(&link(VpcLinkStatus::Available), known);
        assert_eq!(seen(&Values::of([(NLB_ARN, "nlb")])), Presence::There);
        assert_eq!(seen(&Values::default()), Presence::There);
        let moved = seen(&Values::of([(NLB_ARN, "other")]));
        assert!(matches!(moved, Presence::Broken { why } if why.contains("load balancer")));
    }

    #[test]
    fn its_state_is_told_in_the_words_of_aws() {
        let mut pending = link(VpcLinkStatus::Pending);
        pending.status_message = Some("creating the endpoint".to_owned());
        let settling = Presence::Settling { status: "PENDING: creating the endpoint".to_owned() };
        assert_eq!(presence(&pending, &Values::default()), settling);
        let failed = presence(&link(VpcLinkStatus::Failed), &Values::default());
        assert_eq!(failed, Presence::Broken { why: "it is FAILED: no reason given".to_owned() });
    }
}
