import { isWhollyKnown, type CtyValue, type Diagnostics } from "../../../provider/framework";
import { UnsupportedAttribute, type Attributes } from "../docker-engine/attributes";

/**
 * Tries the mapping on a configuration before anything is created: what it does not take is an error of the plan. A configuration with
 * unknown values is tried at apply, by the request itself.
 */
export function checkMapping(config: object, diagnostics: Diagnostics, map: (attributes: Attributes) => unknown): void {
  if (!isWhollyKnown(config as CtyValue)) return;
  try {
    map(config as Attributes);
  } catch (error) {
    if (!(error instanceof UnsupportedAttribute)) throw error;
    if (!diagnostics.hasErrors) diagnostics.error("The configuration cannot be carried out", error.message);
  }
}
