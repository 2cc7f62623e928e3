// Liking and adopting: shown at once, and taken back with a reason when it fails.

import assert from "node:assert/strict";

import { ANN, dialogIsClosed, follow, send, signedInAs, signIn, stepIs } from "./helpers/account.js";
import { adopt, adoptSays, cardHeart, closeProfile, giveBack, heart, heartShows, isAnswered, openProfile, pageSays, profileSays } from "./helpers/actions.js";
import { countReads, eventually, focused } from "./helpers/expect.js";
import { allWidths, anyWidth, visitPart4 } from "./helpers/visit.js";

/** A test that begins when Ann is signed in. */
function visitSignedIn(name, act, options) {
  visitPart4(name, async (tools) => {
    tools.pool.addUser(ANN.email, ANN.password);
    await countReads(tools.page, "12 mysfits");
    await signIn(tools.page);
    await act(tools);
  }, options);
}

visitPart4("who is not signed in is asked to, and then likes", async ({ page, api, pool, shoot }) => {
  pool.addUser(ANN.email, ANN.password);
  await countReads(page, "12 mysfits");
  await cardHeart(page, "nessi").click();
  await stepIs(page, "Sign in");
  assert.equal(await page.textContent("#account-note"), "Sign in to like Nessi.");
  await shoot("sign-in-to-like");
  await page.keyboard.press("Escape");
  await dialogIsClosed(page);
  await heartShows(cardHeart(page, "nessi"), "empty", 0);

  // Nothing is left of what was not gone on with.
  await signIn(page);
  await page.click("#sign-out");
  assert.deepEqual(api.actions(), []);

  await openProfile(page, "nessi");
  await adopt(page).click();
  await eventually(() => page.textContent("#account-note"), "Sign in to adopt Nessi.");
  await send(page, ANN);
  await dialogIsClosed(page);
  await adoptSays(page, "Yours");
  await eventually(() => focused(page), "Yours");
  await eventually(() => api.actions(), ["adopt Nessi"]);
});

visitPart4("who is new registers on the way to a like", async ({ page, api, pool }) => {
  await countReads(page, "12 mysfits");
  await cardHeart(page, "nessi").click();
  await follow(page, "Register");
  await send(page, ANN);
  await stepIs(page, "Confirm your address");
  await send(page, { code: pool.codeFor(ANN.email) });
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await eventually(() => api.actions(), ["like Nessi"]);
}, anyWidth);

visitSignedIn("a like is shown before the answer, and sent once", async ({ page, api }) => {
  api.hold();
  await cardHeart(page, "nessi").click();
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await cardHeart(page, "nessi").click();
  await openProfile(page, "nessi");
  await heartShows(heart(page), "full", 1);
  await heart(page).click();
  // Other visitors were quicker.
  api.likeAs("bob", "Nessi");
  api.likeAs("cleo", "Nessi");
  api.release();
  await heartShows(heart(page), "full", 3);
  await heartShows(cardHeart(page, "nessi"), "full", 3);
  assert.deepEqual(api.actions(), ["like Nessi"]);
});

visitSignedIn("the API stops: what was shown is taken back", async ({ page, api, shoot }) => {
  await openProfile(page, "pauly");
  await eventually(() => api.requests.length, 2);
  api.hold();
  await heart(page).click();
  await heartShows(heart(page), "full", 2);
  await adopt(page).click();
  await adoptSays(page, "Yours");
  api.stop();
  await heartShows(heart(page), "empty", 1);
  await adoptSays(page, "Adopt Pauly");
  await eventually(async () => /Pauly( did not count| is still without a home): the API could not be reached\.$/.test(await page.textContent("#profile-notice")), true);
  await shoot("api-stopped");
  await closeProfile(page);

  await cardHeart(page, "pauly").click();
  await pageSays(page, "Your like for Pauly did not count: the API could not be reached.");
  await heartShows(cardHeart(page, "pauly"), "empty", 1);
  await shoot("api-stopped-card");
  await page.click("#notice-close");
  await pageSays(page, "");
  assert.equal(await focused(page), "mysfits");

  api.release();
  api.startAgain();
  await cardHeart(page, "pauly").click();
  await heartShows(cardHeart(page, "pauly"), "full", 2);
}, { networkErrors: true });

const REASONS = {
  404: "the API knows no such mysfit",
  429: "the API has too much to do; try again in a moment",
  503: "the API answered with status 503",
  504: "the backend did not answer in time",
  401: "the API does not accept your sign-in",
};

