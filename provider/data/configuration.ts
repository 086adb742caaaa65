import type { Path as ProblemPath, Problem } from "../../config/problem";
import { checkConfiguration } from "../configuration/check";
import { toPlain } from "../configuration/plain";
import { renderDocument } from "../configuration/render";
import { forClient, Path, ProviderError, type CtyRecord, type Diagnostics } from "../framework";
import { configurationSchema } from "../schema/configuration";

const { defineDataSource } = forClient<null>();

const GIVEN = ["name", "ai_proxy_advanced", "ai_proxy"] as const;

/** A problem's path as core takes it. Headers are a map, whose keys are no attributes. */
export function attributePath(path: ProblemPath): Path {
  return path.reduce<Path>((at, part, index) => {
    if (typeof part === "number") return at.index(part);
    const isKey = path[index - 1] === "headers" && path[index - 2] === "route";
    return isKey ? at.key(part) : at.attribute(part);
  }, Path.empty);
}

function report(problems: readonly Problem[], diagnostics: Diagnostics): void {
  for (const { severity, path, message } of problems) {
    const at = attributePath(path);
    const detail = path.length === 0 ? message : `${at.toString()}: ${message}`;
    if (severity === "error") diagnostics.error("Invalid gateway configuration", detail, at);
    else diagnostics.warning("Questionable gateway configuration", detail, at);
  }
}

function check(config: CtyRecord, diagnostics: Diagnostics) {
  const given = GIVEN.map((name) => [name, config[name] ?? null] as const);
  const { problems, document } = checkConfiguration(toPlain(Object.fromEntries(given)));
  report(problems, diagnostics);
  return document;
}

/** The data source `signalbox_configuration`: checks a gateway's configuration and renders it. Reads nothing but its own arguments. */
export const configuration = defineDataSource({
  schema: configurationSchema,
  validate({ config, diagnostics }) {
    check(config, diagnostics);
  },
  read({ config, diagnostics }) {
    const document = check(config, diagnostics);
    if (document === undefined)
      throw new ProviderError("The configuration cannot be rendered", { detail: "Mend the problems above first." });
    return renderDocument(document);
  },
});
