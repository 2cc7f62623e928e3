// Part 1: no backend, only the site's own file.

import assert from "node:assert/strict";

import { countReads, eventually, hasNoAccounts, names } from "./helpers/expect.js";
import { visitPart1, visitUnrendered } from "./helpers/visit.js";

visitPart1("twelve bundled mysfits, and nobody else is asked", async ({ page, site, shoot, requested }) => {
  await countReads(page, "12 mysfits");
  assert.equal((await names(page))[0], "Evangeline");
  await page.click("#filters [data-value=Good]");
  await countReads(page, "4 of 12 mysfits");
  await page.click("#filters [data-value=Chaotic]");
  await countReads(page, "2 of 12 mysfits");
  await page.click("#show-all");
  await countReads(page, "12 mysfits");
  assert.deepEqual(requested, new Set([new URL(site).host]));
  assert.equal(
    await page.textContent("#served-from"),
    "Served from the S3 bucket mysfits-000000000000-eu-west-1 in eu-west-1.",
  );
  await hasNoAccounts(page);
  await page.evaluate(() => scrollTo(0, 0));
  await shoot("part-1");
});

visitPart1("its file cannot be read, then it can", async ({ page }) => {
  await eventually(() => page.textContent("#trouble-reason"), "They may be shy, or the network may be. What went wrong: mysfits.json could not be reached.");
  assert.ok(await page.locator("#show-bundled").isHidden());
  await page.unrouteAll();
  await page.click("#retry");
  await countReads(page, "12 mysfits");
}, { networkErrors: true, prepare: (page) => page.route("**/mysfits.json", (route) => route.abort()) });

visitUnrendered("unrendered, it is part 1 without a footer line", async ({ page, site, requested }) => {
  await countReads(page, "12 mysfits");
  assert.ok(await page.locator("#served-from").isHidden());
  await hasNoAccounts(page);
  assert.deepEqual(requested, new Set([new URL(site).host]));
});
