//! What the labs of an account cost: a table of at most forty columns for each.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Shown, json::time, labs::regions_not_looked_at, rows::cents};
use crate::{
    lab::prices::HOURS_OF_A_MONTH,
    operate::{Both, Costs, ItemCost, LabCost},
};

/// What the labs cost.
pub(crate) struct CostTable<'a>(pub(crate) &'a Costs);

impl Shown for CostTable<'_> {
    fn text(&self, verbose: bool) -> String {
        let costs = self.0;
        let mut text = format!("Cost of the labs in all regions, from {}\n", costs.destination);
        for lab in &costs.labs {
            text.push_str(&of_lab(lab, verbose));
        }
        match costs.labs.as_slice() {
            [] => text.push_str(&of_none(costs)),
            [_] => {}
            _ => {
                text.push_str("\nAll labs together\n");
                text.push_str(HEAD);
                text.push_str(&line("all of them", costs.per_hour()));
                let _ = writeln!(text, "  so far {}", dollars(costs.so_far()));
            }
        }
        text.push('\n');
        text.push_str(&notes(costs).join("\n"));
        text
    }

    fn json(&self) -> Vec<Value> {
        let costs = self.0;
        let end = json!({
            "type": "costs",
            "count": costs.labs.len(),
            "dollars": of_time(costs.per_hour()),
            "dollars_so_far": cents(costs.so_far()),
            "free": of_time(costs.free_per_hour),
            "whole_lab": both(&costs.whole),
            "not_priced": not_priced(costs),
            "regions_not_looked_at": costs.not_looked_at,
        });
        costs.labs.iter().map(json).chain([end]).collect()
    }
}

/// The line above the figures.
const HEAD: &str = "                  hour    day    month\n";

/// Formats the line of a price. The widths are for a terminal of forty columns.
fn line(name: &str, per_hour: f64) -> String {
    let (day, month) = (per_hour * 24.0, per_hour * HOURS_OF_A_MONTH);
    format!("  {name:<13} {per_hour:>6.4} {day:>6.2} {month:>8.2}\n")
}

fn dollars(dollars: f64) -> String {
    format!("${dollars:.2}")
}

/// Formats the lines of a lab, the first one empty.
fn of_lab(lab: &LabCost, verbose: bool) -> String {
    let by_hand = if lab.typed_by_hand { ", typed by hand" } else { "" };
    let mut text = format!("\n`{}` in {}{by_hand}\n{HEAD}", lab.name, lab.region);
    for item in &lab.items {
        text.push_str(&line(item.id.0, item.per_hour));
        if let Some(since) = item.since.filter(|_| verbose) {
            let so_far = item.so_far.map(|so_far| format!(": {}", dollars(so_far)));
            let _ =
                writeln!(text, "    since {}{}", minute(&time(since)), so_far.unwrap_or_default());
        }
    }
    text.push_str(&line("all of it", lab.per_hour));
    if let Some(Both { classic, economy }) = lab.topologies {
        text.push_str(&line("as classic", classic));
        text.push_str(&line("as economy", economy));
    }
    if lab.free_per_hour > 0.0 {
        text.push_str(&line("free of it", lab.free_per_hour));
    }
    if let Some(so_far) = lab.so_far {
        let since = lab.since().map(|since| format!(", since {}", day(&time(since))));
        let _ = writeln!(text, "  so far {}{}", dollars(so_far), since.unwrap_or_default());
    }
    text
}

/// Returns the day of a time in RFC 3339.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or_default()
}

/// Returns a time in RFC 3339 to the minute, without its zone.
fn minute(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}

/// Formats what a lab would cost where there is none.
fn of_none(costs: &Costs) -> String {
    let Both { classic, economy } = costs.whole;
    let lines = line("as classic", classic) + &line("as economy", economy);
    format!("\nNo lab was found. A whole one would cost\n{HEAD}{lines}")
}

