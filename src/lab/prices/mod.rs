//! What AWS charges for the lab: US dollars, on demand, by region. The figures stand in `prices.toml`, once,
//! with their date and sources. A resource declares which items it uses and how many; what an hour of
//! it costs in a region is derived from that. Traffic and requests of a lab cost fractions of a cent.
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "resources and the plan still use the functions in `old`")
)]

mod old;
#[cfg(test)]
mod readme;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::regions;
use crate::error::{Code, Error, Result};

pub(crate) use old::{AS_OF, LOAD_BALANCER, capacity, network, task};

const FILE: &str = include_str!("prices.toml");

/// Something that is billed by the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A NAT gateway, without its address and its traffic.
    NatGateway,
    /// A public IPv4 address, in use or not.
    PublicAddress,
    /// A network load balancer, without its addresses and its traffic.
    LoadBalancer,
    /// A virtual processor of a Fargate task, Linux on `x86_64`.
    FargateProcessor,
    /// A gigabyte of memory of a Fargate task, Linux on `x86_64`.
    FargateMemory,
    /// A virtual processor of a Fargate task, Linux on Arm.
    FargateArmProcessor,
    /// A gigabyte of memory of a Fargate task, Linux on Arm.
    FargateArmMemory,
    /// A read capacity unit of a provisioned table or index. An account's first 25 are free; this is
    /// what one costs after them.
    ReadUnit,
    /// A write capacity unit of a provisioned table or index. An account's first 25 are free; this is
    /// what one costs after them.
    WriteUnit,
    /// An interface endpoint in one zone, without its traffic.
    InterfaceEndpoint,
}

/// Something that is billed by use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// A gigabyte through a NAT gateway, in either direction.
    NatGigabyte,
    /// A million read request units of an on-demand table.
    MillionReads,
    /// A million write request units of an on-demand table.
    MillionWrites,
}

/// So many of an item, as a resource declares it: two NAT gateways, a quarter of a processor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    /// What is billed.
    pub(crate) item: Item,
    /// How many of it.
    pub(crate) count: f64,
}

impl Price {
    /// Returns so many of an item.
    pub(crate) const fn of(count: f64, item: Item) -> Self {
        Self { item, count }
    }
}

/// The prices of a region.
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    asked: String,
    /// Whose figures these are: the region that was asked for, or the lab's default.
    region: String,
    as_of: String,
    figures: Figures,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    region: BTreeMap<String, Figures>,
}

/// US dollars for one of each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    nat_gateway: f64,
    public_address: f64,
    load_balancer: f64,
    fargate_processor: f64,
    fargate_memory: f64,
    fargate_arm_processor: f64,
    fargate_arm_memory: f64,
    read_unit: f64,
    write_unit: f64,
    interface_endpoint: f64,
    nat_gigabyte: Option<f64>,
    million_reads: Option<f64>,
    million_writes: Option<f64>,
}

fn read() -> Result<File> {
    let wrong = |error| Error::new(Code::Lab, format!("prices.toml: {error}"));
    toml::from_str(FILE).map_err(wrong)
}

impl Prices {
    /// Returns the prices of `region`, or those of the lab's default region where the file has none for
    /// it: [`Prices::note`] says so.
    ///
    /// # Errors
    ///
    /// [`Code::Lab`] when the embedded file is wrong, which a test excludes.
    pub(crate) fn of(region: &str) -> Result<Self> {
        let mut file = read()?;
        let known = if file.region.contains_key(region) { region } else { regions::DEFAULT };
        let figures = file
            .region
            .remove(known)
            .ok_or_else(|| Error::new(Code::Lab, format!("prices.toml has nothing for {known}")))?;
        Ok(Self { asked: region.to_owned(), region: known.to_owned(), as_of: file.as_of, figures })
    }

    /// Returns what these items cost together, US dollars an hour.
    pub(crate) fn per_hour(&self, prices: &[Price]) -> f64 {
        // Not `sum`: that of nothing is minus zero, and would be written so.
        prices.iter().fold(0.0, |sum, price| sum + price.count * self.hour(price.item))
    }

    fn hour(&self, item: Item) -> f64 {
        let figures = &self.figures;
        match item {
            Item::NatGateway => figures.nat_gateway,
            Item::PublicAddress => figures.public_address,
            Item::LoadBalancer => figures.load_balancer,
            Item::FargateProcessor => figures.fargate_processor,
            Item::FargateMemory => figures.fargate_memory,
            Item::FargateArmProcessor => figures.fargate_arm_processor,
            Item::FargateArmMemory => figures.fargate_arm_memory,
            Item::ReadUnit => figures.read_unit,
            Item::WriteUnit => figures.write_unit,
            Item::InterfaceEndpoint => figures.interface_endpoint,
        }
    }

