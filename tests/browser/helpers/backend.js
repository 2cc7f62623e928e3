// A backend that answers as the real one does, from the bundled mysfits.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { WEB } from "./places.js";
import { serve } from "./server.js";

// Such as the real one lets pages read.
const EXPOSED = { "access-control-expose-headers": "x-request-id,x-amzn-requestid,x-amz-apigw-id" };

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

/**
 * Starts a backend. Without `items`, it has the mysfits of the table. `extra(request, mysfits)` may answer a request
 * with `{ status, body }` before the backend does, and with `{ status, body, headers }` instead of it: then the answer
 * has no id of the backend.
 */
export async function startBackend(items, extra = () => undefined) {
  const mysfits = items ?? (await tableItems());
  const requests = [];
  const held = [];
  let holding = false;
  let forced;

  async function answer(request, response) {
    const headers = { "content-type": "application/json", "access-control-allow-origin": "*", ...EXPOSED };
    if (request.method === "OPTIONS") {
      response.writeHead(200, { ...headers, "access-control-allow-headers": "Content-Type,Authorization" }).end();
      return;
    }
    requests.push(`${request.method} ${request.url}`);
    if (holding) {
      await new Promise((release) => held.push(release));
    }
    if (response.destroyed) {
      return;
    }
    const id = { "x-request-id": `request-${requests.length}` };
    const { status, body, headers: own = id } = forced ?? extra(request, mysfits) ?? { status: 200, body: { mysfits: wanted(request.url) } };
    response.writeHead(status, { ...headers, ...own }).end(JSON.stringify(body));
  }

  function wanted(address) {
    const { searchParams } = new URL(address, "http://backend");
    const field = FIELDS[searchParams.get("filter")];
    return field ? mysfits.filter((mysfit) => mysfit[field] === searchParams.get("value")) : mysfits;
  }

  const server = await serve(answer);
  return {
    ...server,
    mysfits,
    /** `GET /mysfits` and the like, in the order in which they came. */
    requests,
    /** Answers with this status from now on. */
    answerWith(status) {
      forced = status === 200 ? undefined : { status, body: { error: "not now" } };
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
