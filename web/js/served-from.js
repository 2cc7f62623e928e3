// The footer's line about what serves the page.

import { byId } from "./dom.js";
import { backend, bucket, region } from "./settings.js";

/** Shows the line, unless the page has not been deployed. */
export function showServedFrom() {
  if (!bucket || !region) {
    return;
  }
  const mysfits = backend ? `, with the backend at ${new URL(backend).host}` : "";
  const line = byId("served-from");
  line.textContent = `Served from the S3 bucket ${bucket} in ${region}${mysfits}.`;
  line.hidden = false;
}
