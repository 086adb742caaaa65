import type { ForwardProxy } from "./proxy-environment";

/** Something between the gateway and a forward proxy went wrong, so that the upstream was never reached. */
export class ProxyFailure extends Error {
  override readonly name = "ProxyFailure";
  readonly code = "PROXY_FAILED";

  /** @param reason what the proxy did, without its address: fit for clients. The message names the proxy, without credentials: fit for logs. */
  constructor(
    proxy: ForwardProxy,
    readonly reason: string,
    cause?: Error,
  ) {
    super(`the proxy ${proxy.origin} (${proxy.variable}) ${reason}`, cause === undefined ? {} : { cause });
  }
}

/** The proxy was reached, but it opened no tunnel: nothing of the request has been sent. */
export class NoTunnel extends ProxyFailure {}
