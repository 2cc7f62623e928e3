// Where the mysfits come from: the site's own file, the backend, or the API before it. Nothing else depends on it.
//
// A source's `find` returns the mysfits that fit a choice such as `{ goodevil: "Good" }`; with `{}` it returns all.
// A source may have `one`, which returns the mysfit with this id as it is now.
// Both throw an error whose message explains what went wrong.

import { mysfitsIn } from "./mysfit.js";
import { request } from "./request.js";

const FILE = "mysfits.json";

// Keyed by the backend's names.
const FILTERS = { goodevil: "GoodEvil", lawchaos: "LawChaos" };

// A load balancer without a healthy task lets a browser wait for a minute and longer.
const PATIENCE_SECONDS = 10;

/** The mysfits that came with the site. */
export function bundledSource() {
  let all;
  return {
    async find(choice, signal) {
      all ??= await list(FILE, FILE, signal);
      return fitting(all, choice);
    },
  };
}

/** The mysfits in the table, as the backend or the API at this address returns them. */
export function tableSource({ name, url }) {
  const who = `the ${name} at ${new URL(url).host}`;
  const search = (filters) => (filters.length > 0 ? `?${new URLSearchParams(filters)}` : "");
  return {
    async find(choice, signal) {
      // The backend filters by one axis, because the table has an index for each. The other is ours.
      const filters = Object.entries(choice)
        .slice(0, 1)
        .flatMap(([field, value]) => [["filter", FILTERS[field]], ["value", value]]);
      const found = fitting(await list(`${url}/mysfits${search(filters)}`, who, signal), choice);
      // A table has no order, and cards must not change places from one answer to the next.
      return found.sort((one, other) => one.name.localeCompare(other.name, "en"));
    },
    async one(id) {
      const [mysfit] = mysfitsIn([await ask(`${url}/mysfits/${encodeURIComponent(id)}`, who)]);
      if (!mysfit) {
        throw new Error(`${who} gave no mysfit`);
      }
      return mysfit;
    },
  };
}

function fitting(mysfits, choice) {
  return mysfits.filter((mysfit) => Object.entries(choice).every(([field, value]) => mysfit[field] === value));
}

async function list(url, name, signal) {
  const mysfits = (await ask(url, name, signal))?.mysfits;
  if (!Array.isArray(mysfits)) {
    throw new Error(`${name} gave no list of mysfits`);
  }
  return mysfitsIn(mysfits);
}

async function ask(url, name, signal) {
  // `no-cache` queries the server again: a student who has just deployed wants to see the new data.
  const response = await request(url, { name, patience: PATIENCE_SECONDS, signal, cache: "no-cache" });
  if (!response.ok) {
    throw new Error(`${name} answered with status ${response.status}`);
  }
  return response.json().catch(() => undefined);
}
