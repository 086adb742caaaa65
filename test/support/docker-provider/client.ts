import type Docker from "dockerode";
import { forClient } from "../../../provider/framework";
import type { Engine } from "../docker-engine/engine";

/** What every resource is given. */
export interface DockerClient {
  readonly docker: Docker;
  readonly engine: Engine;
}

/** Defines a resource of this provider. */
export const { defineResource } = forClient<DockerClient>();

/** The HTTP status of what the Engine answered, where an error is such an answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly statusCode?: number }).statusCode;
}

/** What was found, or undefined where the Engine knows no such thing. */
export async function found<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Waits for a removal; what is gone already, or on its way, is removed too. */
export async function removed(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (statusOf(error) !== 404 && !/removal of container .* is already in progress/.test(String(error))) throw error;
  }
}

/** What was given without the names that are the framework's affair, for a mapping that refuses what it does not know. */
export function without(attributes: object, ...names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}
