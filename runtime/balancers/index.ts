import type { Algorithm } from "../../config/types.generated";
import type { Balancer } from "../interfaces";
import { RoundRobin } from "./round-robin";

/** One balancer per `balancer.algorithm` that this version serves. */
export const balancers: ReadonlyMap<Algorithm, new () => Balancer> = new Map([["round-robin", RoundRobin]]);
