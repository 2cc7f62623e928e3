//! What is checked of the site.

use crate::{
    engine::{Check, GET, HARDENING, LAB, Probe, Subject},
    resources::judged::{self},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 8] = [
    Check {
        id: "site-page",
        title: "Everybody can read the page.",
        points: 3,
        depends_on: &["bucket-public-reads", "bucket-index"],
        on: Subject::Probe(Probe { judge: judged::page, ..GET }),
        why: "A policy that allows s3:GetObject to everyone, and a page in the bucket: only a browser without credentials shows that both are right.",
        hint: "upload `index.html` and let the bucket policy allow `s3:GetObject` to everybody; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "site-type",
        title: "The page is shown, not downloaded.",
        depends_on: &["site-page"],
        on: Subject::Probe(Probe { judge: judged::html, ..GET }),
        why: "A browser goes by the type that was stored with the object, not by its name.",
        hint: "upload `index.html` again with `--content-type text/html`; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "site-script",
        title: "The page finds its script.",
        depends_on: &["site-page"],
        on: Subject::Probe(Probe { path: "/js/main.js", judge: judged::script, ..GET }),
        why: "The page is empty without its script, which fetches the mysfits and shows them.",
        hint: "upload the whole folder: `aws s3 cp --recursive web s3://BUCKET/`, or `mysfits bucket deploy`",
        ..LAB
    },
    Check {
        id: "site-pictures",
        title: "The page finds its pictures.",
        depends_on: &["site-page"],
        on: Subject::Probe(Probe { path: "/images/chimera.svg", judge: judged::picture, ..GET }),
        why: "A browser shows an SVG only if it is served with the type of one.",
        hint: "upload the folder `images`; `mysfits bucket deploy` does it",
        ..LAB
    },
    Check {
        id: "site-config",
        title: "The configuration of the site is filled in.",
        points: 2,
        depends_on: &["site-page"],
        on: Subject::Probe(Probe { path: "/config.js", judge: judged::filled_in, ..GET }),
        why: "What is left of a `REPLACE_ME` is an address that no browser finds.",
        hint: "fill in `config.js` and upload it again; `mysfits deploy` does it",
        ..LAB
    },
    Check {
        id: "site-fresh",
        title: "Browsers ask for the configuration each time.",
        depends_on: &["site-config"],
        on: Subject::Probe(Probe { path: "/config.js", judge: judged::asked_each_time, ..GET }),
        why: "Without Cache-Control a browser may keep an old `config.js` for hours, and with it the address of a backend that is gone.",
        hint: "upload it with `--cache-control no-cache`; `mysfits bucket deploy` does it",
        ..HARDENING
    },
    Check {
        id: "site-error",
        title: "A missing page answers with a page of the site.",
        depends_on: &["site-page", "bucket-error"],
        on: Subject::Probe(Probe {
            path: "/there-is-no-such-page",
            judge: judged::missing_page,
            ..GET
        }),
        why: "The error document is an object like any other: if it is missing, S3 answers with a page of its own.",
        hint: "upload `error.html`; `mysfits bucket deploy` does it",
        ..HARDENING
    },
    Check {
        id: "site-nonce",
        title: "The site holds the nonce.",
        depends_on: &["site-page"],
        on: Subject::Nonce,
        why: "An address can be copied from somebody else; the nonce shows that whoever hands it in can write to this site.",
        hint: "put the nonce into `config.js` as `nonce`, or upload it as `nonce.txt`",
        ..LAB
    },
];
