// A test that visits the site, on a wide screen and on a phone's.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { startApi } from "./api.js";
import { startBackend } from "./backend.js";
import { startBrowser } from "./browser.js";
import { PATIENCE } from "./expect.js";
import { PICTURES } from "./places.js";
import { startPool } from "./pool.js";
import { serveSite, serveUnrendered } from "./site.js";

export const WIDTHS = [1280, 390];

/** For what is new on the page: a tablet's width, too. */
export const allWidths = { widths: [1280, 768, 390] };

// The one message that the page cannot keep the browser from writing.
const NETWORK = /^Failed to load resource/;

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

/** For a test that has nothing to do with how wide the page is. */
export const anyWidth = { widths: [WIDTHS[0]] };

// What `mysfits deploy` fills in on AWS.
const ON_AWS = {
  backend: "http://mysfits-nlb-0123456789abcdef.elb.eu-west-1.amazonaws.com",
  api: "https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod",
  cognito: "https://cognito-idp.eu-west-1.amazonaws.com",
};

/** Lets the servers of the test answer what the page sends to AWS's addresses. */
async function lead(page, here) {
  for (const [name, url] of Object.entries(ON_AWS)) {
    await page.route(`${url}/**`, async (route) =>
      route.fulfill({ response: await route.fetch({ url: route.request().url().replace(url, here[name]) }) }));
  }
}

// Nobody answers there.
const PART_4 = { api: "http://127.0.0.1:9", cognito: "http://127.0.0.1:9", userPoolClient: "client" };

/** Part 3, on the way to part 4: one of its values is missing yet. */
export function visitPartly(name, missing, act, options = {}) {
  visit(name, act, { ...options, values: { ...PART_4, [missing]: "REPLACE_ME_LATER" } });
}

/** Part 3: a test with a backend. `act` gets `{ page, backend, site, width, shoot, requested, complaints }`. */
export function visit(name, act, options = {}) {
  each(name, options, async (width) => {
    const backend = await startBackend(options.items);
    if (options.hold) {
      backend.hold();
    }
    try {
      await visitSite(serveSite({ ...options.values, backend: backend.url }), width, options, (tools) => act({ ...tools, backend }));
    } finally {
      backend.release();
      await backend.close();
    }
  });
}

/**
 * Part 4: a test with a user pool, and an API before the backend. `act` gets `{ page, api, pool, … }`, `before` both.
 * With `onAws` they are at AWS's addresses, as the page sees it.
 */
export function visitPart4(name, act, options = {}) {
  each(name, options, async (width) => {
    const pool = await startPool();
    const api = await startApi(pool, options.items);
    const here = { backend: api.url.replace("/prod", ""), api: api.url, cognito: pool.url };
    const addresses = options.onAws ? ON_AWS : here;
    const prepare = (page) => (options.onAws ? lead(page, here) : undefined);
    options.before?.({ api, pool });
    try {
      const site = serveSite({ ...addresses, userPoolClient: pool.client });
      await visitSite(site, width, { prepare, ...options }, (tools) => act({ ...tools, api, pool }));
    } finally {
      api.release();
      await Promise.all([api.close(), pool.close()]);
    }
  });
}

/** Part 1: a test without a backend. */
export function visitPart1(name, act, options = {}) {
  each(name, options, (width) => visitSite(serveSite(), width, options, act));
}

/** The page as it stands in the repository. */
export function visitUnrendered(name, act) {
  each(name, {}, (width) => visitSite(serveUnrendered(), width, {}, act));
}

function each(name, { widths = WIDTHS }, run) {
  for (const width of widths) {
    test(`${name} (${width} px)`, () => run(width));
  }
}

async function visitSite(serving, width, options, act) {
  const site = await serving;
  try {
    await inPage(`${site.url}/`, width, options, act);
  } finally {
    await site.close();
  }
}

/** Opens a site, and lets `act` loose on it. What goes wrong unseen fails the test as well. */
export async function inPage(site, width, { context: settings, networkErrors, prepare, search = "", hash = "" }, act) {
  // Without motion there is nothing to wait for. The long journeys see the page as it is.
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: "reduce", ...settings });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const complaints = listen(page, networkErrors);
    const requested = new Set();
    page.on("request", (request) => requested.add(new URL(request.url()).host));
    await page.addInitScript(reportViolations);
    await prepare?.(page);
    await page.goto(`${site}${search}${hash}`);
    const shoot = (name, fullPage = false) =>
      page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), animations: "disabled", fullPage });
    await act({ page, site, width, shoot, requested, complaints });
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** In the page: what its own policy has refused goes to the console, and so fails the test. */
function reportViolations() {
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
    console.error(`refused by the policy: ${effectiveDirective} ${blockedURI}`));
}

function listen(page, networkErrors) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (!(networkErrors && NETWORK.test(message.text()))) {
      complaints.push(message.text());
    }
  });
  return complaints;
}
