#!/bin/sh
# Starts an assistant in the clone: the unit "claude". It may only run once "git" has completed.
set -eu

syncctl want claude git
syncctl start claude --owner $$

echo "working in the clone"
sleep 1 # stands for: claude
echo "done"
syncctl complete claude
