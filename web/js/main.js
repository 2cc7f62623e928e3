// Starts the page, and connects the chips, the cards, the profile and the messages.

import { byId } from "./dom.js";
import { buildFilters, clearFilters } from "./filters.js";
import { allMysfits, refresh, shownMysfits, useSource } from "./list.js";
import { startProfile } from "./profile.js";
import { showServedFrom } from "./served-from.js";
import { backend } from "./settings.js";
import { backendSource, bundledSource } from "./source.js";

/** Asks the backend if there is one, else the site's own file. */
async function start() {
  const came = await begin(useSource(backend ? backendSource(backend) : bundledSource()));
  byId("show-bundled").hidden = !backend;
  byId("stand-in").hidden = true;
  return came;
}

/** Shows the bundled mysfits in place of the backend's, and says so. */
async function startWithBundled() {
  const came = await begin(useSource(bundledSource()));
  byId("show-bundled").hidden = true;
  byId("stand-in").hidden = false;
  return came;
}

/** With the first mysfits comes what is of no use without them. */
async function begin(answer) {
  const came = await answer;
  if (came && byId("toolbar").hidden) {
    byId("toolbar").hidden = false;
    startProfile(allMysfits, shownMysfits);
  }
  return came;
}

/** For a button that goes away when it has done its work: the focus then needs another place. */
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
buildFilters(refresh);
showServedFrom();
// This script runs, so the page was not opened as a file.
byId("late").remove();
start();
