// A visitor's whole journey on a lab that is really deployed, with all its parts:
// `MYSFITS_JOURNEY_URL=http://… MYSFITS_JOURNEY_MAIL='mysfits local mail --output json' node --test journey.test.js`.
// `MYSFITS_JOURNEY_PROGRAM` is the `mysfits` that runs the commands that the page names, if not the one in the path.
//
// Each run registers visitors of its own, likes any mysfit, adopts one that is free, and gives it back. It can be run
// again and again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { promisify } from "node:util";

import { complaint, dialogIsClosed, follow, send, signedInAs, signIn, stepIs } from "./helpers/account.js";
import { adopt, adoptSays, cardHeart, closeProfile, giveBack, heart, heartShows, isAnswered, openProfile, pressAgain, profileSays } from "./helpers/actions.js";
import { countReads, eventually } from "./helpers/expect.js";
import { newCodeFor } from "./helpers/mail.js";
import { inPage, WIDTHS } from "./helpers/visit.js";

const { MYSFITS_JOURNEY_URL: site, MYSFITS_JOURNEY_MAIL: mail, MYSFITS_JOURNEY_PROGRAM: program = "mysfits" } = process.env;
const skip = !(site && mail) && "`MYSFITS_JOURNEY_URL` and `MYSFITS_JOURNEY_MAIL` are not set";

/** The number in a heart. */
const likes = async (one) => Number((await one.locator(".number").textContent()).replaceAll(",", ""));

for (const width of WIDTHS) {
  test(`a visitor of the deployed lab (${width} px)`, { skip }, () =>
    inPage(site, width, { networkErrors: true, context: { reducedMotion: "no-preference" } }, async ({ page, shoot, requested }) => {
      const visitor = { email: `visitor-${randomBytes(6).toString("hex")}@example.com`, password: "Spare-room-4" };
      await countReads(page, "12 mysfits");
      await shoot("journey-arrival");
      await choosesByAddress(page);

      await page.click("#sign-in");
      await follow(page, "Register");
      await send(page, { ...visitor, password: "spare" });
      assert.match(await complaint(page, "password"), /^Still missing: /);
      await send(page, visitor);
      await stepIs(page, "Confirm your address");
      assert.match(await page.textContent("#account-intro"), /mysfits local mail( --port \d+)? prints it\.$/);
      const code = await newCodeFor(visitor.email);
      await send(page, { code: code === "123456" ? "123457" : "123456" });
      await eventually(async () => /^That is not the code/.test(await complaint(page, "code")), true);
      await send(page, { code });
      await signedInAs(page, visitor.email);
      await dialogIsClosed(page);
      await shoot("journey-signed-in");

      const slug = await openFreeMysfit(page);
      const before = await likes(heart(page));
      await heart(page).click();
      await heartShows(heart(page), "full", before + 1);
      await pressAgain(heart(page));
      await eventually(async () => /counts once\.$/.test(await page.textContent("#profile-notice")), true);
      await heartShows(heart(page), "full", before + 1);
      await adopt(page).click();
      await profileSays(page, `${await page.textContent("#profile-name")} lives with you now.`);
      await adoptSays(page, "Yours");
      await shoot("journey-adopted");
      await closeProfile(page);
      await looksUnderTheHood(page, shoot);

      await page.reload();
      await countReads(page, "12 mysfits");
      await signedInAs(page, visitor.email);
      await heartShows(cardHeart(page, slug), "full", before + 1);
      await renewsItsToken(page);

      // The browser remembers who has adopted it.
      await openProfile(page, slug);
      const name = await page.textContent("#profile-name");
      await adoptSays(page, "Yours");
      await giveBack(page).click();
      await profileSays(page, `${name} is looking for a home again.`);
      await adoptSays(page, `Adopt ${name}`);
      assert.ok(await giveBack(page).isHidden());
      await closeProfile(page);

      await page.click("#sign-out");
      await signedInAs(page, "");
      await heartShows(cardHeart(page, slug), "empty", before + 1);
      await choosesNewPassword(page, visitor);

      // A visitor who is not signed in gets nowhere.
      await page.click("#sign-out");
      await cardHeart(page, slug).click();
      await stepIs(page, "Sign in");
      await page.click("#account-close");
      await dialogIsClosed(page);
      await signIn(page, { ...visitor, password: "Another-room-5" });

      const { api, cognito } = await page.evaluate(() => globalThis.MYSFITS);
      assert.deepEqual(requested, new Set([site, api, cognito].map((url) => new URL(url).host)));
    }));
}

