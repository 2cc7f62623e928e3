// The grid of cards.

import { adoptedBadge, byId, element, goodEvilBadge, lawChaosBadge } from "./dom.js";
import { ageInWords, counted, slug } from "./words.js";

/** Shows one card for each mysfit. `onOpen` gets the mysfit whose card was clicked. */
export function showCards(mysfits, onOpen) {
  const focused = document.activeElement?.dataset.slug;
  byId("mysfits").replaceChildren(...mysfits.map((mysfit) => card(mysfit, onOpen)));
  if (focused) {
    // The card under the keyboard is a new one now, or gone.
    (buttonOf(focused) ?? byId("mysfits")).focus({ preventScroll: true });
  }
}

/** Puts the keyboard back on a mysfit's card. */
export function focusCard(mysfit) {
  buttonOf(slug(mysfit))?.focus();
}

const buttonOf = (name) => byId("mysfits").querySelector(`[data-slug="${CSS.escape(name)}"]`);

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
    element("p", { className: "badges" }, ...badges(mysfit)));
}

function badges(mysfit) {
  const all = [goodEvilBadge(mysfit), lawChaosBadge(mysfit)];
  if (mysfit.likes > 0) {
    all.push(element("span", { className: "badge" }, counted(mysfit.likes, "like")));
  }
  if (mysfit.adopted) {
    all.push(adoptedBadge());
  }
  return all;
}

function portrait(mysfit) {
  // No alternative text: the card's own words already say who it is.
  return element("img", { loading: "lazy", width: 400, height: 400, alt: "", src: mysfit.thumbImageUri });
}
