// The form of one step.

import { element } from "../dom.js";
import { buildField } from "./field.js";

/** Builds a form. `known` fills fields in; `onSubmit` gets what was typed, once it can be right. */
export function buildForm({ fields, button }, known, onSubmit) {
  const built = fields.map((field) => buildField(field, known[field.name]));
  const wrong = element("p", { className: "wrong", role: "alert" });
  const submit = element("button", { type: "submit", className: "solid" }, button);
  // Our own texts explain what is wrong, not the browser's bubbles.
  const form = element("form", { noValidate: true }, ...built.map((field) => field.element), wrong, submit);
  form.setAttribute("aria-labelledby", "account-title");
  if (known.email && !fields.some(({ name }) => name === "email")) {
    form.prepend(usernameFor(known.email));
  }
  let isBusy = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy || !isComplete()) {
      return;
    }
    setBusy(true);
    await onSubmit(values());
    setBusy(false);
  });

  const values = () => Object.fromEntries(built.map((field) => [field.name, field.value()]));

  function isComplete() {
    forgive();
    const refused = built.filter((field) => !field.check());
    refused[0]?.input.focus();
    return refused.length === 0;
  }

  function forgive() {
    wrong.textContent = "";
    built.forEach((field) => field.complain(""));
  }

  function setBusy(is) {
    isBusy = is;
    // Not `disabled`: that would take the focus away from whoever pressed it.
    submit.setAttribute("aria-disabled", String(is));
    submit.textContent = is ? "One moment…" : button;
  }

  return {
    element: form,
    values,
    /** Focuses the first empty field, or the first one. */
    focus: () => (built.find(({ input }) => !input.value) ?? built[0]).input.focus(),
    /** Removes all complaints. */
    forgive,
    /** Shows what is wrong, next to its field if that is in this form. */
    complain({ field: name, text }) {
      const field = built.find((one) => one.name === name);
      if (field) {
        field.complain(text);
        field.input.focus();
      } else {
        wrong.textContent = text;
      }
    },
  };
}

/** An invisible field that tells a password manager whose new password that is. */
function usernameFor(email) {
  return element("input", { type: "email", autocomplete: "username", value: email, hidden: true });
}
