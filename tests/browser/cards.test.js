// The cards, as the backend's answer makes them.

import assert from "node:assert/strict";

import { tableItems } from "./helpers/backend.js";
import { countReads, eventually, hasNoAccounts, names } from "./helpers/expect.js";
import { anyWidth, visit, visitPartly } from "./helpers/visit.js";

visit("twelve cards from the backend, with their pictures", async ({ page, backend, site, shoot, requested }) => {
  await countReads(page, "12 mysfits");
  const shown = await names(page);
  assert.equal(shown.length, 12);
  assert.deepEqual(shown, shown.toSorted((one, other) => one.localeCompare(other, "en")));
  assert.deepEqual(backend.requests, ["GET /mysfits"]);
  assert.deepEqual(requested, new Set([new URL(site).host, backend.host]));
  assert.deepEqual(await brokenPictures(page), []);
  await shoot("cards", true);
});

visit("the footer names the bucket, the region and the backend", async ({ page, backend }) => {
  assert.equal(
    await page.textContent("#served-from"),
    `Served from the S3 bucket mysfits-000000000000-eu-west-1 in eu-west-1, with the backend at ${backend.host}.`,
  );
});

visit("likes and adoptions stand on the card", async ({ page }) => {
  await countReads(page, "12 mysfits");
  assert.deepEqual(await badges(page, "CoCo"), ["Good", "Chaotic", "3 likes", "adopted"]);
  assert.deepEqual(await badges(page, "Pauly"), ["Neutral", "Lawful", "1 like"]);
  assert.deepEqual(await badges(page, "Evangeline"), ["Evil", "Lawful", "1,234 likes"]);
  assert.deepEqual(await badges(page, "Gary"), ["Neutral", "Chaotic"]);
});

visit("part 3 knows no accounts", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  await hasNoAccounts(page);
  await page.click("[data-slug=pauly]");
  await eventually(() => page.textContent("#profile-name"), "Pauly");
  await hasNoAccounts(page);
  assert.deepEqual(backend.requests, ["GET /mysfits"]);
});

for (const missing of ["api", "cognito", "userPoolClient"]) {
  visitPartly(`without \`${missing}\` it is still part 3`, missing, async ({ page, backend }) => {
    await countReads(page, "12 mysfits");
    await hasNoAccounts(page);
    assert.deepEqual(backend.requests, ["GET /mysfits"]);
  }, anyWidth);
}

const [evangeline, ...others] = (await tableItems()).reverse();
const hostile = [
  { ...evangeline, name: "<img src=x onerror=alert(1)>", goodevil: "Good evil", likes: "5", adopted: "yes" },
  ...["https://example.com/a.svg", "//example.com/a.svg", "/a.svg", "../a.svg", "images/../../a.svg"].map(unsafe),
  ...["data:image/svg+xml,x", "\\\\example.com\\a.svg", "images//a.svg", 7, null].map(unsafe),
  // What the lab's old service left in the table when somebody adopted an unknown mysfit.
  { mysfitId: "0", adopted: true },
  null,
];

function unsafe(thumbImageUri, index) {
  return { ...others[index], thumbImageUri, profileImageUri: thumbImageUri };
}

visit("what the backend sends is text, and pictures are the site's own", async ({ page, site, backend, requested }) => {
  await countReads(page, "11 mysfits");
  assert.equal(await page.locator(".card h2 img").count(), 0);
  assert.deepEqual(await badges(page, "<img"), ["Good evil", "Lawful", "5 likes"]);
  const pictures = await page.locator(".frame img").evaluateAll((all) => all.map((img) => img.getAttribute("src")));
  assert.deepEqual(new Set(pictures), new Set(["images/chimera.svg", "favicon.svg"]));
  assert.deepEqual(requested, new Set([new URL(site).host, backend.host]));
}, { items: hostile });

function badges(page, name) {
  return page.locator(".card", { hasText: name }).locator(".badge").allTextContents();
}

function brokenPictures(page) {
  return page.locator("img").evaluateAll(async (all) => {
    const broken = [];
    for (const img of all.filter((one) => one.hasAttribute("src"))) {
      img.loading = "eager";
      await img.decode().catch(() => broken.push(img.src));
    }
    return broken;
  });
}
