// The account: registering, signing in and out, and what can go wrong on the way.

import assert from "node:assert/strict";

import { ANN, complaint, dialogIsClosed, follow, send, signedInAs, signIn, stepIs, type } from "./helpers/account.js";
import { adopt, adoptSays, cardHeart, closeProfile, heart, heartShows, openProfile, pageSays, pressAgain, profileSays } from "./helpers/actions.js";
import { countReads, eventually, focused } from "./helpers/expect.js";
import { anyWidth, visitPart4 } from "./helpers/visit.js";

const MOVING = { reducedMotion: "no-preference" };

visitPart4("register, like, adopt, come back, sign out", async ({ page, api, pool, site, shoot, requested }) => {
  const urls = [];
  page.on("request", (request) => urls.push(request.url()));
  await countReads(page, "12 mysfits");
  await shoot("signed-out");
  await page.click("#sign-in");
  await stepIs(page, "Sign in");
  await shoot("sign-in");
  await follow(page, "Register");
  await stepIs(page, "Register");
  await type(page, ANN);
  await shoot("register");
  await send(page, {});

  await stepIs(page, "Confirm your address");
  const code = pool.codeFor(ANN.email);
  await send(page, { code: code === "123456" ? "123457" : "123456" });
  await eventually(() => complaint(page, "code"), "That is not the code. It is in the newest mail from us; older ones do not count any more.");
  assert.equal(await focused(page), "account-code");
  await shoot("wrong-code");
  // As it may come from the clipboard.
  await send(page, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
  await signedInAs(page, ANN.email);
  await dialogIsClosed(page);
  await pageSays(page, `You are signed in as ${ANN.email}.`);
  await eventually(() => focused(page), "sign-out");
  await shoot("signed-in");

  await openProfile(page, "pauly");
  await heartShows(heart(page), "empty", 1);
  await heart(page).click();
  await heartShows(heart(page), "full", 2);
  await pressAgain(heart(page));
  await profileSays(page, "You like Pauly already, and every visitor's like counts once.");
  await heartShows(heart(page), "full", 2);
  await adopt(page).click();
  await adoptSays(page, "Yours");
  await profileSays(page, "Pauly lives with you now.");
  await shoot("adopted");
  await closeProfile(page);
  await heartShows(cardHeart(page, "pauly"), "full", 2);
  assert.deepEqual([api.named("Pauly").likes, api.named("Pauly").adopted], [2, true]);

  await page.reload();
  await countReads(page, "12 mysfits");
  await signedInAs(page, ANN.email);
  await heartShows(cardHeart(page, "pauly"), "full", 2);
  await heartShows(cardHeart(page, "coco"), "empty", 3);
  await page.evaluate(() => scrollTo(0, 0));
  await shoot("back-again", true);

  await page.click("#sign-out");
  await signedInAs(page, "");
  assert.equal(await focused(page), "sign-in");
  await heartShows(cardHeart(page, "pauly"), "empty", 2);
  await eventually(() => pool.refreshTokenCount(), 0);
  await keepsNoSecrets(page);
  assert.deepEqual(requested, new Set([site, api.url, pool.url].map((url) => new URL(url).host)));
  const secrets = ["eyJ", "refresh-", ANN.email, encodeURIComponent(ANN.email), ANN.password, code];
  assert.deepEqual(urls.filter((url) => secrets.some((secret) => new URL(url).href.split("/mysfits/")[0].includes(secret))), []);
}, { networkErrors: true, context: MOVING });

/** Whatever the browser keeps of a visitor who has gone. */
async function keepsNoSecrets(page) {
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.doesNotMatch(kept, /eyJ|refresh-|@|Spare/);
}

visitPart4("the whole way by keyboard", async ({ page, api, pool }) => {
  const press = async (key, times = 1) => {
    for (let time = 0; time < times; time += 1) {
      await page.keyboard.press(key);
    }
  };
  await countReads(page, "12 mysfits");
  await press("Tab", 2);
  assert.equal(await focused(page), "sign-in");
  await press("Enter");
  await eventually(() => focused(page), "account-email");
  // Past the password, the button that shows it and the button that sends it.
  await press("Tab", 4);
  assert.equal(await focused(page), "Register");
  await press("Enter");
  await stepIs(page, "Register");
  await page.keyboard.type(ANN.email);
  await press("Tab");
  await page.keyboard.type(ANN.password);
  await press("Enter");
  await stepIs(page, "Confirm your address");
  await eventually(() => focused(page), "account-code");
  await page.keyboard.type(pool.codeFor(ANN.email));
  await press("Enter");
  await signedInAs(page, ANN.email);
  await eventually(() => focused(page), "sign-out");

  // Two rows of four chips, then the first card, its heart, and the second card.
  await press("Tab", 9);
  assert.equal(await focused(page), "atlantis");
  await press("Tab");
  await press("Space");
  await heartShows(cardHeart(page, "atlantis"), "full", 1);
  await press("Shift+Tab");
  await press("Enter");
  await eventually(() => focused(page), "profile-name");
  await heartShows(heart(page), "full", 1);
  await press("Tab", 2);
  await press("Enter");
  await adoptSays(page, "Yours");
  assert.equal(await focused(page), "Yours");
  await press("Escape");
  await eventually(() => page.evaluate(() => location.hash), "");
  assert.equal(await focused(page), "atlantis");
  await eventually(() => api.actions(), ["like Atlantis", "adopt Atlantis"]);
  await press("Shift+Tab", 9);
  assert.equal(await focused(page), "sign-out");
  await press("Enter");
  await signedInAs(page, "");
});

visitPart4("a weak password is told before it is sent", async ({ page, pool, shoot }) => {
  await page.click("#sign-in");
  await follow(page, "Register");
  const kept = () => page.locator('.rules [data-kept="true"]').allTextContents();
  await type(page, { email: "ann", password: "spare" });
  assert.deepEqual(await kept(), ["a lower-case letter, kept"]);
  await page.click("#account [type=submit]");
  await eventually(() => complaint(page, "email"), "Type your whole e-mail address, such as ann@example.com.");
  assert.equal(await complaint(page, "password"),
    "Still missing: 8 characters or more, an upper-case letter, a digit, and a symbol such as ! or ?.");
  assert.equal(await focused(page), "account-email");
  // The list of rules says it to the eye, and the sentence to a screen reader: neither of them twice.
  assert.equal(await page.locator("#account-password-wrong").evaluate((one) => one.offsetWidth), 1);
  assert.match(await page.locator("#account-password").getAttribute("aria-describedby"), /account-password-wrong/);
  assert.equal(await page.locator('.rules.refused [data-kept="false"]').count(), 4);
  await shoot("weak-password");
  await send(page, { ...ANN, password: ` ${ANN.password}` });
  assert.equal(await complaint(page, "password"), "A password cannot begin or end with a space.");
  assert.ok(await page.locator("#account-password-wrong").evaluate((one) => one.offsetWidth) > 100);
  assert.equal(await focused(page), "account-password");
  assert.deepEqual(pool.calls, []);
  await type(page, ANN);
  assert.equal((await kept()).length, 5);
  assert.equal(await complaint(page, "password"), "");

  // The pool has the last word.
  pool.failNext("SignUp", "InvalidPasswordException");
  await send(page, {});
  await eventually(() => complaint(page, "password"), "Cognito does not take this password. It must keep every rule in the list.");
}, { networkErrors: true });

visitPart4("a password can be looked at", async ({ page }) => {
  await page.click("#sign-in");
  await type(page, ANN);
  await page.click(".reveal");
  assert.equal(await page.getAttribute("#account-password", "type"), "text");
  assert.equal(await page.textContent(".reveal"), "Hide");
  await page.click(".reveal");
  assert.equal(await page.getAttribute("#account-password", "type"), "password");
  // A visitor who closes the dialog leaves nothing in it.
  await page.keyboard.press("Escape");
  await dialogIsClosed(page);
  await eventually(() => page.locator("#account input").count(), 0);
  assert.equal(await focused(page), "sign-in");
});

visitPart4("who is registered already is sent to the sign-in", async ({ page, pool }) => {
  pool.addUser(ANN.email, ANN.password);
  await page.click("#sign-in");
  await follow(page, "Register");
  await send(page, { ...ANN, password: "Another-1-password" });
  await eventually(() => complaint(page, "email"), "This address has an account already. Sign in with it, or choose a new password there.");
  await follow(page, "Sign in");
  await stepIs(page, "Sign in");
  assert.equal(await page.inputValue("#account-email"), ANN.email);
  assert.equal(await page.inputValue("#account-password"), "");
  await send(page, { password: ANN.password });
  await signedInAs(page, ANN.email);
}, { ...anyWidth, networkErrors: true });

visitPart4("who has not confirmed the address does it at the sign-in", async ({ page, pool }) => {
  pool.addUser(ANN.email, ANN.password, false);
  await page.click("#sign-in");
  await send(page, ANN);
  await stepIs(page, "Confirm your address");
  await eventually(() => page.textContent("#account-note"), "This address is not confirmed yet.");
  await follow(page, "Send a new code");
  await eventually(() => page.textContent("#account-note"), "A new code is on its way.");
  const old = pool.codeFor(ANN.email);
  await follow(page, "Send a new code");
  await eventually(() => pool.mails.length, 2);

  // Looking for the mail, the visitor closes the dialog.
  await page.keyboard.press("Escape");
  await dialogIsClosed(page);
  await page.click("#sign-in");
  await stepIs(page, "Confirm your address");
  if (old !== pool.codeFor(ANN.email)) {
    await send(page, { code: old });
    await eventually(() => complaint(page, "code"), "That is not the code. It is in the newest mail from us; older ones do not count any more.");
  }
  await send(page, { code: pool.codeFor(ANN.email) });
  await signedInAs(page, ANN.email);
}, { networkErrors: true });

visitPart4("a forgotten password", async ({ page, pool, shoot }) => {
  pool.addUser(ANN.email, "What-was-it-1");
  await page.click("#sign-in");
  await send(page, ANN);
  await eventually(() => complaint(page, "password"), "The address or the password is wrong.");
  await shoot("wrong-password");
  await follow(page, "Forgot your password?");
  await stepIs(page, "Forgot your password?");
  assert.equal(await page.inputValue("#account-email"), ANN.email);
  await send(page, {});
  await stepIs(page, "Choose a new password");
  await eventually(() => focused(page), "account-code");
  pool.expireCodes();
  await send(page, { code: pool.codeFor(ANN.email), password: ANN.password });
  await eventually(() => complaint(page, "code"), "This code is too old. Ask for a new one.");
  await shoot("old-code");
  // For a password manager.
  assert.equal(await page.locator("#account form [autocomplete=username]").inputValue(), ANN.email);
  await follow(page, "Send a new code");
  await eventually(() => page.textContent("#account-note"), "A new code is on its way.");
  assert.equal(await complaint(page, "code"), "");
  await send(page, { code: pool.codeFor(ANN.email) });
  await signedInAs(page, ANN.email);
}, { networkErrors: true });

visitPart4("an address that was never confirmed cannot get a new password", async ({ page, pool }) => {
  pool.addUser(ANN.email, "What-was-it-1", false);
  await page.click("#sign-in");
  await follow(page, "Forgot your password?");
  await send(page, { email: ANN.email });
  await stepIs(page, "Confirm your address");
  await eventually(() => page.textContent("#account-note"), "This address was never confirmed. That comes first; after it, choose a new password.");
  await follow(page, "Send a new code");
  await eventually(() => pool.mails.length, 1);
  await send(page, { code: pool.codeFor(ANN.email) });
  // Without the password the page cannot go on by itself.
  await stepIs(page, "Sign in");
  await eventually(() => page.textContent("#account-note"), "Your address is confirmed. You can sign in.");
  assert.equal(await page.inputValue("#account-email"), ANN.email);
}, { ...anyWidth, networkErrors: true });

visitPart4("nobody learns whether an address has an account", async ({ page, pool }) => {
  await page.click("#sign-in");
  await follow(page, "Forgot your password?");
  await send(page, { email: "nobody@example.com" });
  await stepIs(page, "Choose a new password");
  assert.equal(await page.textContent("#account-intro"),
    "If nobody@example.com has an account, a code is on its way there. " +
    `The local cloud sends no mail: mysfits local mail --port ${new URL(pool.url).port} prints it.`);
}, anyWidth);

const REFUSALS = [
  ["NotAuthorizedException", "Incorrect username or password.", "password", "The address or the password is wrong."],
  ["UserNotFoundException", "User does not exist.", "password", "The address or the password is wrong."],
  ["NotAuthorizedException", "Password attempts exceeded", "", "Too many wrong passwords. Wait a while, then try again."],
  ["NotAuthorizedException", "User is disabled.", "", "This account has been switched off."],
  ["LimitExceededException", "Attempt limit exceeded, please try after some time.", "", "That was too often for now. Wait a quarter of an hour, then try again."],
  ["TooManyRequestsException", "Rate exceeded", "", "Cognito has too much to do. Try again in a moment."],
  ["CodeDeliveryFailureException", "", "email", "The mail with the code could not be sent. Is the address right?"],
  ["InvalidParameterException", "Invalid email address format.", "email", "Cognito does not take this for an e-mail address."],
  ["InvalidParameterException", "1 validation error detected", "", "Cognito does not accept what was typed. Look it over, and try again."],
  ["com.amazonaws.cognito#ResourceNotFoundException", "User pool client does not exist.", "", "This lab's user pool is not there any more. Was the lab taken down?"],
  ["SomethingNewException", "Who knows.", "", "Something went wrong that this page does not know: Cognito answered SomethingNewException: Who knows."],
];

visitPart4("what Cognito refuses is said in plain words", async ({ page, pool, shoot }) => {
  await page.click("#sign-in");
  await type(page, ANN);
  for (const [type, message, field, words] of REFUSALS) {
    pool.failNext("InitiateAuth", type, message);
    await page.click("#account [type=submit]");
    await eventually(() => complaint(page, field), words);
  }
  pool.stop();
  await page.click("#account [type=submit]");
  await eventually(() => complaint(page), "Cognito could not be reached. Is the network there?");
  await shoot("no-cognito");
  pool.startAgain();
  pool.addUser(ANN.email, ANN.password);
  await page.click("#account [type=submit]");
  await signedInAs(page, ANN.email);
}, { ...anyWidth, networkErrors: true });

visitPart4("five wrong passwords lock the account for a while", async ({ page, pool }) => {
  pool.addUser(ANN.email, "What-was-it-1");
  await page.click("#sign-in");
  for (let time = 1; time <= 6; time += 1) {
    await send(page, ANN);
    await eventually(() => pool.calls.length, time);
  }
  await eventually(() => complaint(page), "Too many wrong passwords. Wait a while, then try again.");
}, { ...anyWidth, networkErrors: true });

visitPart4("it fits a small phone, however long the address is", async ({ page, pool, shoot }) => {
  const somebody = { email: `${"somebodywithaverylongname".repeat(2)}@alongdomainname.example.com`, password: ANN.password };
  const spills = () => page.evaluate(() =>
    [document.scrollingElement, ...document.querySelectorAll("dialog[open]")].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ id, tagName }) => id || tagName));
  await countReads(page, "12 mysfits");
  await page.click("#sign-in");
  assert.deepEqual(await spills(), []);
  await follow(page, "Register");
  assert.deepEqual(await spills(), []);
  await send(page, somebody);
  await stepIs(page, "Confirm your address");
  assert.deepEqual(await spills(), []);
  await shoot("small-confirm");
  await send(page, { code: pool.codeFor(somebody.email) });
  await signedInAs(page, somebody.email);
  await dialogIsClosed(page);
  assert.deepEqual(await spills(), []);
  await shoot("small-signed-in");
  for (const slug of ["evangeline", "twilight-glitter"]) {
    await page.evaluate((hash) => (location.hash = hash), slug);
    await eventually(() => page.locator("#profile").isVisible(), true);
    assert.deepEqual(await spills(), []);
    await shoot(`small-${slug}`);
  }
}, { widths: [360] });

visitPart4("two tabs agree on who is signed in", async ({ page, pool, site }) => {
  pool.addUser(ANN.email, ANN.password);
  const other = await page.context().newPage();
  await other.goto(site);
  await signIn(page);
  await signedInAs(other, ANN.email);
  await other.click("#sign-out");
  await signedInAs(page, "");
}, anyWidth);
