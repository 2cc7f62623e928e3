//! The tables that a request names.

use serde_json::Value;

use super::arns;

/// Returns the table that a request on one table names, by name or by ARN.
pub(super) fn named_table(input: &Value) -> Option<&str> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    text("TableName").or_else(|| arns::table_of(text("ResourceArn")?))
}

/// Returns the tables that a request for data names.
pub(super) fn data_tables(input: &Value) -> impl Iterator<Item = &str> {
    let batch = input["RequestItems"].as_object().into_iter().flatten();
    let transaction = input["TransactItems"].as_array().into_iter().flatten();
    let actions = transaction.filter_map(Value::as_object).flatten();
    named_table(input)
        .into_iter()
        .chain(batch.map(|(name, _)| name.as_str()))
        .chain(actions.filter_map(|(_, action)| named_table(action)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables(input: &Value) -> Vec<&str> {
        data_tables(input).collect()
    }

    #[test]
    fn every_shape_of_request_names_its_tables() {
        assert_eq!(tables(&json!({"TableName": "One"})), ["One"]);
        assert_eq!(tables(&json!({"RequestItems": {"One": [], "Two": []}})), ["One", "Two"]);
        let transaction = json!({"TransactItems": [
            {"Put": {"TableName": "One"}}, {"ConditionCheck": {"TableName": "Two"}}]});
        assert_eq!(tables(&transaction), ["One", "Two"]);
        let by_arn = json!({"ResourceArn": "arn:aws:dynamodb:r:1:table/One"});
        assert_eq!(named_table(&by_arn), Some("One"));
    }

    #[test]
    fn nonsense_names_none() {
        for input in [json!([]), json!("One"), json!({"TransactItems": [1, {"Put": 2}]})] {
            assert!(tables(&input).is_empty(), "{input}");
        }
    }
}
