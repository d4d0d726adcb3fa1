import type { Operation } from './operation.js';

/** An answer from memory: with and without a token it shows what the token check costs. */
export const DISCOVERY: Operation = {
  name: 'token-check',
  title: 'token check, on an answer from memory',
  connections: 16,
  status: 200,
  request: () => ({ method: 'GET', path: '/ServiceProviderConfig' }),
  isRight: (body) => body.includes('"authenticationSchemes"'),
};
