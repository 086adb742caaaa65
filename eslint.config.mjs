import { readFileSync } from "node:fs";
import tseslint from "typescript-eslint";

const types = readFileSync(new URL("config/types.generated.ts", import.meta.url), "utf8");

/** The words of one of the model's closed lists. */
function wordsOf(name) {
  const union = types.split(`export type ${name} =`)[1];
  if (union === undefined) throw new Error(`config/types.generated.ts has no type ${name}`);
  return [...union.split(";", 1)[0].matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

/** Forbids to tell words of the model's lists apart by comparison. */
const noComparisonWith = (what, lists) => {
  const words = lists.flatMap(wordsOf);
  const word = `Literal[value=/^(${words.join("|")})$/]`;
  const message = `What differs by ${what} belongs in its own file or table, not in a comparison with a name.`;
  return [
    `SwitchCase > ${word}.test`,
    `BinaryExpression[operator=/^[!=]==?$/] > ${word}`,
    `CallExpression[callee.property.name="includes"] > MemberExpression > ArrayExpression > ${word}`,
  ].map((selector) => ({ selector, message }));
};

const PROVIDERS = noComparisonWith("provider or dialect", ["Provider", "LlmFormat"]);
const ALGORITHMS = noComparisonWith("algorithm", ["Algorithm"]);

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "**/cdktf.out/**",
      "**/*.generated.ts",
      "test/fixtures/**",
      "test/**/*.compile-fail.ts",
      "**/*.{js,cjs,mjs}",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 500, skipBlankLines: true }],
      complexity: ["warn", 14],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-restricted-properties": ["error", { object: "URL", property: "canParse", message: "Use config/parsed-url.ts, which says why." }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: "only-allowed-literals" }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "build/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off", "no-console": "off", "max-lines": "off" },
  },
  { files: ["cli/**/*.ts", "examples/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["cli/**/*.ts", "constructs/**/*.ts", "provider/**/*.ts", "runtime/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...PROVIDERS, ...ALGORITHMS] },
  },
  { files: ["runtime/providers/**/*.ts", "runtime/dialects/**/*.ts"], rules: { "no-restricted-syntax": ["error", ...ALGORITHMS] } },
  { files: ["runtime/balancers/**/*.ts"], rules: { "no-restricted-syntax": ["error", ...PROVIDERS] } },
);
