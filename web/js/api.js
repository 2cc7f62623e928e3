// The calls that the API accepts from signed-in visitors only.

import { freshToken, renewedToken } from "./account/session.js";
import { request } from "./request.js";
import { api } from "./settings.js";

// The API itself gives the backend 29 seconds, and then reports a timeout.
const PATIENCE_SECONDS = 35;

const REASONS = {
  401: "the API does not accept your sign-in",
  403: "the API does not allow it",
  404: "the API knows no such mysfit",
  429: "the API has too much to do; try again in a moment",
  504: "the backend did not answer in time",
};

/** The API has refused. Its message can follow a colon. */
export class Refusal extends Error {
  constructor(status) {
    super(REASONS[status] ?? `the API answered with status ${status}`);
    this.status = status;
  }
}

/** Posts to a path such as `/mysfits/ID/like` in the visitor's name, and returns the answer. */
export async function post(path) {
  let response = await send(path, await freshToken());
  if (response.status === 401) {
    response = await send(path, await renewedToken());
  }
  if (!response.ok) {
    throw new Refusal(response.status);
  }
  return response.json().catch(() => ({}));
}

function send(path, token) {
  // The token as it is: this authorizer expects no `Bearer` before it.
  const headers = { Authorization: token };
  return request(`${api}${path}`, { name: "the API", patience: PATIENCE_SECONDS, method: "POST", headers });
}
