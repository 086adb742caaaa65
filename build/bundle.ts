/** The command with all its libraries in one file, so that neither the container nor a user's project installs them. */
import { build, type Metafile } from "esbuild";

/**
 * Bundles `entry` into `outfile`. Names are kept, so that a stack trace in production can be read; white space and comments are not (the licence texts
 * go to a file of their own). One file on purpose: what is loaded lazily (`await import`) is evaluated lazily in it, and state is never held twice.
 */
export async function bundle(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.18",
    format: "cjs",
    charset: "utf8",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
