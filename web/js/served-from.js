// The footer's line about the bucket and region that serve the page.

import { byId } from "./dom.js";

/** Shows the line, unless the page has not been deployed and `config.js` still holds placeholders. */
export function showServedFrom({ bucket, region }) {
  if ([bucket, region].some((value) => value.startsWith("REPLACE_ME"))) {
    return;
  }
  const line = byId("served-from");
  line.textContent = `Served from the S3 bucket ${bucket} in ${region}.`;
  line.hidden = false;
}
