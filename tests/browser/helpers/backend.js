// A backend that answers as the real one does, from the bundled mysfits.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { WEB } from "./places.js";
import { serve } from "./server.js";

const FIELDS = { GoodEvil: "goodevil", LawChaos: "lawchaos" };

/** The mysfits of the table: in no order, one liked, one liked once, one adopted. */
export async function tableItems() {
  const { mysfits } = JSON.parse(await readFile(join(WEB, "mysfits.json"), "utf8"));
  const changes = {
    Evangeline: { likes: 1234 },
    Pauly: { likes: 1 },
    CoCo: { likes: 3, adopted: true },
  };
  return mysfits.map((mysfit) => ({ ...mysfit, ...changes[mysfit.name] })).reverse();
}

/** Starts a backend. Without `items`, it has the mysfits of the table. */
export async function startBackend(items) {
  const mysfits = items ?? (await tableItems());
  const requests = [];
  const held = [];
  let holding = false;
  let status = 200;

  async function answer(request, response) {
    requests.push(`${request.method} ${request.url}`);
    if (holding) {
      await new Promise((release) => held.push(release));
    }
    response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" });
    response.end(JSON.stringify(status === 200 ? { mysfits: wanted(request.url) } : { error: "not now" }));
  }

  function wanted(address) {
    const { searchParams } = new URL(address, "http://backend");
    const field = FIELDS[searchParams.get("filter")];
    return field ? mysfits.filter((mysfit) => mysfit[field] === searchParams.get("value")) : mysfits;
  }

  let server = await serve(answer);
  return {
    url: server.url,
    host: `127.0.0.1:${server.port}`,
    /** `GET /mysfits` and the like, in the order in which they came. */
    requests,
    stop: () => server.stop(),
    async startAgain() {
      server = await serve(answer, server.port);
    },
    /** Answers with this status from now on. */
    answerWith(next) {
      status = next;
    },
    /** Lets all further requests wait for `release`. */
    hold() {
      holding = true;
    },
    release() {
      holding = false;
      held.splice(0).forEach((release) => release());
    },
  };
}
