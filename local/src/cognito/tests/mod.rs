//! A Cognito for one test.

mod admin;
mod passwords;
mod pools;
mod sign_in;
mod sign_up;
mod srp;

use serde_json::{Value, json};

use super::{
    operations::{OPERATIONS, Run},
    *,
};
use crate::{place::Place, test_folder::Folder, times};

/// The visitor's address.
const EMAIL: &str = "visitor@example.com";
const PASSWORD: &str = "Griffin-1";

struct Opened {
    cognito: Cognito,
    place: Place,
    folder: Folder,
}

/// A pool with a client, as visitors meet it.
struct Lab {
    opened: Opened,
    pool: String,
    client: String,
}

impl Opened {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let place = Place::named("111111111111", "eu-west-1");
        Self { cognito: Cognito::open(&folder, 4566).unwrap(), place, folder }
    }

    /// Runs an operation of the owner's.
    #[expect(clippy::needless_pass_by_value, reason = "the tests write it in the call")]
    fn run(&self, name: &str, input: Value) -> Outcome<Value> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        let Run::Owner(run) = operation.handler else { panic!("{name} is not the owner's") };
        run(&self.cognito, &self.place, &input)
    }

    fn code(&self, name: &str, input: Value) -> String {
        self.run(name, input).unwrap_err().code
    }

    /// Creates a pool with these settings, and returns its id.
    fn pool(&self, mut settings: Value) -> String {
        settings["PoolName"] = "MysfitsUserPool".into();
        let made = self.run("CreateUserPool", settings).unwrap();
        made["UserPool"]["Id"].as_str().unwrap().to_owned()
    }
}

/// Returns the settings that the lab uses.
fn lab() -> Value {
    json!({ "AutoVerifiedAttributes": ["email"], "UserPoolTags": { "mysfits:lab": "lab" } })
}

/// Returns settings with all flows, which do not reveal who has an account.
fn site() -> Value {
    json!({
        "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        ],
    })
}

impl Lab {
    fn new(name: &str) -> Self {
        Self::with(name, lab(), site())
    }

    fn with(name: &str, settings: Value, client: Value) -> Self {
        let opened = Opened::new(name);
        let pool = opened.pool(settings);
        let mut lab = Self { opened, pool, client: String::new() };
        lab.client = lab.add_client(client);
        lab
    }

    /// Creates another client.
    fn add_client(&self, mut settings: Value) -> String {
        settings["ClientName"] = "MysfitsUserPoolClient".into();
        let made = self.own("CreateUserPoolClient", settings).unwrap();
        made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
    }

    /// Runs an operation of the owner's on the pool.
    fn own(&self, name: &str, mut input: Value) -> Outcome<Value> {
        input["UserPoolId"] = self.pool.as_str().into();
        self.opened.run(name, input)
    }

    /// Runs an operation of a visitor's with the client.
    fn visit(&self, name: &str, mut input: Value) -> Outcome<Value> {
        if input["ClientId"].is_null() {
            input["ClientId"] = self.client.as_str().into();
        }
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        let Run::Visitor(run) = operation.handler else { panic!("{name} is not for visitors") };
        run(&self.opened.cognito, &input)
    }

    /// Returns the error of a visitor's operation: its code and its message.
    fn refused(&self, name: &str, input: Value) -> (String, String) {
        let error = self.visit(name, input).unwrap_err();
        (error.code, error.message)
    }

    fn sign_up(&self, login: &str) -> Outcome<Value> {
        self.visit(
            "SignUp",
            json!({
                "Username": login,
                "Password": PASSWORD,
                "UserAttributes": [{ "Name": "email", "Value": EMAIL }],
            }),
        )
    }

    /// Returns the code in the last mail.
    fn mailed(&self) -> String {
        let (mails, _) = self.opened.cognito.mails(0);
        mails.last().unwrap().code.clone().unwrap()
    }

    fn confirm(&self, login: &str, code: &str) -> Outcome<Value> {
        self.visit("ConfirmSignUp", json!({ "Username": login, "ConfirmationCode": code }))
    }

    /// Adds a visitor who has signed up and confirmed.
    fn with_visitor(self) -> Self {
        self.sign_up(EMAIL).unwrap();
        self.confirm(EMAIL, &self.mailed()).unwrap();
        self
    }

    fn sign_in(&self, login: &str, password: &str) -> Outcome<Value> {
        self.visit(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": login, "PASSWORD": password },
            }),
        )
    }

    /// Records so many past wrong passwords that the next one locks the visitor out for longer than
    /// any test takes.
    fn guess_often(&self) {
        let pool = self.opened.cognito.found(&self.opened.place, &self.pool).unwrap();
        let guessed = self.opened.cognito.change_users(&pool, |users| {
            let failures = &mut users.find_mut(&pool.rules, EMAIL).unwrap().failures;
            let ago = times::now() - 10 * 60_000;
            (0..13).for_each(|_| failures.add(ago));
            Ok(())
        });
        guessed.unwrap();
    }

    /// Returns the visitor's tokens.
    fn tokens(&self) -> Value {
        self.sign_in(EMAIL, PASSWORD).unwrap()["AuthenticationResult"].clone()
    }

    fn refresh(&self, token: &Value) -> Outcome<Value> {
        self.visit(
            "InitiateAuth",
            json!({
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": { "REFRESH_TOKEN": token },
            }),
        )
    }

    fn user(&self, login: &str) -> Value {
        self.own("AdminGetUser", json!({ "Username": login })).unwrap()
    }
}

/// Returns the value of an attribute in a list of them.
fn attribute<'a>(list: &'a Value, name: &str) -> &'a str {
    let found = list.as_array().unwrap().iter().find(|one| one["Name"] == name);
    found.map_or("", |found| found["Value"].as_str().unwrap())
}

fn code(outcome: Outcome<Value>) -> String {
    outcome.unwrap_err().code
}
