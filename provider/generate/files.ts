import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bindingsText } from "./bindings";
import { dataSourcePage, functionPage, indexPage } from "./docs";

const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { readonly version: string };

/** What is derived from the provider's schema: the text of each file by its path below the repository's root. */
export const GENERATED_FILES: Readonly<Record<string, () => string>> = {
  "constructs/bindings/signalbox.generated.ts": () => bindingsText(version),
  "docs/provider/index.md": () => indexPage(version),
  "docs/provider/data-sources/configuration.md": () => dataSourcePage("signalbox_configuration"),
  "docs/provider/functions/from_kong.md": () => functionPage("from_kong"),
  "docs/provider/functions/validate.md": () => functionPage("validate"),
};