/** Chooses mysfits, of whom the address then tells, and comes back by it. */
async function choosesByAddress(page) {
  await page.click("#filters [data-value=Good]");
  await countReads(page, "4 of 12 mysfits");
  await page.click("#filters [data-value=Lawful]");
  await countReads(page, "1 of 12 mysfits");
  assert.equal(await page.locator("#nearest-mysfits .card").count(), 4);
  const shared = page.url();
  assert.match(shared, /\?goodevil=Good&lawchaos=Lawful$/);
  await page.goBack();
  await countReads(page, "4 of 12 mysfits");
  await page.goto(shared);
  await countReads(page, "1 of 12 mysfits");
  await page.goto(site);
  await countReads(page, "12 mysfits");
}

/** Finds the adoption under the hood, and in the log what the command there shows of it. */
async function looksUnderTheHood(page, shoot) {
  await page.click("#hood-open");
  const row = page.locator("#hood-requests li", { hasText: /POST .*\/adopt 200/ });
  assert.equal(await row.locator(".chain").textContent(), "API Gateway → Network Load Balancer → Fargate → DynamoDB");
  await shoot("journey-hood");
  const [, ...words] = (await row.locator("code").textContent()).split(" ");
  await eventually(async () => {
    const { stdout } = await promisify(execFile)(program, words);
    return /^\S+ POST \/mysfits\/[\w-]+\/adopt 200 \d+ ms$/.test(stdout.trim());
  }, true);
  await page.keyboard.press("Escape");
  await eventually(() => page.locator("#hood").isVisible(), false);
}

/** Opens the profile of a mysfit that nobody has adopted. Gives its name in the address. */
async function openFreeMysfit(page) {
  const free = page.locator(".card:not(:has(.adopted)) .open").first();
  const slug = await free.getAttribute("data-slug");
  await free.click();
  await eventually(() => page.locator("#profile").isVisible(), true);
  return slug;
}

/** Spoils the ID token that the browser keeps: the API refuses it, and the page has to get another. */
async function renewsItsToken(page) {
  const key = await page.evaluate(() => Object.keys(localStorage).find((one) => one.startsWith("mysfits.session.")));
  const token = () => page.evaluate((one) => JSON.parse(localStorage.getItem(one)).idToken, key);
  await page.evaluate((one) => {
    const session = JSON.parse(localStorage.getItem(one));
    const [head, claims] = session.idToken.split(".");
    localStorage.setItem(one, JSON.stringify({ ...session, idToken: `${head}.${claims}.spoiled` }));
  }, key);
  const other = page.locator('.card:has(.heart[aria-pressed="false"]) .open').first();
  const slug = await other.getAttribute("data-slug");
  const before = await likes(cardHeart(page, slug));
  await cardHeart(page, slug).click();
  await heartShows(cardHeart(page, slug), "full", before + 1);
  await eventually(async () => (await token()).endsWith(".spoiled"), false);
  await isAnswered(cardHeart(page, slug));
  await heartShows(cardHeart(page, slug), "full", before + 1);
}

/** Has forgotten the password, and chooses another. */
async function choosesNewPassword(page, { email }) {
  await page.click("#sign-in");
  await follow(page, "Forgot your password?");
  await send(page, { email });
  await stepIs(page, "Choose a new password");
  // The first mail was for registering.
  await send(page, { code: await newCodeFor(email, 1), password: "Another-room-5" });
  await signedInAs(page, email);
  await dialogIsClosed(page);
}
