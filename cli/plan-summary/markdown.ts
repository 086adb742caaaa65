import type { Change, GatewaySummary, Summary } from "./summary";

/** First line of the comment, by which a later run finds it. */
export const MARKER = "<!-- signalbox plan-summary -->";

/** GitHub takes comments of at most 65,536 characters. */
const LONGEST = 60_000;
const LONGEST_TABLE = 40_000;
const MOST_ROWS = 100;
const MOST_LISTED = 20;

/** Prints a summary as Markdown for a comment on a pull request. */
export function toMarkdown(summary: Summary): string {
  const told = summary.gateways.filter(isNews);
  const lines = [MARKER, "### Gateway plan", ""];
  if (told.length === 0) lines.push(nothing(summary), "");
  let room = LONGEST_TABLE;
  for (const gateway of told) {
    if (summary.gateways.length > 1) lines.push(`#### ${escape(gateway.name)}`, "");
    const block = gatewayBlock(gateway, room);
    room = Math.max(0, room - block.join("\n").length);
    lines.push(...block);
  }
  if (summary.warnings.length > 0) {
    const shown = summary.warnings.slice(0, MOST_LISTED);
    const more = summary.warnings.length - shown.length + summary.omittedWarnings;
    lines.push("**Warnings**", "", ...shown.map((warning) => `- ${escape(warning)}`), ...(more > 0 ? [`- and ${more} more`] : []), "");
  }
  if (summary.others.length > 0) lines.push(othersLine(summary), "");
  const text = `${lines.join("\n").trimEnd()}\n`;
  return text.length <= LONGEST ? text : `${text.slice(0, text.lastIndexOf("\n", LONGEST))}\n\nThe rest is too long for a comment.\n`;
}

function isNews({ configuration, notes }: GatewaySummary): boolean {
  return (configuration !== "unchanged" && configuration !== "not in the plan") || notes.length > 0;
}

function nothing({ gateways, others }: Summary): string {
  const configured = gateways.filter(({ configuration }) => configuration !== "not in the plan").length;
  if (others.length === 0) return "No changes.";
  if (configured === 0) return "No gateway configuration was found in this plan; only other resources change.";
  return `The configuration of the gateway${configured === 1 ? "" : "s"} does not change; only other resources do.`;
}

const INTRODUCTIONS: Readonly<Partial<Record<GatewaySummary["configuration"], string>>> = {
  added: "A new gateway.",
  removed: "The gateway's configuration is removed.",
  unchanged: "The configuration does not change.",
  unknown: "The configuration is known after apply.",
  sensitive: "The configuration is marked sensitive, so that its changes are not shown.",
};

function gatewayBlock(gateway: GatewaySummary, room: number): readonly string[] {
  const introduction = INTRODUCTIONS[gateway.configuration];
  return [
    ...(introduction === undefined ? [] : [introduction, ""]),
    ...table(gateway, room),
    ...gateway.notes.flatMap((note) => [escape(note), ""]),
  ];
}

function table({ changes, omittedChanges }: GatewaySummary, room: number): readonly string[] {
  const rows: string[] = [];
  let used = 0;
  for (const change of changes) {
    const line = row(change);
    if (rows.length >= MOST_ROWS || used + line.length > room) break;
    rows.push(line);
    used += line.length;
  }
  const more = changes.length - rows.length + omittedChanges;
  const rest = more > 0 ? [`${rows.length > 0 ? "and " : ""}${more} more ${more === 1 ? "change" : "changes"}`, ""] : [];
  return rows.length === 0 ? rest : ["| route | change | effect |", "| --- | --- | --- |", ...rows, "", ...rest];
}

function row({ route, change, effect }: Change): string {
  return `| ${[route, change, effect].map(escape).join(" | ")} |`;
}

function othersLine({ others, omittedOthers }: Summary): string {
  const shown = others.slice(0, MOST_LISTED).map(({ address, action }) => `${escape(address)} ${action}`);
  const more = others.length - shown.length + omittedOthers;
  return `Other resources: ${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`;
}

/** What Markdown or GitHub would read: an underscore inside a word is no markup. */
const SPECIAL = /:\/\/|www\.|[\\`*~[\]{}|$^&<>@#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gi;
/** Mentions and issue references are looked for in the finished page, where an escape does not count; this parts their letters unseen. */
const APART = "\u200b";

/**
 * A text that Markdown and GitHub take literally: no markup, HTML, table cell, formula, link, mention or issue reference comes of it.
 */
export function escape(text: string): string {
  return text.replace(SPECIAL, (found) => {
    if (found === "&") return "&amp;";
    if (found === "<") return "&lt;";
    if (found === ">") return "&gt;";
    if (found === "@") return `@${APART}`;
    if (found === "#") return `\\#${APART}`;
    if (found === "://") return ":\\/\\/";
    return found.length > 1 ? `${found.slice(0, -1)}&#46;` : `\\${found}`;
  });
}
