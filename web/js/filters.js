// The chips that choose mysfits by alignment.

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

/** Presses `All` in every row. */
export function clearFilters() {
  chosen.clear();
  showPressed();
}

/** Builds the chips, and calls `onChange` after each choice. */
export function buildFilters(onChange) {
  byId("filters").replaceChildren(...AXES.map((axis) => row(axis, onChange)));
  showPressed();
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
