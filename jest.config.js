const typescript = { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] };

/**
 * Tests run in a context of their own, where a look at a global costs a hundred times what it costs elsewhere; these are handed to each module instead.
 * None of them is ever replaced by a test.
 */
const GLOBALS = ["Array", "BigInt", "JSON", "Map", "Math", "Object", "RegExp", "Set"];

/** `npm test` runs unit, integration and the fault wall; the other projects need Docker, terraform, a database server or ../shared and have a script each. */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  transform: typescript,
  testEnvironment: "node",
  sandboxInjectedGlobals: GLOBALS,
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/test/fixtures/.*/node_modules/"],
  ...extra,
});

module.exports = {
  // jest leaves a core free by default, which on a machine with two is half of it
  maxWorkers: "100%",
  projects: [
    project("unit", ["<rootDir>/test/{build,config,runtime,constructs,provider,cli,examples,bench,container,support,wall}/**/*.test.ts"]),
    project("services", ["<rootDir>/test/services/**/*.test.ts"]),
    project("conformance", ["<rootDir>/test/conformance/**/*.test.ts"]),
    project("package", ["<rootDir>/test/package/**/*.test.ts"]),
    project("e2e", ["<rootDir>/test/e2e/**/*.test.ts"]),
  ],
};
