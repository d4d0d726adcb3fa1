import { Controller, Get, Param } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { addScimToSwagger, type OpenApiDocument, scimOpenApiOf } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveApiDocs } from '../src/api-docs.js';
import { CallersUser } from './examples/callers-user.js';
import { ACME, AcmeUser } from './support/acme-user.js';
import { Device } from './support/device.js';
import { bootHost } from './support/host-app.js';
import { createGroup, createUser } from './support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from './support/scim-app.js';
import { ScimClient } from './support/scim-client.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

interface Operation {
  readonly operationId: string;
  readonly parameters?: { $ref: string }[];
  readonly responses: Record<string, unknown>;
  readonly security?: object[];
}
type Item = Record<string, Operation>;

/** Each operation of the document with its method and path. */
function operations({ paths }: { paths: object }): { method: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

function references(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : references(value),
  );
}

function resolve(document: object, reference: string): unknown {
  let node: unknown = document;
  for (const key of reference.slice(2).split('/'))
    node = (node as Record<string, unknown> | undefined)?.[key];
  return node;
}

/** What OpenAPI 3.1 asks of any document, as far as ours has it. */
function expectSound(document: OpenApiDocument): void {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info.title).not.toBe('');
  const found = references(document);
  expect(found.length).toBeGreaterThan(50);
  for (const reference of found) {
    expect(reference.startsWith('#/components/')).toBe(true);
    expect(resolve(document, reference), reference).toBeTypeOf('object');
  }
  const all = operations(document);
  const ids = all.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of all) {
    expect(path.startsWith('/')).toBe(true);
    expect(Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status))).toBe(true);
    const item = resolvedParameters(document, path, operation);
    const inPath = item.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
  const unused = Object.keys(document.components).flatMap((section) =>
    section === 'securitySchemes'
      ? []
      : Object.keys(document.components[section as 'schemas'])
          .map((name) => `#/components/${section}/${name}`)
          .filter((reference) => !found.includes(reference)),
  );
  expect(unused).toEqual([]);
}

/** Faults that the schema of OpenAPI finds; undefined when there is none. */
async function faults(document: object): Promise<unknown> {
  // SCIM has an attribute of the name $ref, which this validator takes for a reference.
  const text = JSON.stringify(document).replaceAll('"$ref":{', '"$reference":{');
  const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>);
  return valid ? undefined : errors;
}

