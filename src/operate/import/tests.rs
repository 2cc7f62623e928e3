use serde_json::json;

use super::{portal::InPortal, *};
use crate::{aws::Node, destination::ListedProfile};

const MANAGER: &str = "111111111111";

fn left_out(roster: &Imported) -> Vec<String> {
    roster.left_out.iter().map(|it| format!("{}: {}", it.what, it.why)).collect()
}

#[test]
fn of_an_organization_the_active_members_are_taken() {
    let node = |id: &str, name: &str, rest: serde_json::Value| {
        let mut account = json!({ "Id": id, "Name": name, "Email": "a@example.com" });
        account.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Node::of(&account)
    };
    let accounts = [
        node(MANAGER, "Campus", json!({ "State": "ACTIVE", "Status": "ACTIVE" })),
        node("222222222222", "Anna", json!({ "State": "ACTIVE" })),
        node("333333333333", "Bert", json!({ "State": "PENDING_CLOSURE", "Status": "ACTIVE" })),
        node("444444444444", "Cora", json!({ "Status": "SUSPENDED" })),
        node("555555555555", "", json!({ "Status": "ACTIVE" })),
        node("12", "Dora", json!({ "State": "ACTIVE" })),
    ];
    let roster = organization::imported(&accounts, MANAGER, "Teacher");
    let rows: Vec<_> = roster
        .entries
        .iter()
        .map(|it| (it.name.as_str(), it.role_arn.as_deref().unwrap()))
        .collect();
    assert_eq!(
        rows,
        [
            ("Anna", "arn:aws:iam::222222222222:role/Teacher"),
            ("555555555555", "arn:aws:iam::555555555555:role/Teacher"),
        ]
    );
    assert_eq!(
        left_out(&roster),
        [
            "account 111111111111 (Campus): it manages the organization",
            "account 333333333333 (Bert): it is not active: its state is PENDING_CLOSURE",
            "account 444444444444 (Cora): it is not active: its state is SUSPENDED",
        ]
    );
}

fn in_portal(id: &str, name: &str, roles: &[&str]) -> InPortal {
    InPortal {
        account: AccountId::new(id),
        name: name.to_owned(),
        email: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

fn profile(name: &str, account: Option<&str>) -> ListedProfile {
    let account = account.map(AccountId::new);
    ListedProfile { name: name.to_owned(), account, region: None, portal: None }
}

fn of_login(
    all: &[InPortal],
    profiles: &[ListedProfile],
    manager: Option<&str>,
    wanted: Wanted<'_>,
) -> Imported {
    let login = [("sso_session", "campus".to_owned())];
    let known = portal::Known { profiles: profiles.iter().collect(), manager, login: &login };
    portal::imported(all, &known, wanted)
}

#[test]
fn of_a_login_each_account_has_the_profile_that_signs_in_to_it() {
    let all = [
        in_portal(MANAGER, "Campus", &["Admin"]),
        in_portal("222222222222", "Anna", &["Admin", "Reader"]),
        in_portal("333333333333", "", &["Reader"]),
    ];
    let profiles = [profile("anna", Some("222222222222")), profile("other", None)];
    let roster = of_login(&all, &profiles, Some(MANAGER), Wanted::default());
    let rows: Vec<_> =
        roster.entries.iter().map(|it| (it.name.as_str(), it.profile.as_deref())).collect();
    assert_eq!(rows, [("Anna", Some("anna")), ("333333333333", None)]);
    assert_eq!(left_out(&roster), ["account 111111111111 (Campus): it manages the organization"]);
    assert!(roster.notes[0].starts_with("1 account has no profile yet"), "{:?}", roster.notes);

    let wanted = Wanted { role: Some("Admin"), new_profiles: false };
    let roster = of_login(&all, &profiles, None, wanted);
    assert_eq!(roster.entries.len(), 2);
    assert_eq!(left_out(&roster), ["account 333333333333: you do not have the role `Admin` in it"]);
}

#[test]
fn missing_profiles_are_made_for_the_one_role_that_there_is() {
    let all = [
        in_portal("222222222222", "Anna", &["Admin"]),
        in_portal("333333333333", "Bert", &["Admin", "Reader"]),
        in_portal("444444444444", "Cora", &[]),
        in_portal("555555555555", "Dora", &["A\nregion = x"]),
    ];
    let wanted = Wanted { role: None, new_profiles: true };
    let roster = of_login(&all, &[], None, wanted);
    assert_eq!(roster.entries.len(), 1);
    assert_eq!(roster.entries[0].profile.as_deref(), Some("class-222222222222"));
    assert_eq!(
        roster.new_profiles[0].text(),
        "[profile class-222222222222]\nsso_session = campus\nsso_account_id = 222222222222\n\
         sso_role_name = Admin\n"
    );
    assert_eq!(
        left_out(&roster),
        [
            "account 333333333333 (Bert): you have several roles in it, `Admin`, `Reader`: choose \
             with `--role`",
            "account 444444444444 (Cora): you have no role in it",
            "account 555555555555 (Dora): its role has a name that no profile can have",
        ]
    );
    assert_eq!(roster.notes, Vec::<String>::new());
}

#[test]
fn the_account_of_a_profile_is_what_the_files_say() {
    let profiles = [profile("anna", Some("222222222222")), profile("bert", None)];
    let roster = of_profiles(&profiles);
    assert_eq!(roster.entries[0].account, Some(AccountId::new("222222222222")));
    assert_eq!(roster.entries[1].account, None);
    assert!(roster.notes[0].contains("which account 1 of them has"), "{:?}", roster.notes);
    assert_eq!(of_profiles(&profiles[..1]).notes, Vec::<String>::new());
}
