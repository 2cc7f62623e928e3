// The mails of a deployed lab. `MYSFITS_JOURNEY_MAIL` is a command that prints them as JSON lines, newest last.

import { exec } from "node:child_process";
import { promisify } from "node:util";

import { PATIENCE } from "./expect.js";

const run = promisify(exec);

/** Waits for a mail to this address beyond the first `known` ones, and gives the code in the newest. */
export async function newCodeFor(email, known = 0) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const codes = await codesFor(email);
    if (codes.length > known) {
      return codes.at(-1);
    }
    if (Date.now() > end) {
      throw new Error(`no mail with a code for ${email} after ${PATIENCE / 1000} seconds`);
    }
    await new Promise((soon) => setTimeout(soon, 200));
  }
}

async function codesFor(email) {
  const { stdout } = await run(process.env.MYSFITS_JOURNEY_MAIL);
  return stdout
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line))
    .filter(({ type, to, code }) => type === "mail" && to === email && code)
    .map(({ code }) => code);
}
