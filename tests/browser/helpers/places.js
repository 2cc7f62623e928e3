// Where things are.

import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);

/** The site. */
export const WEB = fileURLToPath(new URL("web/", root));

/** Where the tests leave their pictures of the page. */
export const PICTURES = fileURLToPath(new URL("target/browser/", root));

/** The program, as `cargo build` makes it. */
export const MYSFITS = process.env.MYSFITS_BIN ?? fileURLToPath(new URL("target/debug/mysfits", root));
