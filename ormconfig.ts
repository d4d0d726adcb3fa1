import { DataSource } from 'typeorm';
import { databaseOptions } from './src/database-options.js';

/** For the TypeORM command line, built: `typeorm migration:run -d dist/ormconfig.js`. Reads DATABASE_URL. */
export default new DataSource(databaseOptions(process.env['DATABASE_URL'] ?? ''));
