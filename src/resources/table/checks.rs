//! What is checked of the tables.

use crate::{
    aws::operations::dynamodb as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// Of the table of the mysfits.
pub(super) static OF_MYSFITS: [Check; 6] = [
    Check {
        id: "table",
        title: "The table of the mysfits exists.",
        why: "The backend keeps nothing itself: every mysfit is an item of this table.",
        hint: "`mysfits table deploy` creates it",
        ..LAB
    },
    Check {
        id: "table-key",
        title: "The key of the table is MysfitId.",
        depends_on: &["table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "KeySchema"),
        why: "DynamoDB finds an item by its key alone; the key of a table can never be changed.",
        hint: "delete the table and create it with the partition key `MysfitId`; `mysfits table deploy` does it",
        ..LAB
    },
    Check {
        id: "table-law",
        title: "An index finds mysfits by law and chaos.",
        depends_on: &["table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "LawChaosIndex KeySchema"),
        why: "A query on anything but the key needs an index, else it reads the whole table.",
        hint: "add the global secondary index `LawChaosIndex` with the keys `LawChaos` and `MysfitId`",
        ..LAB
    },
    Check {
        id: "table-good",
        title: "An index finds mysfits by good and evil.",
        depends_on: &["table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "GoodEvilIndex KeySchema"),
        why: "Each of the two filters on the page is one query on one index.",
        hint: "add the global secondary index `GoodEvilIndex` with the keys `GoodEvil` and `MysfitId`",
        ..LAB
    },
    Check {
        id: "table-reads",
        title: "The table reads as much as the lab plans.",
        depends_on: &["table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "ReadCapacityUnits"),
        why: "Provisioned capacity is paid for by the hour, used or not: 5 units are within the free tier.",
        hint: "set 5 read units; `mysfits table deploy` does it",
        ..HARDENING
    },
    Check {
        id: "table-writes",
        title: "The table writes as much as the lab plans.",
        depends_on: &["table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "WriteCapacityUnits"),
        why: "Write units cost five times what read units do.",
        hint: "set 5 write units; `mysfits table deploy` does it",
        ..HARDENING
    },
];

/// Of the table of the likes.
pub(super) static OF_LIKES: [Check; 2] = [
    Check {
        id: "likes-table",
        title: "Likes have a table of their own.",
        why: "A like at the mysfit itself would be one item that everybody writes to, and a visitor could like twice.",
        hint: "`mysfits table deploy` creates it",
        ..HARDENING
    },
    Check {
        id: "likes-on-demand",
        title: "The table of the likes is billed by request.",
        depends_on: &["likes-table"],
        on: Subject::Setting(&op::DESCRIBE_TABLE, "BillingMode"),
        why: "A table that is hardly ever written to costs nothing on demand.",
        hint: "set the billing mode `PAY_PER_REQUEST`; `mysfits table deploy` does it",
        ..HARDENING
    },
];
