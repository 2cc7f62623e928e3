// A web server on a port of its own.

import { createServer } from "node:http";
import { once } from "node:events";

/** Serves with `answer(request, response)` until it is closed. */
export async function serve(answer) {
  let isStopped = false;
  const server = createServer((request, response) => (isStopped ? request.socket.destroy() : answer(request, response)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    /** Answers nobody from now on. The port stays ours, so nobody else can get it before `startAgain`. */
    stop() {
      isStopped = true;
      server.closeAllConnections();
    },
    startAgain() {
      isStopped = false;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** What a request carries. */
export async function bodyOf(request) {
  return Buffer.concat(await request.toArray()).toString();
}

/** A port that nobody listens on, as text. */
export async function freePort() {
  const server = await serve(() => {});
  await server.close();
  return new URL(server.url).port;
}
