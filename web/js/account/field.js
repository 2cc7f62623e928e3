// One field of a form: its label, its input, and what is wrong with it.

import { element } from "../dom.js";
import { missingIn, rulesFor } from "./password.js";

/**
 * Builds a field. `tidy` removes what was not meant, `check` returns what is wrong with the rest, or nothing.
 * `rules` are shown below a new password. Everything else is for the input.
 */
export function buildField({ label, tidy = String, check, rules, ...properties }, value = "") {
  const id = `account-${properties.name}`;
  const input = element("input", { id, className: "input", required: true, value, ...properties });
  const wrong = element("p", { className: "wrong", id: `${id}-wrong` });
  wrong.setAttribute("aria-live", "polite");
  const list = rules ? Object.assign(rulesFor(input), { id: `${id}-rules` }) : undefined;
  input.setAttribute("aria-describedby", [wrong, list].filter(Boolean).map((part) => part.id).join(" "));

  function complain(text) {
    wrong.textContent = text;
    // The list of rules shows it already, but not to a screen reader.
    const isInList = Boolean(list && text && text === missingIn(input.value));
    wrong.classList.toggle("unseen", isInList);
    list?.classList.toggle("refused", isInList);
    if (text) {
      input.setAttribute("aria-invalid", "true");
    } else {
      input.removeAttribute("aria-invalid");
    }
  }
  // What is being corrected needs no complaint.
  input.addEventListener("input", () => complain(""));

  const around = element("div", { className: "entry" }, input);
  if (properties.type === "password") {
    around.append(reveal(input));
  }
  return {
    name: properties.name,
    input,
    value: () => tidy(input.value),
    complain,
    /** Complains when the value cannot be right. Returns whether it can. */
    check() {
      complain(check(tidy(input.value)));
      return !input.hasAttribute("aria-invalid");
    },
    element: element("div", { className: "field" },
      element("label", { htmlFor: id }, label), around, wrong, ...(list ? [list] : [])),
  };
}

/** The button that shows a password. */
function reveal(input) {
  const button = element("button", { type: "button", className: "reveal" }, "Show");
  button.setAttribute("aria-label", "Show the password");
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const isHidden = input.type === "password";
    input.type = isHidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(isHidden));
    button.firstChild.data = isHidden ? "Hide" : "Show";
  });
  return button;
}
