// Which services of AWS are behind an address.

import { api, backend, cognito } from "./settings.js";

const BACKEND = ["Network Load Balancer", "Fargate"];
const UNAUTHORIZED = 401;

/** Returns the services that answered a request of `trace.js`, the one that the browser spoke to first. */
export function servicesOf({ url, status, id, reachedBackend }) {
  // The longer address first: in a local cloud, one may begin like the other.
  if (isBelow(url, cognito)) {
    return ["Cognito"];
  }
  if (isBelow(url, api)) {
    // With an id, but not the backend's: API Gateway itself has refused, for its authorizer or its throttling.
    return id && !reachedBackend ? ["API Gateway"] : ["API Gateway", ...toTable(status)];
  }
  return isBelow(url, backend) ? toTable(status) : ["S3 static website"];
}

// Whoever is refused for the token does not get as far as the table.
const toTable = (status) => (status === UNAUTHORIZED ? BACKEND : [...BACKEND, "DynamoDB"]);

function isBelow(url, address) {
  return address !== "" && `${url.href}/`.startsWith(`${new URL(address).href.replace(/\/$/, "")}/`);
}
