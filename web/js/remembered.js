// Which mysfits a visitor has liked and adopted, as this browser remembers it. The API does not reveal it, so this is
// only for showing a full heart; what counts is the server. It is keyed by the visitor's id in the user pool, which
// reveals nothing about who that is, and so outlives signing out.

import { read, write } from "./storage.js";

const key = (visitor) => `mysfits.mine.${visitor.sub}`;

/** Returns whether the visitor has done this (`like` or `adopt`) for a mysfit. */
export function remembers(visitor, action, mysfitId) {
  return all(visitor, action).includes(mysfitId);
}

/** Remembers that the visitor has. */
export function remember(visitor, action, mysfitId) {
  const mysfits = new Set(all(visitor, action)).add(mysfitId);
  write(key(visitor), { ...read(key(visitor)), [action]: [...mysfits] });
}

/** Forgets it again. */
export function forgetThat(visitor, action, mysfitId) {
  const mysfits = all(visitor, action).filter((id) => id !== mysfitId);
  write(key(visitor), { ...read(key(visitor)), [action]: mysfits });
}

function all(visitor, action) {
  const mysfits = read(key(visitor))?.[action];
  return Array.isArray(mysfits) ? mysfits : [];
}
