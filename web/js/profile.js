// The dialog with one mysfit's profile. The page's address (`#coco`) names the mysfit,
// so a profile can be linked to, and the browser's back button closes it.

import { focusCard } from "./cards.js";
import { adopt, asSeen, areActionsOffered, giveBack, like } from "./actions.js";
import { adoptButton, giveBackButton, heartButton } from "./action-buttons.js";
import { adoptedBadge, byId, element, goodEvilBadge, lawChaosBadge } from "./dom.js";
import { dismiss } from "./notices.js";
import { ageInWords, counted, slug } from "./words.js";

const dialog = byId("profile");
const actionButtons = [
  heartButton(() => like(shown)),
  adoptButton(() => adopt(shown)),
  giveBackButton(() => giveBack(shown)),
];
let list = [];
let shown = null;
let lookAgain;

/** Opens a mysfit's profile. */
export function openProfile(mysfit) {
  location.hash = slug(mysfit);
}

/** Updates what can change in a mysfit's profile if that is the open one, or without an id in any. */
export function updateProfile(mysfitId, learned = {}) {
  if (shown && (!mysfitId || shown.mysfitId === mysfitId)) {
    Object.assign(shown, learned);
    showChanging();
  }
}

/**
 * Wires the dialog. It steps through the mysfits on the page or, from one that is not among them, through all.
 * `onShow` receives each mysfit that is shown.
 */
export function startProfile({ allMysfits, shownMysfits, onShow }) {
  lookAgain = onShow;
  byId("profile-actions").replaceChildren(...actionButtons.map((button) => button.element));
  const follow = () => {
    list = named(shownMysfits()) ? shownMysfits() : allMysfits();
    const wanted = named(list);
    if (wanted) {
      show(wanted);
    } else {
      dialog.close();
    }
  };
  addEventListener("hashchange", follow);
  byId("profile-previous").addEventListener("click", () => step(-1));
  byId("profile-next").addEventListener("click", () => step(1));
  byId("profile-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", stepByArrow);
  dialog.addEventListener("click", closeOnBackdrop);
  dialog.addEventListener("close", leave);
  follow();
}

/** Returns the mysfit that the page's address names. */
function named(mysfits) {
  return mysfits.find((mysfit) => `#${slug(mysfit)}` === decodedHash());
}

function decodedHash() {
  try {
    return decodeURIComponent(location.hash);
  } catch {
    // A stray `%` in the address names nobody.
    return "";
  }
}

function show(mysfit) {
  if (mysfit !== shown) {
    dismiss();
  }
  shown = mysfit;
  Object.assign(byId("profile-portrait"), { src: mysfit.profileImageUri, alt: `Portrait of ${mysfit.name}` });
  byId("profile-species").textContent = mysfit.species;
  byId("profile-name").textContent = mysfit.name;
  byId("profile-description").textContent = mysfit.description;
  showChanging();
  byId("profile-position").textContent = `${list.indexOf(mysfit) + 1} of ${list.length}`;
  dialog.scrollTop = 0;
  if (!dialog.open) {
    dialog.showModal();
    // The first thing to read is the name. Later steps leave the focus on the pressed button.
    byId("profile-name").focus({ preventScroll: true });
  }
  lookAgain(mysfit);
}

function showChanging() {
  const seen = asSeen(shown);
  byId("profile-facts").replaceChildren(...facts(seen));
  byId("profile-actions").hidden = !areActionsOffered();
  actionButtons.forEach((button) => button.show(seen));
}

function facts(mysfit) {
  const rows = [
    ["Age", ageInWords(mysfit.age)],
    ["Good or evil", goodEvilBadge(mysfit)],
    ["Law or chaos", lawChaosBadge(mysfit)],
  ];
  if (mysfit.likes > 0) {
    rows.push(["Liked", counted(mysfit.likes, "time")]);
  }
  if (mysfit.adopted) {
    rows.push(["Home", adoptedBadge(mysfit)]);
  }
  return rows.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]);
}

function step(by) {
  const next = list[(list.indexOf(shown) + by + list.length) % list.length];
  // Replaced, not added: stepping through all twelve must not need twelve presses of the back button.
  history.replaceState(null, "", `#${slug(next)}`);
  show(next);
}

function stepByArrow(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  // With a modifier the arrows belong to the browser: Alt and left arrow is "back".
  if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    step(by);
  }
}

function closeOnBackdrop(event) {
  if (event.target === dialog) {
    dialog.close();
  }
}

function leave() {
  byId("profile-notice").textContent = "";
  // Without this the address would still name the mysfit, and clicking the same card again would change nothing.
  history.replaceState(null, "", location.pathname + location.search);
  focusCard(shown);
}
