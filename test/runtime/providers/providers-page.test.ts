import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROVIDERS } from "../../../config/schema/vocabulary";
import { SERVED_MATRIX } from "../../../config/served-matrix";
import { providersPage } from "../../../runtime/providers/providers-page";

const page = readFileSync(join(__dirname, "../../../docs/providers.md"), "utf8");

test("docs/providers.md holds the current tables (else: npm run generate)", () => {
  expect(providersPage() === page).toBe(true);
});

test.each(PROVIDERS)("the page tells of %s what is different, if it speaks OpenAI's dialect", (provider) => {
  const rows = page.split("\n").filter((line) => line.startsWith(`| \`${provider}\` `));
  const served = SERVED_MATRIX.filter((row) => row.provider === provider && row.form === "same dialect").map(({ routeType }) => routeType);
  const tables = (served.length > 0 ? 2 : 0) + (served.includes("llm/v1/embeddings") ? 1 : 0);
  expect(rows).toHaveLength(tables);
});
