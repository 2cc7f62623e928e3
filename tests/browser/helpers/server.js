// A web server on a port of its own.

import { createServer } from "node:http";
import { once } from "node:events";

/** Serves with `answer(request, response)` until it is stopped. */
export async function serve(answer, port = 0) {
  const server = createServer(answer);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address();
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    async stop() {
      if (server.listening) {
        server.close();
        server.closeAllConnections();
        await once(server, "close");
      }
    },
  };
}
