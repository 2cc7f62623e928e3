// A backend that does not answer.

import assert from "node:assert/strict";

import { countReads, eventually, focused, names } from "./helpers/expect.js";
import { visit } from "./helpers/visit.js";

const reason = (page) => page.textContent("#trouble-reason");
const says = (page, words) => eventually(async () => words.test(await reason(page)), true);
const troubleIsHidden = (page) => page.locator("#trouble").isHidden();

/** Before the page is opened, the backend is gone. */
const unreachable = { networkErrors: true, prepare: (page) => page.route(/:\d+\/mysfits$/, (route) => route.abort()) };

visit("stopped from the beginning: a message, and the bundled mysfits", async ({ page, backend, shoot }) => {
  await says(page, new RegExp(`the backend at ${backend.host} could not be reached\\.$`));
  assert.ok(await page.locator("#waiting").isHidden());
  assert.ok(await page.locator("#toolbar").isHidden());
  await shoot("trouble");

  await page.click("#show-bundled");
  await countReads(page, "12 mysfits");
  assert.ok(await troubleIsHidden(page));
  assert.ok(await page.locator("#stand-in").isVisible());
  await eventually(() => focused(page), "mysfits");
  await shoot("bundled", true);
  await page.click("#filters [data-value=Good]");
  await countReads(page, "4 of 12 mysfits");
  assert.deepEqual(backend.requests, []);
}, unreachable);

visit("stopped later, and back again", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  backend.stop();
  await page.click("#filters [data-value=Evil]");
  await says(page, /could not be reached/);
  assert.deepEqual([await names(page), await page.textContent("#count")], [[], ""]);
  assert.ok(await page.locator("#show-all").isHidden());

  await page.click("#retry");
  await eventually(() => page.getAttribute("#trouble", "aria-busy"), null);
  assert.equal(await focused(page), "retry");

  backend.startAgain();
  await page.click("#retry");
  await countReads(page, "4 of 12 mysfits");
  assert.ok(await troubleIsHidden(page));
  await eventually(() => focused(page), "mysfits");
}, { networkErrors: true });

visit("from the bundled mysfits back to the backend", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  backend.answerWith(503);
  await page.click("#filters [data-value=Evil]");
  await says(page, /the backend at .* answered with status 503\.$/);
  await page.click("#show-bundled");
  await countReads(page, "4 of 12 mysfits");
  assert.ok(!(await page.locator(".card").allTextContents()).join().includes("likes"));

  await page.click("#ask-backend");
  await eventually(() => troubleIsHidden(page), false);
  backend.answerWith(200);
  await page.click("#retry");
  await countReads(page, "4 of 12 mysfits");
  assert.ok(await page.locator("#stand-in").isHidden());
  assert.ok((await page.locator(".card").allTextContents()).join().includes("1,234 likes"));
}, { networkErrors: true });

visit("an answer that is not the backend's", async ({ page }) => {
  await says(page, /gave no list of mysfits\.$/);
}, { prepare: (page) => page.route(/:\d+\/mysfits$/, (route) => route.fulfill({ body: "<html>", headers: { "access-control-allow-origin": "*" } })) });

visit("a backend that lets the browser wait", async ({ page, backend }) => {
  await says(page, /could not be reached: no answer within 10 seconds\.$/);
  assert.deepEqual(backend.requests, ["GET /mysfits"]);
}, {
  async prepare(page) {
    // Ten seconds are too long for a test.
    await page.addInitScript(() => {
      const timeout = AbortSignal.timeout.bind(AbortSignal);
      AbortSignal.timeout = (milliseconds) => timeout(milliseconds / 50);
    });
  },
  hold: true,
});
