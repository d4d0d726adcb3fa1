// Directory sync of Polis (SAML Jackson). The library has no HTTP layer; this is the least that a host has to write.
import jackson from '@boxyhq/saml-jackson';
import { createServer } from 'node:http';
import { answerQuestions } from '../answer-questions.mjs';

const PRODUCT = 'bench';
const { directorySyncController } = await (jackson.default ?? jackson)({
  externalUrl: 'https://api.example.com',
  samlAudience: 'bench',
  samlPath: '/api/oauth/saml',
  scimPath: '/scim/v2.0',
  noAnalytics: true,
  db: {
    engine: 'sql',
    type: 'postgres',
    url: process.env.DATABASE_URL,
    ttl: 300,
    cleanupLimit: 1000,
    // By default it answers at most 50 users, whatever is asked for.
    pageLimit: 1000,
  },
  dsync: {},
});
const { directories, requests } = directorySyncController;
const { data: known } = await directories.getByTenantAndProduct(PRODUCT, PRODUCT);
const directory =
  known?.[0] ??
  (await directories.create({ tenant: PRODUCT, product: PRODUCT, name: PRODUCT, type: 'generic-scim-v2' }))
    .data;

/** A number where the parameter is there. */
const number = (text) => (text === null ? undefined : Number(text));

const server = createServer(async (request, response) => {
  try {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const [, , , directoryId, resourceType, resourceId] = pathname.split('/');
    let text = '';
    for await (const piece of request) text += piece;
    const { status, data } = await requests.handle({
      method: request.method,
      directoryId,
      resourceType,
      resourceId,
      body: text === '' ? undefined : JSON.parse(text),
      apiSecret: (request.headers.authorization ?? '').slice('Bearer '.length),
      query: {
        count: number(searchParams.get('count')),
        startIndex: number(searchParams.get('startIndex')),
        filter: searchParams.get('filter') ?? undefined,
      },
    });
    response.writeHead(status, { 'content-type': 'application/scim+json' });
    response.end(data === undefined ? '' : JSON.stringify(data));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () =>
  answerQuestions({
    port: server.address().port,
    path: `/scim/v2.0/${directory.id}`,
    token: directory.scim.secret,
  }),
);
