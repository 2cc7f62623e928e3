// What a visitor does with the account's dialog.

import { eventually } from "./expect.js";

export const ANN = { email: "ann@example.com", password: "Spare-room-4" };

/** Waits until the dialog is open, at the step with this title. */
export const stepIs = (page, title) => eventually(() => page.locator("#account[open] #account-title").allTextContents(), [title]);

/** Waits until the dialog is closed. */
export const dialogIsClosed = (page) => eventually(() => page.locator("#account").isVisible(), false);

/** Waits until the head of the page names the visitor, or with "" offers to sign in. */
export const signedInAs = (page, email) => eventually(() => page.textContent("#visitor-email"), email);

/** Types into fields: `{ email, password, code }`. */
export async function type(page, values) {
  for (const [name, value] of Object.entries(values)) {
    await page.fill(`#account-${name}`, value);
  }
}

/** Types into fields, and sends them. */
export async function send(page, values) {
  await type(page, values);
  await page.click("#account [type=submit]");
}

/** Follows a link below the form, such as `Register`. */
export const follow = (page, text) => page.click(`#account-links >> text="${text}"`);

/** What is wrong, as the dialog says it: beside the field with this name, or in the form. */
export const complaint = (page, name) =>
  page.textContent(name ? `#account-${name}-wrong` : "#account form > .wrong");

/** Signs in by the button in the head of the page. */
export async function signIn(page, user = ANN) {
  await page.click("#sign-in");
  await send(page, user);
  await signedInAs(page, user.email);
  await dialogIsClosed(page);
}
