#!/bin/sh
# Runs a command with an agent beside it, and ends as the command does. Without a command it becomes the agent.
# It may be the first process of a container: it passes signals on, and buries whom others leave behind.
set -u

: "${SYNC_SOCKET_PATH:=/run/sync/agent.sock}"
export SYNC_SOCKET_PATH
journal=${SYNC_SOCKET_PATH%.sock}.journal

[ $# -gt 0 ] || exec sync-agent

agent='' command='' signal=''

pass_on() {
  signal=$1
  [ -z "$command" ] || kill -s "$signal" "$command" 2>/dev/null
}
# What a shell runs in the background ignores SIGINT.
trap 'pass_on TERM' TERM INT
trap 'pass_on HUP' HUP
trap 'pass_on USR1' USR1
trap 'pass_on USR2' USR2

# What has completed before the container was started again runs no more.
[ ! -e "$journal/journal" ] || sync-agent journal reset "$journal" >&2
sync-agent --log-level warn &
agent=$!
until syncctl ping >/dev/null 2>&1 || [ "$signal" = TERM ]; do
  kill -0 "$agent" 2>/dev/null || exit 69
  sleep 0.1
done

if [ "$signal" = TERM ]; then
  status=143
else
  # In the background it would read nothing.
  exec 3<&0
  "$@" <&3 3<&- &
  command=$!
  # It may have come just before.
  [ "$signal" != TERM ] || kill -s TERM "$command"
  wait "$command"
  status=$?
  # A signal ends the wait, and the command may go on; 127 is that it was over already.
  while [ -n "$signal" ]; do
    signal=''
    wait "$command"
    again=$?
    [ "$again" -eq 127 ] || status=$again
  done
fi

kill -s TERM "$agent"
wait "$agent"
exit "$status"
