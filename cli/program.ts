import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { CheckOptions } from "./check";
import { CannotRun, EXIT } from "./errors";
import type { ExplainOptions } from "./explain";
import type { HealthOptions } from "./health";
import type { Io } from "./io";
import type { ProviderInstallOptions } from "./provider-install";
import type { PlanSummaryOptions } from "./plan-summary/command";
import type { ServeOptions } from "./serve-options";

/** The commands' bodies; each is loaded only when it runs, so that a healthcheck starts fast. */
export interface Commands {
  check(options: CheckOptions, io: Io): Promise<number>;
  explain(options: ExplainOptions, io: Io): Promise<number>;
  serve(options: ServeOptions, io: Io): Promise<number>;
  health(options: HealthOptions, io: Io): Promise<number>;
  providerInstall(options: ProviderInstallOptions, io: Io): Promise<number>;
  planSummary(options: PlanSummaryOptions, io: Io): Promise<number>;
}

/** Runs the command that `argv` (without node and script) names; returns the exit code and never throws. */
export async function run(argv: readonly string[], commands: Commands, io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(commands, io, (result) => (code = result));
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.cannotRun;
    io.stderr(
      `signalbox: ${error instanceof CannotRun ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.cannotRun;
  }
}

/** `--flag <value>`, also settable as `SIGNALBOX_FLAG`; the flag wins. */
function setting(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.env(`SIGNALBOX_${option.name().toUpperCase().replaceAll("-", "_")}`);
}

function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

function adminPort(text: string): number | "off" {
  return text === "off" ? "off" : wholeNumber(0, 65_535)(text);
}

function names(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

const ADMIN_PORT = 8001;
const LOOPBACK = "127.0.0.1";
const secrets = () => setting("--secrets <dir>", "folder that {vault://file/…} reads from");
const ignorePlugins = () =>
  setting("--ignore-plugins <list>", "enabled plugins that are passed over, separated by commas").argParser(names).default([], "none");
/** A flag that may be given several times, and hold several names at once. */
const moreNames = (text: string, earlier: readonly string[]): string[] => [...earlier, ...names(text)];
const adminHost = () => setting("--admin-host <address>", "address of the admin port").default(LOOPBACK);

type Flags = Readonly<Record<string, unknown>>;

function createProgram(commands: Commands, io: Io, finish: (code: number) => void): Command {
  const program = new Command("signalbox").description("An AI gateway that reads Kong's ai-proxy-advanced configuration.");
  const output = {
    writeOut: (text: string) => io.stdout(text),
    writeErr: (text: string) => io.stderr(text),
    getOutHasColors: () => io.colours,
  };
  program.exitOverride().configureOutput(output).showHelpAfterError("(--help shows what can be given)");

  program
    .command("check")
    .description("Print every problem of a declarative file. Exit code 1 on errors, 0 on warnings alone, 2 if it cannot be read.")
    .argument("<file>", "Kong declarative file, YAML or JSON; - reads standard input")
    .option("--json", "print one JSON object", false)
    .addOption(secrets())
    .addOption(ignorePlugins())
    .addHelpText("after", "\nExample:\n  signalbox check kong.yaml --secrets ./secrets")
    .action(async (file: string, flags: Flags) => {
      finish(await commands.check({ ...shared(flags), file, json: flags["json"] === true }, io));
    });

  program
    .command("explain")
    .description(
      "Print what happens on each kind of failure, and the worst case in seconds. Exit code 1 if the file has errors, 2 if it cannot be read.",
    )
    .argument("<file>", "Kong declarative file, YAML or JSON; - reads standard input")
    .option("--route <name>", "this route alone")
    .option("--json", "print one JSON object", false)
    .addOption(secrets())
    .addOption(ignorePlugins())
    .addHelpText("after", "\nExample:\n  signalbox explain kong.yaml --route chat")
    .action(async (file: string, flags: Flags) => {
      const route = flags["route"] as string | undefined;
      finish(await commands.explain({ ...shared(flags), file, route, json: flags["json"] === true }, io));
    });

  const serve = program
    .command("serve")
    .description("Run the gateway. The file is watched: a valid change is served at once, an invalid one changes nothing.")
    .addOption(setting("--config <file>", "Kong declarative file, YAML or JSON").makeOptionMandatory())
    .addOption(setting("--port <number>", "port for requests; 0 takes any free one").argParser(wholeNumber(0, 65_535)).default(8000))
    .addOption(setting("--host <address>", "address for requests").default(LOOPBACK))
    .addOption(
      setting("--admin-port <number>", "port of /healthz, /readyz, /metrics and /status; 0 takes any free one, off has none")
        .argParser(adminPort)
        .default(ADMIN_PORT),
    )
    .addOption(adminHost())
    .addOption(
      setting(
        "--admin-host-name <name>",
        "name that requests to the admin port may call it by, besides addresses and localhost; repeatable",
      )
        .argParser(moreNames)
        .default([], "none"),
    )
    .addOption(
      setting(
        "--max-client-connections <number>",
        "connections of clients that each process holds; by default half of what the limit of open files leaves beyond 64, at most 16384",
      ).argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(setting("--workers <number>", "processes that serve requests").argParser(wholeNumber(1, 256)).default(1))
    .addOption(secrets())
    .addOption(
      setting("--drain-timeout <seconds>", "time that open requests have to finish after SIGTERM")
        .argParser(wholeNumber(0, 86_400))
        .default(30),
    )
    .addOption(ignorePlugins())
    .addOption(setting("--state <dir>", "folder where the last good configuration survives a restart"))
    .addOption(
      setting(
        "--admin-token-file <file>",
        "file with the bearer token of the admin port: for every change, and from other machines for all but /healthz; without it both are refused",
      ),
    )
    .addHelpText("after", "\nExample:\n  signalbox serve --config kong.yaml --port 8000 --secrets ./secrets");
  serve.action(async (flags: Flags) => {
    finish(await commands.serve(serveOptions(flags, serve.getOptionValueSource("adminPort") !== "default"), io));
  });

  program
    .command("health")
    .description("Ask a running gateway whether it is ready. Exit code 0 if it is, else 1.")
    .addOption(setting("--admin-port <number>", "the gateway's admin port").argParser(adminPort).default(ADMIN_PORT))
    .addOption(adminHost())
    .option("--json", "print the gateway's answer", false)
    .addHelpText("after", "\nExample:\n  signalbox health --admin-port 8001")
    .action(async (flags: Flags) => {
      const port = flags["adminPort"] as number | "off";
      finish(
        await commands.health(
          { adminHost: String(flags["adminHost"]), adminPort: port === "off" ? undefined : port, json: flags["json"] === true },
          io,
        ),
      );
    });

  program
    .command("plan-summary")
    .description("Print what a Terraform plan changes about its gateways, as Markdown for a pull request. Exit code 2 if it is no plan.")
    .argument("<plan.json>", "output of `terraform show -json PLANFILE` (or tofu); - reads standard input")
    .option("--json", "print one JSON object", false)
    .addHelpText("after", "\nExample:\n  signalbox plan-summary plan.json")
    .action(async (file: string, flags: Flags) => {
      finish(await commands.planSummary({ file, json: flags["json"] === true }, io));
    });

  const provider = program.command("provider").description("The Terraform provider that comes with this package.");
  provider
    .command("install")
    .description("Put the provider into a local mirror for terraform and tofu, and print the CLI configuration that uses it.")
    .option("--dir <folder>", "the mirror's folder; by default ~/.terraform.d/plugins, where both look by themselves")
    .option("--json", "print one JSON object", false)
    .addHelpText("after", "\nExample:\n  signalbox provider install --dir ./terraform-mirror")
    .action(async (flags: Flags) => {
      finish(await commands.providerInstall({ dir: flags["dir"] as string | undefined, json: flags["json"] === true }, io));
    });
  return program;
}

function shared(flags: Flags): { readonly secretsDir: string | undefined; readonly ignorePlugins: readonly string[] } {
  return { secretsDir: flags["secrets"] as string | undefined, ignorePlugins: flags["ignorePlugins"] as readonly string[] };
}

function serveOptions(flags: Flags, adminPortGiven: boolean): ServeOptions {
  const port = flags["adminPort"] as number | "off";
  return {
    ...shared(flags),
    config: flags["config"] as string,
    port: flags["port"] as number,
    host: flags["host"] as string,
    adminPort: port === "off" ? undefined : port,
    adminPortGiven,
    adminHost: flags["adminHost"] as string,
    adminHostNames: flags["adminHostName"] as readonly string[],
    maxClientConnections: flags["maxClientConnections"] as number | undefined,
    workers: flags["workers"] as number,
    drainTimeoutSeconds: flags["drainTimeout"] as number,
    stateDir: flags["state"] as string | undefined,
    adminTokenFile: flags["adminTokenFile"] as string | undefined,
  };
}
