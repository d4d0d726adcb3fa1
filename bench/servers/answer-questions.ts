import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type {
  DeliveredEvents,
  EventRecorder,
  RecordedStatement,
  ServerReady,
  ServerRequest,
  ServerUsage,
} from './server-messages.js';

/** Remembers the statements of a server while it is asked to. */
export interface StatementRecorder {
  start(): void;
  stop(): readonly RecordedStatement[];
}

const NO_STATEMENTS: StatementRecorder = { start: () => undefined, stop: () => [] };

const NO_EVENTS: DeliveredEvents = { users: 0, deliveries: 0, firstAt: 0, arrivals: [] };

/** Tells the benchmark that this server listens, and from then on answers its questions. */
export function answerQuestions(
  ready: ServerReady,
  recorder: StatementRecorder = NO_STATEMENTS,
  events?: EventRecorder,
): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let session: Session | undefined;
  const answer = async (request: ServerRequest): Promise<unknown> => {
    switch (request.ask) {
      case 'usage': {
        const { user, system } = process.cpuUsage();
        const eventLoopP99 = delay.percentile(99) / 1e6;
        delay.reset();
        // Only while someone looks at it: it costs a timer each millisecond.
        if (request.watch === true) delay.enable();
        else delay.disable();
        return { cpu: user + system, rss: process.memoryUsage.rss(), eventLoopP99 } satisfies ServerUsage;
      }
      case 'record':
        recorder.start();
        return true;
      case 'recorded':
        return recorder.stop();
      case 'events':
        return events?.tell(request.of) ?? NO_EVENTS;
      case 'profile':
        session = new Session();
        session.connect();
        await session.post('Profiler.enable');
        await session.post('Profiler.start');
        return true;
      case 'profiled': {
        const result = await session?.post('Profiler.stop');
        writeFileSync(request.file, JSON.stringify(result?.profile));
        session?.disconnect();
        return true;
      }
    }
  };
  process.on('message', (request: ServerRequest) => {
    void answer(request).then((reply) => process.send?.(reply));
  });
  // Without the benchmark there is nobody to serve.
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}
