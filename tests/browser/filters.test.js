// The chips: each choice is a question to the backend.

import assert from "node:assert/strict";

import { countReads, eventually, focused, names } from "./helpers/expect.js";
import { allWidths, anyWidth, visit, visitPart4 } from "./helpers/visit.js";
import { ANN, signIn } from "./helpers/account.js";

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

const address = (page) => page.evaluate(() => location.search + location.hash);
const pressed = (page) => page.locator('#filters [aria-pressed="true"]').allTextContents();

visit("the address has the choice: reload, back and forward keep it", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  await chip(page, "lawchaos", "Chaotic").click();
  await chip(page, "goodevil", "Good").click();
  await countReads(page, "2 of 12 mysfits");
  // In the order of the rows, whichever was pressed first: one choice, one address.
  assert.equal(await address(page), "?goodevil=Good&lawchaos=Chaotic");
  await page.reload();
  await countReads(page, "2 of 12 mysfits");
  assert.deepEqual(await pressed(page), ["Good", "Chaotic"]);

  await page.goBack();
  await countReads(page, "4 of 12 mysfits");
  assert.deepEqual(await pressed(page), ["All", "Chaotic"]);
  await page.goBack();
  await countReads(page, "12 mysfits");
  assert.equal(await address(page), "");
  await page.goForward();
  await countReads(page, "4 of 12 mysfits");
  assert.equal(await address(page), "?lawchaos=Chaotic");
  await page.click("#show-all");
  await countReads(page, "12 mysfits");
  assert.equal(await address(page), "");

  // A profile is a step of its own, and asks nothing.
  await page.goBack();
  await countReads(page, "4 of 12 mysfits");
  const asked = backend.requests.length;
  await page.click("[data-slug=cole]");
  await eventually(() => address(page), "?lawchaos=Chaotic#cole");
  await page.goBack();
  await eventually(() => address(page), "?lawchaos=Chaotic");
  assert.equal(backend.requests.length, asked);
}, anyWidth);

visit("a shared link opens the chosen ones, with a profile", async ({ page, backend }) => {
  await countReads(page, "4 of 12 mysfits");
  await eventually(() => page.textContent("#profile-name"), "Gretta");
  assert.equal(await page.textContent("#profile-position"), "2 of 4");
  assert.equal(backend.requests[0], "GET /mysfits?filter=GoodEvil&value=Evil");
}, { ...anyWidth, search: "?goodevil=Evil", hash: "#gretta" });

visit("what an address names and there is not, nobody has chosen", async ({ page }) => {
  await countReads(page, "12 mysfits");
  assert.deepEqual(await pressed(page), ["All", "All"]);
}, { ...anyWidth, search: "?goodevil=%3Cimg%3E&lawchaos=lawful&other=Good" });

visit("beside a single one the nearest others are offered", async ({ page, shoot }) => {
  await countReads(page, "1 of 12 mysfits");
  const nearest = page.locator("#nearest-mysfits .card");
  // One step away on one axis or on the other, then two steps.
  assert.deepEqual(await names(page), ["Twilight Glitter", "Hasla", "Pauly", "Atlantis", "CoCo"]);
  assert.equal(await nearest.count(), 4);
  await shoot("nearest", true);
  await nearest.first().locator(".open").click();
  await eventually(() => page.locator("#profile").isVisible(), true);
  await page.keyboard.press("Escape");
  await eventually(() => page.locator("#profile").isVisible(), false);
  await chip(page, "lawchaos", "All").click();
  await countReads(page, "4 of 12 mysfits");
  assert.ok(await page.locator("#nearest").isHidden());
}, { ...allWidths, search: "?goodevil=Good&lawchaos=Lawful" });

const PHONE = { widths: [390] };

visit("on a phone the first card starts above 420 px", async ({ page, shoot }) => {
  await countReads(page, "4 of 12 mysfits");
  assert.ok(await top(page) < 420, String(await top(page)));
  await shoot("phone");
}, { ...PHONE, search: "?goodevil=Good" });

visitPart4("on a phone of who is signed in, too", async ({ page, pool, shoot }) => {
  pool.addUser(ANN.email, ANN.password);
  await countReads(page, "12 mysfits");
  await signIn(page);
  assert.ok(await top(page) < 420, String(await top(page)));
  await shoot("phone-signed-in");
}, PHONE);
