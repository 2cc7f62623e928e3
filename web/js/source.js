// Where the mysfits come from: the site's own file, or the backend. Nothing else knows it.
//
// A source's `find` gives the mysfits that fit a choice such as `{ goodevil: "Good" }`; with `{}` it gives all.
// It throws an error whose message says what went wrong.

import { mysfitsIn } from "./mysfit.js";

const FILE = "mysfits.json";

// By how the backend calls them.
const FILTERS = { goodevil: "GoodEvil", lawchaos: "LawChaos" };

// A load balancer without a healthy task lets a browser wait for a minute and longer.
const PATIENCE_SECONDS = 10;

/** The mysfits that came with the site. */
export function bundledSource() {
  let all;
  return {
    async find(choice, signal) {
      all ??= await ask(FILE, FILE, signal);
      return fitting(all, choice);
    },
  };
}

/** The mysfits in the table, as the backend at this address tells them. */
export function backendSource(address) {
  const url = (filters) => `${address}/mysfits${filters.length > 0 ? `?${new URLSearchParams(filters)}` : ""}`;
  const name = `the backend at ${new URL(address).host}`;
  return {
    async find(choice, signal) {
      // The backend filters by one axis, because the table has an index for each. The other is ours.
      const filters = Object.entries(choice)
        .slice(0, 1)
        .flatMap(([field, value]) => [["filter", FILTERS[field]], ["value", value]]);
      const found = fitting(await ask(url(filters), name, signal), choice);
      // A table has no order, and cards must not change places from one answer to the next.
      return found.sort((one, other) => one.name.localeCompare(other.name, "en"));
    },
  };
}

function fitting(mysfits, choice) {
  return mysfits.filter((mysfit) => Object.entries(choice).every(([field, value]) => mysfit[field] === value));
}

async function ask(url, name, signal) {
  const response = await answer(url, name, signal);
  if (!response.ok) {
    throw new Error(`${name} answered with status ${response.status}`);
  }
  const mysfits = await response.json().then((body) => body?.mysfits, () => undefined);
  if (!Array.isArray(mysfits)) {
    throw new Error(`${name} gave no list of mysfits`);
  }
  return mysfitsIn(mysfits);
}

async function answer(url, name, signal) {
  const patience = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  try {
    // `no-cache` asks the server again: a student who has just deployed wants to see the new data.
    return await fetch(url, { cache: "no-cache", signal: AbortSignal.any([signal, patience]) });
  } catch (cause) {
    const why = patience.aborted ? `: no answer within ${PATIENCE_SECONDS} seconds` : "";
    throw new Error(`${name} could not be reached${why}`, { cause });
  }
}
