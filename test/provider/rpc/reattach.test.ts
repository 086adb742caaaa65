import type { ProviderServer } from "../../../provider/framework";
import { serveForReattach } from "../../../provider/rpc/reattach";
import { connect } from "../../support/provider/client";
import { fakeServer } from "../../support/provider/fake-server";

const ADDRESS = "registry.terraform.io/acme/demo";

test("a command that was stopped does not stop the next one, and the end that core wishes for does not come", async () => {
  const events: string[] = [];
  let made = 0;
  const createServer = (): ProviderServer => {
    const name = `server ${(made += 1)}`;
    const note = <T>(event: string, answer: T) => {
      return (): Promise<T> => {
        events.push(`${name}: ${event}`);
        return Promise.resolve(answer);
      };
    };
    return fakeServer({
      configureProvider: note("configure", { diagnostics: [] }),
      planResourceChange: note("plan", { diagnostics: [] }),
      stopProvider: note("stop", { Error: "" }),
    });
  };
  const served = await serveForReattach({ createServer, address: ADDRESS });
  const value = JSON.parse(served.env.TF_REATTACH_PROVIDERS) as Record<string, { Addr: { String: string } }>;
  const client = connect({ network: "unix", path: value[ADDRESS]!.Addr.String });
  try {
    for (const method of ["ConfigureProvider", "PlanResourceChange", "StopProvider", "PlanResourceChange"] as const)
      await client.call(method, {});
    await client.unary("plugin.GRPCController", "Shutdown", {});
    for (const method of ["ConfigureProvider", "PlanResourceChange", "ConfigureProvider"] as const) await client.call(method, {});
  } finally {
    client.close();
    served.close();
  }
  expect(events).toEqual([
    "server 1: configure",
    "server 1: plan",
    "server 1: stop",
    "server 1: plan",
    "server 2: configure",
    "server 2: plan",
    "server 2: configure",
  ]);
});
