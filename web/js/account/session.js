// Who is signed in: the tokens, kept in the browser's storage until the visitor signs out.
// They are read from there each time, so all tabs agree.

import { userPoolClient } from "../settings.js";
import { forget, read, write } from "../storage.js";
import * as cognito from "./cognito.js";
import { claims } from "./token.js";

// By client: two labs on one address, one after the other, must not meet each other's tokens.
const KEY = `mysfits.session.${userPoolClient}`;

// A token is renewed when it has no more than this left.
const MARGIN_SECONDS = 60;

// With these Cognito reports that a refresh token is no longer valid.
const ENDINGS = new Set([
  "NotAuthorizedException",
  "PasswordResetRequiredException",
  "ResourceNotFoundException",
  "UserNotConfirmedException",
  "UserNotFoundException",
]);

/** Nobody is signed in, or no longer. */
export class SessionEnded extends Error {}

const listeners = [];
let renewing;

/** Calls `listener` after each sign-in and sign-out, even in another tab. */
export function onSession(listener) {
  listeners.push(listener);
}

addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) {
    tell();
  }
});

/** Returns who is signed in: `{ sub, email }`, or nothing. */
export function visitor() {
  const { sub, email } = claims(read(KEY)?.idToken);
  return sub ? { sub, email: email ?? "" } : undefined;
}

/** Signs in. */
export async function signIn(email, password) {
  keep(await cognito.signIn(email, password));
  tell();
}

/** Signs out here at once, and at Cognito when it can be reached. */
export function signOut() {
  const refreshToken = read(KEY)?.refreshToken;
  end();
  if (refreshToken) {
    // Whether it worked or not: this browser no longer has a token.
    cognito.revokeToken(refreshToken).catch(() => undefined);
  }
}

/** Returns an ID token that is valid for a while. */
export async function freshToken() {
  const session = read(KEY);
  const left = (session?.until ?? 0) - Date.now();
  return left > MARGIN_SECONDS * 1000 ? session.idToken : renewedToken();
}

/** Returns a new ID token. Concurrent calls share one. */
export function renewedToken() {
  renewing ??= renew().finally(() => (renewing = undefined));
  return renewing;
}

async function renew() {
  const refreshToken = read(KEY)?.refreshToken;
  if (!refreshToken) {
    throw new SessionEnded();
  }
  const result = await cognito.refresh(refreshToken).catch((error) => {
    if (ENDINGS.has(error.type)) {
      end();
      throw new SessionEnded();
    }
    throw error;
  });
  if (read(KEY)?.refreshToken !== refreshToken) {
    // Signed out meanwhile, which must stay so.
    throw new SessionEnded();
  }
  // The refresh token stays valid, unless Cognito has issued another one.
  keep({ RefreshToken: refreshToken, ...result });
  return result.IdToken;
}

function keep({ IdToken, RefreshToken, ExpiresIn }) {
  // By this computer's own clock, which may be wrong about the time but not about an hour.
  write(KEY, { idToken: IdToken, refreshToken: RefreshToken, until: Date.now() + ExpiresIn * 1000 });
}

function end() {
  forget(KEY);
  tell();
}

function tell() {
  listeners.forEach((listener) => listener());
}
