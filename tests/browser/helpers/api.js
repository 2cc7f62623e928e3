// The API in front of a backend: it lets only a pool's users like and adopt.

import { startBackend } from "./backend.js";

const PATH = /^\/prod\/mysfits\/([\w-]+)(?:\/(like|adopt|give-back))?$/;

/** Starts an API. It has what a backend has, and `likeAs`, `adoptAs` and `giveBackAs` for what other visitors do. */
export async function startApi(pool, items) {
  const likers = new Map();
  const owners = new Map();

  const ACTIONS = {
    like(mysfit, sub) {
      const already = likers.get(mysfit) ?? new Set();
      const counted = !already.has(sub);
      likers.set(mysfit, already.add(sub));
      mysfit.likes += counted ? 1 : 0;
      return { status: 200, body: { Update: "Success", likes: mysfit.likes, counted } };
    },
    adopt(mysfit, sub) {
      if (mysfit.adopted && owners.get(mysfit) !== sub) {
        return { status: 409, body: { error: "somebody else has adopted this mysfit" } };
      }
      owners.set(mysfit, sub);
      mysfit.adopted = true;
      return { status: 200, body: { Update: "Success", adopted: true } };
    },
    "give-back"(mysfit, sub) {
      if (!mysfit.adopted) {
        return { status: 409, body: { message: "nobody has adopted this mysfit" } };
      }
      if (owners.get(mysfit) !== sub) {
        return { status: 403, body: { message: "this mysfit lives with somebody else" } };
      }
      owners.delete(mysfit);
      mysfit.adopted = false;
      return { status: 200, body: { Update: "Success", adopted: false } };
    },
  };

  function answer({ method, url, headers }, mysfits) {
    const [, id, action] = PATH.exec(url) ?? [];
    const mysfit = mysfits.find(({ mysfitId }) => mysfitId === id);
    if (!mysfit) {
      return undefined;
    }
    if (method === "GET") {
      return { status: 200, body: mysfit };
    }
    const { user, refused } = pool.whose(headers.authorization);
    // The authorizer refuses before the backend hears of it.
    const own = { "x-amzn-requestid": "gateway-1" };
    return user ? ACTIONS[action](mysfit, user.sub) : { status: 401, body: { message: refused }, headers: own };
  }

  const backend = await startBackend(items, answer);
  const named = (name) => backend.mysfits.find((mysfit) => mysfit.name === name);
  return {
    ...backend,
    url: `${backend.url}/prod`,
    named,
    /** The actions that were asked for: `like CoCo`. */
    actions: () =>
      backend.requests.filter((line) => line.startsWith("POST")).map((line) => {
        const [, id, action] = PATH.exec(line.slice("POST ".length));
        return `${action} ${backend.mysfits.find(({ mysfitId }) => mysfitId === id).name}`;
      }),
    likeAs: (sub, name) => ACTIONS.like(named(name), sub),
    adoptAs: (sub, name) => ACTIONS.adopt(named(name), sub),
    /** In the name of whoever has adopted it. */
    giveBackAs: (name) => ACTIONS["give-back"](named(name), owners.get(named(name))),
  };
}
