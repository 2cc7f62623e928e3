// What a visitor does for a mysfit, and what the page then shows.

import { eventually } from "./expect.js";

/** The heart on the card of the mysfit with this name in the address. */
export const cardHeart = (page, slug) => page.locator(`.card:has([data-slug="${slug}"]) .heart`);

/** The buttons in the open profile. */
export const heart = (page) => page.locator("#profile-actions .heart");
export const adopt = (page) => page.locator("#profile-actions .adopt");
export const giveBack = (page) => page.locator("#profile-actions .give-back");

/** Waits until a heart shows `full` or `empty`, and so many likes. */
export const heartShows = (heart, state, likes) =>
  eventually(async () => [await heart.getAttribute("aria-pressed"), await heart.locator(".number").textContent()],
    [String(state === "full"), likes === 0 ? "" : String(likes)]);

/** Waits until the API has answered to a press of a heart. */
export const isAnswered = (heart) => eventually(() => heart.getAttribute("aria-busy"), "false");

/** Presses a heart once the API has answered to the last time. */
export async function pressAgain(heart) {
  await isAnswered(heart);
  await heart.click();
}

/** Waits until the button to adopt says so. */
export const adoptSays = (page, text) => eventually(() => adopt(page).textContent(), text);

/** Waits for the message in the open profile. */
export const profileSays = (page, text) => eventually(() => page.textContent("#profile-notice"), text);

/** Waits for the message at the foot of the page. */
export const pageSays = (page, text) => eventually(() => page.textContent("#notice-text"), text);

/** Opens a profile by its card. */
export async function openProfile(page, slug) {
  await page.click(`[data-slug="${slug}"]`);
  await eventually(() => page.locator("#profile").isVisible(), true);
}

/** Closes the profile, and waits until the page's address has forgotten it. */
export async function closeProfile(page) {
  await page.click("#profile-close");
  await eventually(() => page.evaluate(() => location.hash), "");
}
