//! The permissions that DynamoDB's operations need: those that work on many items need the ones of
//! the operations on one, for each table.

use crate::authorize::{
    Access, Inputs,
    Need::{By, If, Other, Own},
};

pub(super) const ACCESS: &[Access] = &[
    (
        &["CreateTable"],
        &[Own("table/{TableName}"), If("Tags", "dynamodb:TagResource", "table/{TableName}")],
    ),
    (
        &[
            "DeleteTable",
            "DescribeTable",
            "UpdateTable",
            "UpdateTimeToLive",
            "DescribeTimeToLive",
            "DescribeContinuousBackups",
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
        ],
        &[Own("table/{TableName}")],
    ),
    (&["Query"], &[By(indexed), Other("dynamodb:Query", "table/{TableName}/index/{IndexName}")]),
    (&["Scan"], &[By(indexed), Other("dynamodb:Scan", "table/{TableName}/index/{IndexName}")]),
    (&["BatchGetItem", "BatchWriteItem"], &[By(batched)]),
    (&["TransactGetItems", "TransactWriteItems"], &[By(in_transaction)]),
    (&["ExecuteStatement", "ExecuteTransaction", "BatchExecuteStatement"], &[By(in_statements)]),
    (&["TagResource", "UntagResource", "ListTagsOfResource"], &[Own("{ResourceArn}")]),
    (&["DescribeStream", "GetShardIterator"], &[Own("{StreamArn}")]),
    (&["GetRecords"], &[Own("table/*/stream/*")]),
    (&["ListTables", "ListStreams", "DescribeEndpoints", "DescribeLimits"], &[Own("*")]),
];

type Found = Vec<(Option<String>, String)>;

/// Returns the table of a call that is about none of its indexes.
fn indexed(inputs: &Inputs<'_>) -> Found {
    let is_on_index = !inputs.all("IndexName").is_empty();
    let tables = inputs.all("TableName").into_iter().filter(|_| !is_on_index);
    tables.map(|table| (None, arn(inputs, &table))).collect()
}

fn batched(inputs: &Inputs<'_>) -> Found {
    let tables = inputs.keys("RequestItems").into_iter();
    tables.map(|table| (None, arn(inputs, &table))).collect()
}

/// The items of a transaction: how a call names each, and the action that it needs.
const IN_TRANSACTION: [(&str, &str); 5] = [
    ("Get", "dynamodb:GetItem"),
    ("Put", "dynamodb:PutItem"),
    ("Update", "dynamodb:UpdateItem"),
    ("Delete", "dynamodb:DeleteItem"),
    ("ConditionCheck", "dynamodb:ConditionCheckItem"),
];

fn in_transaction(inputs: &Inputs<'_>) -> Found {
    let of_kind = |(kind, action): (&str, &str)| {
        let tables = inputs.all(&format!("TransactItems.{kind}.TableName")).into_iter();
        let found: Found =
            tables.map(|table| (Some(action.to_owned()), arn(inputs, &table))).collect();
        found
    };
    IN_TRANSACTION.into_iter().flat_map(of_kind).collect()
}

/// The kinds of statements in `PartiQL`: how one begins, what is before its table, and the action that
/// it needs.
const STATEMENTS: [(&str, &str, &str); 4] = [
    ("SELECT", "FROM", "dynamodb:PartiQLSelect"),
    ("INSERT", "INTO", "dynamodb:PartiQLInsert"),
    ("UPDATE", "UPDATE", "dynamodb:PartiQLUpdate"),
    ("DELETE", "FROM", "dynamodb:PartiQLDelete"),
];

fn in_statements(inputs: &Inputs<'_>) -> Found {
    let paths = ["Statement", "Statements.Statement", "TransactStatements.Statement"];
    let statements = paths.iter().flat_map(|path| inputs.all(path));
    statements.filter_map(|statement| in_statement(inputs, &statement)).collect()
}

/// Returns the action and table of a statement; `None` if it is none, which is refused later.
fn in_statement(inputs: &Inputs<'_>, statement: &str) -> Option<(Option<String>, String)> {
    let mut words = statement.split_whitespace().skip_while(|word| word.is_empty());
    let first = words.clone().next()?;
    let (_, before, action) =
        STATEMENTS.iter().find(|(start, ..)| first.eq_ignore_ascii_case(start))?;
    words.find(|word| word.eq_ignore_ascii_case(before))?;
    let table = words.next()?.trim_start_matches('"');
    let table = table.split('"').next().unwrap_or(table);
    Some((Some((*action).to_owned()), arn(inputs, table)))
}

fn arn(inputs: &Inputs<'_>, table: &str) -> String {
    if table.starts_with("arn:") {
        return table.to_owned();
    }
    let (region, account) = (&inputs.place.region, &inputs.place.account);
    format!("arn:aws:dynamodb:{region}:{account}:table/{table}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        authorize::{self, Fields},
        place::Place,
    };

    fn needed(operation: &str, input: Value) -> Vec<String> {
        let place = Place::named("111111111111", "eu-west-1");
        let inputs = Inputs { place: &place, fields: Fields::Json(input) };
        let all = authorize::needed(ACCESS, "dynamodb", operation, &inputs).unwrap().into_iter();
        let short = |resource: String| {
            resource.replace("arn:aws:dynamodb:eu-west-1:111111111111:table", "")
        };
        all.map(|it| format!("{} {}", it.action, short(it.resource))).collect()
    }

    #[test]
    fn an_index_is_a_resource() {
        assert_eq!(needed("Query", json!({"TableName": "t"})), ["dynamodb:Query /t"]);
        let on_index = json!({"TableName": "t", "IndexName": "i"});
        assert_eq!(needed("Scan", on_index), ["dynamodb:Scan /t/index/i"]);
    }

    #[test]
    fn many_items_need_what_each_needs() {
        let batch = json!({"RequestItems": {"a": [], "b": []}});
        let all = ["dynamodb:BatchWriteItem /a", "dynamodb:BatchWriteItem /b"];
        assert_eq!(needed("BatchWriteItem", batch), all);
        let items = json!({"TransactItems": [
            {"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}},
        ]});
        let all = ["dynamodb:PutItem /a", "dynamodb:ConditionCheckItem /b"];
        assert_eq!(needed("TransactWriteItems", items), all);
    }

    #[test]
    fn a_statement_needs_what_it_does() {
        let of = |text: &str| needed("ExecuteStatement", json!({"Statement": text}));
        assert_eq!(of("select * from \"t\".\"i\" where x = 1"), ["dynamodb:PartiQLSelect /t"]);
        assert_eq!(of("INSERT INTO \"t\" VALUE {}"), ["dynamodb:PartiQLInsert /t"]);
        assert_eq!(of("UPDATE t SET x = 1"), ["dynamodb:PartiQLUpdate /t"]);
        assert_eq!(of("nonsense"), [""; 0]);
        let two = json!({"TransactStatements": [{"Statement": "DELETE FROM t WHERE x = 1"}]});
        assert_eq!(needed("ExecuteTransaction", two), ["dynamodb:PartiQLDelete /t"]);
    }
}
