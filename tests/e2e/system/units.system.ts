import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Sandbox } from "../sandbox.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const examples = join(repository, "examples/systemd");

describe("the units that are shipped", () => {
  test.each(["system", "user"])("of the %s are ones that systemd has nothing against", async (scope) => {
    await using sandbox = new Sandbox();
    const { status, stderr } = await sandbox.sh(
      `XDG_RUNTIME_DIR="$HOME" systemd-analyze --${scope} verify '${examples}/${scope}'/sync-agent.*`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("leave the service of the system little to do harm with", async () => {
    await using sandbox = new Sandbox();
    const unit = `${examples}/system/sync-agent.service`;
    const { status, stdout } = await sandbox.sh(
      `systemd-analyze security --offline=true --threshold=20 '${unit}'`,
    );
    expect(status, stdout).toBe(0);
  });
});

/** Whether we may mount what we like; in most containers not even root may. */
const canBoot = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Boots the system of this machine once more, in a container, where nothing stays of what is written. */
const boot = `set -e
cd "$HOME" && mkdir disk && mount -t tmpfs tmpfs disk
cd disk && mkdir upper work root
mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" root
cd root && mkdir -p opt/sync opt/out && touch opt/node
for program in agent/bin/sync-agent.cjs cli/bin/syncctl.cjs; do
  name=usr/local/bin/$(basename "\${program%.*}")
  printf '#!/bin/sh\\nexec /opt/node /opt/sync/apps/%s "$@"\\n' "$program" >"$name"
  chmod 755 "$name"
done
for user in '--system sync-agent' '--groups sync-agent member' stranger; do
  chroot . useradd --user-group --no-create-home $user
done
cp "$EXAMPLES"/system/* "$HOME"/check.service etc/systemd/system
exec systemd-nspawn --quiet --register=no --keep-unit --directory=. --boot \\
  --bind-ro="$REPOSITORY:/opt/sync" --bind-ro="$NODE:/opt/node" --bind="$HOME/out:/opt/out" \\
  -- --unit=check.service`;

const check = `[Unit]
Requires=sync-agent.socket
After=sync-agent.socket
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
Environment=SYNC_SOCKET_PATH=/run/sync/agent.sock PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=bash -c '. /opt/out/check.sh >/opt/out/log 2>&1'
`;

/** What is done there, as the users of that machine. */
const script = `
as() { setpriv --reuid "$1" --regid "$1" --init-groups "\${@:2}"; }
state() { systemctl show --property ActiveState --value sync-agent.service; }
echo "before: $(state)"
as member syncctl ping && echo "after: $(state)"
as stranger syncctl ping || echo "stranger: $?"

as member sleep 1000 & owner=$!
as member syncctl start owned --owner "$owner"
kill "$owner"
as member syncctl wait owned:finished --timeout 30s && as member syncctl status owned | grep Reason

as member syncctl want app database
as member syncctl start app & start=$!
until as member syncctl ping -o json | grep '"waiters": 1'; do :; done
systemctl restart sync-agent.service
as member syncctl start database && as member syncctl complete database
wait "$start" && echo "app: started"

systemctl stop sync-agent.service
test -S "$SYNC_SOCKET_PATH" && echo "stopped: $(state)"
as member syncctl list | grep app && echo "again: $(state)"
systemctl kill --signal KILL sync-agent.service
until as member syncctl list; do :; done | grep app && echo "killed: $(state)"
`;

test.skipIf(!canBoot)("they do what they say, on a system that was booted for that", async () => {
  await using sandbox = new Sandbox({ longestMs: 110_000 });
  const { directory } = sandbox;
  mkdirSync(join(directory, "out"));
  writeFileSync(join(directory, "out/check.sh"), script);
  writeFileSync(join(directory, "check.service"), check);
  writeFileSync(join(directory, "boot.sh"), boot);

  const { stdout, stderr } = await sandbox.sh(
    `export EXAMPLES='${examples}' REPOSITORY='${repository}' NODE='${process.execPath}'
     exec unshare --mount sh "$HOME/boot.sh"`,
  );

  const log = readFileSync(join(directory, "out/log"), "utf8");
  for (const text of [
    "before: inactive",
    "after: active",
    "stranger: 69",
    "Reason: owner lost",
    "app: started",
    "stopped: inactive",
    "again: active",
    "killed: active",
  ]) {
    expect(log, `${stdout}${stderr}${log}`).toContain(text);
  }
});
