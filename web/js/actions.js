// What a visitor does for a mysfit: liking, adopting and giving back.
//
// A requested change is shown at once. Nothing is changed for that: the page shows every mysfit as `asSeen` returns it,
// which includes the calls in flight. A call that has failed is no longer in flight, and the old state is back.

import { openAccount } from "./account/dialog.js";
import { SessionEnded, visitor } from "./account/session.js";
import { post, Refusal } from "./api.js";
import { forgetThat, remember, remembers } from "./remembered.js";
import { dismiss, notify } from "./notices.js";
import { Unreachable } from "./request.js";

const ACTIONS = {
  like: {
    invitation: (name) => `Sign in to like ${name}.`,
    failure: (name) => `Your like for ${name} did not count`,
    done: (who, id) => remember(who, "like", id),
    learn: likesIn,
  },
  adopt: {
    invitation: (name) => `Sign in to adopt ${name}.`,
    failure: (name) => `${name} is still without a home`,
    done: (who, id) => remember(who, "adopt", id),
    learn: newHome,
    // Somebody else was quicker.
    refused: {
      409: ({ name }) => [`Somebody else was quicker: ${name} has found a home.`, { adopted: true }],
    },
  },
  "give-back": {
    invitation: (name) => `Sign in to give ${name} back.`,
    failure: (name) => `${name} stays with you`,
    done: (who, id) => forgetThat(who, "adopt", id),
    learn: noHome,
    // The table was changed since: by this visitor elsewhere, or because it was created again.
    refused: {
      403: ({ name }) => [`${name} lives with somebody else by now.`, {}],
      409: ({ name }) => [`${name} has no home any more.`, { adopted: false }],
    },
    // An API of before there was this path does not even answer the browser's question whether it may be called.
    unreachable: "the API could not be reached, or takes no mysfits back",
  },
};

// By action, then by the mysfit's id: how many likes it adds.
const underWay = { like: new Map(), adopt: new Map(), "give-back": new Map() };
const listeners = [];
let isOffered = false;
let changes = 0;

export const like = (mysfit) => act("like", mysfit);
export const adopt = (mysfit) => act("adopt", mysfit);
export const giveBack = (mysfit) => act("give-back", mysfit);

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
  const isLeaving = underWay["give-back"].has(id);
  const didBefore = (action) => who !== undefined && remembers(who, action, id);
  return {
    ...mysfit,
    likes: likes + (underWay.like.get(id) ?? 0),
    adopted: !isLeaving && (adopted || underWay.adopt.has(id)),
    // The table may have been recreated since: then nobody likes it, and nobody has it.
    isLiking: underWay.like.has(id),
    isLiked: underWay.like.has(id) || (likes > 0 && didBefore("like")),
    isMine: !isLeaving && (underWay.adopt.has(id) || (adopted && didBefore("adopt"))),
    canGiveBack: !isLeaving && !underWay.adopt.has(id) && adopted && didBefore("adopt"),
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
    action.done(who, id);
    learned = action.learn(mysfit, answer);
  } catch (error) {
    learned = fail(name, mysfit, error, who);
  }
  underWay[name].delete(id);
  tell(id, learned);
}

/** Asks the visitor to sign in, and then does what was requested. */
function invite(name, mysfit, why = "") {
  openAccount({ note: `${why}${ACTIONS[name].invitation(mysfit.name)}`, then: () => act(name, mysfit) });
}

/** Says why it did not happen, and returns what was learned from that. */
function fail(name, mysfit, error, who) {
  const { failure, refused, unreachable } = ACTIONS[name];
  const known = error instanceof Refusal ? refused?.[error.status] : undefined;
  if (error instanceof SessionEnded) {
    invite(name, mysfit, "Your session has ended. ");
  } else if (known) {
    const [text, learned] = known(mysfit);
    forgetThat(who, "adopt", mysfit.mysfitId);
    notify(text);
    return learned;
  } else {
    const why = error instanceof Unreachable ? unreachable : undefined;
    notify(`${failure(mysfit.name)}: ${why ?? error.message}.`);
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

function noHome({ name }) {
  notify(`${name} is looking for a home again.`);
  return { adopted: false };
}

function tell(id, learned) {
  changes += 1;
  listeners.forEach((listener) => listener(id, learned));
}
