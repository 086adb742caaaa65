import type { Balancer, BalancerOptions } from "../interfaces";
import { RoundRobin } from "./round-robin";
export const createBalancer = (options: BalancerOptions, previous: Balancer | undefined): Balancer => previous ?? new RoundRobin(options);
