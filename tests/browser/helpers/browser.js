// Chromium.

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

const PROGRAM = process.env.MYSFITS_CHROMIUM ?? "/usr/bin/chromium";

/** Starts Chromium. */
export function startBrowser() {
  if (!existsSync(PROGRAM)) {
    throw new Error(
      `${PROGRAM} is not there. On Debian \`apt-get install chromium\` installs it; ` +
        "`MYSFITS_CHROMIUM` names another one.",
    );
  }
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The site at the address that S3 would give it: plain http, but not on this machine's own name.
      "--host-resolver-rules=MAP *.amazonaws.com 127.0.0.1",
    ],
  });
}
