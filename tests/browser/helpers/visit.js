// A test that visits the site, on a wide screen and on a phone's.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { startBackend } from "./backend.js";
import { startBrowser } from "./browser.js";
import { PICTURES } from "./places.js";
import { serveSite, serveUnrendered } from "./site.js";

export const WIDTHS = [1280, 390];

// The one message that the page cannot keep the browser from writing.
const NETWORK = /^Failed to load resource/;

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

/** Part 3: a test with a backend. `act` gets `{ page, backend, site, width, shoot, requested }`. */
export function visit(name, act, options = {}) {
  each(name, async (width) => {
    const backend = await startBackend(options.items);
    if (options.hold) {
      backend.hold();
    }
    try {
      await visitSite(serveSite(backend.url), width, options, (tools) => act({ ...tools, backend }));
    } finally {
      backend.release();
      await backend.stop();
    }
  });
}

/** Part 1: a test without a backend. */
export function visitPart1(name, act, options = {}) {
  each(name, (width) => visitSite(serveSite(""), width, options, act));
}

/** The page as it stands in the repository. */
export function visitUnrendered(name, act) {
  each(name, (width) => visitSite(serveUnrendered(), width, {}, act));
}

function each(name, run) {
  for (const width of WIDTHS) {
    test(`${name} (${width} px)`, () => run(width));
  }
}

async function visitSite(serving, width, options, act) {
  const site = await serving;
  try {
    await inPage(`${site.url}/`, width, options, act);
  } finally {
    await site.stop();
  }
}

/** Opens a site, and lets `act` loose on it. What goes wrong unseen fails the test as well. */
export async function inPage(site, width, { context: settings, networkErrors, prepare, hash = "" }, act) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, ...settings });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints = listen(page, networkErrors);
    const requested = new Set();
    page.on("request", (request) => requested.add(new URL(request.url()).host));
    await prepare?.(page);
    await page.goto(`${site}${hash}`);
    const shoot = (name, fullPage = false) =>
      page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), animations: "disabled", fullPage });
    await act({ page, site, width, shoot, requested });
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
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
