import type { Session } from "./session";

/** A part of the provider by its name, or an error that says which there are. */
export function find<T>(parts: Readonly<Record<string, T>>, what: string, name: string): T {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part === undefined)
    throw new Error(`${what} must be one of ${Object.keys(parts).sort().join(", ") || "none"}, but ${JSON.stringify(name)} was asked for`);
  return part;
}

/** The client for handlers that cannot go on without one. */
export function requireClient(session: Session): unknown {
  if (session.client.kind === "ready") return session.client.client;
  if (session.client.kind === "unknown" && session.client.client !== undefined) return session.client.client;
  throw new Error("the provider is not configured: its configuration has values that are not known yet, or failed");
}

/** The client, or undefined while the provider's configuration is not known. */
export function clientIfAny(session: Session): unknown {
  return session.client.kind === "none" ? undefined : session.client.client;
}
