//! Settings that contain a value of another resource.

use crate::{
    engine::Setting,
    lab::{Placeholder, Value, Values},
};

/// Returns the setting that should contain this value of another resource; `None` if the value is
/// unknown, because nothing differs from it then.
pub(super) fn reference(
    name: &str,
    known: &Values,
    expected: Placeholder,
    actual: Option<&str>,
) -> Option<Setting> {
    match known.value(expected) {
        Value::Known(value) | Value::NotOurs(value, _) => Some(Setting::maybe(name, value, actual)),
        // The other resource does not exist. Its future value is not the current one.
        Value::Absent => Some(Setting::maybe(name, format!("a value for {expected}"), actual)),
        Value::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::placeholders::VPC_ID;

    fn vpc(known: &Values) -> Option<Setting> {
        reference("VpcId", known, VPC_ID, Some("vpc-1"))
    }

    #[test]
    fn a_known_value_is_compared() {
        assert_eq!(vpc(&Values::of([(VPC_ID, "vpc-1")])).map(|it| it.differs()), Some(false));
        let other = vpc(&Values::of([(VPC_ID, "vpc-2")])).unwrap();
        assert_eq!(other.in_words(), "VpcId is vpc-1, expected vpc-2");
    }

    #[test]
    fn what_is_there_differs_from_an_absent_value_and_not_from_an_unknown_one() {
        assert!(vpc(&Values::all(&[VPC_ID], &Value::Absent)).unwrap().differs());
        assert_eq!(vpc(&Values::default()), None);
    }
}
