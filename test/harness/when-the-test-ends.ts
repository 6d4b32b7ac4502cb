const jobs: (() => void)[] = [];

/**
 * Something to do when the process of the test ends, however it ends: passed, failed, timed out or interrupted.
 * What came last is done first, so that a server is dead before its folder goes.
 */
export function whenTheTestEnds(job: () => void): void {
  jobs.unshift(job);
}

process.once('exit', () => {
  for (const job of jobs) job();
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
