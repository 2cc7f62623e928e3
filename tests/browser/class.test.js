// The pages about a class: the report of `class merge`, and the one for a projector. Everybody can read them, in both
// colour schemes, and what students choose is text.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { MYSFITS } from "./helpers/places.js";
import { freePort, serve } from "./helpers/server.js";
import { inPage, WIDTHS } from "./helpers/visit.js";

const AXE = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const skip = !existsSync(MYSFITS) && `${MYSFITS} is not there`;
const run = promisify(execFile);

const STATES = ["ready", "partly", "absent", "clean", "quarantined", "failed", "unknown", "interrupted"];

/** A report of a class in which every kind of lab occurs, and names that would be markup. */
function report() {
  const labs = STATES.map((state, place) => ({
    type: "class-lab",
    student: `<b>Student ${place}</b>`,
    account: String(place + 1).repeat(12),
    region: "eu-west-1",
    lab: `lab-${place}`,
    state,
    words: "`bucket` is there; a long sentence, as AWS says it, that does not fit on a narrow screen",
    dollars_per_hour: place / 10,
    addresses: state === "ready" ? { site: "http://mysfits-111111111111-eu-west-1.s3-website-eu-west-1.amazonaws.com" } : {},
    errors: [],
    time: "2026-11-29T09:00:00Z",
  }));
  return labs.map((lab) => `${JSON.stringify(lab)}\n`).join("");
}

async function inFolder(act) {
  const folder = await mkdtemp(join(tmpdir(), "mysfits-"));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the page that `class merge` writes. */
const merged = () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, "labs.json"), report());
    const line = ["class", "merge", "labs.json", "--out", "class.html"];
    await assert.rejects(run(MYSFITS, line, { cwd: folder }), { code: 3 }, "labs that are not well");
    return readFile(join(folder, "class.html"), "utf8");
  });

/** Returns the page for a projector about labs of which nothing stands. */
const projected = () =>
  inFolder(async (folder) => {
    const env = { ...process.env, HOME: folder, MYSFITS_LOCAL_PORT: await freePort(), MYSFITS_LOCAL_DIR: join(folder, "cloud") };
    const rows = [1, 2, 3, 4, 5].map((one) => `<i>Student ${one}</i>,${String(one).repeat(12)},lab-${one}`);
    await writeFile(join(folder, "class.csv"), ["name,account,lab", ...rows, ""].join("\n"));
    const here = { cwd: folder, env };
    try {
      await run(MYSFITS, ["class", "status", "--local", "--page", "board.html", "--names"], here);
    } finally {
      await run(MYSFITS, ["local", "stop"], here);
    }
    return readFile(join(folder, "board.html"), "utf8");
  });

const pages = { merged, projected };
const texts = {
  merged: ["8 labs: 1 absent", "<b>Student 0</b>", "✗ quarantined", "✓ ready"],
  projected: ["5 labs: 5 absent", "<i>Student 1</i>", "✓ absent, nothing is there"],
};

for (const [name, written] of Object.entries(pages)) {
  test(`everybody can read the page of a class (${name})`, { skip }, async () => {
    const html = await written();
    const server = await serve((request, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
    try {
      for (const width of WIDTHS) {
        for (const colorScheme of ["light", "dark"]) {
          await inPage(server.url, width, { context: { colorScheme, bypassCSP: true } }, async ({ page, shoot, requested }) => {
            await page.evaluate(AXE);
            const { violations } = await page.evaluate(() => globalThis.axe.run(document));
            assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.target)}`), []);
            const text = await page.locator("body").innerText();
            for (const part of texts[name]) {
              assert.ok(text.includes(part), `${part}: ${text}`);
            }
            assert.equal(requested.size, 1, [...requested].join());
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
            await shoot(`class-${name}-${colorScheme}`, true);
          });
        }
      }
    } finally {
      await server.close();
    }
  });
}
