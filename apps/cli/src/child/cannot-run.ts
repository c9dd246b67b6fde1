import { exitStatus } from "@sync/protocol";

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "no such command",
  EACCES: "it cannot be executed",
  E2BIG: "its arguments are too long",
};

/** The command could not be run at all. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
  /** The exit status that a shell has for it. */
  readonly status: number;

  constructor(word: string, code: string) {
    super(`cannot run "${word}": ${meanings[code] ?? code}`);
    this.status = code === "ENOENT" ? exitStatus.notFound : exitStatus.notExecutable;
  }
}
