// The profile, by keyboard alone.

import assert from "node:assert/strict";

import { countReads, eventually, focused } from "./helpers/expect.js";
import { visit } from "./helpers/visit.js";

const isOpen = (page) => () => page.evaluate(() => document.querySelector("#profile").open);
const hash = (page) => page.evaluate(() => location.hash);
const nameIs = (page, name) => eventually(() => page.textContent("#profile-name"), name);

async function press(page, key, times = 1) {
  for (let time = 0; time < times; time += 1) {
    await page.keyboard.press(key);
  }
}

visit("a walk with the keyboard", async ({ page, shoot }) => {
  await countReads(page, "12 mysfits");
  await press(page, "Tab");
  assert.equal(await focused(page), "Skip to the mysfits");
  // Two rows of four chips, then the first card.
  await press(page, "Tab", 9);
  assert.equal(await focused(page), "atlantis");
  await press(page, "Tab");
  await press(page, "Enter");
  await nameIs(page, "CoCo");
  assert.equal(await focused(page), "profile-name");
  await eventually(() => hash(page), "#coco");
  await shoot("profile");

  await press(page, "ArrowRight");
  await nameIs(page, "Cole");
  await press(page, "ArrowLeft", 3);
  await nameIs(page, "Twilight Glitter");
  await press(page, "Tab");
  assert.equal(await focused(page), "profile-previous");
  await press(page, "Tab");
  await press(page, "Enter", 2);
  await nameIs(page, "CoCo");
  assert.equal(await focused(page), "profile-next");

  await press(page, "Escape");
  await eventually(isOpen(page), false);
  await eventually(() => focused(page), "coco");
  await eventually(() => hash(page), "");
});

visit("likes and the home are facts", async ({ page }) => {
  await nameIs(page, "CoCo");
  const facts = await page.locator("#profile-facts > *").allTextContents();
  assert.deepEqual(facts.slice(-4), ["Liked", "3 times", "Home", "adopted"]);
}, { hash: "#coco" });

visit("it steps through the chosen ones only", async ({ page }) => {
  await countReads(page, "12 mysfits");
  await page.click("#filters [data-value=Chaotic]");
  await countReads(page, "4 of 12 mysfits");
  await page.locator("[data-slug=cole]").press("Enter");
  await nameIs(page, "Cole");
  assert.equal(await page.textContent("#profile-position"), "2 of 4");
  await page.goBack();
  await eventually(isOpen(page), false);
});
