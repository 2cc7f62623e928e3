// The site as a bucket serves it, with `config.js` as `mysfits deploy` fills it in.

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import { WEB } from "./places.js";
import { serve } from "./server.js";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

// What is not deployed yet is empty.
const PART_1 = {
  bucket: "mysfits-000000000000-eu-west-1",
  region: "eu-west-1",
  backend: "",
  api: "",
  cognito: "",
  userPoolClient: "",
};

/** Serves the site of part 1, or, with more values, of a later part. */
export function serveSite(more = {}) {
  const values = { ...PART_1, ...more };
  return serveFiles({ "/config.js": `window.MYSFITS = ${JSON.stringify(values)};` });
}

/** Serves the site as it stands in the repository, with nothing filled in. */
export const serveUnrendered = () => serveFiles({});

/** Serves the files of the site, but for those whose text is given. */
function serveFiles(given) {
  return serve(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const content = given[path] ?? (await readFile(join(WEB, path)));
      response.writeHead(200, { "content-type": TYPES[extname(path)] }).end(content);
    } catch {
      response.writeHead(404, { "content-type": TYPES[".html"] }).end(await readFile(join(WEB, "error.html")));
    }
  });
}
