import type { Directory } from '../data/directory.js';
import { CONTROL, CONTROL_EXPRESS, LIBRARY, LIBRARY_EXPRESS } from '../servers/start-variants.js';
import { requestOnce } from './request-once.js';
import type { Variant } from './variant.js';

/** As in the operation: a cursor belongs to one page size. */
const PAGE = 100;

/** Walks to the deep page, as cursors cannot be made up. Both servers of the library read each other's. */
export async function findDeepCursor(directory: Directory, variants: readonly Variant[]): Promise<void> {
  const { sizes, large } = directory;
  let cursor = '';
  const library = variants.find(({ name }) => name === LIBRARY);
  for (let position = 0; library && position < sizes.deep; position += PAGE) {
    const path = `/Users?cursor=${encodeURIComponent(cursor)}&count=${PAGE}`;
    const { body } = await requestOnce(library, large.id, { method: 'GET', path });
    cursor = (JSON.parse(body) as { nextCursor?: string }).nextCursor ?? '';
    if (cursor === '') throw new Error(`The list ends at ${position}.`);
  }
  for (const variant of variants) {
    if (variant.name === LIBRARY || variant.name === LIBRARY_EXPRESS) variant.values['deepCursor'] = cursor;
    else if (variant.name === CONTROL || variant.name === CONTROL_EXPRESS)
      variant.values['deepCursor'] = directory.userId(large, sizes.deep - 1);
  }
}
