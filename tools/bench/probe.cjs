const { readFileSync } = require('node:fs');

// what getrusage tells begins with the peak of the process that started this one
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 2 ** 20;
  }
}

process.once('exit', () => console.log(`@${globalThis.took ?? -1} ${peak()}`));
