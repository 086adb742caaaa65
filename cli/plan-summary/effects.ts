/** What follows from a changed field, in words. Where nothing is said the change speaks for itself. */
import { algorithmFacts } from "../../config/algorithms";
import type { FieldChange } from "./fields";
import type { Redactor } from "./redactor";
import { shares } from "./shares";
import { targetNames } from "./target-names";
import { isHidden, isNothing, member, text } from "./values";

const MOST_TOLD = 6;

/** Fields of targets and of the plugin, by the last part of their path. */
const SETTINGS: Readonly<Record<string, string | ((field: Pick<FieldChange, "rawAfter">) => string)>> = {
  max_tokens: ({ rawAfter }) => (typeof rawAfter === "number" ? `answers of at most ${rawAfter} tokens` : ""),
  retries: ({ rawAfter }) => (typeof rawAfter === "number" ? `at most ${rawAfter + 1} attempts per request` : ""),
  max_request_body_size: "larger requests are answered with 413",
  input_cost: "counts for requests from then on",
  output_cost: "counts for requests from then on",
  max_fails: ({ rawAfter }) => (rawAfter === 0 ? "targets are never left out for their failures" : ""),
  log_payloads: ({ rawAfter }) => (rawAfter === true ? "log entries hold what people write" : ""),
  header_value: "another credential is sent",
  param_value: "another credential is sent",
};

/** What follows from a setting of a target or of the plugin. */
export function settingEffect({ path, rawAfter }: Pick<FieldChange, "path" | "rawAfter">): string {
  const name = String(path.at(-1));
  const effect = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  return typeof effect === "function" ? effect({ rawAfter }) : (effect ?? "");
}

/**
 * What follows from names that clients may give as `model`, in view of all targets that will be there: an alias, else a configured model's name, else
 * targets without a name take it, else 400.
 *
 * @param gone names that the target had
 * @param come aliases that it gets
 */
export function nameEffect(gone: readonly unknown[], come: readonly unknown[], after: readonly unknown[], redactor: Redactor): string {
  const answered = (name: string): boolean =>
    after.some((target) => {
      const names = [member(target, "model", "model_alias"), member(target, "model", "name")];
      return isNothing(names[1]) || names.some((one) => one === name || isHidden(one));
    });
  const quote = (name: string): string => `"${redactor.show(name, 40)}"`;
  const texts = (values: readonly unknown[]): readonly string[] => values.flatMap((value) => text(value) ?? []);
  const refused = texts(gone).filter((name) => !answered(name));
  return [
    ...texts(come).map((name) => `requests for model ${quote(name)} reach it`),
    ...(refused.length === 0 ? [] : [`requests for model ${refused.map(quote).join(" or ")} are refused with 400`]),
  ].join("; ");
}

/** What an algorithm does with the targets: its nature, and their shares where it has any. */
export function algorithmEffect(algorithm: string | undefined, targets: readonly unknown[], redactor: Redactor): string {
  if (algorithm === undefined) return "";
  const facts = algorithmFacts(algorithm);
  const nature = facts?.nature;
  const divided = facts !== undefined && facts.division.kind !== "other";
  return [...(nature === undefined ? [] : [nature]), ...(divided ? [shareList(algorithm, targets, redactor)] : [])]
    .filter((part) => part !== "")
    .join("; ");
}

/** `gpt-4o 70 %, gpt-4o-mini 30 %`. */
export function shareList(algorithm: string | undefined, targets: readonly unknown[], redactor: Redactor): string {
  if (targets.length === 0) return "";
  const names = targetNames(targets, redactor);
  const parts = shares(targets, algorithm);
  const told = names.slice(0, MOST_TOLD).map((name, index) => `${name} ${parts[index] ?? ""}`);
  const more = names.length - MOST_TOLD;
  return [...told, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
