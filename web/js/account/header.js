// The page's header: who is signed in.

import { byId } from "../dom.js";
import { mention } from "../notices.js";
import { openAccount } from "./dialog.js";
import { onSession, signOut, visitor } from "./session.js";

/** Shows it, and keeps it up to date. */
export function startHeader() {
  byId("sign-in").addEventListener("click", () => openAccount());
  byId("sign-out").addEventListener("click", leave);
  onSession(show);
  show();
  byId("visitor").hidden = false;
}

function show() {
  const { email = "" } = visitor() ?? {};
  const isIn = Boolean(visitor());
  byId("sign-in").hidden = isIn;
  byId("sign-out").hidden = byId("signed-in").hidden = !isIn;
  byId("visitor-initial").textContent = email.slice(0, 1);
  byId("visitor-email").textContent = email;
  byId("visitor-email").title = email;
}

function leave() {
  signOut();
  byId("sign-in").focus();
  mention("You are signed out.");
}
