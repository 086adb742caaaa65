import type { ClientSide } from "../client/client-side";
import type { Carriage } from "../codecs/codec";
import { EVENT_STREAM } from "../framing/sse";
import { setHeader, valueOfHeader } from "../header-list";
import { BufferedRelay } from "../relay/buffered";
import { LookingRelay } from "../relay/looking";
import { PassRelay } from "../relay/pass";
import type { Found, Relay, RelayHost } from "../relay/relay";
import { StreamRelay } from "../relay/stream";
import type { AttemptOrder } from "./contract";

const CONTENT_TYPE = "content-type";

/**
 * Makes the relay that carries an answer in this way.
 * @param headers for the client, names and values in turn
 * @param coding the body's; undefined if it is plain
 * @param length as the upstream names it
 */
export function relayFor(
  carriage: Carriage | Found,
  host: RelayHost,
  client: ClientSide,
  order: AttemptOrder,
  status: number,
  headers: string[],
  coding: string | undefined,
  length: string | undefined,
): Relay {
  const { conversion, maxResponseBytes: maxBytes } = order;
  const logPayload = order.target.logging.log_payloads || order.judged !== undefined;
  switch (carriage) {
    case "pass":
      return new PassRelay(host, client, status, headers, coding, status === 204 ? undefined : length);
    case "whole":
      return new BufferedRelay(host, client, { status, headers, coding, conversion, logPayload, maxBytes, take: order.take });
    case "look":
      return new LookingRelay(host, headers, (object) => conversion.isEvent(object));
    default: {
      if (carriage !== "stream") callEvents(headers);
      const goesOn = order.resume !== undefined;
      const objects = carriage === "objects";
      return new StreamRelay(host, client, { headers, coding, reader: conversion.stream(), logPayload, goesOn, objects });
    }
  }
}

/** A stream is told as one, whatever the upstream calls it. */
function callEvents(headers: string[]): void {
  const given = valueOfHeader(headers, CONTENT_TYPE)?.toLowerCase();
  if (given?.startsWith(EVENT_STREAM) !== true) setHeader(headers, CONTENT_TYPE, EVENT_STREAM);
}
