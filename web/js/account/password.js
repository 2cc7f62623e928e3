// The rules for a password: those that a user pool has by default.

import { element, unseen } from "../dom.js";

const RULES = [
  { text: "8 characters or more", isKept: (password) => password.length >= 8 },
  { text: "a lower-case letter", isKept: (password) => /[a-z]/.test(password) },
  { text: "an upper-case letter", isKept: (password) => /[A-Z]/.test(password) },
  { text: "a digit", isKept: (password) => /\d/.test(password) },
  // Those that Cognito counts; a space only between others.
  { text: "a symbol such as ! or ?", isKept: (password) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/.test(password.trim()) },
];

const list = new Intl.ListFormat("en");

/** Returns what is wrong with a new password, or nothing. */
export function checkNewPassword(password) {
  if (password !== password.trim()) {
    return "A password cannot begin or end with a space.";
  }
  return missingIn(password);
}

/** Returns which rules a new password does not keep, or nothing. */
export function missingIn(password) {
  const missing = RULES.filter(({ isKept }) => !isKept(password)).map(({ text }) => text);
  return missing.length > 0 ? `Still missing: ${list.format(missing)}.` : "";
}

/** Returns the rules as a list that follows what is typed into the field. */
export function rulesFor(input) {
  const items = RULES.map(({ text }) => element("li", {}, text));
  const follow = () =>
    RULES.forEach(({ text, isKept }, index) => {
      const kept = isKept(input.value);
      items[index].dataset.kept = String(kept);
      items[index].replaceChildren(text, ...(kept ? [unseen(", kept")] : []));
    });
  input.addEventListener("input", follow);
  follow();
  return element("ul", { className: "rules", role: "list" }, ...items);
}
