// The floor of what is possible on this stack: node:http in front, the undici Pool at its lowest level behind, headers and bytes passed on.
// usage: node floor.mjs UPSTREAM_ORIGIN PORT
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
  const body = [];
  request.on("data", (chunk) => body.push(chunk));
  request.on("end", () => {
    const { method, url: path, headers } = request;
    let controller;
    response.on("drain", () => controller?.resume());
    response.on("close", () => response.writableFinished || controller?.abort(new Error("the client left")));
    pool.dispatch(
      { method, path, headers: forwarded(headers), body: body.length === 1 ? body[0] : Buffer.concat(body) },
      {
        onRequestStart: (current) => (controller = current),
        onResponseStart: (_, status, answered) => response.writeHead(status, forwarded(answered)),
        onResponseData: (_, chunk) => response.write(chunk) || controller.pause(),
        onResponseEnd: () => response.end(),
        onResponseError: () => response.destroy(),
      },
    );
  });
}).listen(Number(port), "127.0.0.1");
