// What the page shows while the mysfits are being loaded, and when they do not come.

import { byId } from "./dom.js";

/** Shows that an answer is awaited. Whatever is on the page stays in place until it comes. */
export function showBusy() {
  byId("mysfits").setAttribute("aria-busy", "true");
  byId("trouble").setAttribute("aria-busy", "true");
}

/** Shows what went wrong. */
export function showTrouble({ message }) {
  showAnswered();
  byId("trouble-reason").textContent = `They may be shy, or the network may be. What went wrong: ${message}.`;
  byId("trouble").hidden = false;
}

/** Removes the error message. */
export function hideTrouble() {
  showAnswered();
  byId("trouble").hidden = true;
}

function showAnswered() {
  byId("waiting").hidden = true;
  byId("mysfits").removeAttribute("aria-busy");
  byId("trouble").removeAttribute("aria-busy");
}
