use std::fmt::Write as _;

use super::*;

fn csv(text: &str) -> Result<Vec<Row>> {
    read("class.csv", text.as_bytes(), Form::Csv)
}

/// Returns what is said about each row.
fn said(bytes: &[u8], form: Form) -> Vec<String> {
    let error = read("class", bytes, form).unwrap_err();
    assert_eq!(error.code, Code::Roster);
    error.evidence.iter().map(|it| format!("{} {}", it.source, it.text)).collect()
}

#[test]
fn what_spreadsheets_write_is_read() {
    let plain = csv("name,account,lab\nanna,000000000001,a1\nbert,000000000001,b1\n").unwrap();
    let names: Vec<_> = plain.iter().map(|row| (row.line, row.name.as_str())).collect();
    assert_eq!(names, [(2, "anna"), (3, "bert")]);
    assert_eq!(plain[1].lab.as_deref(), Some("b1"));
    for same in [
        "\u{feff}name;account;lab\r\nanna;000000000001;a1\r\nbert;000000000001;b1\r\n",
        "name\taccount\tlab\nanna\t000000000001\ta1\n\"bert\"\t000000000001\tb1",
        "Name, Account ,LAB,,\nanna,0000-0000-0001,a1,,\nbert,000000000001,b1,,\n",
    ] {
        assert_eq!(csv(same).unwrap(), plain, "{same:?}");
    }
    let below = csv("sep=;\r\nname;account;lab\r\n\r\n;;\r\nanna;000000000001;a1\r\n").unwrap();
    assert_eq!((below[0].line, below[0].lab.as_deref()), (5, Some("a1")));
    let quoted = csv("name,account\n\"Meier, Anna\",111111111111\n").unwrap();
    assert_eq!(quoted[0].name, "Meier, Anna");
}

#[test]
fn ways_to_sign_in() {
    let rows = csv("name,account,profile,role_arn,external_id,region,email\n\
         anna,111111111111,,,,,\nbert,222222222222,b,,,us-east-1,bert@example.com\n\
         cora,,,arn:aws:iam::333333333333:role/class/Teacher,x-1,,\n")
    .unwrap();
    assert_eq!(rows[0].sign_in, SignIn::Own);
    assert_eq!(rows[1].sign_in, SignIn::Profile("b".to_owned()));
    assert_eq!(rows[1].region.as_ref().map(Region::as_str), Some("us-east-1"));
    assert_eq!(rows[1].email.as_deref(), Some("bert@example.com"));
    assert_eq!(rows[2].account.as_str(), "333333333333");
    let arn = "arn:aws:iam::333333333333:role/class/Teacher".to_owned();
    assert_eq!(rows[2].sign_in, SignIn::Role { arn, external_id: Some("x-1".to_owned()) });
}

#[test]
fn toml_is_read_and_its_mistakes_have_lines() {
    let text = "[[student]]\nname = \"anna\"\naccount = \"000000000001\"\n\n[[student]]\n\
                name = \"bert\"\naccount = \"222222222222\"\nrole-arn = \
                \"arn:aws:iam::222222222222:role/T\"\nlab = \"b\"\n";
    let rows = read("class.toml", text.as_bytes(), Form::Toml).unwrap();
    assert_eq!((rows[0].account.as_str(), rows.len()), ("000000000001", 2));
    assert_eq!((rows[1].line, rows[1].lab.as_deref()), (5, Some("b")));
    let wrong = "[[student]]\nname = \"anna\"\naccount = 1234\n\n[[student]]\nnmae = \"b\"\n\
                 account = \"111111111111\"\nlab = 1.5\n";
    let said = said(wrong.as_bytes(), Form::Toml);
    assert!(said[0].starts_with("row 1, `account`: `1234` has 4 digits"), "{said:?}");
    assert_eq!(said[1..].iter().filter(|it| it.starts_with("row 5, ")).count(), 3, "{said:?}");
    assert_eq!(self::said(b"student = 1", Form::Toml).len(), 1);
}

