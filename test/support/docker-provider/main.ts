/** The stand-in as a program. */
import { serve } from "../../../provider/rpc/serve";
import { DOCKER_ADDRESS, dockerProvider } from "./provider";

void serve({ address: DOCKER_ADDRESS, provider: () => dockerProvider() });
