import { isIPv4 } from "node:net";
import { CredentialProblem } from "./problem";
import { parsedUrl } from "../../config/parsed-url";

/** Where a service that gives credentials is asked. */
export interface ServiceAddress {
  readonly origin: string;
  /** Without a closing slash; empty at the root. */
  readonly path: string;
}

/** Of a parsed address, in which every spelling of an IPv4 address has become one. */
const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));

/**
 * Reads an address that the environment gives.
 * @param beside the service belongs to the machine, so that its address may be a plain one; else that is so on the machine itself alone
 * @throws CredentialProblem that names the variable and never repeats its value
 */
export function serviceAddress(variable: string, text: string, beside: boolean): ServiceAddress {
  const url = parsedUrl(text);
  const isPlain = url?.protocol === "http:" && (beside || isLoopback(url.hostname));
  if (url === undefined || (!isPlain && url.protocol !== "https:") || url.username !== "" || url.password !== "") {
    const plain = beside ? "an http or https address" : "an https address (or http on this machine)";
    throw new CredentialProblem(
      `${variable} must be ${plain} without credentials in it, but another text was given. Correct the environment.`,
    );
  }
  return { origin: url.origin, path: url.pathname.replace(/\/$/, "") };
}
