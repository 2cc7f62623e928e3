//! What a value in a template refers to.

use serde_json::Value;

use super::sub;

/// One reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// To a resource, a parameter or a pseudo parameter.
    Ref(&'a str),
    /// To an attribute of this resource.
    GetAtt(&'a str),
    /// To a condition.
    Condition(&'a str),
}

/// Returns all references in a value, in the branches of `Fn::If` too.
pub(super) fn of(value: &Value) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'a>(value: &'a Value, found: &mut Vec<Reference<'a>>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => match single(value) {
            Some(("Ref", Value::String(name))) => found.push(Reference::Ref(name)),
            Some(("Fn::GetAtt", path)) => {
                found.extend(get_att(path).map(|(resource, _)| Reference::GetAtt(resource)));
            }
            Some(("Fn::Sub", argument)) => in_sub(argument, found),
            Some(("Fn::If", Value::Array(list))) => {
                found.extend(list.first().and_then(Value::as_str).map(Reference::Condition));
                list.iter().skip(1).for_each(|value| collect(value, found));
            }
            _ => fields.values().for_each(|value| collect(value, found)),
        },
        _ => {}
    }
}

fn in_sub<'a>(argument: &'a Value, found: &mut Vec<Reference<'a>>) {
    let (text, variables) = sub::arguments(argument);
    for name in sub::variables(text) {
        if variables.is_some_and(|variables| variables.contains_key(name)) {
            continue;
        }
        found.push(match name.split_once('.') {
            Some((resource, _)) => Reference::GetAtt(resource),
            None => Reference::Ref(name),
        });
    }
    variables.into_iter().flatten().for_each(|(_, value)| collect(value, found));
}

/// Returns the name and argument of a function: an object of one field.
pub(super) fn single(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.iter().next().map(|(name, argument)| (name.as_str(), argument))
}

/// Returns the resource and attribute that `Fn::GetAtt` names, as a list or with a dot between
/// them.
pub(super) fn get_att(path: &Value) -> Option<(&str, &Value)> {
    match path.as_array().map(Vec::as_slice) {
        Some([resource, attribute]) => Some((resource.as_str()?, attribute)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_found_in_all_functions() {
        let value = json!([
            { "Ref": "A" },
            { "Fn::GetAtt": ["B", "Arn"] },
            { "Fn::Join": ["", [{ "Ref": "C" }]] },
            { "Fn::Sub": ["${D}${E.Arn}${f}${!G}", { "f": { "Ref": "F" } }] },
            { "Fn::If": ["Con", { "Ref": "H" }, "Text"] },
        ]);
        let wanted = [
            Reference::Ref("A"),
            Reference::GetAtt("B"),
            Reference::Ref("C"),
            Reference::Ref("D"),
            Reference::GetAtt("E"),
            Reference::Ref("F"),
            Reference::Condition("Con"),
            Reference::Ref("H"),
        ];
        assert_eq!(of(&value), wanted);
    }
}
