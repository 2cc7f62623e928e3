//! The parameters of the lab's template.

use aws_sdk_cloudformation::types::{Parameter, Stack};

use crate::{
    engine::{NOT_SET, Setting},
    lab::{AccountId, Names, Role, Topology},
    resources::Choices,
};

/// How a parameter is named among the settings.
const SETTING: &str = "Parameters.";
/// The parameter that identifies the lab's template: the original one does not have it.
const TOPOLOGY: &str = "Topology";
const ZONE_ONE: &str = "AvailabilityZoneOne";
const ZONE_TWO: &str = "AvailabilityZoneTwo";

const EXECUTION_ROLE: &str = "ExecutionRoleArn";
const TASK_ROLE: &str = "TaskRoleArn";

/// Those that a user may choose; the others are the lab's names.
const CHOICES: [&str; 5] = [TOPOLOGY, ZONE_ONE, ZONE_TWO, EXECUTION_ROLE, TASK_ROLE];

/// A parameter of the template.
struct Wish {
    name: &'static str,
    /// The desired value. Without one, a stack keeps its own.
    chosen: Option<String>,
    /// The value for a new stack if none is chosen; `None`: the template's default.
    when_new: Option<String>,
}

/// The desired parameters.
pub(super) struct Parameters(Vec<Wish>);

impl Parameters {
    /// Creates the parameters from these names and the user's choices.
    pub(super) fn new(names: &Names, choices: &Choices) -> Self {
        let (account, zones) = (&names.lab.account, choices.zones.as_ref());
        let topology = |topology: Topology| topology.name().to_owned();
        let when_new = &choices.when_new;
        let role = |name, chosen: &Option<Role>| Wish {
            name,
            chosen: chosen.as_ref().map(|role| written(role, account)),
            when_new: when_new.role.as_ref().map(|role| written(role, account)),
        };
        let wish = |name, chosen| Wish { name, chosen, when_new: None };
        Self(vec![
            Wish {
                name: TOPOLOGY,
                chosen: choices.topology.map(topology),
                when_new: Some(topology(when_new.topology)),
            },
            wish(ZONE_ONE, zones.map(|zones| zones.one.clone())),
            wish(ZONE_TWO, zones.map(|zones| zones.two.clone())),
            role(EXECUTION_ROLE, &choices.roles.execution),
            role(TASK_ROLE, &choices.roles.task),
            wish("TableName", Some(names.table.clone())),
            wish("LikesTableName", Some(names.likes_table.clone())),
            wish("RepositoryName", Some(names.repository.clone())),
            wish("LogGroupName", Some(names.log_group.clone())),
        ])
    }

    /// Returns those with a value, compared with the parameters of a stack.
    pub(super) fn compared(&self, stack: &Stack) -> Vec<Setting> {
        let wanted = self.0.iter().filter_map(|wish| Some((wish.name, wish.chosen.as_ref()?)));
        let compared = wanted.map(|(name, value)| {
            let set = |value: &str| (!value.is_empty()).then(|| value.to_owned());
            let actual = value_of(stack, name).and_then(set);
            let unset = if is_role(name) { MADE } else { NOT_SET };
            let shown = |value: Option<String>| value.unwrap_or_else(|| unset.to_owned());
            Setting::new(format!("{SETTING}{name}"), shown(set(value)), shown(actual))
        });
        compared.collect()
    }

    /// Returns the parameters for a new stack.
    pub(super) fn of_new(&self) -> Vec<Parameter> {
        let value = |wish: &Wish| wish.chosen.clone().or_else(|| wish.when_new.clone());
        let chosen = self.0.iter().filter_map(|wish| Some(with(wish.name, &value(wish)?)));
        chosen.collect()
    }

    /// Returns the parameters for an update of a stack.
    pub(super) fn of_update(&self, stack: &Stack) -> Vec<Parameter> {
        let update = self.0.iter().filter_map(|wish| match &wish.chosen {
            Some(value) => Some(with(wish.name, value)),
            // The template of an older build may not have it.
            None => value_of(stack, wish.name).map(|_| previous(wish.name)),
        });
        update.collect()
    }

    /// Returns whether a stack with these parameters makes a role. `standing` is the stack that is
    /// updated, if there is one.
    pub(super) fn makes_a_role(&self, standing: Option<&Stack>) -> bool {
        let roles = self.0.iter().filter(|wish| is_role(wish.name));
        let mut values = roles.map(|wish| match (&wish.chosen, standing) {
            (Some(value), _) => Some(value.as_str()),
            (None, Some(stack)) => value_of(stack, wish.name),
            (None, None) => wish.when_new.as_deref(),
        });
        values.any(|value| value.is_none_or(str::is_empty))
    }
}

/// How a role is shown that the stack makes.
const MADE: &str = "a role that the stack makes";

/// Returns the value of the parameter for a role.
fn written(role: &Role, account: &AccountId) -> String {
    role.arn(account).unwrap_or_default()
}

fn is_role(name: &str) -> bool {
    name == EXECUTION_ROLE || name == TASK_ROLE
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
    use crate::{
        lab::{Region, Roles, files},
        resources::WhenNew,
    };

    fn parameters(topology: Option<Topology>, zones: Option<&str>) -> Parameters {
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        let zones = zones.map(|zones| zones.parse().unwrap());
        Parameters::new(&names, &Choices { topology, zones, ..Choices::default() })
    }

    fn with_roles(roles: &str, when_new: Option<&str>) -> Parameters {
        let region = Region::new("eu-west-1").unwrap();
        let names = Names::new(&AccountId::new("123456789012"), &region, None, None);
        let role = |text: &str| text.parse().ok();
        let roles = Roles { execution: role(roles), task: role(roles) };
        let when_new = WhenNew { role: when_new.and_then(role), ..WhenNew::default() };
        Parameters::new(&names, &Choices { roles, when_new, ..Choices::default() })
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
    fn existing_roles_are_no_roles_of_the_stack() {
        const LAB_ROLE: &str = "arn:aws:iam::123456789012:role/LabRole";
        let (none, existing, made) =
            (with_roles("", None), with_roles("existing", None), with_roles("create", None));
        let learner_lab = with_roles("", Some("existing"));
        let new = existing.of_new();
        let arns = new.iter().filter(|it| it.parameter_value() == Some(LAB_ROLE));
        assert_eq!(arns.count(), 2);
        // What stands counts before what a new stack would get.
        let (with_existing, with_made) = (stack(new), stack(made.of_new()));
        for (parameters, of_new, of_existing, of_made) in [
            (&none, true, false, true),
            (&existing, false, false, false),
            (&made, true, true, true),
            (&learner_lab, false, false, true),
        ] {
            assert_eq!(parameters.makes_a_role(None), of_new);
            assert_eq!(parameters.makes_a_role(Some(&with_existing)), of_existing);
            assert_eq!(parameters.makes_a_role(Some(&with_made)), of_made);
        }
        assert!(!none.compared(&with_existing).iter().any(Setting::differs));
        assert!(
            !made
                .compared(&stack(Vec::new()))
                .iter()
                .any(|it| { it.name.ends_with("RoleArn") && it.differs() })
        );
        let mut moved = existing.compared(&with_made);
        moved.retain(Setting::differs);
        let expected = |name| Setting::new(format!("Parameters.{name}"), LAB_ROLE, MADE);
        assert_eq!(moved, [expected(EXECUTION_ROLE), expected(TASK_ROLE)]);
    }

    #[test]
    fn a_new_stack_is_classic_by_the_default_of_the_template() {
        let new = parameters(None, None).of_new();
        assert!(new.contains(&with(TOPOLOGY, "classic")));
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
