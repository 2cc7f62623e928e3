//! What AWS charges for the lab: US dollars, on demand, by region. `prices.toml` has the figures,
//! with their date and sources. A resource declares its items and quantities, from which its hourly
//! price in a region is derived. A lab's traffic and requests cost fractions of a cent.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::regions;
use crate::error::{Code, Error, Result};

const FILE: &str = include_str!("prices.toml");

/// The hours of a month in AWS's own examples.
pub(crate) const HOURS_OF_A_MONTH: f64 = 730.0;

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
    /// A read capacity unit of a provisioned table or index. An account's first 25 are free; this
    /// is the price of any further one.
    ReadUnit,
    /// A write capacity unit of a provisioned table or index. An account's first 25 are free; this
    /// is the price of any further one.
    WriteUnit,
}

/// A quantity of an item, as a resource declares it: two NAT gateways, a quarter of a processor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    /// What is billed.
    pub(crate) item: Item,
    /// The quantity.
    pub(crate) count: f64,
}

impl Price {
    /// Returns this quantity of an item.
    pub(crate) const fn of(count: f64, item: Item) -> Self {
        Self { item, count }
    }
}

/// The prices of a region.
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    asked: String,
    /// The region of these figures: the requested one, or the lab's default.
    region: String,
    as_of: String,
    figures: Figures,
    free: Free,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    free: Free,
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
    read_unit: f64,
    write_unit: f64,
}

/// How much of an item every account has free of charge in a region, whatever its age.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Free {
    read_unit: f64,
    write_unit: f64,
}

impl Free {
    fn of(self, item: Item) -> f64 {
        match item {
            Item::ReadUnit => self.read_unit,
            Item::WriteUnit => self.write_unit,
            Item::NatGateway
            | Item::PublicAddress
            | Item::LoadBalancer
            | Item::FargateProcessor
            | Item::FargateMemory => 0.0,
        }
    }
}

/// Returns the content of the file, which is read once: a class has hundreds of labs.
fn read() -> Result<&'static File> {
    static READ: LazyLock<Result<File>> = LazyLock::new(|| {
        let wrong = |error| Error::new(Code::Lab, format!("prices.toml: {error}"));
        toml::from_str(FILE).map_err(wrong)
    });
    READ.as_ref().map_err(Clone::clone)
}

impl Prices {
    /// Returns the prices of `region`, or those of the lab's default region if the file has none
    /// for it, as [`Prices::note`] states.
    ///
    /// # Errors
    ///
    /// [`Code::Lab`] when the embedded file is invalid, which a test rules out.
    pub(crate) fn of(region: &str) -> Result<Self> {
        let file = read()?;
        let known = if file.region.contains_key(region) { region } else { regions::DEFAULT };
        let figures = file
            .region
            .get(known)
            .ok_or_else(|| Error::new(Code::Lab, format!("prices.toml has nothing for {known}")))?;
        Ok(Self {
            asked: region.to_owned(),
            region: known.to_owned(),
            as_of: file.as_of.clone(),
            figures: figures.clone(),
            free: file.free,
        })
    }

    /// Returns the regions that have prices of their own.
    ///
    /// # Errors
    /// When the embedded file is invalid, which a test rules out.
    #[cfg(test)]
    pub(crate) fn regions() -> Result<Vec<String>> {
        Ok(read()?.region.keys().cloned().collect())
    }

    /// Returns the total price of these items, US dollars an hour.
    pub(crate) fn per_hour(&self, prices: &[Price]) -> f64 {
        // Not `sum`: an empty sum is minus zero, and would be printed so.
        prices.iter().fold(0.0, |sum, price| sum + price.count * self.hour(price.item))
    }

    /// Returns how much of that every account has free, US dollars an hour, if it has nothing else of
    /// the kind in the region.
    pub(crate) fn free_per_hour(&self, prices: &[Price]) -> f64 {
        [Item::ReadUnit, Item::WriteUnit].into_iter().fold(0.0, |sum, item| {
            let of_item = prices.iter().filter(|price| price.item == item);
            let count = of_item.fold(0.0, |count, price| count + price.count);
            sum + count.min(self.free.of(item)) * self.hour(item)
        })
    }

    /// Returns how many read units, and write units, are free.
    pub(crate) fn free_units(&self) -> (f64, f64) {
        (self.free.read_unit, self.free.write_unit)
    }

    /// Returns whether these are the prices of the region that was asked for.
    pub(crate) fn is_of_region(&self) -> bool {
        self.asked == self.region
    }

    fn hour(&self, item: Item) -> f64 {
        let figures = &self.figures;
        match item {
            Item::NatGateway => figures.nat_gateway,
            Item::PublicAddress => figures.public_address,
            Item::LoadBalancer => figures.load_balancer,
            Item::FargateProcessor => figures.fargate_processor,
            Item::FargateMemory => figures.fargate_memory,
            Item::ReadUnit => figures.read_unit,
            Item::WriteUnit => figures.write_unit,
        }
    }

    /// Returns which prices these are: "prices of eu-west-1, September 2026", and for a region
    /// without its own that they are another region's.
    pub(crate) fn note(&self) -> String {
        let Self { asked, region, as_of, .. } = self;
        if self.is_of_region() {
            return format!("prices of {region}, {as_of}");
        }
        format!("prices of {region}, {as_of}: there are none for {asked}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_the_file_exists_and_a_write_costs_five_reads() {
        for (region, figures) in &read().unwrap().region {
            assert!(regions::exists(region), "{region}");
            assert!((4.9..5.1).contains(&(figures.write_unit / figures.read_unit)), "{region}");
            // A figure with a digit too many or too few would be far out of range.
            assert!((0.04..0.06).contains(&figures.nat_gateway), "{region}");
            assert!((0.02..0.03).contains(&figures.load_balancer), "{region}");
        }
    }

    #[test]
    fn items_are_counted() {
        let prices = Prices::of("eu-west-1").unwrap();
        let two = prices.per_hour(&[Price::of(2.0, Item::NatGateway)]);
        assert!((two - 0.096).abs() < 1e-9);
        // A printed sum of nothing must not have a minus sign.
        assert_eq!(format!("{:.2}", prices.per_hour(&[])), "0.00");
    }

    #[test]
    fn what_is_free_is_free_once() {
        let prices = Prices::of("eu-west-1").unwrap();
        let units = |reads, writes| {
            let units = [Price::of(reads, Item::ReadUnit), Price::of(writes, Item::WriteUnit)];
            (prices.per_hour(&units), prices.free_per_hour(&units))
        };
        let (costs, free) = units(15.0, 15.0);
        assert!((costs - free).abs() < 1e-9);
        let ((_, all), (_, most)) = (units(25.0, 25.0), units(30.0, 45.0));
        assert!((all - most).abs() < 1e-9);
        assert!(prices.free_per_hour(&[Price::of(1.0, Item::NatGateway)]).abs() < 1e-9);
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
            "prices of eu-west-1, September 2026: there are none for ap-south-1"
        );
    }
}
