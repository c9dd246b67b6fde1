#!/usr/bin/env sh
":" /* A shell reads this comment, and never comes to what is after it. Node reads only that.

# The executable that needs no Node, if the package with that for this machine is installed.
# Packages for other machines may be there as well.
case $(uname -sm) in
  "Linux x86_64") machine=linux-x64 ;;
  "Linux aarch64") machine=linux-arm64 ;;
  "Darwin x86_64") machine=darwin-x64 ;;
  "Darwin arm64") machine=darwin-arm64 ;;
  *) machine=none ;;
esac
# Bun starts neither on Linux without /proc nor in a directory that has been removed. Node does. Where there is none, to
# report from elsewhere is better than nothing; but no command may be run there.
case $machine in linux-*) [ -e /proc/self ] || machine=none ;; esac
if ! [ . -ef "$PWD" ]; then
  if command -v node >/dev/null; then machine=none
  else case "$(readlink /proc/self/cwd) $* " in *" run "*) ;; *" (deleted) "*) cd / ;; esac
  fi
fi
self=$(readlink -f "$0")
package=${self%/bin/*}
for modules in "$package/node_modules" "$package/../.."; do
  program=$modules/@sync/cli-$machine/bin/syncctl
  if [ -x "$program" ]; then SYNC_PROGRAM=$0 exec "$program" "$@"; fi
done
exec node "$0" "$@"
*/
// Since Node 22.8. Where nobody can write nothing is kept, and whoever can write here can change the program as well.
require("node:module").enableCompileCache?.(`${__dirname}/../.cache`);
module.exports = require("../dist/main.cjs");
