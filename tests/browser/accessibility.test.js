// axe-core looks at every state of the page, in both colour schemes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { ANN, complaint, dialogIsClosed, follow, send, signedInAs, stepIs, type } from "./helpers/account.js";
import { adopt, adoptSays, cardHeart, closeProfile, giveBack, heart, heartShows, pageSays, pressAgain, profileSays } from "./helpers/actions.js";
import { countReads, eventually } from "./helpers/expect.js";
import { visit, visitPart4 } from "./helpers/visit.js";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

// Each continues from the one before.
const STATES = {
  "the page": ({ page }) => countReads(page, "12 mysfits"),
  async "under the hood"({ page }) {
    await page.click("#hood-open");
    await eventually(() => page.locator("#hood").isVisible(), true);
  },
  async "a profile"({ page }) {
    await page.click("[data-slug=coco]");
    await eventually(() => page.textContent("#profile-name"), "CoCo");
  },
  async "a choice"({ page }) {
    await closeProfile(page);
    await page.click("#filters [data-value=Evil]");
    await countReads(page, "4 of 12 mysfits");
  },
  async "a single one"({ page }) {
    await page.click("#filters [data-value=Lawful]");
    await countReads(page, "1 of 12 mysfits");
    await eventually(() => page.locator("#nearest").isVisible(), true);
    await page.click("#filters [data-field=lawchaos][data-value=All]");
    await countReads(page, "4 of 12 mysfits");
  },
  async "the trouble"({ page, backend }) {
    backend.stop();
    await page.click("#filters [data-value=Good]");
    await eventually(() => page.locator("#trouble").isVisible(), true);
  },
  async "the bundled mysfits"({ page }) {
    await page.click("#show-bundled");
    await countReads(page, "4 of 12 mysfits");
  },
};

const PART_4_STATES = {
  "the page of part 4": ({ page }) => countReads(page, "12 mysfits"),
  async "signing in"({ page }) {
    await page.click("#sign-in");
    await stepIs(page, "Sign in");
  },
  async "a new password"({ page, pool }) {
    pool.addUser("bob@example.com", "");
    await follow(page, "Forgot your password?");
    await send(page, { email: "bob@example.com" });
    await stepIs(page, "Choose a new password");
    await type(page, { password: "Spare" });
  },
  async "a forgotten password"({ page }) {
    await follow(page, "Sign in");
    await follow(page, "Forgot your password?");
    await stepIs(page, "Forgot your password?");
  },
  async "registering wrongly"({ page }) {
    await follow(page, "Sign in");
    await follow(page, "Register");
    await send(page, { email: "ann", password: "spare" });
    await eventually(async () => (await complaint(page, "email")).length > 0, true);
  },
  async "a refusal"({ page, pool }) {
    pool.failNext("SignUp", "LimitExceededException");
    await send(page, ANN);
    await eventually(async () => (await complaint(page)).length > 0, true);
  },
  async "a wrong code"({ page }) {
    await send(page, {});
    await stepIs(page, "Confirm your address");
    await send(page, { code: "1" });
    await eventually(async () => (await complaint(page, "code")).length > 0, true);
    await follow(page, "Send a new code");
    await eventually(() => page.textContent("#account-note"), "A new code is on its way.");
    await send(page, { code: "1" });
    await eventually(async () => (await complaint(page, "code")).length > 0, true);
  },
  async "signed in"({ page, pool }) {
    await send(page, { code: pool.codeFor(ANN.email) });
    await signedInAs(page, ANN.email);
    await dialogIsClosed(page);
  },
  async "a like on a card"({ page }) {
    await cardHeart(page, "cole").click();
    await heartShows(cardHeart(page, "cole"), "full", 1);
    await pressAgain(cardHeart(page, "cole"));
    await pageSays(page, "You like Cole already, and every visitor's like counts once.");
  },
  async "an adoption"({ page }) {
    await page.click("[data-slug=cole]");
    await heartShows(heart(page), "full", 1);
    await adopt(page).click();
    await profileSays(page, "Cole lives with you now.");
    await adoptSays(page, "Yours");
    await eventually(() => giveBack(page).isVisible(), true);
  },
  async "one that was given back"({ page }) {
    await giveBack(page).click();
    await profileSays(page, "Cole is looking for a home again.");
  },
  async "one that can be adopted"({ page }) {
    await page.click("#profile-next");
    await adoptSays(page, "Adopt Evangeline");
  },
};

/** Brings the page into one state after the other, and lets axe look at each. */
async function inspect(states, scheme, tools) {
  const { page, shoot } = tools;
  await page.evaluate(AXE);
  for (const [state, bring] of Object.entries(states)) {
    await bring(tools);
    await page.mouse.move(0, 0);
    // What lies behind an open dialog was looked at before.
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run([...document.querySelectorAll("dialog[open]")].at(-1) ?? document));
    assert.deepEqual(violations.map(({ id, impact, nodes }) => `${state}: ${impact} ${id}: ${nodes.map((one) => one.target)}`), []);
    await shoot(`${state.replaceAll(" ", "-")}-${scheme}`);
  }
}

for (const colorScheme of ["light", "dark"]) {
  const options = { networkErrors: true, context: { colorScheme, bypassCSP: true } };
  visit(`the page can be used by everybody, ${colorScheme}`, (tools) => inspect(STATES, colorScheme, tools), options);
  visitPart4(`the account can be used by everybody, ${colorScheme}`, (tools) => inspect(PART_4_STATES, colorScheme, tools), options);
}
