import { status } from "@grpc/grpc-js";
import { providerService } from "../../../provider/rpc/handlers";
import { createLogger } from "../../../provider/rpc/log";
import { serviceDefinition } from "../../../provider/rpc/messages";
import { listen, type ListeningServer } from "../../../provider/rpc/server";
import { connect, type ProviderClient } from "../../support/provider/client";
import { fakeServer } from "../../support/provider/fake-server";

const log = createLogger({ module: "m", level: undefined, write: () => undefined });
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

interface Busy {
  readonly listening: ListeningServer;
  readonly client: ProviderClient;
  /** Resolves when the call has arrived. */
  readonly arrived: Promise<void>;
  readonly answer: () => void;
}

/** A server whose ReadResource waits until it is told to answer. */
async function busy(): Promise<Busy> {
  let arrive = (): void => undefined;
  let answer = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const server = fakeServer({
    readResource: async () => {
      arrive();
      await answered;
      return { diagnostics: [], private: Buffer.from("late") };
    },
  });
  const services = [providerService(() => server, log)];
  const listening = await listen({ place: { network: "unix", folder: undefined }, tls: undefined, services });
  const client = connect(listening.endpoint);
  ends.push(
    () => listening.close(),
    () => client.close(),
  );
  return { listening, client, arrived, answer };
}

test("draining waits for the call under way", async () => {
  const { listening, client, arrived, answer } = await busy();
  const call = client.call("ReadResource", {});
  await arrived;
  const drained = listening.drain(60_000);
  answer();
  await expect(call).resolves.toEqual({ private: Buffer.from("late") });
  client.close();
  await drained;
});

test("draining ends at its limit, whatever is under way, and nobody is served any more", async () => {
  const { listening, client, arrived } = await busy();
  const { path, requestSerialize, responseDeserialize } = serviceDefinition("tfplugin6.Provider")["ReadResource"]!;
  const call = client.raw.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, () => undefined);
  await arrived;
  await listening.drain(10);
  const late = connect(listening.endpoint);
  await expect(late.call("GetMetadata", {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  late.close();
  call.cancel();
});
