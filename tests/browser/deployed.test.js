// The same page on a site that is really deployed: `MYSFITS_SITE_URL=http://… node --test deployed.test.js`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { countReads, names } from "./helpers/expect.js";
import { inPage, WIDTHS } from "./helpers/visit.js";

const site = process.env.MYSFITS_SITE_URL;

for (const width of WIDTHS) {
  test(`a deployed site shows and filters the mysfits (${width} px)`, { skip: !site && "`MYSFITS_SITE_URL` is not set" }, () =>
    inPage(site, width, {}, async ({ page, shoot, requested }) => {
      await countReads(page, "12 mysfits");
      assert.equal(await page.locator("#stand-in").isVisible(), false);
      await shoot("deployed", true);
      await page.click("#filters [data-value=Good]");
      await countReads(page, "4 of 12 mysfits");
      assert.deepEqual((await names(page)).toSorted(), ["CoCo", "Cole", "Hasla", "Twilight Glitter"]);
      await page.click("#filters [data-value=Chaotic]");
      await countReads(page, "2 of 12 mysfits");
      await page.click("#filters [data-field=goodevil][data-value=All]");
      await countReads(page, "4 of 12 mysfits");
      // In part 4 it asks the API, in part 3 the backend, in part 1 nobody.
      const { api, backend } = await page.evaluate(() => globalThis.MYSFITS);
      assert.deepEqual(requested, new Set([site, api || backend].filter(Boolean).map((url) => new URL(url).host)));
    }));
}