#[test]
fn all_mistakes_are_named_at_once_by_row_and_column() {
    let said = said(
        b"name,account,lab,role_arn,profile,region,email,external_id\n\
          anna,11111111111,much-too-long,,,,,\n\
          bert,1.2E+11,,,,,,\n\
          cora,\"1,2E+11\",,,,,,\n\
          ,111111111111,,,,,,\n\
          dora,,,,,,,\n\
          emil,222222222222,,arn:aws:iam::333333333333:role/T,,,,\n\
          fred,222222222222,,arn:aws:iam::222222222222:role/T,p,,,\n\
          gina,222222222222,x,not-an-arn,,mars-1,nobody,x\n\
          hans,abc,y,,,,,id-1\n\
          ines,222222222222,z,,,,,,more\n",
        Form::Csv,
    );
    let beginnings = [
        "row 2, `lab`: `much-too-long` cannot be the name of a lab: it has 13 characters",
        "row 2, `account`: `11111111111` has 11 digits, and an account has 12: a spreadsheet",
        "row 3, `account`: `1.2E+11` is what a spreadsheet makes of a long number",
        "row 4, `account`: `1,2E+11` is what a spreadsheet makes of a long number",
        "row 5, `name`: it is empty",
        "row 6, `account`: it is empty",
        "row 7, `role_arn`: the role is in account 333333333333, not in 222222222222",
        "row 8, `profile`: a row has either",
        "row 9, `role_arn`: `not-an-arn`",
        "row 9, `external_id`: it has 2 to 1224",
        "row 9, `region`: `mars-1`",
        "row 9, `email`: `nobody`",
        "row 10, `account`: `abc` is not an account",
        "row 10, `external_id`: it goes with a role only",
        "row 11, `more` is in no column",
    ];
    assert_eq!(said.len(), beginnings.len(), "{said:#?}");
    for (said, begins) in said.iter().zip(beginnings) {
        assert!(said.starts_with(begins), "{said} / {begins}");
    }
}

#[test]
fn what_is_wrong_with_the_whole_file() {
    assert!(said(b"\xff\xfen\0a\0", Form::Csv)[0].contains("UTF-16"));
    let latin = said(b"name,account\nJ\xf6rg,111111111111\nR\xfcdi,1\n", Form::Csv);
    assert!(latin[0].starts_with("row 2, it is not UTF-8") && latin[1].starts_with("row 3, "));
    assert_eq!(said(b"", Form::Csv), ["file it has no rows"]);
    assert_eq!(said(b"name,account\n", Form::Csv), ["file it has no rows"]);
    let header = said(b"student,account,account\nanna,111111111111,\n", Form::Csv);
    assert!(
        header[0].starts_with("row 1, `student` is no column: they are `name`, "),
        "{header:?}"
    );
    assert!(header.contains(&"row 1, `account`: the column is there twice".to_owned()));
    assert!(header.iter().any(|it| it.starts_with("row 1, there is no column `name`")));
    let large = vec![b'a'; LARGEST + 1];
    assert_eq!(said(&large, Form::Csv), ["file it is larger than 1024 KB"]);
    let mut many = "name,account,lab\n".to_owned();
    for number in 0..=MOST_ROWS {
        writeln!(many, "s,111111111111,l{number}").unwrap();
    }
    assert_eq!(said(many.as_bytes(), Form::Csv), ["file it has 5001 rows, and 5000 is the most"]);
}

#[test]
fn a_lab_is_there_once() {
    let twice = "name,account,lab\nanna,111111111111,a\nbert,111111111111,b\ncora,111111111111,a\n\
                 dora,222222222222,\nemil,222222222222,\n";
    let error = csv(twice).unwrap_err();
    assert_eq!(error.code, Code::DuplicateLab);
    assert_eq!(error.message, "2 labs are in `class.csv` twice");
    assert!(error.evidence[0].text.starts_with("4: `cora` has the lab of `anna` in row 2: `a`"));
    let apart = "name,account,region\nanna,111111111111,eu-west-1\nbert,111111111111,us-east-1\n";
    assert_eq!(csv(apart).unwrap().len(), 2);
}

/// Whatever is in the fields, a row that is written with quotes is read as it is, or is named.
#[test]
fn any_field_is_read_as_it_was_written_or_named() {
    let signs = ["a", "\"", ",", ";", "\n", "\r", "\t", "ü", "=", " ", "\u{202e}", "1", "\0"];
    // A small generator: the same sequence in every run.
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..2000 {
        let name: String = (0..next(12)).map(|_| signs[next(signs.len())]).collect();
        let text = format!("name,account\n\"{}\",111111111111\n", name.replace('"', "\"\""));
        match csv(&text) {
            Ok(rows) => assert_eq!(rows[0].name, name.trim(), "{name:?}"),
            Err(error) => assert!(error.evidence[0].text.contains("`name`"), "{name:?}: {error:?}"),
        }
    }
}
