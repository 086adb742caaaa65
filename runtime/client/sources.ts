import type { IncomingMessage } from "node:http";
import { headerText } from "../bytes/header-text";
import type { RouteMatch } from "../router/router";
import type { TemplateSources } from "../templates/template";

/** Values for templates, out of the client's request; the query is parsed only where a template asks for it. */
export class RequestSources implements TemplateSources {
  private query: URLSearchParams | undefined;

  constructor(
    private readonly request: IncomingMessage,
    private readonly match: RouteMatch,
    private readonly rawQuery: string,
  ) {}

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    const first = typeof value === "string" ? value : value?.[0];
    return first === undefined ? undefined : headerText(first);
  }

  uriCapture(name: string): string | undefined {
    return Object.hasOwn(this.match.captures, name) ? this.match.captures[name] : undefined;
  }

  queryParam(name: string): string | undefined {
    this.query ??= new URLSearchParams(this.rawQuery);
    return this.query.get(name) ?? undefined;
  }
}
