"use strict";
const { readFileSync, writeFileSync } = require("node:fs");
const { createServer, get } = require("node:http");

if (process.argv[2] === "health") {
  get({ host: "127.0.0.1", port: 8000, path: "/" }, (response) => process.exit(response.statusCode === 200 ? 0 : 1)).on("error", () =>
    process.exit(1),
  );
} else {
  writeFileSync("/var/lib/signalbox/started", String(Date.now()));
  const server = createServer((_, response) => response.end(readFileSync("/etc/signalbox/config/kong.json")));
  server.listen(8000, "0.0.0.0");
  process.on("SIGTERM", () => server.close(() => process.exit(0)));
}
