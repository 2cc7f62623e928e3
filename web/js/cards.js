// The grids of cards.

import { asSeen, areActionsOffered, like } from "./actions.js";
import { heartButton } from "./action-buttons.js";
import { adoptedBadge, byId, element, goodEvilBadge, lawChaosBadge } from "./dom.js";
import { ageInWords, counted, slug } from "./words.js";

// What can change on the cards that are on the page.
let drawn = [];

/** Shows one card for each mysfit, in these grids. `onOpen` receives the mysfit whose card was clicked. */
export function showCards(grids, onOpen) {
  const focused = document.activeElement;
  const name = focused?.closest(".card")?.querySelector(".open").dataset.slug;
  drawn = [];
  grids.forEach(([grid, mysfits]) => grid.replaceChildren(...mysfits.map((mysfit) => card(mysfit, onOpen))));
  if (name) {
    // The focused card has been replaced, or is gone.
    const button = focused.matches(".heart") ? heartOf(name) : buttonOf(name);
    (button ?? byId("mysfits")).focus({ preventScroll: true });
  }
}

/** Updates what can change on a mysfit's card, or without an id on all. */
export function updateCards(mysfitId) {
  drawn.filter(({ mysfit }) => !mysfitId || mysfit.mysfitId === mysfitId).forEach(update);
}

/** Returns the focus to a mysfit's card. */
export function focusCard(mysfit) {
  buttonOf(slug(mysfit))?.focus();
}

const buttonOf = (name) => document.querySelector(`.grid .open[data-slug="${CSS.escape(name)}"]`);
const heartOf = (name) => buttonOf(name)?.closest(".card").querySelector(".heart");

function card(mysfit, onOpen) {
  // The button is in the heading, so that a screen reader can move by headings. CSS stretches it over the card.
  const open = element("button", { type: "button", className: "open" }, mysfit.name);
  open.dataset.slug = slug(mysfit);
  open.setAttribute("aria-haspopup", "dialog");
  open.addEventListener("click", () => onOpen(mysfit));
  const changing = {
    mysfit,
    badges: element("p", { className: "badges" }),
    heart: areActionsOffered() ? heartButton(() => like(mysfit)) : undefined,
  };
  drawn.push(changing);
  update(changing);
  return element("li", { className: "card" },
    element("div", { className: "frame" }, portrait(mysfit)),
    element("h2", {}, open),
    element("p", { className: "species" }, mysfit.species),
    element("p", { className: "age" }, ageInWords(mysfit.age)),
    changing.badges,
    ...(changing.heart ? [changing.heart.element] : []));
}

function update({ mysfit, badges, heart }) {
  const seen = asSeen(mysfit);
  badges.replaceChildren(...badgesOf(seen, heart));
  heart?.show(seen);
}

function badgesOf(seen, heart) {
  const all = [goodEvilBadge(seen), lawChaosBadge(seen)];
  if (seen.likes > 0 && !heart) {
    all.push(element("span", { className: "badge" }, counted(seen.likes, "like")));
  }
  if (seen.adopted) {
    all.push(adoptedBadge(seen));
  }
  return all;
}

function portrait(mysfit) {
  // No alternative text: the card's own words already say who it is.
  return element("img", { loading: "lazy", width: 400, height: 400, alt: "", src: mysfit.thumbImageUri });
}
