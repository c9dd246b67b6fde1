#!/usr/bin/env node
module.exports = require("../dist/main.cjs");
