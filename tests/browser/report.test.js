// The page that `mysfits check --report html` writes: axe looks at it in both colour schemes, on paper and on a phone.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { MYSFITS } from "./helpers/places.js";
import { serve } from "./helpers/server.js";
import { serveSite } from "./helpers/site.js";
import { inPage, WIDTHS } from "./helpers/visit.js";

const AXE = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const skip = !existsSync(MYSFITS) && `${MYSFITS} is not there`;

/** Checks a site of part 1 from outside: much of it passes, fails or is skipped. Returns the page. */
async function written() {
  const [site, folder] = [await serveSite(), await mkdtemp(join(tmpdir(), "mysfits-"))];
  const file = join(folder, "check.html");
  try {
    const line = ["check", "--url", site.url, "--report", "html", "--out", file];
    const code = await new Promise((resolve) => execFile(MYSFITS, line, { cwd: folder }, (error) => resolve(error?.code ?? 0)));
    assert.equal(code, 3);
    return await readFile(file, "utf8");
  } finally {
    await Promise.all([site.close(), rm(folder, { recursive: true })]);
  }
}

async function inReport(width, context, act) {
  const html = await written();
  const server = await serve((request, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  try {
    await inPage(server.url, width, { context: { ...context, bypassCSP: true } }, act);
  } finally {
    await server.close();
  }
}

for (const width of WIDTHS) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the report can be read by everybody (${width} px, ${colorScheme})`, { skip }, () =>
      inReport(width, { colorScheme }, async ({ page, shoot, requested }) => {
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document));
        assert.deepEqual(violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((one) => one.target)}`), []);
        assert.equal(requested.size, 1, [...requested].join());
        // The page is never wider than the screen; the picture is moved in its place.
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
        assert.ok((await page.locator("svg g.pass").count()) > 0);
        await shoot(`report-${colorScheme}`, true);
      }));
  }
}

test("the report is legible on paper and leads to what failed", { skip }, () =>
  inReport(WIDTHS[0], {}, async ({ page, shoot }) => {
    await page.click("header ~ main a");
    const [, id] = page.url().split("#");
    assert.equal(await page.locator(`[id="${id}"]`).getAttribute("class"), "fail");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    await shoot("report-print", true);
  }));
