/** A `signalbox serve` whose gateway is an HTTP server of a few lines: what is tested with it is the command's processes and signals. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { superviseGateway, type ProcessRole, type ServedGateway } from "../../cli/gateway-process";
import { processIo } from "../../cli/io";
import { run } from "../../cli/program";
import type { ServeOptions } from "../../cli/serve-options";
import { superviseSignals } from "../../cli/signals";
import { ConfigurationRefused } from "../../runtime/configuration-refused";
import { createAdminServer } from "../../runtime/http/admin-server";
import { GatewayMetrics } from "../../runtime/metrics/gateway-metrics";
import { fullStatusOf, type GatewayStatus } from "../../runtime/status";

const never = (): Promise<never> => new Promise(() => setTimeout(() => undefined, 60_000));

async function startFake(options: ServeOptions, { port, adminPort }: ProcessRole): Promise<ServedGateway> {
  if (options.config === "starting") {
    process.stderr.write("starting\n");
    await never();
  }
  if (options.config === "refused") throw new ConfigurationRefused("bad", [{ severity: "error", path: ["routes", 0], message: "is bad" }]);
  const server = createServer((request, response) => {
    if (request.url === "/crash") process.exit(3);
    if (request.url === "/throw") setTimeout(() => fail("thrown"), 0);
    if (request.url === "/reject") void Promise.reject(new Error("rejected"));
    metrics.exchangeEnded({ route: undefined, status: 200, milliseconds: 1 });
    response.end(String(process.pid));
  });
  if (port !== undefined) await once(server.listen(port, options.host), "listening");
  const status: GatewayStatus = { ready: true, draining: false, configuration: { state: "served", digest: "d" } };
  const metrics = new GatewayMetrics({ collect: () => [], status: () => status, requestsInFlight: () => 0, logLinesDropped: () => 0 });
  const fullStatus = () => fullStatusOf(status, metrics.plugins());
  // only the process that answered knows the answer
  const score = (requestId: string) => requestId === String(process.pid);
  const functions = { status: () => status, fullStatus, metrics: () => metrics.text(), score };
  const admin = adminPort === undefined ? undefined : createAdminServer(functions, { tokenFile: options.adminTokenFile });
  await admin?.listen(options.adminHost, adminPort ?? 0);
  const close = async (): Promise<void> => {
    await admin?.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  const drain = (): Promise<void> => (options.config === "slow" ? never() : Promise.resolve());
  return {
    ...{ port: (server.address() as AddressInfo | null)?.port ?? 0, adminPort: admin?.port, status: () => status },
    ...{ fullStatus, metrics: () => metrics.json(), score, drain, close },
    accept: (socket) => server.emit("connection", socket),
    reportStrayError: (error) => process.stderr.write(`log: ${String(error)}\n`),
  };
}

function fail(why: string): never {
  throw new Error(why);
}

const none = (): Promise<number> => Promise.resolve(2);
const signals = superviseSignals(process, (code) => process.exit(code));
void run(
  process.argv.slice(2),
  {
    check: none,
    explain: none,
    health: none,
    planSummary: none,
    providerInstall: none,
    serve: (options, io) => superviseGateway(startFake, options, io, signals),
  },
  processIo(),
).then((code) => {
  process.exitCode = code;
});
