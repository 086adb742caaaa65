type State = "head" | "sized" | "chunk-size" | "chunk" | "trailer" | "until-close" | "broken";

/** Counts the complete answers in what a server sends on one connection, and keeps their statuses. Enough of HTTP/1.1 for a test's own client. */
export class AnswerCounter {
  /** Statuses of complete answers. */
  readonly statuses: number[] = [];
  private state: State = "head";
  private line = "";
  private left = 0;
  private status = 0;
  private head: string[] = [];

  /** @param methods of the requests, in their order: an answer to HEAD has no body */
  constructor(private readonly methods: readonly string[]) {}

  /** Whether the server sent what no answer is. */
  get broken(): boolean {
    return this.state === "broken";
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.state !== "broken" && this.state !== "until-close") {
      if (this.state === "sized" || this.state === "chunk") {
        const taken = Math.min(this.left, bytes.length - at);
        at += taken;
        this.left -= taken;
        if (this.left === 0) this.bodyPartEnded();
        continue;
      }
      const end = bytes.indexOf(10, at);
      if (end < 0) {
        this.line += bytes.toString("latin1", at);
        return;
      }
      const line = (this.line + bytes.toString("latin1", at, end)).replace(/\r$/, "");
      this.line = "";
      at = end + 1;
      this.takeLine(line);
    }
  }

  /** The server ended the connection. */
  end(): void {
    if (this.state === "until-close") this.answered();
  }

  private takeLine(line: string): void {
    if (this.state === "chunk-size") {
      // the line end of the chunk before
      if (line === "") return;
      const size = Number.parseInt(line, 16);
      if (Number.isNaN(size)) this.state = "broken";
      else if (size === 0) this.state = "trailer";
      else {
        this.left = size;
        this.state = "chunk";
      }
    } else if (this.state === "trailer") {
      if (line === "") this.answered();
    } else if (line !== "") this.head.push(line);
    else this.headEnded();
  }

  private headEnded(): void {
    const [first = "", ...headers] = this.head;
    this.head = [];
    const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
    if (status === undefined) {
      this.state = "broken";
      return;
    }
    this.status = Number(status);
    if (this.status < 200) return;
    const value = (name: string): string | undefined =>
      headers
        .find((one) => one.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    const length = value("content-length");
    if (this.methods[this.statuses.length] === "HEAD" || this.status === 204 || this.status === 304) this.answered();
    else if (value("transfer-encoding") !== undefined) this.state = "chunk-size";
    else if (length === undefined) this.state = "until-close";
    else {
      this.left = Number(length);
      this.state = "sized";
      if (this.left === 0) this.answered();
    }
  }

  private bodyPartEnded(): void {
    if (this.state === "chunk") this.state = "chunk-size";
    else this.answered();
  }

  private answered(): void {
    this.statuses.push(this.status);
    this.state = "head";
  }
}