visitSignedIn("what the API refuses is said in plain words", async ({ page, api, pool }) => {
  await openProfile(page, "nessi");
  for (const [status, reason] of Object.entries(REASONS)) {
    api.answerWith(Number(status));
    await heart(page).click();
    await profileSays(page, `Your like for Nessi did not count: ${reason}.`);
    await heartShows(heart(page), "empty", 0);
  }
  // One of the answers was a 401, so the token was renewed, but once only.
  assert.deepEqual(pool.calls, ["InitiateAuth", "InitiateAuth"]);
  await signedInAs(page, ANN.email);
}, { ...anyWidth, networkErrors: true });

visitSignedIn("somebody else adopts first", async ({ page, api, shoot }) => {
  await openProfile(page, "nessi");
  await eventually(() => api.requests.length, 2);
  api.adoptAs("bob", "Nessi");
  await adopt(page).click();
  await profileSays(page, "Somebody else was quicker: Nessi has found a home.");
  await adoptSays(page, "Adopted");
  assert.deepEqual((await page.locator("#profile-facts > *").allTextContents()).slice(-2), ["Home", "adopted"]);
  await shoot("somebody-was-quicker");
  // It is not on offer any more. (`force`: Playwright would wait for it to be.)
  await adopt(page).click({ force: true });
  assert.deepEqual(api.actions(), ["adopt Nessi"]);
}, { networkErrors: true });

visitSignedIn("a like from another browser counts once as well", async ({ page, api, pool }) => {
  await cardHeart(page, "nessi").click();
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await isAnswered(cardHeart(page, "nessi"));
  await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(".mine.")).forEach((key) => localStorage.removeItem(key)));
  await page.reload();
  await heartShows(cardHeart(page, "nessi"), "empty", 1);
  await cardHeart(page, "nessi").click();
  await pageSays(page, "You like Nessi already, and every visitor's like counts once.");
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await eventually(() => api.actions(), ["like Nessi", "like Nessi"]);
  assert.deepEqual(pool.calls, ["InitiateAuth"]);
}, anyWidth);

visitSignedIn("a profile shows what others have done since", async ({ page, api }) => {
  api.likeAs("bob", "Nessi");
  api.adoptAs("bob", "Nessi");
  await openProfile(page, "nessi");
  await heartShows(heart(page), "empty", 1);
  await adoptSays(page, "Adopted");
  await heartShows(cardHeart(page, "nessi"), "empty", 1);
}, anyWidth);

visitSignedIn("an expired token is renewed unseen", async ({ page, api, pool }) => {
  pool.expireTokens();
  await cardHeart(page, "nessi").click();
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await eventually(() => api.actions(), ["like Nessi", "like Nessi"]);
  await eventually(() => api.named("Nessi").likes, 1);
  assert.deepEqual(pool.calls, ["InitiateAuth", "InitiateAuth"]);

  // The new one is kept.
  await cardHeart(page, "pauly").click();
  await heartShows(cardHeart(page, "pauly"), "full", 2);
  await eventually(() => api.named("Pauly").likes, 2);
  assert.deepEqual(pool.calls, ["InitiateAuth", "InitiateAuth"]);
  assert.equal(await page.textContent("#notice-text"), "");
}, { networkErrors: true });

visitPart4("a token is renewed before it expires, once for all", async ({ page, api, pool }) => {
  pool.addUser(ANN.email, ANN.password);
  pool.letTokensLast(30);
  await countReads(page, "12 mysfits");
  await signIn(page);
  pool.letTokensLast(3600);
  // Several at once, as from a visitor in a hurry.
  await page.evaluate(() => document.querySelectorAll(".card .heart").forEach((heart) => heart.click()));
  await eventually(() => api.mysfits.filter(({ likes }) => likes > 0).length, 12);
  assert.deepEqual(pool.calls, ["InitiateAuth", "InitiateAuth"]);
  assert.equal(api.actions().length, 12);
}, anyWidth);

visitSignedIn("a session that is over leads to the sign-in, and on", async ({ page, api, pool, shoot }) => {
  pool.expireTokens();
  pool.revokeRefreshTokens();
  await openProfile(page, "nessi");
  await heart(page).click();
  await stepIs(page, "Sign in");
  assert.equal(await page.textContent("#account-note"), "Your session has ended. Sign in to like Nessi.");
  await signedInAs(page, "");
  await heartShows(heart(page), "empty", 0);
  await shoot("session-ended");
  await send(page, ANN);
  await dialogIsClosed(page);
  await heartShows(heart(page), "full", 1);
  await eventually(() => api.named("Nessi").likes, 1);
}, { networkErrors: true });

visitSignedIn("while Cognito is away the session stays", async ({ page, pool }) => {
  pool.expireTokens();
  pool.stop();
  await cardHeart(page, "nessi").click();
  await pageSays(page, "Your like for Nessi did not count: Cognito could not be reached.");
  await signedInAs(page, ANN.email);
  pool.startAgain();
  await cardHeart(page, "nessi").click();
  await heartShows(cardHeart(page, "nessi"), "full", 1);
}, { ...anyWidth, networkErrors: true });

