//! The VPC link: the way from API Gateway to the load balancer. It takes minutes to come and to go,
//! and the load balancer cannot be deleted as long as it is there.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_apigateway::{
    Client,
    types::{VpcLink as Description, VpcLinkStatus},
};

use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{
        LAB_TAG, Names,
        placeholders::{NLB_ARN, VPC_LINK_ID},
    },
    resources::{namesakes::Namesakes, ownership},
    target::Target,
};

/// How many links API Gateway lists at once, at most.
const PAGE: i32 = 500;

/// The VPC link.
pub(super) struct VpcLink {
    about: About,
    apigateway: Client,
    /// The first half of its ARN, which ends with its id.
    arn: String,
    name: String,
    lab: String,
    adopt: bool,
}

impl VpcLink {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("vpc-link"),
                title: format!("VPC link `{}`", names.vpc_link),
                why: "The VPC link is the API's private way to the load balancer.",
                produces: vec![VPC_LINK_ID],
                consumes: vec![NLB_ARN],
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(20),
                ..About::default()
            },
            apigateway: target.apigateway(),
            arn: format!("arn:aws:apigateway:{}::/vpclinks/", target.region),
            name: names.vpc_link.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    /// The links of the lab's name, those that work or are about to first.
    async fn namesakes(&self) -> Result<Namesakes<Description>> {
        let mut links = Vec::new();
        let mut list = self.apigateway.get_vpc_links().limit(PAGE);
        loop {
            let page = call("apigateway GetVpcLinks", list.clone().send()).await?;
            let ours = |link: &Description| link.name() == Some(&self.name);
            links.extend(page.items.unwrap_or_default().into_iter().filter(ours));
            let Some(next) = page.position else { break };
            list = list.position(next);
        }
        links.sort_by_key(|link| (rank(link), link.id.clone()));
        Ok(Namesakes::of(links, Description::tags, &self.lab, self.adopt))
    }

    async fn create(&self, balancer: &str, step: &Step<'_>) -> Result<()> {
        step.status("creating the link");
        let create = self
            .apigateway
            .create_vpc_link()
            .name(&self.name)
            .target_arns(balancer)
            .tags(LAB_TAG, &self.lab);
        settled(step, "apigateway CreateVpcLink", || create.clone().send()).await?;
        Ok(())
    }

    /// Asks for its end, unless it is on its way already.
    async fn delete(&self, link: &Description, step: &Step<'_>) -> Result<()> {
        if link.status() == Some(&VpcLinkStatus::Deleting) {
            return Ok(());
        }
        let id = link.id().unwrap_or_default();
        let deleted = settled(step, "apigateway DeleteVpcLink", || {
            self.apigateway.delete_vpc_link().vpc_link_id(id).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("NotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

#[async_trait]
impl Resource for VpcLink {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let links = self.namesakes().await?;
        if let Some(why) = links.foreign() {
            return Ok(Seen::Foreign { why: why.to_owned() });
        }
        let Some(link) = links.first() else { return Ok(Seen::Absent) };
        let said = link.status_message().filter(|said| !said.is_empty());
        match link.status() {
            Some(VpcLinkStatus::Available) => {}
            Some(VpcLinkStatus::Failed) => {
                let why = format!("it is FAILED: {}", said.unwrap_or("no reason given"));
                return Ok(Seen::Broken { why });
            }
            status => {
                let mut words = status.map_or("of unknown state", |it| it.as_str()).to_owned();
                if let Some(said) = said {
                    words = format!("{words}: {said}");
                }
                return Ok(Seen::Settling { status: words });
            }
        }
        // A link cannot be led to another load balancer.
        if known.get(NLB_ARN).is_some_and(|balancer| !leads_to(link, balancer)) {
            let why = "it leads to another load balancer than the lab's".to_owned();
            return Ok(Seen::Broken { why });
        }
        let values = Values::of([(VPC_LINK_ID, link.id().unwrap_or_default())]);
        let differences = links.differences();
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let links = self.namesakes().await?;
        let Some(link) = links.first() else {
            return self.create(known.get(NLB_ARN).unwrap_or_default(), step).await;
        };
        for twin in links.twins() {
            self.delete(twin, step).await?;
        }
        if let Seen::Broken { why } = seen {
            step.note(format!("{why}; it is deleted and made again"));
            return self.delete(link, step).await;
        }
        let arn = format!("{}{}", self.arn, link.id().unwrap_or_default());
        let tag = self.apigateway.tag_resource().resource_arn(arn).tags(LAB_TAG, &self.lab);
        call("apigateway TagResource", tag.send()).await?;
        Ok(())
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the link");
        for link in self.namesakes().await?.ours() {
            self.delete(link, step).await?;
        }
        Ok(())
    }
}

/// The smaller, the better: a link that failed, or is going, counts only when there is no other.
fn rank(link: &Description) -> u8 {
    match link.status() {
        Some(VpcLinkStatus::Available) => 0,
        Some(VpcLinkStatus::Pending) => 1,
        Some(VpcLinkStatus::Failed) => 2,
        _ => 3,
    }
}

fn leads_to(link: &Description, balancer: &str) -> bool {
    link.target_arns().iter().any(|target| target == balancer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_link_counts_before_a_failed_one() {
        let link = |status| Description::builder().status(status).build();
        let mut links =
            [VpcLinkStatus::Deleting, VpcLinkStatus::Failed, VpcLinkStatus::Available].map(link);
        links.sort_by_key(rank);
        assert_eq!(links[0].status(), Some(&VpcLinkStatus::Available));
        assert_eq!(links[2].status(), Some(&VpcLinkStatus::Deleting));
    }
}
