// What the page has requested since it was opened, for the panel "under the hood". Nothing of what is sent or answered
// is kept but the address and the ids: no token, no password.

const KEPT = 50;

// In the order in which a page can read them: the backend's own id, which its log has; API Gateway's or Cognito's; S3's.
const IDS = ["x-request-id", "x-amzn-requestid", "x-amz-request-id"];

const recorded = [];
const listeners = [];

/** Returns the requests, newest first. */
export const requests = () => recorded;

/** Calls `listener` after each request. */
export function onRequest(listener) {
  listeners.push(listener);
}

/** Keeps a request that has ended. Without `response`, nobody has answered, or the page no longer wanted the answer. */
export function record({ method = "GET", url, began, response, isCancelled = false, operation = "" }) {
  const [header, id] = IDS.map((name) => [name, response?.headers.get(name)]).find(([, value]) => value) ?? [];
  recorded.unshift({
    method,
    url: new URL(url, document.baseURI),
    operation,
    status: response?.status,
    isCancelled,
    milliseconds: performance.now() - began,
    id,
    // Only the backend gives this id, so it has seen the request.
    reachedBackend: header === "x-request-id",
  });
  recorded.length = Math.min(recorded.length, KEPT);
  listeners.forEach((listener) => listener());
}

/** Returns how the page itself and its files came, as the browser has noted it. */
export function pageLoad() {
  const [page] = performance.getEntriesByType("navigation");
  const site = new URL(".", document.baseURI).href;
  const files = performance.getEntriesByType("resource").filter(({ name, initiatorType }) => name.startsWith(site) && initiatorType !== "fetch");
  return { url: new URL(page.name), status: page.responseStatus, milliseconds: page.responseEnd - page.startTime, files: files.length };
}
