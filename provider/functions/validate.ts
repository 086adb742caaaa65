import { formatPath } from "../../config/problem";
import { comparePaths } from "../../config/validate";
import { checkConfiguration } from "../configuration/check";
import { conform } from "../configuration/conform";
import { toPlain } from "../configuration/plain";
import { defineFunction, parameter, t } from "../framework";
import { typeOf } from "../schema/attributes";
import { configurationSchema } from "../schema/configuration";

/** `provider::signalbox::validate`: every error of a configuration, unknown names included, which core drops in silence from nested attributes. */
export const validate = defineFunction({
  summary: "Finds every problem of a gateway configuration",
  description:
    "Takes the object whose members are given to the data source `signalbox_configuration` and returns path and message of each problem; an empty list where there is none. Unlike the data source it also sees names that no attribute has: Terraform drops them from nested attributes in silence, so put this function into a `check` block.",
  parameters: [parameter("config", t.dynamic, { description: "An object with `ai_proxy_advanced`, `ai_proxy` and `name`." })],
  returns: t.list(t.object({ path: t.string, message: t.string })),
  call([config]) {
    const { value, problems } = conform(toPlain(config), typeOf(configurationSchema.attributes));
    const taken = new Set(problems.map(({ path }) => formatPath(path)));
    const others = checkConfiguration(value).problems.filter(({ severity, path }) => severity === "error" && !taken.has(formatPath(path)));
    return [...problems, ...others]
      .sort((left, right) => comparePaths(left.path, right.path))
      .map(({ path, message }) => ({ path: formatPath(path), message }));
  },
});
