import type { PlannedGateway } from "./gateways";
import type { ResourceChange } from "./read-plan";
import type { Redactor } from "./redactor";
import type { Application } from "./summary";
import { isHidden, isRecord } from "./values";

/** What happens to a gateway's process, and the sentences that say so. */
export interface Applied {
  readonly application: Application;
  readonly notes: readonly string[];
}

const RELOAD = "Applied by reload: no restart, no dropped request.";
const MOST_REASONS = 6;

/** Says what restarts, starts, stops or reloads. `changed`: whether the configuration has another content than before. */
export function applied({ containers, deliveries }: PlannedGateway, changed: boolean, redactor: Redactor): Applied {
  const notes: string[] = [];
  let application: Application = "none";
  for (const container of containers) {
    const note = sentence(container, redactor);
    if (note === undefined) continue;
    notes.push(note.text);
    if (application === "none" || note.application === "restart") application = note.application;
  }
  const inPlace = containers.filter(({ action }) => action === "update");
  if (inPlace.length > 0) notes.push(`${names(inPlace, redactor)} ${inPlace.length === 1 ? "changes" : "change"} in place: no restart.`);
  if (!changed || application !== "none") return { application, notes };
  const delivered = deliveries.some(({ action }) => action === "create" || action === "replace" || action === "update");
  if (delivered) return { application: "reload", notes: [RELOAD, ...notes] };
  return {
    application: "unknown",
    notes: [...notes, "The plan does not show how this reaches the gateway: no delivery container changes in it."],
  };
}

function sentence(container: ResourceChange, redactor: Redactor): { readonly application: Application; readonly text: string } | undefined {
  const { action, drifted } = container;
  const name = redactor.show(container.address);
  switch (action) {
    case "replace":
      return {
        application: "restart",
        text: `Restart: ${name} is replaced${reasons(container, redactor)}. New connections are refused meanwhile, ${streams(container)}.`,
      };
    case "create":
      return { application: "start", text: `Start: ${name} is created${drifted ? ", as it was removed outside of Terraform" : ""}.` };
    case "delete":
      return { application: "stop", text: `Stop: ${name} is removed. New connections are refused, ${streams(container)}.` };
    case "forget":
      return { application: "none", text: `${name} is no longer managed by Terraform, and keeps running.` };
    case "update":
    case "none":
      return undefined;
  }
}

/** Whether the provider kills a container at once: it goes by the grace period that the state holds. */
export function isKilled({ action, before }: ResourceChange): boolean {
  if ((action !== "replace" && action !== "delete") || !isRecord(before)) return false;
  const grace = before["destroy_grace_seconds"];
  return !isHidden(grace) && !(typeof grace === "number" && grace > 0);
}

function streams(container: ResourceChange): string {
  return isKilled(container) ? "open streams are cut" : "open streams finish";
}

function reasons({ replaceBecause }: ResourceChange, redactor: Redactor): string {
  if (replaceBecause.length === 0) return "";
  const told = replaceBecause.slice(0, MOST_REASONS).map((reason) => redactor.show(reason, 40));
  const more = replaceBecause.length - told.length;
  return ` (because of ${told.join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}

function names(containers: readonly ResourceChange[], redactor: Redactor): string {
  return containers.map(({ address }) => redactor.show(address)).join(", ");
}
