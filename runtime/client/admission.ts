import type { IncomingMessage } from "node:http";
import { acceptsJson, type Surface } from "../surfaces/surface";
import { GatewayError } from "../errors";
import { occurrences } from "./request-target";

/** The media type that a request's `Content-Type` names, in lower case and without parameters; undefined if there is none. */
export function mediaTypeOf({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  const type = headers["content-type"];
  if (type === undefined || type === "") return undefined;
  const end = type.indexOf(";");
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
}

/**
 * Lets a request in to a surface by its method, and to a JSON surface by its content type: pages of other origins can send some types without the
 * browser's asking first.
 * @throws GatewayError `method_not_allowed`, `wrong_content_type`
 */
export function admit(request: IncomingMessage, { methods, body }: Pick<Surface, "methods" | "body">): void {
  const method = request.method ?? "";
  if (!methods.has(method)) {
    const allow = [...methods].join(", ");
    throw new GatewayError("method_not_allowed", `the method must be one of ${allow}, but it is ${method}`, undefined, ["allow", allow]);
  }
  if (body === "bytes") return;
  const type = request.headers["content-type"];
  if (type === "application/json" ? occurrences(request.rawHeaders, "content-type") === 1 : isJson(request)) return;
  throw new GatewayError(
    "wrong_content_type",
    "the Content-Type must be application/json or another type that ends in +json; it may be left out, but not by web pages",
  );
}

function isJson(request: IncomingMessage): boolean {
  const type = mediaTypeOf(request);
  // a page can send bytes without a type and without asking first; its browser then names the page
  if (type === undefined) return request.headers.origin === undefined && occurrences(request.rawHeaders, "content-type") <= 1;
  return acceptsJson(type) && occurrences(request.rawHeaders, "content-type") === 1;
}
