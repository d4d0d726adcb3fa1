// better-auth with its SCIM plugin on PostgreSQL. Its rate limiter is off: it refuses the 101st request in ten seconds.
// By default it reads no more than 100 rows, and so refuses a group with more members than that.
import { scim } from '@better-auth/scim';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { createServer } from 'node:http';
import pg from 'pg';
import { answerQuestions } from '../answer-questions.mjs';

const TOKEN = 'a-token-of-the-benchmark-and-no-secret';
const PATH = '/api/auth';
const handlers = { current: undefined };
const server = createServer((request, response) => {
  // It makes an address of the header and ends when that is none, and the load generator names no host.
  request.headers.host = `127.0.0.1:${server.address().port}`;
  handlers.current(request, response);
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const auth = betterAuth({
    baseURL: `http://127.0.0.1:${port}`,
    secret: 'a secret of the benchmark, which guards nothing',
    telemetry: { enabled: false },
    logger: { level: 'error' },
    rateLimit: { enabled: false },
    advanced: { database: { defaultFindManyLimit: 1000 } },
    database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
    plugins: [
      scim({
        connections: [
          {
            id: 'bench',
            provisioningDomainId: 'bench',
            credentials: [{ type: 'bearer', id: 'bench', token: TOKEN }],
          },
        ],
      }),
    ],
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  handlers.current = toNodeHandler(auth);
  answerQuestions({ port, path: `${PATH}/scim/v2`, token: TOKEN });
});
