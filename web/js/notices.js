// Short messages about what has just happened. They stay where the visitor looks: in the open profile, else at the
// foot of the page. (What lies behind an open dialog is neither seen nor read aloud.)

import { byId } from "./dom.js";

const PASSING_SECONDS = 6;

let passing;

/** Says something until it is closed, or until the next message. */
export function say(text) {
  clearTimeout(passing);
  const inProfile = byId("profile").open;
  byId("profile-notice").textContent = inProfile ? text : "";
  byId("notice-text").textContent = inProfile ? "" : text;
}

/** Says something that can also be seen elsewhere, so it may go by itself. */
export function mention(text) {
  say(text);
  passing = setTimeout(hush, PASSING_SECONDS * 1000);
}

/** Takes the message away. */
export function hush() {
  say("");
}

/** Wires the button that closes a message at the foot of the page. */
export function startNotices() {
  byId("notice-close").addEventListener("click", () => {
    hush();
    // The button has gone, and with it the keyboard's place.
    byId("mysfits").focus({ preventScroll: true });
  });
}
