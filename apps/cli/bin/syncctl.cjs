#!/usr/bin/env sh
":" /* A shell reads this comment, and never comes to what is after it. Node reads only that.

# The executable that needs no Node, if its package is installed: only that for this machine is.
self=$(readlink -f "$0")
package=${self%/bin/*}
for program in "$package"/../cli-*"/bin/syncctl" "$package"/node_modules/@sync/cli-*"/bin/syncctl"; do
  if [ -x "$program" ]; then SYNC_PROGRAM=$0 exec "$program" "$@"; fi
done
exec node "$0" "$@"
*/
module.exports = require("../dist/main.cjs");