visitSignedIn("signing out works while Cognito is away", async ({ page, pool }) => {
  pool.stop();
  await page.click("#sign-out");
  await signedInAs(page, "");
  await page.reload();
  await countReads(page, "12 mysfits");
  await signedInAs(page, "");
}, { ...anyWidth, networkErrors: true });

visitPart4("the keyboard keeps its heart when an answer comes", async ({ page, api }) => {
  await countReads(page, "12 mysfits");
  api.hold();
  await page.click("#filters [data-value=Good]");
  await cardHeart(page, "hasla").focus();
  api.release();
  await countReads(page, "4 of 12 mysfits");
  assert.ok(await cardHeart(page, "hasla").evaluate((heart) => heart === document.activeElement));
}, anyWidth);

visitSignedIn("two wishes of a session that is over", async ({ page, api, pool }) => {
  pool.expireTokens();
  pool.revokeRefreshTokens();
  await page.evaluate(() => ["nessi", "pauly"].forEach((slug) => document.querySelector(`.card:has([data-slug=${slug}]) .heart`).click()));
  await stepIs(page, "Sign in");
  await send(page, ANN);
  await eventually(() => [api.named("Nessi").likes, api.named("Pauly").likes], [1, 2]);
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await heartShows(cardHeart(page, "pauly"), "full", 2);
}, { ...anyWidth, networkErrors: true });

visitPart4("the bundled mysfits can be neither liked nor adopted", async ({ page, api }) => {
  await eventually(() => page.textContent("#trouble-reason"), `They may be shy, or the network may be. What went wrong: the API at ${api.host} answered with status 503.`);
  await page.click("#show-bundled");
  await countReads(page, "12 mysfits");
  assert.equal(await page.locator(".card .heart").count(), 0);
  await page.click("[data-slug=nessi]");
  await eventually(() => page.textContent("#profile-name"), "Nessi");
  assert.ok(await page.locator("#profile-actions").isHidden());
}, { networkErrors: true, before: ({ api }) => api.answerWith(503) });

visitSignedIn("who has adopted a mysfit can give it back", async ({ page, api, shoot }) => {
  await openProfile(page, "nessi");
  assert.ok(await giveBack(page).isHidden());
  await adopt(page).click();
  await adoptSays(page, "Yours");
  await eventually(() => giveBack(page).isVisible(), true);
  await shoot("can-give-back");
  await giveBack(page).click();
  await profileSays(page, "Nessi is looking for a home again.");
  await adoptSays(page, "Adopt Nessi");
  assert.ok(await giveBack(page).isHidden());
  // The button is gone, and the focus is on what can be done now.
  assert.equal(await focused(page), "Adopt Nessi");
  assert.equal(api.named("Nessi").adopted, false);
  await page.keyboard.press("Enter");
  await adoptSays(page, "Yours");
  assert.deepEqual(api.actions(), ["adopt Nessi", "give-back Nessi", "adopt Nessi"]);
}, allWidths);

visitSignedIn("what is given back is shown before the answer, and taken back with a reason", async ({ page, api }) => {
  await openProfile(page, "nessi");
  await adopt(page).click();
  await eventually(() => giveBack(page).isVisible(), true);
  api.hold();
  await giveBack(page).click();
  await adoptSays(page, "Adopt Nessi");
  api.stop();
  await profileSays(page, "Nessi stays with you: the API could not be reached, or takes no mysfits back.");
  await adoptSays(page, "Yours");
  assert.ok(await giveBack(page).isVisible());
}, { ...anyWidth, networkErrors: true });

visitSignedIn("nobody gives back what is somebody else's", async ({ page, api }) => {
  await openProfile(page, "coco");
  await adoptSays(page, "Adopted");
  assert.ok(await giveBack(page).isHidden());
  await closeProfile(page);

  // Ann has given it back elsewhere, and Bob was there.
  await openProfile(page, "nessi");
  await adopt(page).click();
  await eventually(() => giveBack(page).isVisible(), true);
  api.giveBackAs("Nessi");
  api.adoptAs("bob", "Nessi");
  await giveBack(page).click();
  await profileSays(page, "Nessi lives with somebody else by now.");
  await adoptSays(page, "Adopted");
  assert.ok(await giveBack(page).isHidden());
  await closeProfile(page);

  await openProfile(page, "pauly");
  await adopt(page).click();
  await eventually(() => giveBack(page).isVisible(), true);
  api.giveBackAs("Pauly");
  await giveBack(page).click();
  await profileSays(page, "Pauly has no home any more.");
  await adoptSays(page, "Adopt Pauly");
}, { ...anyWidth, networkErrors: true });
