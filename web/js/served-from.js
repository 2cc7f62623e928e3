// The footer's line about what serves the page.

import { byId } from "./dom.js";
import { bucket, region, service } from "./settings.js";

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
