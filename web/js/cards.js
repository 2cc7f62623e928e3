// The grid of cards.

import { byId, element, goodEvilBadge, lawChaosBadge } from "./dom.js";
import { ageInWords, slug } from "./words.js";

/** Shows one card for each mysfit. `onOpen` gets the mysfit whose card was clicked. */
export function showCards(mysfits, onOpen) {
  byId("mysfits").replaceChildren(...mysfits.map((mysfit) => card(mysfit, onOpen)));
}

/** Puts the keyboard back on a mysfit's card. */
export function focusCard(mysfit) {
  byId("mysfits").querySelector(`[data-slug="${CSS.escape(slug(mysfit))}"]`)?.focus();
}

function card(mysfit, onOpen) {
  // The button lies in the heading, so that a screen reader can walk by headings. CSS stretches it over the card.
  const open = element("button", { type: "button", className: "open" }, mysfit.name);
  open.dataset.slug = slug(mysfit);
  open.setAttribute("aria-haspopup", "dialog");
  open.addEventListener("click", () => onOpen(mysfit));
  return element("li", { className: "card" },
    element("div", { className: "frame" }, portrait(mysfit)),
    element("h2", {}, open),
    element("p", { className: "species" }, mysfit.species),
    element("p", { className: "age" }, ageInWords(mysfit.age)),
    element("p", { className: "badges" }, goodEvilBadge(mysfit), lawChaosBadge(mysfit)));
}

function portrait(mysfit) {
  // No alternative text: the card's own words already say who it is.
  return element("img", { loading: "lazy", width: 400, height: 400, alt: "", src: mysfit.thumbImageUri });
}
