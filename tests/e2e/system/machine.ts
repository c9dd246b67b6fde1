import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Child, Result } from "../child.js";
import { Sandbox } from "../sandbox.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Runs a script as a user, in a view of the files of its own: there `/mnt` is the sandbox, `/tmp` a directory in
 * it, and the programs are where every user can read them, wherever they are.
 */
const enter = `set -e
mount --bind "$1" /mnt
mount --bind '${repository}' /mnt/sync
mount --bind '${process.execPath}' /mnt/node
mount --bind /mnt/tmp /tmp
cd /tmp
exec setpriv --reuid "$2" --regid "$2" --groups "$3" --no-new-privs \\
  env -i HOME="/mnt/home/$2" PATH=/mnt/programs:/usr/bin:/bin bash "/mnt/scripts/$4"`;

const programs = { "sync-agent": "agent/bin/sync-agent.cjs", syncctl: "cli/bin/syncctl.cjs" };

/** A machine that several users share. */
export class Machine implements AsyncDisposable {
  readonly #sandbox = new Sandbox();

  constructor() {
    const path = (name: string) => `${this.#sandbox.directory}/${name}`;
    chmodSync(this.#sandbox.directory, 0o755);
    for (const name of ["sync", "tmp", "programs", "scripts", "home"]) mkdirSync(path(name));
    chmodSync(path("tmp"), 0o1777);
    writeFileSync(path("node"), "");
    writeFileSync(path("enter.sh"), enter);
    for (const [name, file] of Object.entries(programs)) {
      const program = `#!/bin/sh\nexec /mnt/node /mnt/sync/apps/${file} "$@"\n`;
      writeFileSync(path(`programs/${name}`), program, { mode: 0o755 });
    }
  }

  /** A user, who has a home directory, and is in these groups beside its own. */
  user(uid: number, groups: readonly number[] = []): User {
    const home = `${this.#sandbox.directory}/home/${uid}`;
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, uid, uid);
    return new User(this.#sandbox, uid, groups);
  }

  /** Does what only root can, where the users have `/mnt`. */
  async root(script: string): Promise<Result> {
    return this.#sandbox.sh(`set -e; cd '${this.#sandbox.directory}'; ${script}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

export class User {
  static #scripts = 0;
  readonly #sandbox: Sandbox;
  readonly #uid: number;
  readonly #groups: readonly number[];

  constructor(sandbox: Sandbox, uid: number, groups: readonly number[]) {
    this.#sandbox = sandbox;
    this.#uid = uid;
    this.#groups = groups;
  }

  /** Starts a script in the background. It is in `/tmp`. */
  start(script: string): Child {
    const { directory } = this.#sandbox;
    const name = String(User.#scripts++);
    writeFileSync(`${directory}/scripts/${name}`, script);
    const groups = [this.#uid, ...this.#groups].join(",");
    return this.#sandbox.startScript(
      `exec unshare --mount sh '${directory}/enter.sh' '${directory}' ${this.#uid} ${groups} ${name}`,
    );
  }

  /** Runs a script to its end. */
  async sh(script: string): Promise<Result> {
    return this.start(script).result;
  }

  /** Starts an agent, and resolves when it listens. */
  async agent(flags = "", settings = ""): Promise<Child> {
    const agent = this.start(`${settings}\nexec sync-agent ${flags}`);
    await agent.line('"listening"');
    return agent;
  }
}
