import {
  Outbox,
  runScimCommand,
  ScimBreaker,
  scimCommandHelp,
  ScimDeletions,
  ScimLog,
  ScimRoleMappings,
  ScimRoles,
  ScimTokens,
} from 'nestjs-scim';
import { createCommandApp } from './create-app.js';
import { type Environment, localBaseUrl, readEnvironment } from './environment.js';
import { openHostDatabase } from './host-database.js';
import { runningBaseUrl } from './running-host.js';
import { StartError } from './start-error.js';
import { stopOnSignal } from './stop-on-signal.js';

const out = (text: string): void => void process.stdout.write(text);
const err = (text: string): void => void process.stderr.write(text);

/** `npm run scim -- …`: works beside a running host and without one; only the database is started. */
async function run(argv: readonly string[]): Promise<number> {
  const help = scimCommandHelp(argv);
  if (help !== undefined) {
    out(help);
    return 0;
  }
  const environment = readEnvironment();
  const database = await openHostDatabase(environment, (line) => err(`${line}\n`));
  stopOnSignal(database.close);
  try {
    const app = await createCommandApp(environment, database.url);
    try {
      const services = {
        tokens: app.get(ScimTokens, { strict: false }),
        outbox: app.get(Outbox, { strict: false }),
        log: app.get(ScimLog, { strict: false }),
        deletions: app.get(ScimDeletions, { strict: false }),
        breaker: app.get(ScimBreaker, { strict: false }),
        roles: app.get(ScimRoles, { strict: false }),
        roleMappings: app.get(ScimRoleMappings, { strict: false }),
        baseUrl: baseUrlOf(environment),
        out,
        err,
      };
      return await runScimCommand(services, argv);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}

/** PUBLIC_URL, else where the running host listens, else where it would. */
function baseUrlOf({ publicUrl, dataDirectory, host, port }: Environment): string {
  return publicUrl ?? runningBaseUrl(dataDirectory) ?? localBaseUrl(host, port);
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    err(`${error instanceof StartError ? error.message : `The command failed: ${reasonOf(error)}`}\n`);
    process.exitCode = 1;
  },
);

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
