/**
 * Keeps stdout for the handshake. A single line of any library before it ("Unrecognized remote plugin message") ends the run, so everything that
 * would go there goes to stderr. Takes effect where this module is loaded by a program that core started; so a provider's main file imports `serve` first.
 */
import { writeSync } from "node:fs";
import { MAGIC_COOKIE } from "./handshake";

/**
 * Names a descriptor that the launcher opened for the handshake, having pointed stdout itself at stderr: then nothing can reach core's end of the pipe
 * by accident, child processes and writes to descriptor 1 included.
 */
export const HANDSHAKE_DESCRIPTOR_VARIABLE = "PROVIDER_HANDSHAKE_FD";

/** Sends what is written to process.stdout, console included, to stderr. */
export function redirectStdout(): void {
  const { stdout, stderr } = process;
  stdout.write = stderr.write.bind(stderr);
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => stderr });
}

/** Writes the one line that core reads, past the redirection. */
export function writeHandshake(line: string): void {
  writeSync(Number(process.env[HANDSHAKE_DESCRIPTOR_VARIABLE] ?? "1"), line);
  // Whatever the provider starts has no such descriptor.
  Reflect.deleteProperty(process.env, HANDSHAKE_DESCRIPTOR_VARIABLE);
}

if (process.env[MAGIC_COOKIE.name] === MAGIC_COOKIE.value) redirectStdout();
