// What serves the page: the footer's line about it, and whether it is a local cloud.

import { byId } from "./dom.js";
import { api, backend, bucket, cognito, region, service } from "./settings.js";

const DEFAULT_PORT = "4566";

// A local cloud has addresses of this machine only, and its own port in each but the load balancer's.
const local = [cognito, api, backend].filter(Boolean).map((address) => new URL(address)).find(({ hostname }) =>
  hostname === "localhost" || hostname.endsWith(".localhost") || /^127\./.test(hostname));

/** Whether the page's services are a local cloud. */
export const isLocal = local !== undefined;

/** Returns a command of `mysfits` for this lab, such as `mysfits logs --local --request abc`. */
export const command = (text) => {
  const [verb, ...rest] = text.split(" ");
  return ["mysfits", verb, ...(isLocal ? ["--local"] : []), ...rest].join(" ");
};

/** Returns the command that prints the mails that a local cloud does not send. */
export const mailCommand = () =>
  `mysfits local mail${cognito && local.port !== DEFAULT_PORT ? ` --port ${local.port}` : ""}`;

/** Shows the line, unless the page has not been deployed. */
export function showServedFrom() {
  if (!bucket || !region) {
    return;
  }
  const mysfits = service ? `, with the ${service.name} at ${new URL(service.url).host}` : "";
  const line = byId("served-from");
  line.textContent = `Served from the S3 bucket ${bucket} in ${region}${mysfits}.`;
  line.hidden = false;
}
