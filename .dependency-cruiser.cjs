/** Imports run downwards only: cli -> {runtime, constructs, provider} -> config. */
module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "config-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^config/" },
      to: { path: "^(runtime|constructs|provider|cli|examples|test|bench|build)/" },
    },
    {
      name: "runtime-imports-config-only",
      severity: "error",
      from: { path: "^runtime/" },
      to: { path: "^(constructs|provider|cli|examples|test|bench|build)/" },
    },
    {
      name: "constructs-import-config-only",
      severity: "error",
      from: { path: "^constructs/" },
      to: { path: "^(runtime|provider|cli|examples|test|bench|build)/" },
    },
    {
      name: "provider-imports-config-only",
      severity: "error",
      from: { path: "^provider/" },
      to: { path: "^(runtime|constructs|cli|examples|test|bench|build)/" },
    },
    {
      name: "framework-knows-no-transport-and-no-gateway",
      severity: "error",
      from: { path: "^provider/framework/" },
      to: { path: "^(config/|provider/(?!framework/))|node_modules/@grpc/" },
    },
    {
      name: "rpc-knows-no-gateway",
      severity: "error",
      from: { path: "^provider/rpc/" },
      to: { path: "^(config/|provider/(?!framework/|rpc/))" },
    },
    { name: "nothing-imports-cli", severity: "error", from: { path: "^(config|runtime|constructs|provider)/" }, to: { path: "^cli/" } },
    {
      name: "balancers-know-targets-alone",
      severity: "error",
      from: { path: "^runtime/balancers/" },
      to: { path: "^runtime/", pathNot: "^runtime/(balancers/|targets/|clock\\.ts$|interfaces\\.ts$)" },
    },
    {
      name: "targets-know-no-balancers",
      severity: "error",
      from: { path: "^runtime/(bytes|conversation|framing|json|targets|templates|interfaces\\.ts$)" },
      to: { path: "^runtime/balancers/" },
    },
    {
      name: "algorithms-are-generated-without-the-model",
      severity: "error",
      from: { path: "^runtime/balancers/" },
      to: { path: "^config/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-the-http-shell-knows-fastify",
      severity: "error",
      from: { path: "^runtime/", pathNot: "^runtime/http/" },
      to: { path: "node_modules/fastify" },
    },
    {
      name: "cdktf-behind-one-seam",
      severity: "error",
      from: { path: "^constructs/", pathNot: "^constructs/cdktf\\.ts$" },
      to: { path: "node_modules/cdktf/" },
    },
    {
      name: "docker-provider-in-one-file",
      severity: "error",
      from: { path: "^constructs/", pathNot: "^constructs/platforms/docker-resources\\.ts$" },
      to: { path: "node_modules/@cdktf/provider-docker" },
    },
    {
      name: "relay-knows-no-attempt",
      severity: "error",
      from: { path: "^runtime/exchange/relay/" },
      to: { path: "^runtime/exchange/(attempt[^/]*|exchange|start-attempt)\\.ts$" },
    },
    {
      name: "an-attempt-knows-no-other",
      severity: "error",
      from: { path: "^runtime/exchange/(attempt|attempt-timer)\\.ts$" },
      to: { path: "^runtime/exchange/(attempts|exchange)\\.ts$" },
    },
    {
      name: "failover-decides-and-does-nothing",
      severity: "error",
      from: { path: "^runtime/failover/" },
      to: { path: "^runtime/(exchange|upstream|http|ledger|metrics)/" },
    },
    { name: "product-imports-no-test", severity: "error", from: { pathNot: "^(test|bench)/" }, to: { path: "^test/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|cdktf\\.out|test/fixtures)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
