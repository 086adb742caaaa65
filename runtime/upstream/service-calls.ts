import type { Clock } from "../clock";
import type { ServiceCall } from "../credentials/service-call";
import { retryAfterMs } from "../targets/retry-after";
import { createDispatcher } from "./dispatcher";
import { readProxyEnvironment } from "./proxy-environment";
import { smallCall } from "./small-call";

/** A service that gives credentials is asked once in an hour or so, each time over a connection of its own. */
const CONNECTION = { connections: 1, connectTimeoutMs: 10_000, keepAliveTimeoutMs: 1_000 };

const NO_PROXY = readProxyEnvironment({});

/** Makes the calls to services that give credentials. */
export const serviceCalls =
  (clock: Pick<Clock, "date">): ServiceCall =>
  async (request, { beside, ...limits }) => {
    const dispatcher = beside ? createDispatcher(request.origin, CONNECTION, NO_PROXY) : createDispatcher(request.origin, CONNECTION);
    try {
      const { status, headers, body } = await smallCall(dispatcher, request, limits);
      return { status, body, retryAfterMs: retryAfterMs(headers, clock) };
    } finally {
      // what still arrives is of no use to anybody
      void dispatcher.destroy().catch(() => undefined);
    }
  };
