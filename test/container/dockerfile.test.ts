import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as layout from "../../config/container-layout";

const text = readFileSync(resolve(__dirname, "../../container/Dockerfile"), "utf8");
/** Instructions with their continued lines joined, comments left out. */
const instructions = text
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => line.replace(/\s+/g, " ").trim());
const argument = (name: string) => instructions.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);

describe("container/Dockerfile", () => {
  test("base image is an argument with the layout's default", () => {
    expect(instructions.slice(0, 2)).toEqual([`ARG BASE_IMAGE=${layout.DEFAULT_BASE_IMAGE}`, "FROM ${BASE_IMAGE}"]);
  });

  test("runs the layout's command as the layout's user", () => {
    expect(JSON.parse(argument("ENTRYPOINT")!)).toEqual(["node", layout.MAIN]);
    expect(argument("USER")).toBe(layout.USER);
    expect(argument("EXPOSE")).toBe(String(layout.PROXY_PORT));
    expect(argument("STOPSIGNAL")).toBe("SIGTERM");
  });

  test("serves with the layout's paths and ports", () => {
    const [command, ...flags] = JSON.parse(argument("CMD")!) as string[];
    const pairs = Object.fromEntries(flags.flatMap((flag, index) => (index % 2 === 0 ? [[flag, flags[index + 1]]] : [])));
    expect(command).toBe("serve");
    expect(pairs).toEqual({
      "--config": layout.CONFIG_PATH,
      "--secrets": layout.SECRETS_FOLDER,
      "--state": layout.STATE_FOLDER,
      "--host": "0.0.0.0",
      "--port": String(layout.PROXY_PORT),
      "--admin-port": String(layout.ADMIN_PORT),
    });
  });

  test("makes the layout's folders before it gives up root, the state folder for the user", () => {
    const run = argument("RUN")!;
    expect(run).toContain(`mkdir -p ${layout.CONFIG_FOLDER} ${layout.SECRETS_FOLDER} ${layout.STATE_FOLDER} `);
    expect(run).toMatch(new RegExp(`chown ${layout.USER} [^&]*${layout.STATE_FOLDER} `));
    expect(instructions.findIndex((line) => line.startsWith("RUN"))).toBeLessThan(
      instructions.findIndex((line) => line.startsWith("USER")),
    );
  });

  test("copies the bundle to where the command stands", () => {
    expect(instructions).toContain(`COPY dist/ ${dirname(dirname(layout.MAIN))}/`);
  });

  test("needs no BuildKit", () => {
    expect(text).not.toMatch(/^# *syntax=|RUN --|COPY --(link|chmod|parents|exclude)|<</m);
  });
});