    /// Returns what one of `usage` costs, US dollars, or `None` where it is not known for the region.
    pub(crate) fn per_use(&self, usage: Usage) -> Option<f64> {
        match usage {
            Usage::NatGigabyte => self.figures.nat_gigabyte,
            Usage::MillionReads => self.figures.million_reads,
            Usage::MillionWrites => self.figures.million_writes,
        }
    }

    /// Returns which prices these are: "prices of eu-west-1, September 2026", and for a region that
    /// has none of its own that these are not its own.
    pub(crate) fn note(&self) -> String {
        let Self { asked, region, as_of, .. } = self;
        if asked == region {
            return format!("prices of {region}, {as_of}");
        }
        format!("prices of {region}, {as_of}: this program has none for {asked}")
    }
}

#[cfg(test)]
mod tests {
    use super::{readme::LAB, *};

    fn day(region: &str) -> (f64, f64) {
        let prices = Prices::of(region).unwrap();
        let day = |items: &[Price]| prices.per_hour(items) * 24.0;
        LAB.iter().fold((0.0, 0.0), |(classic, economy), row| {
            (classic + day(row.classic), economy + day(row.economy))
        })
    }

    fn is_near(left: f64, right: f64) -> bool {
        (left - right).abs() < 0.005
    }

    #[test]
    fn the_lab_in_both_topologies() {
        let (classic, economy) = day("eu-west-1");
        assert!(is_near(classic, 4.00) && is_near(economy, 1.58), "{classic} {economy}");
        let (classic, economy) = day("us-east-1");
        assert!(is_near(classic, 3.76) && is_near(economy, 1.48), "{classic} {economy}");
    }

    #[test]
    fn every_region_of_the_file_exists_and_costs_about_the_same() {
        for (region, figures) in read().unwrap().region {
            assert!(regions::exists(&region), "{region}");
            // A figure with a digit too many or too few would be far outside.
            let (classic, economy) = day(&region);
            assert!((3.5..5.0).contains(&classic), "{region}: {classic} a day");
            assert!((1.3..2.0).contains(&economy), "{region}: {economy} a day");
            let Figures { fargate_processor, fargate_arm_processor, .. } = figures;
            let Figures { fargate_memory, fargate_arm_memory, read_unit, write_unit, .. } = figures;
            // Arm is a fifth cheaper, and a write is five reads, everywhere.
            assert!(
                (0.79..0.81).contains(&(fargate_arm_processor / fargate_processor)),
                "{region}"
            );
            assert!((0.79..0.81).contains(&(fargate_arm_memory / fargate_memory)), "{region}");
            assert!((4.9..5.1).contains(&(write_unit / read_unit)), "{region}");
            assert!((0.01..0.015).contains(&figures.interface_endpoint), "{region}");
        }
    }

    #[test]
    fn what_is_billed_by_use_is_known_for_some_regions() {
        let ireland = Prices::of("eu-west-1").unwrap();
        assert_eq!(ireland.per_use(Usage::MillionReads), Some(0.1415));
        assert_eq!(ireland.per_use(Usage::MillionWrites), Some(0.705));
        assert_eq!(ireland.per_use(Usage::NatGigabyte), Some(0.048));
        assert_eq!(Prices::of("eu-south-1").unwrap().per_use(Usage::MillionReads), None);
    }

    #[test]
    fn items_are_counted() {
        let prices = Prices::of("eu-west-1").unwrap();
        let two = prices.per_hour(&[Price::of(2.0, Item::NatGateway)]);
        assert!((two - 0.096).abs() < 1e-9);
        let task =
            [Price::of(0.25, Item::FargateArmProcessor), Price::of(0.5, Item::FargateArmMemory)];
        assert!((prices.per_hour(&task) - 0.009_875).abs() < 1e-9);
        let endpoint = prices.per_hour(&[Price::of(1.0, Item::InterfaceEndpoint)]);
        assert!((endpoint - 0.011).abs() < 1e-9);
        // A sum of nothing that is written must not have a minus before it.
        assert_eq!(format!("{:.2}", prices.per_hour(&[])), "0.00");
    }

    #[test]
    fn a_region_without_prices_has_those_of_the_default_and_says_so() {
        let mumbai = Prices::of("ap-south-1").unwrap();
        let ireland = Prices::of("eu-west-1").unwrap();
        let hour = [Price::of(1.0, Item::NatGateway)];
        assert!((mumbai.per_hour(&hour) - ireland.per_hour(&hour)).abs() < 1e-9);
        assert_eq!(ireland.note(), "prices of eu-west-1, September 2026");
        assert_eq!(
            mumbai.note(),
            "prices of eu-west-1, September 2026: this program has none for ap-south-1"
        );
    }
}
