import { runScimCommand, scimCommandHelp, ScimLog, ScimLogOptions, ScimTokens } from 'nestjs-scim';
import { TypeOrmProvisioningLogStore, TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import { databaseOptions } from './database-options.js';
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
  const dataSource = new DataSource(databaseOptions(database.url));
  try {
    await dataSource.initialize();
    const tokens = new ScimTokens(new TypeOrmTokenStore(dataSource), { tokenCacheSeconds: 0 });
    const log = new ScimLog(new TypeOrmProvisioningLogStore(dataSource), new ScimLogOptions());
    return await runScimCommand({ tokens, log, baseUrl: baseUrlOf(environment), out, err }, argv);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
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
