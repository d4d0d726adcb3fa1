// What a peer's server tells the benchmark over IPC: that it listens, and its processor time and memory when asked.

/** @param {{ port: number, path: string, token: string }} ready */
export function answerQuestions(ready) {
  process.on('message', ({ ask }) => {
    if (ask !== 'usage') return process.send(true);
    const { user, system } = process.cpuUsage();
    process.send({ cpu: user + system, rss: process.memoryUsage.rss(), eventLoopP99: 0 });
  });
  process.on('disconnect', () => process.exit(0));
  process.send(ready);
}
