import type { Construct } from "constructs";
import { Op, Token } from "../cdktf";
import type { TerraformElement } from "../cdktf";
import { readableId } from "../ids";
import type { DockerOptions } from "./docker-options";

/** How containers log, in the provider's spelling. */
export interface DockerLogging {
  readonly logDriver: string;
  readonly logOpts?: Record<string, string>;
}

/** What the containers of one gateway share. */
export interface DockerContext {
  readonly scope: Construct;
  /** Name of the gateway's container; other names begin with it. */
  readonly name: string;
  /** Name of the network (an expression, where it is ours). */
  readonly network: string;
  readonly log: DockerLogging;
}

/** Docker keeps logs without a limit unless told otherwise. */
const BOUNDED_LOG = { "max-size": "10m", "max-file": "3" };

/** Log driver and options with defaults; spelled out, because the provider takes what it reads back for a change. */
export function logging({ logDriver = "json-file", logOptions }: DockerOptions): DockerLogging {
  const logOpts = logOptions ?? (logDriver === "json-file" ? BOUNDED_LOG : undefined);
  return logOpts === undefined ? { logDriver } : { logDriver, logOpts };
}

/** Gives an element its readable Terraform name: that of the gateway, and what it is for. @returns the element */
export function named<Element extends TerraformElement>(element: Element, scope: Construct, purpose?: string): Element {
  element.overrideLogicalId(purpose === undefined ? readableId(scope) : `${readableId(scope)}_${purpose}`);
  return element;
}

/** A number as a text, also where it is a token. */
export function text(value: number): string {
  return Token.isUnresolved(value) ? Token.asString(value) : String(value);
}

/** A sum, also where one of its parts is a token. */
export function sum(value: number, more: number): number {
  return Token.isUnresolved(value) ? Token.asNumber(Op.add(value, more)) : value + more;
}
