// Starts the page, and connects the chips, the cards, the profile, the visitor and the messages.

import { startAccount } from "./account/dialog.js";
import { startHeader } from "./account/header.js";
import { onSession } from "./account/session.js";
import { offerActions, onAction } from "./actions.js";
import { byId } from "./dom.js";
import { buildFilters, clearFilters } from "./filters.js";
import { allMysfits, learn, lookAgain, refresh, showAnew, shownMysfits, useSource } from "./list.js";
import { startHood } from "./hood.js";
import { startNotices } from "./notices.js";
import { startProfile } from "./profile.js";
import { showServedFrom } from "./served-from.js";
import { hasAccounts, service } from "./settings.js";
import { bundledSource, tableSource } from "./source.js";

/** Queries the API or the backend if there is one, else the site's own file. */
async function start() {
  offerActions(hasAccounts);
  const came = await begin(useSource(service ? tableSource(service) : bundledSource()));
  byId("show-bundled").hidden = !service;
  byId("stand-in").hidden = true;
  return came;
}

/** Shows the bundled mysfits in place of the backend's, and reports that. */
async function startWithBundled() {
  offerActions(false);
  const came = await begin(useSource(bundledSource()));
  byId("show-bundled").hidden = true;
  byId("stand-in").hidden = false;
  return came;
}

/** Shows, with the first mysfits, what is useless without them. */
async function begin(answer) {
  const came = await answer;
  if (came && byId("toolbar").hidden) {
    byId("toolbar").hidden = false;
    // Where visitors like and adopt, a profile is soon out of date.
    startProfile({ allMysfits, shownMysfits, onShow: hasAccounts ? lookAgain : () => undefined });
  }
  return came;
}

/** For a button that disappears when it has done its work: the focus then needs another place. */
function onPress(id, act) {
  byId(id).addEventListener("click", async () => byId((await act()) ? "mysfits" : "retry").focus());
}

onPress("retry", () => begin(refresh()));
onPress("show-bundled", startWithBundled);
onPress("ask-backend", start);
onPress("show-all", () => {
  clearFilters();
  return refresh();
});
if (hasAccounts) {
  startAccount();
  startHeader();
  startNotices();
  onAction(learn);
  onSession(showAnew);
}
startHood();
buildFilters(refresh);
showServedFrom();
// This script runs, so the page was not opened as a file.
byId("late").remove();
start();
