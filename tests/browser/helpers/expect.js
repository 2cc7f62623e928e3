// Looks at the page until it is as it should be, or the time is up.

import assert from "node:assert/strict";

// Long, for a machine that has much else to do. Only a test that fails waits for its end.
export const PATIENCE = 30_000;

/** Waits until `look` gives what is expected. */
export async function eventually(look, expected) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    try {
      assert.deepEqual(seen, expected);
      return;
    } catch (difference) {
      if (Date.now() > end) {
        throw difference;
      }
    }
    await new Promise((soon) => setTimeout(soon, 20));
  }
}

/** Waits until the count reads so. */
export const countReads = (page, text) => eventually(() => page.textContent("#count"), text);

/** The names on the cards, in order. */
export const names = (page) => page.locator(".card h2").allTextContents();

/** The element with the focus: its id, or the mysfit of its card, or its text. */
export const focused = (page) =>
  page.evaluate(() => {
    const { id, dataset, textContent } = document.activeElement;
    return id || dataset.slug || textContent.trim();
  });

/** The page offers nothing that takes an account: that is for part 4 only. */
export async function hasNoAccounts(page) {
  assert.ok(await page.locator("#visitor").isHidden());
  assert.equal(await page.locator(".card .heart").count(), 0);
  assert.ok(await page.locator("#profile-actions").isHidden());
}
