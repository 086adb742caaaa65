import type { AttemptOutcome } from "../failover/failure";
import type { AttemptEntry } from "../ledger/entry";
import { estimateUsage } from "../ledger/estimate";
import { loggedText, type AnswerFacts } from "../relay/relay";
import type { AttemptOrder } from "./contract";

/** How an attempt went. */
export interface AttemptCourse {
  readonly outcome: AttemptOutcome;
  readonly facts: AnswerFacts;
  /** 0 if no head of an answer came. */
  readonly status: number;
  readonly latencyMs: number;
  /** From the call to the first content of a stream; undefined if none came, or if the answer is a whole one. */
  readonly firstTokenMs: number | undefined;
  /** Why its credentials could not be had; undefined for all other outcomes. */
  readonly cause: string | undefined;
}

/** What is written down of an attempt. */
export function entryOf(order: AttemptOrder, { outcome, facts, status, latencyMs, firstTokenMs, cause }: AttemptCourse): AttemptEntry {
  const { conversion, judged, stream, target } = order;
  const { logging } = target;
  const { body } = conversion;
  const used = outcome === "ok" || firstTokenMs !== undefined;
  const { characters, payload } = facts;
  const estimated = used && facts.usage === undefined && body !== undefined && characters !== undefined;
  return {
    target,
    pluginId: order.pluginId,
    requestModel: order.model,
    responseModel: facts.model,
    usage: estimated ? estimateUsage(body, characters, stream) : facts.usage,
    usageEstimated: estimated,
    stream,
    latencyMs,
    firstTokenMs,
    outcome,
    status,
    cause,
    resumes: order.resume?.manner.kind,
    next: undefined,
    skippedEvents: facts.skipped,
    dropped: conversion.dropped,
    endpoint: order.endpoint,
    requestPayload: logging.log_payloads && body !== undefined ? loggedText(body) : undefined,
    responsePayload: logging.log_payloads ? payload : undefined,
    judged: judged === undefined || payload === undefined ? undefined : { ...judged, answer: payload },
  };
}
