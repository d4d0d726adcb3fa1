import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import { expect } from 'vitest';
import type { ScimApp } from './scim-app.js';

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
 * There is room for so many requests that are under way at the same time. The server hears a little later than its
 * client that an answer is out or a connection gone, so it is asked again; a place that was lost would never come back.
 */
export async function expectRoom(scim: ScimApp, count: number): Promise<void> {
  let statuses: (number | undefined)[];
  do statuses = await together(scim, count);
  while (statuses.includes(503));
  // They have no token, which is looked at after the body.
  expect(new Set(statuses)).toEqual(new Set([401]));
}

/** Requests that end their bodies when the last of them has arrived. */
async function together(scim: ScimApp, count: number): Promise<(number | undefined)[]> {
  const arrived = requestsTo(scim, count);
  const sent = Array.from({ length: count }, () => {
    const request = httpRequest(`${scim.origin}/scim/v2/Users`, {
      method: 'POST',
      headers: { 'content-length': '2' },
    });
    request.flushHeaders();
    const answer = once(request, 'response') as Promise<[IncomingMessage]>;
    return { request, answer };
  });
  await arrived;
  return Promise.all(
    sent.map(async ({ request, answer }) => {
      request.end('{}');
      const [response] = await answer;
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    }),
  );
}
