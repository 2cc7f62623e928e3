// The panel "under the hood", and what else the page says of where it is.

import assert from "node:assert/strict";

import { ANN, follow, send, signedInAs, signIn, stepIs } from "./helpers/account.js";
import { cardHeart, closeProfile, heartShows, isAnswered, openProfile } from "./helpers/actions.js";
import { countReads, eventually, focused } from "./helpers/expect.js";
import { allWidths, anyWidth, visit, visitPart1, visitPart4 } from "./helpers/visit.js";

const open = (page) => page.click("#hood-open");
const rows = async (page) => {
  const all = await page.locator("#hood-requests li").evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((line) => line.textContent.replace(/ \d+ ms$/, ""))));
  assert.ok(all.length > 0);
  return all;
};
/** All rows but the last, which is that of the page's own files. */
const requests = async (page) => (await rows(page)).slice(0, -1);
const latest = async (page) => (await rows(page))[0];

visit("it is closed until somebody opens it, by keyboard too", async ({ page, shoot }) => {
  await countReads(page, "12 mysfits");
  assert.ok(await page.locator("#hood").isHidden());
  const opener = page.locator("#hood-open");
  assert.deepEqual([await opener.getAttribute("aria-expanded"), await opener.getAttribute("aria-controls")], ["false", "hood"]);
  await opener.focus();
  await page.keyboard.press("Enter");
  await eventually(() => focused(page), "hood-title");
  assert.equal(await opener.getAttribute("aria-expanded"), "true");
  await shoot("hood");
  // What comes next is in the panel.
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "hood-close");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#hood").isHidden());
  assert.equal(await focused(page), "hood-open");
  assert.equal(await opener.getAttribute("aria-expanded"), "false");

  await page.keyboard.press("Enter");
  await page.click("#hood-close");
  assert.equal(await focused(page), "hood-open");
  await open(page);
  await open(page);
  assert.ok(await page.locator("#hood").isHidden());
}, allWidths);

visitPart1("part 1 is the bucket alone", async ({ page }) => {
  await countReads(page, "12 mysfits");
  await open(page);
  const [file, site] = await rows(page);
  assert.deepEqual(file, ["GET /mysfits.json 200", "S3 static website"]);
  assert.match(site[0], /^GET \/ and \d+ files of the page 200$/);
  assert.equal(site[1], "S3 static website");
}, anyWidth);

visit("each request has its services, its status, its time and its id", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  await open(page);
  const chain = "Network Load Balancer → Fargate → DynamoDB";
  assert.deepEqual(await requests(page), [
    ["GET /mysfits 200", chain, "Its lines in the log: mysfits logs --local --request request-1"],
  ]);
  for (const took of await page.locator("#hood .took").allTextContents()) {
    assert.match(took, /^\d+ ms$/);
  }
  // It follows what happens while it is open.
  backend.answerWith(503);
  await page.click("#filters [data-value=Good]");
  await eventually(() => latest(page), ["GET /mysfits?filter=GoodEvil&value=Good 503", chain, "Its lines in the log: mysfits logs --local --request request-2"]);
  assert.equal(await page.locator("#hood .failed").count(), 1);
  backend.stop();
  await page.click("#retry");
  await eventually(() => latest(page), ["GET /mysfits?filter=GoodEvil&value=Good no answer", backend.host]);
}, { ...anyWidth, networkErrors: true });

visit("an answer that the page no longer wanted", async ({ page, backend }) => {
  await countReads(page, "12 mysfits");
  await open(page);
  backend.hold();
  await page.click("#filters [data-value=Good]");
  await eventually(() => backend.requests.length, 2);
  await page.click("#filters [data-value=Evil]");
  await eventually(() => latest(page), ["GET /mysfits?filter=GoodEvil&value=Good cancelled", backend.host]);
}, { ...anyWidth, networkErrors: true });

visitPart4("on AWS: Cognito, API Gateway, and what it has refused itself", async ({ page, api, pool, shoot }) => {
  pool.addUser(ANN.email, ANN.password);
  await countReads(page, "12 mysfits");
  await signIn(page);
  await open(page);
  const behind = "API Gateway → Network Load Balancer → Fargate";
  assert.deepEqual((await requests(page)).map(([what, chain]) => [what, chain]), [
    ["POST InitiateAuth 200", "Cognito"],
    ["GET /prod/mysfits 200", `${behind} → DynamoDB`],
  ]);
  assert.equal((await latest(page))[2], "Request id: cognito-1");
  pool.expireTokens();
  await cardHeart(page, "nessi").click();
  await heartShows(cardHeart(page, "nessi"), "full", 1);
  await isAnswered(cardHeart(page, "nessi"));
  const [again, renewed, refused] = await requests(page);
  const like = `/prod/mysfits/${api.named("Nessi").mysfitId}/like`;
  assert.deepEqual(again, [`POST ${like} 200`, `${behind} → DynamoDB`, "Its lines in the log: mysfits logs --request request-3"]);
  assert.equal(renewed[0], "POST InitiateAuth 200");
  assert.deepEqual(refused, [`POST ${like} 401`, "API Gateway", "Request id: gateway-1"]);
  // Neither the token nor the password is in there.
  assert.doesNotMatch(await page.textContent("#hood"), /eyJ|Spare|ann@/);
  await shoot("hood-part-4");
}, { ...allWidths, onAws: true, networkErrors: true });

visitPart4("the key that closes a dialog leaves the panel open", async ({ page, pool }) => {
  pool.addUser(ANN.email, ANN.password);
  await countReads(page, "12 mysfits");
  await open(page);
  await openProfile(page, "nessi");
  await page.keyboard.press("Escape");
  await eventually(() => page.locator("#profile").isVisible(), false);
  assert.ok(await page.locator("#hood").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#hood").isHidden());
  await openProfile(page, "pauly");
  await closeProfile(page);
}, anyWidth);

visitPart4("the step for the code names the command that shows it", async ({ page, pool, shoot }) => {
  await page.click("#sign-in");
  await follow(page, "Register");
  await send(page, ANN);
  await stepIs(page, "Confirm your address");
  const command = `mysfits local mail --port ${new URL(pool.url).port}`;
  assert.equal(await page.textContent("#account-intro"),
    `Type the code from the mail that went to ${ANN.email}. The local cloud sends no mail: ${command} prints it.`);
  assert.equal(await page.textContent("#account-intro code"), command);
  await shoot("code-on-the-local-cloud");
}, allWidths);

visitPart4("on AWS a mail is a mail", async ({ page, pool }) => {
  await page.click("#sign-in");
  await follow(page, "Register");
  await send(page, ANN);
  await stepIs(page, "Confirm your address");
  assert.equal(await page.textContent("#account-intro"), `Type the code from the mail that went to ${ANN.email}.`);
  await send(page, { code: pool.codeFor(ANN.email) });
  await signedInAs(page, ANN.email);
}, { ...anyWidth, onAws: true });
