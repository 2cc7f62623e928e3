// The mysfits on the page: requests the chosen ones from the source, and shows them.

import { showCards, updateCards } from "./cards.js";
import { changeCount, isAtRest } from "./actions.js";
import { byId } from "./dom.js";
import { choice, distance, isFiltering } from "./filters.js";
import { hideTrouble, showBusy, showTrouble } from "./messages.js";
import { openProfile, updateProfile } from "./profile.js";
import { counted } from "./words.js";

let source;
let all;
let shown = [];
// How many others are offered with a single result.
const NEAREST = 4;

let asking = new AbortController();

/** Returns all mysfits, as far as they are known. */
export const allMysfits = () => all ?? [];

/** Returns those whose cards are on the page. */
export const shownMysfits = () => shown;

/** Shows the mysfits of this source from now on. */
export function useSource(next) {
  source = next;
  all = undefined;
  return refresh();
}

/** Requests the chosen mysfits. Returns whether they came. */
export async function refresh() {
  // An answer to an older request must not replace this one's.
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

/** Learns something about a mysfit, such as `{ likes: 3 }`, and shows it wherever the mysfit is. */
export function learn(mysfitId, learned) {
  const known = [...allMysfits(), ...shown].filter((mysfit) => mysfit.mysfitId === mysfitId);
  known.forEach((mysfit) => Object.assign(mysfit, learned));
  updateCards(mysfitId);
  updateProfile(mysfitId, learned);
}

/** Updates what depends on who is looking. */
export function showAnew() {
  updateCards();
  updateProfile();
}

/** Requests a mysfit's current state, if the source supports that. */
export async function lookAgain({ mysfitId }) {
  const before = changeCount();
  try {
    const found = await source.one?.(mysfitId);
    // What the visitor has done meanwhile is newer.
    if (found && isAtRest() && changeCount() === before) {
      learn(mysfitId, { likes: found.likes, adopted: found.adopted });
    }
  } catch {
    // Then what is already known has to suffice.
  }
}

function showNone() {
  shown = [];
  showAll([]);
  byId("count").textContent = "";
  byId("show-all").hidden = true;
}

function show(mysfits) {
  shown = mysfits;
  showAll(isFiltering() && shown.length === 1 ? nearest() : []);
  const total = counted(allMysfits().length, "mysfit");
  byId("count").textContent = isFiltering() ? `${shown.length} of ${total}` : total;
  byId("show-all").hidden = !isFiltering();
}

/** Shows the cards, and those of others that are offered beside a single one. */
function showAll(others) {
  byId("nearest").hidden = others.length === 0;
  showCards([[byId("mysfits"), shown], [byId("nearest-mysfits"), others]], openProfile);
}

/** Returns those that come nearest to the choice without being in it. */
function nearest() {
  const others = allMysfits().filter((mysfit) => distance(mysfit) > 0);
  return others.sort((one, other) => distance(one) - distance(other)).slice(0, NEAREST);
}
