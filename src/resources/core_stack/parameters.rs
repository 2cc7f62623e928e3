//! The parameters of the lab's template.

use aws_sdk_cloudformation::types::{Parameter, Stack};

use crate::{
    engine::Setting,
    lab::{Names, Topology},
    resources::Choices,
};

/// How a parameter is named among the settings.
const SETTING: &str = "Parameters.";
/// The parameter that identifies the lab's template: the original one does not have it.
const TOPOLOGY: &str = "Topology";
const ZONE_ONE: &str = "AvailabilityZoneOne";
const ZONE_TWO: &str = "AvailabilityZoneTwo";

/// Those that a user may choose; the others are the lab's names.
const CHOICES: [&str; 3] = [TOPOLOGY, ZONE_ONE, ZONE_TWO];

/// The desired parameters. Without a value, a stack keeps its own, and a new stack gets the
/// template's default.
pub(super) struct Parameters(Vec<(&'static str, Option<String>)>);

impl Parameters {
    /// Creates the parameters from these names and the user's choices.
    pub(super) fn new(names: &Names, choices: &Choices) -> Self {
        let zones = choices.zones.as_ref();
        Self(vec![
            (TOPOLOGY, choices.topology.map(|topology| topology.name().to_owned())),
            (ZONE_ONE, zones.map(|zones| zones.one.clone())),
            (ZONE_TWO, zones.map(|zones| zones.two.clone())),
            ("TableName", Some(names.table.clone())),
            ("LikesTableName", Some(names.likes_table.clone())),
            ("RepositoryName", Some(names.repository.clone())),
            ("LogGroupName", Some(names.log_group.clone())),
        ])
    }

    /// Returns those with a value, compared with the parameters of a stack.
    pub(super) fn compared(&self, stack: &Stack) -> Vec<Setting> {
        let wanted = self.0.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let compared = wanted.map(|(name, value)| {
            let actual = value_of(stack, name).filter(|actual| !actual.is_empty());
            Setting::maybe(format!("{SETTING}{name}"), value, actual)
        });
        compared.collect()
    }

    /// Returns the parameters for a new stack.
    pub(super) fn of_new(&self) -> Vec<Parameter> {
        let chosen = self.0.iter().filter_map(|(name, value)| Some(with(name, value.as_ref()?)));
        chosen.collect()
    }

    /// Returns the parameters for an update of a stack.
    pub(super) fn of_update(&self, stack: &Stack) -> Vec<Parameter> {
        let update = self.0.iter().filter_map(|(name, value)| match value {
            Some(value) => Some(with(name, value)),
            // The template of an older build may not have it.
            None => value_of(stack, name).map(|_| previous(name)),
        });
        update.collect()
    }
}

/// Returns whether this is the setting of a parameter that a user may choose.
pub(super) fn is_choice(setting: &str) -> bool {
    setting.strip_prefix(SETTING).is_some_and(|name| CHOICES.contains(&name))
}

/// Returns the topology of a stack with the lab's template; `None` for a template created by hand.
pub(super) fn topology(stack: &Stack) -> Option<Topology> {
    value_of(stack, TOPOLOGY).and_then(Topology::of_name)
}

/// Returns parameters that keep a stack's own values.
pub(super) fn kept(stack: &Stack) -> Vec<Parameter> {
    stack.parameters().iter().filter_map(Parameter::parameter_key).map(previous).collect()
}

fn value_of<'s>(stack: &'s Stack, name: &str) -> Option<&'s str> {
    let parameter = stack.parameters().iter().find(|it| it.parameter_key() == Some(name))?;
    parameter.parameter_value()
}

fn with(name: &str, value: &str) -> Parameter {
    Parameter::builder().parameter_key(name).parameter_value(value).build()
}

fn previous(name: &str) -> Parameter {
    Parameter::builder().parameter_key(name).use_previous_value(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{AccountId, Region, files};

    fn parameters(topology: Option<Topology>, zones: Option<&str>) -> Parameters {
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        let zones = zones.map(|zones| zones.parse().unwrap());
        Parameters::new(&names, &Choices { topology, zones, service_binary: None })
    }

    fn stack(parameters: Vec<Parameter>) -> Stack {
        Stack::builder().set_parameters(Some(parameters)).build()
    }

    #[test]
    fn they_are_compared_by_their_names() {
        let wanted = parameters(Some(Topology::Economy), None);
        let mut standing = wanted.of_new();
        standing.pop();
        standing[0].parameter_value = Some("classic".to_owned());
        let mut compared = wanted.compared(&stack(standing));
        compared.retain(Setting::differs);
        assert_eq!(
            compared,
            [
                Setting::new("Parameters.Topology", "economy", "classic"),
                Setting::new("Parameters.LogGroupName", "mythicalmysfits-logs", "not set"),
            ]
        );
    }

    #[test]
    fn what_was_not_chosen_stays_as_it_stands() {
        let zones = Some("eu-west-1b,eu-west-1c");
        let standing = stack(parameters(Some(Topology::Economy), zones).of_new());
        let wanted = parameters(None, None);
        assert!(!wanted.compared(&standing).iter().any(Setting::differs));
        let update = wanted.of_update(&standing);
        let keeps: Vec<_> =
            update.iter().filter(|it| it.use_previous_value() == Some(true)).collect();
        assert_eq!((keeps.len(), update.len()), (3, 7));
        assert_eq!(topology(&standing), Some(Topology::Economy));
        // Nor does an update set a parameter that the stack's template does not have.
        assert_eq!(wanted.of_update(&stack(Vec::new())).len(), 4);
    }

    #[test]
    fn a_new_stack_is_classic_by_the_default_of_the_template() {
        assert!(
            parameters(None, None).of_new().iter().all(|it| it.parameter_key() != Some(TOPOLOGY))
        );
        let default = format!("  {TOPOLOGY}:\n    Type: String\n    Default: classic\n");
        assert!(files::CORE_STACK.contains(&default));
        assert_eq!(Topology::default(), Topology::Classic);
    }

    #[test]
    fn zones_that_are_not_set_are_shown_so() {
        let wanted = parameters(None, Some("eu-west-1b,eu-west-1c"));
        let standing = stack(vec![with(TOPOLOGY, "classic"), with("AvailabilityZoneOne", "")]);
        let zone = wanted.compared(&standing).remove(0);
        assert_eq!(zone, Setting::new("Parameters.AvailabilityZoneOne", "eu-west-1b", "not set"));
    }
}
