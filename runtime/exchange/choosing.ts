import type { ChoiceRequest } from "../balancers/balancer";
import type { Asked } from "./prepare-call";

/** A client's request while a target is chosen for it. A class, as closures would be made for each request. */
export class Choosing implements ChoiceRequest {
  private controller: AbortController | undefined;

  constructor(private readonly asked: Asked) {}

  get requestId(): string {
    return this.asked.requestId;
  }

  header(name: string): string | undefined {
    return this.asked.sources.header(name);
  }

  prompt(): string {
    return this.asked.surface.prompt(this.asked.ask);
  }

  signal(): AbortSignal {
    return (this.controller ??= new AbortController()).signal;
  }

  /** The choice is of no use any longer. */
  abandon(): void {
    this.controller?.abort();
  }
}
