// The mysfits on the page: asks the source for those that are chosen, and shows what comes.

import { showCards } from "./cards.js";
import { byId } from "./dom.js";
import { choice, isFiltering } from "./filters.js";
import { hideTrouble, showBusy, showTrouble } from "./messages.js";
import { openProfile } from "./profile.js";
import { counted } from "./words.js";

let source;
let all;
let shown = [];
let asking = new AbortController();

/** All mysfits, as far as they are known. */
export const allMysfits = () => all ?? [];

/** Those whose cards are on the page. */
export const shownMysfits = () => shown;

/** Shows the mysfits of this source from now on. */
export function useSource(next) {
  source = next;
  all = undefined;
  return refresh();
}

/** Asks for the chosen mysfits. Says whether they came. */
export async function refresh() {
  // An answer to an older question must not take the place of this one's.
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  showBusy();
  try {
    const found = await source.find(choice(), signal);
    const everyone = isFiltering() ? (all ?? (await source.find({}, signal))) : found;
    signal.throwIfAborted();
    all = everyone;
    show(found);
    hideTrouble();
    return true;
  } catch (error) {
    if (!signal.aborted) {
      showNone();
      showTrouble(error);
    }
    return false;
  }
}

function showNone() {
  shown = [];
  showCards(shown, openProfile);
  byId("count").textContent = "";
  byId("show-all").hidden = true;
}

function show(mysfits) {
  shown = mysfits;
  showCards(shown, openProfile);
  const total = counted(allMysfits().length, "mysfit");
  byId("count").textContent = isFiltering() ? `${shown.length} of ${total}` : total;
  byId("show-all").hidden = !isFiltering();
}
