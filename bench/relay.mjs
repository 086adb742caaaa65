// The bare floor that the gateway is measured against: node:http in front, the same undici Pool behind, bytes passed untouched.
// usage: node relay.mjs UPSTREAM_ORIGIN PORT
import { createServer } from "node:http";
import { Pool } from "undici";

const [, , upstream, port] = process.argv;
const pool = new Pool(upstream, { connections: 64, pipelining: 1 });

createServer((request, response) => {
  const body = [];
  request.on("data", (chunk) => body.push(chunk));
  request.on("end", () => {
    const { method, url: path, headers } = request;
    let controller;
    response.on("drain", () => controller?.resume());
    response.on("close", () => response.writableFinished || controller?.abort(new Error("the client left")));
    pool.dispatch(
      { method, path, headers: { "content-type": headers["content-type"] }, body: body.length === 1 ? body[0] : Buffer.concat(body) },
      {
        onRequestStart: (current) => (controller = current),
        onResponseStart: (_, status, { "content-type": type, "content-length": length }) =>
          response.writeHead(status, length === undefined ? { "content-type": type } : { "content-type": type, "content-length": length }),
        onResponseData: (_, chunk) => response.write(chunk) || controller.pause(),
        onResponseEnd: () => response.end(),
        onResponseError: () => response.destroy(),
      },
    );
  });
}).listen(Number(port), "127.0.0.1");