function resolvedParameters(
  document: OpenApiDocument,
  path: string,
  operation: Operation,
): { name: string; in: string }[] {
  const item = document.paths[path] as unknown as { parameters?: { $ref: string }[] };
  return [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(
    ({ $ref }) => resolve(document, $ref) as { name: string; in: string },
  );
}

describe('the OpenAPI document', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let document: OpenApiDocument;
  beforeAll(async () => {
    scim = await bootScim({ scim: { users: { extensions: [AcmeUser] } } });
    client = await scim.client();
    document = scimOpenApiOf(scim.app);
  });
  afterAll(() => scim.close());

  it('is sound: every reference resolves, ids are unique, parameters fit their paths', () => {
    expectSound(document);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('describes endpoints that answer, each with a status that it lists', async () => {
    for (const { method, path, operation } of operations(document)) {
      const { id } = path.includes('/Groups') ? await createGroup(client) : await createUser(client);
      const below = path
        .replace('/scim/v2', '')
        .replace('{id}', id)
        .replace('{urn}', ACME)
        .replace('{name}', 'User');
      const withBody = ['post', 'put', 'patch'].includes(method);
      const reply = await client.send(method.toUpperCase(), below, withBody ? { body: {} } : {});
      const listed = Object.keys(operation.responses);
      expect(listed, `${method} ${path}: ${reply.text}`).toContain(String(reply.status));
      expect([401, 404, 405, 501]).not.toContain(reply.status);
    }
  });

  it('describes every endpoint of every resource type', () => {
    const all = operations(document).map(({ method, path }) => `${method} ${path.replace('/scim/v2', '')}`);
    for (const endpoint of ['/Users', '/Groups']) {
      expect(all).toEqual(
        expect.arrayContaining([
          `get ${endpoint}`,
          `post ${endpoint}`,
          `post ${endpoint}/.search`,
          ...METHODS.filter((method) => method !== 'post').map((method) => `${method} ${endpoint}/{id}`),
        ]),
      );
    }
    for (const one of ['get /ServiceProviderConfig', 'post /Bulk', 'post /.search'])
      expect(all).toContain(one);
  });

  it('has the attributes of the live schemas, each where it may be sent or read', async () => {
    const { schemas } = document.components as unknown as {
      schemas: Record<string, { required: string[]; properties: Record<string, { properties: object }> }>;
    };
    const read = schemas['ScimUser']!;
    const write = schemas['ScimUserWrite']!;
    const { Resources } = (await client.get('/Schemas')).body;
    const [user] = Resources as { attributes: { name: string; mutability: string; returned: string }[] }[];
    for (const { name, mutability, returned } of user!.attributes) {
      expect([name, name in write.properties]).toEqual([name, mutability !== 'readOnly']);
      expect([name, name in read.properties]).toEqual([name, returned !== 'never']);
    }
    expect(write.required).toEqual(['schemas', 'userName']);
    expect(read.required).toEqual(['schemas', 'id', 'userName', 'meta']);
    expect(Object.keys(write.properties[ACME]!.properties)).toContain('secret');
    expect(Object.keys(read.properties[ACME]!.properties)).not.toContain('secret');
    expect(write.properties).not.toHaveProperty('password');
  });

  it('says what is switched off, and where the endpoints are', async () => {
    const features = { patch: false, sort: false, etag: false, bulk: false, rootQuery: false };
    const publicUrl = 'https://api.example.com/scim/v2';
    const other = await bootScim({ scim: { features, publicUrl, publicDiscovery: false } });
    const described = scimOpenApiOf(other.app);
    await other.close();
    expect(described.servers).toEqual([{ url: publicUrl }]);
    const all = operations(described);
    expect(all.filter(({ method, path }) => method === 'patch' || /Bulk|^\/\.search/.test(path))).toEqual([]);
    expect(Object.keys(described.components.schemas).filter((name) => /Bulk|Any/.test(name))).toEqual([]);
    expect(all.every(({ path }) => !path.startsWith('/scim'))).toBe(true);
    expect(references(described.paths).some((reference) => /sortBy|ifMatch/.test(reference))).toBe(false);
    expect(all.every(({ operation }) => operation.security === undefined)).toBe(true);
  });
});

describe('addScimToSwagger', () => {
  it('puts the endpoints into the document of a host, below its global prefix', async () => {
    const scim = await bootScim({ configure: (app) => void app.setGlobalPrefix('api'), at: '/api/scim/v2' });
    const own = { get: { operationId: 'hello', responses: { 200: { description: 'Hello.' } } } };
    const host = {
      openapi: '3.0.0',
      info: { title: 'Host', version: '1' },
      tags: [{ name: 'host' }],
      paths: { '/api/hello': own, '/api/scim/v2/Users': { get: own.get }, '/api/scim/v2/{path}': own },
      components: { schemas: { Hello: { type: 'object' } } },
    };
    const before = structuredClone(host);
    const merged = addScimToSwagger(host, scim.app);
    await scim.close();
    expect(host).toEqual(before);
    expect(merged.paths['/api/hello']).toEqual(own);
    expect(merged.paths['/api/scim/v2/{path}']).toBeUndefined();
    expect(Object.keys(merged.components.schemas)).toEqual(expect.arrayContaining(['Hello', 'ScimUser']));
    const users = merged.paths['/api/scim/v2/Users'] as unknown as Item;
    expect(users['get']).toMatchObject({ operationId: 'listScimUsers', security: [{ scimToken: [] }] });
    for (const reference of references(merged)) expect(resolve(merged, reference), reference).toBeDefined();
    expect(merged.tags.map(({ name }) => name)).toEqual([
      'host',
      'SCIM Users',
      'SCIM Groups',
      'SCIM',
      'SCIM discovery',
    ]);
  });
});

describe.each(ADAPTERS)('addScimToSwagger with @nestjs/swagger on %s', (adapter) => {
  @Controller('hello')
  class HelloController {
    @Get(':name')
    hello(@Param('name') name: string): string {
      return name;
    }
  }

  it('makes one sound document of the host and SCIM, whatever the host has mounted around', async () => {
    const scim = await bootScim({
      adapter,
      host: { controllers: [HelloController] },
      scim: { users: { extensions: [AcmeUser] }, resourceTypes: [Device], me: CallersUser },
      configure: (app) => void app.setGlobalPrefix('api'),
      at: '/api/scim/v2',
    });
    const of = (builder: DocumentBuilder): OpenAPIObject =>
      SwaggerModule.createDocument(scim.app, builder.setTitle('Host').addBearerAuth().build());
    const [own, later] = [new DocumentBuilder(), new DocumentBuilder().setOpenAPIVersion('3.1.1')].map(of);
    const merged = addScimToSwagger(own!, scim.app);
    const alone = scimOpenApiOf(scim.app);
    await scim.close();
    expect(Object.keys(own!.paths)).toEqual(['/api/hello/{name}']);
    expect(await faults(merged)).toBeUndefined();
    expect(await faults(alone)).toBeUndefined();
    expect(Object.keys(merged.paths)).toEqual(['/api/hello/{name}', ...Object.keys(alone.paths)]);
    expect(merged.components?.securitySchemes).toHaveProperty('bearer');
    expect(merged.components?.securitySchemes).toHaveProperty('scimToken');
    for (const reference of references(merged)) expect(resolve(merged, reference), reference).toBeDefined();
    expect([merged.openapi, addScimToSwagger(later!, scim.app).openapi]).toEqual(['3.1.0', '3.1.1']);
  });
});

describe.each(ADAPTERS)('the reference host on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter, configure: serveApiDocs });
    client = new ScimClient(scim.origin);
  });
  afterAll(() => scim.close());

  it('serves its document', async () => {
    const json = await client.get('/openapi.json');
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    expect(await faults(json.body)).toBeUndefined();
    expect(operations(json.body as OpenApiDocument).map(({ path }) => path)).toContain('/scim/v2/Users/{id}');
  });

  it('serves Swagger UI with all that it loads, nothing of it from elsewhere', async () => {
    const page = await client.get('/docs');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
    expect(loaded).toContain('./docs/swagger-ui-bundle.js');
    const types: Record<string, RegExp> = { js: /javascript/, css: /css/, png: /png/ };
    for (const address of loaded) {
      expect(address).toMatch(/^\.\/docs\/[\w.-]+$/);
      const reply = await client.get(address.slice(1));
      expect([address, reply.status]).toEqual([address, 200]);
      expect(reply.headers['content-type']).toMatch(types[address.split('.').at(-1)!]!);
    }
    expect(page.text).not.toMatch(/@import|url\(|<script>/);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'self'; /);
    const { text } = await client.get('/docs/swagger-ui-init.js');
    expect(text).toContain('"/scim/v2/Users/{id}"');
    expect(text).toContain('"validatorUrl": null');
  });

  it('serves SCIM beside it as ever', async () => {
    const scimClient = await scim.client();
    expect((await scimClient.get('/Users')).status).toBe(200);
    expect((await scimClient.get('/docs')).headers['content-type']).toMatch(/^application\/scim\+json/);
  });
});

describe.each(ADAPTERS)('the application of the reference host on %s', (HTTP_ADAPTER) => {
  it('lets the page load what it serves, and nobody in', async () => {
    const host = await bootHost({ HTTP_ADAPTER });
    const visitor = new ScimClient(host.origin);
    const [page, script, json] = [
      await visitor.get('/docs'),
      await visitor.get('/docs/swagger-ui-bundle.js'),
      await visitor.get('/openapi.json'),
    ];
    await host.close();
    expect([page.status, script.status, json.status]).toEqual([200, 200, 200]);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'self'; /);
    expect(await faults(json.body as object)).toBeUndefined();
  });
});
