#!/bin/sh
# Clones a repository: the unit "git". It knows nothing of who needs that.
set -eu

syncctl start git --owner $$

echo "cloning"
sleep 2 # stands for: git clone https://example.com/project
echo "cloned"
syncctl complete git
