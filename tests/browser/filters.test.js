// The chips: each choice is a question to the backend.

import assert from "node:assert/strict";

import { countReads, eventually, focused, names } from "./helpers/expect.js";
import { visit } from "./helpers/visit.js";

const chip = (page, axis, value) => page.locator(`#filters [data-field=${axis}][data-value=${value}]`);
// Where the layout has the first card; its arrival is animated, which does not count.
const top = (page) => page.locator(".card").first().evaluate((card) => card.offsetParent.offsetTop + card.offsetTop);
const requests = (backend) => () => backend.requests.slice();

visit("a chip asks the backend", async ({ page, backend, shoot }) => {
  await countReads(page, "12 mysfits");
  await chip(page, "goodevil", "Good").click();
  await countReads(page, "4 of 12 mysfits");
  assert.deepEqual(await names(page), ["CoCo", "Cole", "Hasla", "Twilight Glitter"]);
  await shoot("filtered");
  await chip(page, "goodevil", "All").click();
  await countReads(page, "12 mysfits");
  await chip(page, "lawchaos", "Lawful").click();
  await countReads(page, "3 of 12 mysfits");
  assert.deepEqual(backend.requests, [
    "GET /mysfits",
    "GET /mysfits?filter=GoodEvil&value=Good",
    "GET /mysfits",
    "GET /mysfits?filter=LawChaos&value=Lawful",
  ]);
});

visit("with both axes the backend does one and the page the other", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  await chip(page, "goodevil", "Good").click();
  await countReads(page, "4 of 12 mysfits");
  await chip(page, "lawchaos", "Chaotic").click();
  await countReads(page, "2 of 12 mysfits");
  assert.deepEqual(await names(page), ["CoCo", "Cole"]);
  assert.deepEqual(backend.requests.slice(2), ["GET /mysfits?filter=GoodEvil&value=Good"]);
  await page.click("#show-all");
  await countReads(page, "12 mysfits");
  assert.equal(await focused(page), "mysfits");
  assert.equal(await chip(page, "goodevil", "All").getAttribute("aria-pressed"), "true");
});

visit("the old answer stays in its place until the new one comes", async ({ page, backend, shoot }) => {
  await countReads(page, "12 mysfits");
  const place = await top(page);
  backend.hold();
  await chip(page, "goodevil", "Evil").click();
  await eventually(() => page.getAttribute("#mysfits", "aria-busy"), "true");
  assert.equal(await page.textContent("#count"), "12 mysfits");
  assert.equal(await page.locator(".card").count(), 12);
  assert.equal(await top(page), place);
  await shoot("asking");
  backend.release();
  await countReads(page, "4 of 12 mysfits");
  assert.equal(await page.getAttribute("#mysfits", "aria-busy"), null);
});

visit("an answer to an older question is not shown", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  backend.hold();
  const dropped = page.waitForEvent("requestfailed");
  await chip(page, "goodevil", "Good").click();
  await eventually(() => backend.requests.length, 2);
  await chip(page, "goodevil", "Evil").click();
  await eventually(requests(backend), [
    "GET /mysfits",
    "GET /mysfits?filter=GoodEvil&value=Good",
    "GET /mysfits?filter=GoodEvil&value=Evil",
  ]);
  assert.match((await dropped).url(), /value=Good$/);
  backend.release();
  await countReads(page, "4 of 12 mysfits");
  assert.deepEqual(await names(page), ["Evangeline", "Gretta", "Rujin", "Snowflake"]);
});

visit("the keyboard keeps its card when an answer comes", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  backend.hold();
  await chip(page, "goodevil", "Good").click();
  await page.locator("[data-slug=hasla]").focus();
  backend.release();
  await countReads(page, "4 of 12 mysfits");
  assert.equal(await focused(page), "hasla");
});

visit("no match is an empty page, not an error", async ({ page }) => {
  await countReads(page, "1 mysfit");
  await chip(page, "goodevil", "Evil").click();
  await countReads(page, "0 of 1 mysfit");
  assert.ok(await page.locator("#trouble").isHidden());
}, { items: [{ mysfitId: "1", name: "Nessi", species: "", description: "", age: 1, goodevil: "Good", lawchaos: "Neutral" }] });
