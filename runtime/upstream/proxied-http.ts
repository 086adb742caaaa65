import { Dispatcher } from "undici";
import { PassedOn } from "./passed-on";
import { NoTunnel } from "./proxy-failure";

/**
 * Asks a proxy for an `http` upstream. Nearly all proxies take the absolute form, many of them open no tunnel to such a port (Squid's default), and some do
 * nothing but open tunnels: these never answer anything else. So a tunnel is asked for, until one is refused.
 */
export class ProxiedHttp extends Dispatcher {
  private readonly tunnels: Dispatcher;
  private refused = false;

  constructor(
    tunnels: Dispatcher,
    private readonly absoluteForm: Dispatcher,
  ) {
    super();
    this.tunnels = tunnels.compose(
      (dispatch) => (options, handler) => dispatch(options, new Tunnelled(handler, () => this.otherwise(options, handler))),
    );
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return (this.refused ? this.absoluteForm : this.tunnels).dispatch(options, handler);
  }

  override close(callback?: () => void): Promise<void> {
    return told(Promise.all([this.tunnels.close(), this.absoluteForm.close()]), callback);
  }

  override destroy(...given: readonly unknown[]): Promise<void> {
    const error = given.find((one) => one instanceof Error) ?? null;
    const callback = given.find((one) => typeof one === "function") as (() => void) | undefined;
    return told(Promise.all([this.tunnels.destroy(error), this.absoluteForm.destroy(error)]), callback);
  }

  private otherwise(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.refused = true;
    this.absoluteForm.dispatch(options, handler);
  }
}

/** A request that is made in another way if there is no tunnel for it. */
class Tunnelled extends PassedOn {
  constructor(
    handler: Dispatcher.DispatchHandler,
    private readonly otherwise: () => void,
  ) {
    super(handler);
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    // the HTTP client is in the middle of clearing its queue: a call that follows must not come into it
    if (error instanceof NoTunnel) process.nextTick(this.otherwise);
    else super.onResponseError(controller, error);
  }
}

async function told(done: Promise<unknown>, callback: (() => void) | undefined): Promise<void> {
  await done;
  callback?.();
}
