import { fileSchemaText } from "./file-schema";
import { propsText } from "./props";
import { referencePageText } from "./reference-page";
import { readmeText } from "./served-table";
import { typesText } from "./types";

/** What is derived from the model: the text of each file by its path below the repository's root. */
export const GENERATED_FILES: Readonly<Record<string, () => string>> = {
  "config/types.generated.ts": typesText,
  "constructs/props.generated.ts": propsText,
  "docs/signalbox.schema.json": fileSchemaText,
  "docs/configuration.md": referencePageText,
  "README.md": readmeText,
};
