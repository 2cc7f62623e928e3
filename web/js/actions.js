// What a visitor does for a mysfit: liking and adopting.
//
// A requested change is shown at once. Nothing is changed for that: the page shows every mysfit as `asSeen` returns it,
// which includes the calls in flight. A call that has failed is no longer in flight, and the old state is back.

import { openAccount } from "./account/dialog.js";
import { SessionEnded, visitor } from "./account/session.js";
import { post, Refusal } from "./api.js";
import { remember, remembers } from "./remembered.js";
import { dismiss, notify } from "./notices.js";

const ACTIONS = {
  like: {
    invitation: (name) => `Sign in to like ${name}.`,
    failure: (name) => `Your like for ${name} did not count`,
    learn: likesIn,
  },
  adopt: {
    invitation: (name) => `Sign in to adopt ${name}.`,
    failure: (name) => `${name} is still without a home`,
    learn: newHome,
  },
};

// By action, then by the mysfit's id: how many likes it adds.
const underWay = { like: new Map(), adopt: new Map() };
const listeners = [];
let isOffered = false;
let changes = 0;

export const like = (mysfit) => act("like", mysfit);
export const adopt = (mysfit) => act("adopt", mysfit);

/** Offers liking and adopting from now on, or not. */
export function offerActions(is) {
  isOffered = is;
}

export const areActionsOffered = () => isOffered;

/** Calls `listener` with a mysfit's id when it must be redrawn, and with what was learned, such as `{ likes: 3 }`. */
export function onAction(listener) {
  listeners.push(listener);
}

/** Grows whenever something begins or ends. What was requested before that is out of date. */
export const changeCount = () => changes;

/** Returns whether no call is in flight. */
export const isAtRest = () => Object.values(underWay).every((mysfits) => mysfits.size === 0);

/** Returns a mysfit as this visitor should see it now. */
export function asSeen(mysfit) {
  const { mysfitId: id, likes, adopted } = mysfit;
  const who = visitor();
  const didBefore = (action) => who !== undefined && remembers(who, action, id);
  return {
    ...mysfit,
    likes: likes + (underWay.like.get(id) ?? 0),
    adopted: adopted || underWay.adopt.has(id),
    // The table may have been recreated since: then nobody likes it, and nobody has it.
    isLiking: underWay.like.has(id),
    isLiked: underWay.like.has(id) || (likes > 0 && didBefore("like")),
    isMine: underWay.adopt.has(id) || (adopted && didBefore("adopt")),
  };
}

async function act(name, mysfit) {
  const { mysfitId: id } = mysfit;
  const action = ACTIONS[name];
  if (underWay[name].has(id)) {
    return;
  }
  dismiss();
  const who = visitor();
  if (!who) {
    invite(name, mysfit);
    return;
  }
  underWay[name].set(id, name === "like" && !asSeen(mysfit).isLiked ? 1 : 0);
  tell(id, {});
  let learned = {};
  try {
    const answer = await post(`/mysfits/${encodeURIComponent(id)}/${name}`);
    remember(who, name, id);
    learned = action.learn(mysfit, answer);
  } catch (error) {
    learned = fail(name, mysfit, error);
  }
  underWay[name].delete(id);
  tell(id, learned);
}

/** Asks the visitor to sign in, and then does what was requested. */
function invite(name, mysfit, why = "") {
  openAccount({ note: `${why}${ACTIONS[name].invitation(mysfit.name)}`, then: () => act(name, mysfit) });
}

function fail(name, mysfit, error) {
  if (error instanceof SessionEnded) {
    invite(name, mysfit, "Your session has ended. ");
  } else if (error instanceof Refusal && error.status === 409) {
    notify(`Somebody else was quicker: ${mysfit.name} has found a home.`);
    return { adopted: true };
  } else {
    notify(`${ACTIONS[name].failure(mysfit.name)}: ${error.message}.`);
  }
  return {};
}

function likesIn({ name, likes }, { likes: total, counted }) {
  if (counted === false) {
    notify(`You like ${name} already, and every visitor's like counts once.`);
  }
  return { likes: Number.isFinite(total) ? total : likes };
}

function newHome({ name }) {
  notify(`${name} lives with you now.`);
  return { adopted: true };
}

function tell(id, learned) {
  changes += 1;
  listeners.forEach((listener) => listener(id, learned));
}
