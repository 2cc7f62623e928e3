// Short messages about what has just happened. They stay where the visitor looks: in the open profile, else at the
// foot of the page. (What is behind an open dialog is neither seen nor read aloud.)

import { byId } from "./dom.js";

const PASSING_SECONDS = 6;

let passing;

/** Shows a message until it is closed, or until the next one. */
export function notify(text) {
  clearTimeout(passing);
  const inProfile = byId("profile").open;
  byId("profile-notice").textContent = inProfile ? text : "";
  byId("notice-text").textContent = inProfile ? "" : text;
}

/** Shows a message that can also be seen elsewhere, so it may disappear on its own. */
export function mention(text) {
  notify(text);
  passing = setTimeout(dismiss, PASSING_SECONDS * 1000);
}

/** Removes the message. */
export function dismiss() {
  notify("");
}

/** Wires the button that closes a message at the foot of the page. */
export function startNotices() {
  byId("notice-close").addEventListener("click", () => {
    dismiss();
    // The button is gone, and the focus with it.
    byId("mysfits").focus({ preventScroll: true });
  });
}
