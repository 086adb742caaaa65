/** Where a value is to be found. `env`: an environment variable; `file`: a file under the secrets folder. */
export interface Reference {
  readonly kind: "env" | "file";
  /** The environment variable's name as looked up, or the path below the secrets folder. */
  readonly name: string;
  /** JSON key inside the value (`{vault://env/MY_SECRET/key}`), if any. */
  readonly key?: string;
  /** The text as written, for messages. */
  readonly text: string;
}

/** Reads the present value of references. Implementations never log or keep a value longer than they say. */
export interface ReferenceSource {
  /** @throws ReferenceProblem naming the variable or file (and uid and remedy where it is unreadable), never a value. */
  read(reference: Reference): string;
}
