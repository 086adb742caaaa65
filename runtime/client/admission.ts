import type { IncomingMessage } from "node:http";
import type { Surface } from "../surfaces/surface";
import { GatewayError } from "../errors";
import { occurrences } from "./request-target";

const JSON_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]*\+json$/;

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
  if (type === "application/json" ? occurrences(request.rawHeaders, "content-type") === 1 : isJson(request, type)) return;
  throw new GatewayError(
    "wrong_content_type",
    "the Content-Type must be application/json or another type that ends in +json; it may be left out, but not by web pages",
  );
}

function isJson(request: IncomingMessage, type: string | undefined): boolean {
  // a page can send bytes without a type and without asking first; its browser then names the page
  if (type === undefined || type === "") {
    return request.headers.origin === undefined && occurrences(request.rawHeaders, "content-type") <= 1;
  }
  const end = type.indexOf(";");
  const name = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
  return (name === "application/json" || JSON_TYPE.test(name)) && occurrences(request.rawHeaders, "content-type") === 1;
}
