// The pages' own policy: what it refuses, and that it lets the site work on plain http.

import assert from "node:assert/strict";

import { ANN, send, signedInAs } from "./helpers/account.js";
import { cardHeart, heartShows } from "./helpers/actions.js";
import { countReads, eventually } from "./helpers/expect.js";
import { anyWidth, visitPart4 } from "./helpers/visit.js";

visitPart4("nothing foreign gets into the page, and nothing out", async ({ page, complaints }) => {
  await countReads(page, "12 mysfits");
  const failures = [];
  page.on("requestfailed", (request) => failures.push(`${new URL(request.url()).host}: ${request.failure().errorText}`));
  await page.evaluate(() => {
    const script = document.createElement("script");
    // Text by itself may not become a script; this page has no way to make it trusted.
    try {
      script.textContent = "document.title = 'taken over'";
    } catch {
      script.append("document.title = 'taken over'");
    }
    const picture = Object.assign(new Image(), { src: "https://example.com/picture.png" });
    const style = document.createElement("style");
    style.append("body { display: none }");
    document.body.append(script, picture, style);
    try {
      document.body.innerHTML = "<img src=x onerror=\"document.title = 'taken over'\">";
    } catch {
      // As it must be.
    }
    return fetch("https://example.com/").catch(() => undefined);
  });
  const refused = () => new Set(complaints.map((text) => /^refused by the policy: (\S+)/.exec(text)?.[1]).filter(Boolean));
  await eventually(refused, new Set(["require-trusted-types-for", "img-src", "style-src-elem", "connect-src"]));
  assert.equal(await page.title(), "Mythical Mysfits");
  assert.ok(await page.locator("#mysfits").isVisible());
  // What the browser calls a request has not left it.
  await eventually(() => new Set(failures), new Set(["example.com: csp"]));
  complaints.length = 0;
}, anyWidth);

visitPart4("all of it works on plain http, where the browser has no cryptography", async ({ page, api, pool, site }) => {
  pool.addUser(ANN.email, ANN.password);
  await page.goto(`http://mysfits-000000000000-eu-west-1.s3-website-eu-west-1.amazonaws.com:${new URL(site).port}/`);
  assert.deepEqual(await page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID]), [false, "undefined", "undefined"]);
  await countReads(page, "12 mysfits");
  await cardHeart(page, "nessi").click();
  await send(page, ANN);
  await signedInAs(page, ANN.email);
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await eventually(() => api.named("Nessi").likes, 1);
}, anyWidth);

visitPart4("the error page keeps its looks at any address", async ({ page, site }) => {
  await page.goto(`${site}no/such/page`);
  assert.equal(await page.textContent("h1"), "Nessi was here a moment ago");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), "grid");
}, { networkErrors: true });