/// Returns which prices these are, what is not in them, and what could not be priced: sentences.
fn notes(costs: &Costs) -> Vec<String> {
    let prices = costs.prices.note();
    let mut notes = vec![format!(
        "US dollars on AWS, without traffic and requests ({prices}). \"So far\" is as if all had \
         always been as it is now."
    )];
    let (reads, writes) = costs.prices.free_units();
    if costs.free_per_hour > 0.0 {
        notes.push(format!(
            "{} a day of it is free: {reads} read and {writes} write units of DynamoDB are, in every \
             account and region, if nothing else uses them.",
            dollars(costs.free_per_hour * 24.0)
        ));
    }
    notes.extend(not_priced(costs));
    notes
}

/// Returns what could not be priced, and why: sentences.
fn not_priced(costs: &Costs) -> Vec<String> {
    let mut all: Vec<String> = costs.labs.iter().flat_map(not_priced_of).collect();
    if !costs.has_clock {
        let why = "AWS did not say the time: what anything cost so far is unknown";
        all.push(why.to_owned());
    }
    all.extend(regions_not_looked_at(&costs.not_looked_at));
    all
}

fn not_priced_of(lab: &LabCost) -> Vec<String> {
    let mut all = Vec::new();
    let name = format!("`{}` in {}", lab.name, lab.region);
    if !lab.prices.is_of_region() {
        all.push(format!("{name}: {}", lab.prices.note()));
    }
    if lab.is_estimate {
        all.push(format!("{name}: an estimate from AWS's index of tags; `--lab` cannot name it"));
    }
    for (id, why) in &lab.not_looked_at {
        all.push(format!("{name}: `{id}` has no price here, it could not be looked at: {why}"));
    }
    for id in lab.undated() {
        all.push(format!("{name}: since when `{id}` is there is unknown, and not in \"so far\""));
    }
    all
}

fn json(lab: &LabCost) -> Value {
    json!({
        "type": "cost",
        "lab": lab.name,
        "region": lab.region.as_str(),
        "typed_by_hand": lab.typed_by_hand,
        "is_estimate": lab.is_estimate,
        "resources": lab.items.iter().map(of_item).collect::<Vec<_>>(),
        "dollars": of_time(lab.per_hour),
        "dollars_so_far": lab.so_far.map(cents),
        "since": lab.since().map(time),
        "topologies": lab.topologies.as_ref().map(both),
        "free": of_time(lab.free_per_hour),
        "prices": lab.prices.note(),
        "not_priced": not_priced_of(lab),
    })
}

fn of_item(item: &ItemCost) -> Value {
    json!({
        "resource": item.id.0,
        "title": item.title,
        "dollars": of_time(item.per_hour),
        "dollars_so_far": item.so_far.map(cents),
        "since": item.since.map(time),
    })
}

fn both(both: &Both) -> Value {
    json!({"classic": of_time(both.classic), "economy": of_time(both.economy)})
}

/// Returns the dollars of an hour, a day and a month. An hour may cost fractions of a cent.
fn of_time(per_hour: f64) -> Value {
    json!({
        "hour": (per_hour * 10_000.0).round() / 10_000.0,
        "day": cents(per_hour * 24.0),
        "month": cents(per_hour * HOURS_OF_A_MONTH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_fit_into_forty_columns() {
        // The longest name of what costs something, and thirty times the price of the lab.
        for (name, per_hour) in [("load-balancer", 0.0352), ("all of them", 5.0), ("table", 0.0)] {
            let line = line(name, per_hour);
            assert!(line.trim_end().chars().count() <= 40, "{line}");
        }
        assert!(HEAD.trim_end().len() <= 40);
        assert_eq!(line("table", 0.01323), "  table         0.0132   0.32     9.66\n");
        assert_eq!(HEAD.trim_end().len(), line("table", 0.0).trim_end().len());
    }

    #[test]
    fn times() {
        assert_eq!(day("2026-11-27T06:00:00.070Z"), "2026-11-27");
        assert_eq!(minute("2026-11-27T06:00:00.070Z"), "2026-11-27 06:00");
    }
}
