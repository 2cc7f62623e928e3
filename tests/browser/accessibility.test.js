// axe-core looks at every state of the page, in both colour schemes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { countReads, eventually } from "./helpers/expect.js";
import { visit } from "./helpers/visit.js";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

const STATES = {
  "the page": ({ page }) => countReads(page, "12 mysfits"),
  async "a choice"({ page }) {
    await countReads(page, "12 mysfits");
    await page.click("#filters [data-value=Evil]");
    await countReads(page, "4 of 12 mysfits");
  },
  async "a profile"({ page }) {
    await countReads(page, "12 mysfits");
    await page.click("[data-slug=coco]");
    await eventually(() => page.textContent("#profile-name"), "CoCo");
  },
  async "the bundled mysfits"({ page, backend }) {
    await STATES["the trouble"]({ page, backend });
    await page.click("#show-bundled");
    await countReads(page, "4 of 12 mysfits");
  },
  async "the trouble"({ page, backend }) {
    await countReads(page, "12 mysfits");
    backend.stop();
    await page.click("#filters [data-value=Evil]");
    await eventually(() => page.locator("#trouble").isVisible(), true);
  },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [state, bring] of Object.entries(STATES)) {
    visit(`${state} can be used by everybody, ${colorScheme}`, async (tools) => {
      await bring(tools);
      await tools.page.mouse.move(0, 0);
      await tools.page.evaluate(AXE);
      const { violations } = await tools.page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((one) => one.target)}`), []);
      await tools.shoot(`${state.replaceAll(" ", "-")}-${colorScheme}`);
    }, { networkErrors: true, context: { colorScheme, reducedMotion: "reduce", bypassCSP: true } });
  }
}
