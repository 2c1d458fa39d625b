#!/usr/bin/env node
// The wrapper around cc: ardedup tells by the name under which it was called that it is a compiler driver.
import('./ardedup.js');
