// The chips that choose mysfits by alignment. The page's address has the choice (`?goodevil=Good`), so that it can be
// linked to, and survives a reload and the browser's back button.

import { byId, element } from "./dom.js";

const AXES = [
  { field: "goodevil", label: "Good or evil", values: ["Good", "Neutral", "Evil"] },
  { field: "lawchaos", label: "Law or chaos", values: ["Lawful", "Neutral", "Chaotic"] },
];

const chosen = new Map();

/** Returns what the pressed chips select, such as `{ goodevil: "Good" }`. */
export const choice = () => Object.fromEntries(chosen);

/** Returns whether any chip but `All` is pressed. */
export const isFiltering = () => chosen.size > 0;

/** Returns how far a mysfit is from what the pressed chips select: 0 if it is among them. */
export const distance = (mysfit) =>
  AXES.filter(({ field }) => chosen.has(field)).reduce((sum, { field, values }) =>
    sum + Math.abs(values.indexOf(chosen.get(field)) - values.indexOf(mysfit[field])), 0);

/** Presses `All` in every row. */
export function clearFilters() {
  chosen.clear();
  showPressed();
  writeAddress();
}

/** Builds the chips as the page's address has them, and calls `onChange` after each choice. */
export function buildFilters(onChange) {
  byId("filters").replaceChildren(...AXES.map((axis) => row(axis, onChange)));
  readAddress();
  // The browser's back and forward buttons. A profile's name in the address is none of our business.
  addEventListener("popstate", () => {
    const before = query();
    readAddress();
    if (query() !== before) {
      onChange();
    }
  });
}

/** Presses the chips that the page's address names. What it names and there is not, nobody has chosen. */
function readAddress() {
  const named = new URLSearchParams(location.search);
  chosen.clear();
  AXES.filter(({ field, values }) => values.includes(named.get(field))).forEach(({ field }) => chosen.set(field, named.get(field)));
  showPressed();
}

/** Writes the choice into the page's address, as a step that the back button takes back. */
function writeAddress() {
  const wanted = `${location.pathname}${query()}`;
  if (wanted !== `${location.pathname}${location.search}`) {
    history.pushState(null, "", wanted);
  }
}

/** Returns the choice as it is in the page's address, in the order of the rows. */
function query() {
  const pairs = AXES.filter(({ field }) => chosen.has(field)).map(({ field }) => [field, chosen.get(field)]);
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
}

function row({ field, label, values }, onChange) {
  const name = element("span", { className: "axis", id: `axis-${field}` }, label);
  const chips = ["All", ...values].map((value) => chip(field, value, onChange));
  const group = element("div", { role: "group" }, name, element("div", { className: "chips" }, ...chips));
  group.setAttribute("aria-labelledby", name.id);
  return group;
}

function chip(field, value, onChange) {
  const button = element("button", { type: "button", className: `chip ${value.toLowerCase()}` }, value);
  Object.assign(button.dataset, { field, value });
  button.addEventListener("click", () => {
    if (value === "All") {
      chosen.delete(field);
    } else {
      chosen.set(field, value);
    }
    showPressed();
    writeAddress();
    onChange();
  });
  return button;
}

function showPressed() {
  for (const button of byId("filters").querySelectorAll("button")) {
    const { field, value } = button.dataset;
    button.setAttribute("aria-pressed", String(value === (chosen.get(field) ?? "All")));
  }
}
