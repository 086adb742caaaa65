import type { IncomingMessage } from "node:http";

/** Whether a client takes an answer in this content coding. */
export function accepts(request: IncomingMessage, coding: string): boolean {
  const accepted = request.headers["accept-encoding"];
  if (typeof accepted !== "string") return false;
  return accepted.split(",").some((part) => {
    const [name, ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    return (name === coding || name === "*") && !parameters.some((parameter) => NO_WEIGHT.test(parameter));
  });
}

const NO_WEIGHT = /^q=0(?:\.0*)?$/;
