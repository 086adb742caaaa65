import { processIo } from "./io";
import { superviseSignals } from "./signals";
import { run, type Commands } from "./program";

const commands: Commands = {
  check: async (options, io) => (await import("./check.js")).check(options, io),
  explain: async (options, io) => (await import("./explain.js")).explain(options, io),
  serve: async (options, io) => {
    // before the gateway's code is loaded, which takes a while
    const signals = superviseSignals(process, (code) => process.exit(code));
    return (await import("./serve.js")).serve(options, io, signals);
  },
  health: async (options, io) => (await import("./health.js")).health(options, io),
  providerInstall: async (options, io) => (await import("./provider-install.js")).providerInstall(options, io),
  planSummary: async (options, io) => (await import("./plan-summary/command.js")).planSummary(options, io),
};

void run(process.argv.slice(2), commands, processIo()).then((code) => {
  process.exitCode = code;
});
