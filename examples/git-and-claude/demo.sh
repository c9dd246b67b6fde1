#!/bin/sh
# Races claude.sh against git.sh on an agent of its own. Leaves nothing behind, not on Ctrl-C either.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
apps=$here/../../apps
tmp=$(mktemp -d)
agent='' claude='' git='' outputs=''

mkdir "$tmp/bin"
ln -s "$apps/cli/bin/syncctl.cjs" "$tmp/bin/syncctl"
ln -s "$apps/agent/bin/sync-agent.cjs" "$tmp/bin/sync-agent"
PATH=$tmp/bin:$PATH
SYNC_SOCKET_PATH=$tmp/agent.sock
export PATH SYNC_SOCKET_PATH

clean_up() {
  for pid in $claude $git; do
    kill "$pid" 2>/dev/null || :
  done
  # Not before every process has let go of its output: the agent ends what the scripts were waiting in.
  for pid in $outputs $agent; do
    [ "$pid" != "$agent" ] || kill "$pid" 2>/dev/null || :
    wait "$pid" || :
  done
  rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# In tenths of a second, where `date` knows parts of one.
clock() {
  date +%s%N | sed 's/N$/000000000/; s/.\{8\}$//'
}
began=$(clock)

# Puts the time and a name in front of every line.
named() {
  while IFS= read -r line; do
    tenths=$(($(clock) - began))
    printf '%3d.%ds  %-6s  %s\n' $((tenths / 10)) $((tenths % 10)) "$1" "$line"
  done
}

run() {
  mkfifo "$tmp/$1.out"
  named "$1" <"$tmp/$1.out" &
  outputs="$outputs $!"
  sh "$here/$1.sh" >"$tmp/$1.out" 2>&1 &
}

# Through a pipe, and so waited for; its own status is that of `named`.
show() {
  echo "\$ $*" | named demo
  "$@" | named demo
}

sync-agent --log-level warn &
agent=$!
until syncctl ping >/dev/null 2>&1; do
  kill -0 "$agent"
  sleep 0.1
done

began=$(clock)
echo "claude.sh first, though it needs git" | named demo
run claude
claude=$!
sleep 1

echo "git.sh a second later" | named demo
run git
git=$!
syncctl wait git:started
show syncctl list

wait "$git"
wait "$claude"
show syncctl list
