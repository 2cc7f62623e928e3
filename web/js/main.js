// Starts the page: loads the mysfits, and connects the chips, the cards and the profile.

import { showCards } from "./cards.js";
import { byId } from "./dom.js";
import { buildFilters, clearFilters, isFiltering, matching } from "./filters.js";
import { openProfile, startProfile } from "./profile.js";
import { showServedFrom } from "./served-from.js";
import { loadMysfits } from "./source.js";
import { counted } from "./words.js";

function showMatching(mysfits) {
  const shown = matching(mysfits);
  showCards(shown, openProfile);
  byId("count").textContent = isFiltering()
    ? `${shown.length} of ${counted(mysfits.length, "mysfit")}`
    : counted(mysfits.length, "mysfit");
  byId("show-all").hidden = !isFiltering();
}

function showPage(mysfits) {
  const refresh = () => showMatching(mysfits);
  buildFilters(refresh);
  byId("show-all").addEventListener("click", () => {
    clearFilters();
    refresh();
    // The pressed button goes away, so the focus needs another place.
    byId("mysfits").focus();
  });
  byId("toolbar").hidden = false;
  refresh();
  startProfile(mysfits, () => matching(mysfits));
}

async function start() {
  byId("trouble").hidden = true;
  byId("waiting").hidden = false;
  try {
    showPage(await loadMysfits());
  } catch (error) {
    byId("trouble-reason").textContent = `They may be shy, or the network may be. What went wrong: ${error.message}.`;
    byId("trouble").hidden = false;
  } finally {
    byId("waiting").hidden = true;
  }
}

showServedFrom(window.MYSFITS);
byId("retry").addEventListener("click", start);
start();
