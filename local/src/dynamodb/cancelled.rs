//! The error of a cancelled transaction, for faults: clients read its reasons, one for each of its
//! items, which AWS also lists in the message.

use serde_json::{Value, json};

use crate::service::AwsError;

/// Returns the body of this error, if it is that of a cancelled transaction: its reasons are those
/// of its message, such as `… specific reasons [None, TransactionConflict]`.
pub(super) fn body(error: &AwsError) -> Option<String> {
    const CODE: &str = "TransactionCanceledException";
    let (_, listed) = (error.code == CODE).then(|| error.message.split_once('['))??;
    let (listed, _) = listed.split_once(']')?;
    let reasons: Vec<Value> = listed.split(", ").map(|code| json!({ "Code": code })).collect();
    let kind = format!("{}{CODE}", super::DIALECT.error_prefix);
    let message = &error.message;
    Some(json!({ "__type": kind, "Message": message, "CancellationReasons": reasons }).to_string())
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn the_reasons_are_those_of_the_message() {
        let error =
            |code: &str, message: &str| AwsError::new(StatusCode::BAD_REQUEST, code, message);
        let message = "Transaction cancelled [None, TransactionConflict]";
        let body = body(&error("TransactionCanceledException", message)).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        let codes = json!([{ "Code": "None" }, { "Code": "TransactionConflict" }]);
        assert_eq!((&body["CancellationReasons"], &body["Message"]), (&codes, &json!(message)));
        assert_eq!(super::body(&error("TransactionCanceledException", "no list")), None);
        assert_eq!(super::body(&error("ThrottlingException", message)), None);
    }
}
