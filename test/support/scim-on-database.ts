import { type DatabaseName, emptyDatabase } from './databases.js';
import { bootScim, type BootSettings, type ScimApp } from './scim-app.js';

/** A host application on an empty database of that kind, which goes with it. */
export async function bootScimOn(name: DatabaseName, settings: BootSettings = {}): Promise<ScimApp> {
  const database = await emptyDatabase(name);
  try {
    const scim = await bootScim({ database: database.options, ...settings });
    const close = async (): Promise<void> => {
      await scim.close();
      await database.drop();
    };
    return { ...scim, close };
  } catch (error) {
    await database.drop();
    throw error;
  }
}
