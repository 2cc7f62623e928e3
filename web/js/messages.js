// What the page says while the mysfits are asked for, and when they do not come.

import { byId } from "./dom.js";

/** Says that an answer is awaited. Whatever is on the page stays in its place until it comes. */
export function showBusy() {
  byId("mysfits").setAttribute("aria-busy", "true");
  byId("trouble").setAttribute("aria-busy", "true");
}

/** Says what went wrong. */
export function showTrouble({ message }) {
  showAnswered();
  byId("trouble-reason").textContent = `They may be shy, or the network may be. What went wrong: ${message}.`;
  byId("trouble").hidden = false;
}

/** Takes the message about the trouble away. */
export function hideTrouble() {
  showAnswered();
  byId("trouble").hidden = true;
}

function showAnswered() {
  byId("waiting").hidden = true;
  byId("mysfits").removeAttribute("aria-busy");
  byId("trouble").removeAttribute("aria-busy");
}
