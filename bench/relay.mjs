// The bare relay that the gateway is measured against: node:http in front, the same undici Pool behind by its documented streaming call,
// headers and bytes passed on, no look at a body.
// usage: node relay.mjs UPSTREAM_ORIGIN PORT
import { createServer } from "node:http";
import { Pool } from "undici";

const [, , upstream, port] = process.argv;
const pool = new Pool(upstream, { connections: 64, pipelining: 1 });
const ofOneConnection = new Set(["connection", "keep-alive", "transfer-encoding", "host"]);

function forwarded(headers) {
  const kept = {};
  for (const name in headers) if (!ofOneConnection.has(name)) kept[name] = headers[name];
  return kept;
}

createServer((request, response) => {
  const { method, url: path, headers } = request;
  pool
    .stream({ method, path, headers: forwarded(headers), body: request }, ({ statusCode, headers: answered }) =>
      response.writeHead(statusCode, forwarded(answered)),
    )
    .catch(() => response.destroy());
}).listen(Number(port), "127.0.0.1");
