import type { IncomingMessage } from "node:http";
import type { RouteMatch } from "../router/router";
import type { TemplateSources } from "../templates/template";

const BEYOND_ASCII = /[^\u0000-\u007f]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Node gives a header's bytes as Latin-1, while clients mean UTF-8; what is not valid UTF-8 stays as it is. */
function textOf(value: string): string {
  try {
    return UTF8.decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}

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
    return first === undefined || !BEYOND_ASCII.test(first) ? first : textOf(first);
  }

  uriCapture(name: string): string | undefined {
    return Object.hasOwn(this.match.captures, name) ? this.match.captures[name] : undefined;
  }

  queryParam(name: string): string | undefined {
    this.query ??= new URLSearchParams(this.rawQuery);
    return this.query.get(name) ?? undefined;
  }
}
