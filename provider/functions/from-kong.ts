import { formatProblem } from "../../config/problem";
import { readKong } from "../configuration/kong-file";
import { toDynamic } from "../configuration/plain";
import { defineFunction, FunctionArgumentError, parameter, t } from "../framework";

/** `provider::signalbox::from_kong`: what a Kong file says, in the form that the data source takes. */
export const fromKong = defineFunction({
  summary: "Reads a Kong file for the data source",
  description:
    "Reads a Kong declarative file, a single plugin or a plugin's `config`, as YAML or JSON, and returns an object with the members `ai_proxy_advanced` and `ai_proxy` for the data source `signalbox_configuration`. References stay what they are, nothing is read and no default is filled in. A plugin on a service, or a global one, becomes one element per route that it applies to; where the text has no route for it, the element has no `route`, and one has to be merged in. What the data source cannot say is an error with line and column.",
  parameters: [parameter("yaml", t.string, { description: 'The text, such as `file("kong.yaml")`.' })],
  returns: t.dynamic,
  call([yaml]) {
    const { problems, value } = readKong(yaml);
    // Core puts a full stop after it.
    if (value === undefined)
      throw new FunctionArgumentError(
        0,
        problems
          .map((problem) => formatProblem(problem))
          .join("\n")
          .replace(/\.$/, ""),
      );
    return toDynamic(value);
  },
});
