#!/usr/bin/env node
// Here and not in dist, because npm makes a command only of a file that is there when it installs: before the build.
import '../dist/cli.js';
