import type { Server } from 'node:http';
import { expect } from 'vitest';
import type { ScimApp } from './scim-app.js';
import type { ScimClient, ScimReply } from './scim-client.js';

/** Resolves when the server has so many further requests. */
export function requestsTo(scim: ScimApp, count: number): Promise<void> {
  const server = scim.app.getHttpServer() as Server;
  let missing = count;
  return new Promise((resolve) => {
    const onRequest = (): void => {
      if (--missing > 0) return;
      server.off('request', onRequest);
      resolve();
    };
    server.on('request', onRequest);
  });
}

/**
 * There is room for so many requests. The server hears a little later than its client that an answer is out or a
 * connection gone, so it is asked again; a place that was lost would never come back.
 */
export async function expectRoom(client: ScimClient, count: number): Promise<void> {
  const get = (): Promise<ScimReply> => client.get('/ServiceProviderConfig');
  let statuses: number[];
  do statuses = (await Promise.all(Array.from({ length: count }, get))).map(({ status }) => status);
  while (statuses.includes(503));
  expect(new Set(statuses)).toEqual(new Set([200]));
}
