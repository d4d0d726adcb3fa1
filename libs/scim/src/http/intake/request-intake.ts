import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { MAX_SEGMENTS } from './any-path.js';
import { readRawBody } from './read-raw-body.js';
import { RequestQueue } from './request-queue.js';
import { pathOf, ScimLocation } from './scim-location.js';
import { Exchanges } from '../logging/exchanges.js';
import {
  exchangeOf,
  intakeOf,
  rawRequest,
  type RawRequest,
  rawResponse,
  type ScimIntake,
  setIntake,
} from './scim-request.js';
import { ScimResponder } from '../scim-responder.js';

const BODY_TYPE = 'application/scim+json';

/** The little of Express that is used here. */
interface ExpressApplication {
  use(
    handler: (request: RawRequest & IncomingMessage, response: ServerResponse, next: () => void) => void,
  ): void;
}

/** The little of Fastify that is used here. */
interface FastifyApplication {
  readonly initialConfig?: { maxParamLength?: number; routerOptions?: { maxParamLength?: number } };
  addHook(
    name: 'onRequest',
    hook: (request: { raw: RawRequest }, reply: { raw: ServerResponse }, done: () => void) => void,
  ): void;
  addContentTypeParser(
    type: string,
    parser: (
      request: { raw: RawRequest },
      payload: Readable,
      done: (error: null, body?: unknown) => void,
    ) => void,
  ): void;
  hasContentTypeParser(type: string): boolean;
}

/**
 * Takes in the requests below the module's path before the host's own parsers see them: the raw body within our
 * limit, whatever its media type and whatever limit the host has set. Parsing and errors come later, inside our
 * routes, so that every failure can be answered as a SCIM error.
 *
 * Registered while the injector builds the module, which on both adapters is before the host's middleware.
 */
@Injectable()
export class RequestIntake implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly location: ScimLocation,
    private readonly exchanges: Exchanges,
    private readonly queue: RequestQueue,
    private readonly responder: ScimResponder,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {
    // Without an HTTP server (a command line, a worker) there is nothing to take in.
    const adapter = this.adapter;
    if (!adapter) return;
    const type = adapter.getType();
    if (type === 'express') this.registerExpress(adapter.getInstance<ExpressApplication>());
    else if (type === 'fastify') this.registerFastify(adapter.getInstance<FastifyApplication>());
  }

  /** Tidies addresses before either adapter looks at them: the first listener of the server sees each request first. */
  onModuleInit(): void {
    const server = this.adapter?.getHttpServer() as Server | undefined;
    const longest = this.longestSegment();
    server?.prependListener('request', (request: RawRequest, response: ServerResponse) => {
      const target = request.url ?? '/';
      if (!this.location.covers(target)) return;
      const { path } = this.exchanges.open(request, response);
      const tidy = tidyTarget(target, path, this.location.basePath, longest);
      if (tidy !== target) request.url = tidy;
    });
  }

  /** Fastify answers a longer path parameter itself, with 414 in its own form; Express knows no such limit. */
  private longestSegment(): number {
    if (this.adapter?.getType() !== 'fastify') return Infinity;
    const { initialConfig = {} } = this.adapter.getInstance<FastifyApplication>();
    return initialConfig.routerOptions?.maxParamLength ?? initialConfig.maxParamLength ?? 100;
  }

  private get adapter(): HttpAdapterHost['httpAdapter'] | undefined {
    return this.adapterHost.httpAdapter;
  }

  private registerExpress(app: ExpressApplication): void {
    app.use((request, response, next) => {
      if (!this.location.covers(request.url ?? '/')) return next();
      if (!this.letsIn(request, response)) return;
      const intake: ScimIntake = { contentType: request.headers['content-type'] };
      setIntake(request, intake);
      // Tells body-parser, the host's included, that the body has been dealt with.
      Object.assign(request, { _body: true, body: {} });
      if (!hasBody(request)) return next();
      void this.read(request, request).then((body) => {
        intake.body = body;
        next();
      });
    });
  }

  private registerFastify(app: FastifyApplication): void {
    app.addHook('onRequest', (request, reply, done) => {
      const { raw } = request;
      // An exchange is open already when the request came over the server's own socket.
      if (exchangeOf(raw) || this.location.covers(raw.url ?? '/')) {
        if (!this.letsIn(request, reply)) return;
        setIntake(raw, { contentType: raw.headers['content-type'] });
        // Leads every body of ours to the parser below instead of the host's; what it really was is kept above.
        raw.headers['content-type'] = BODY_TYPE;
      }
      done();
    });
    if (!app.hasContentTypeParser(BODY_TYPE)) {
      app.addContentTypeParser(BODY_TYPE, (request, payload, done) => {
        void this.read(payload, request.raw).then((body) => {
          const intake = intakeOf(request.raw);
          if (intake) intake.body = body;
          done(null, {});
        });
      });
    }
  }

  /** Or answers 503 by itself, before anything is done with the request. */
  private letsIn(request: RawRequest | { raw: RawRequest }, response: unknown): boolean {
    const raw = rawRequest(request);
    const error = this.queue.enter(raw.socket, rawResponse(response));
    if (!error) return true;
    const exchange = exchangeOf(raw);
    if (exchange) exchange.turnedAway = true;
    const { status, headers } = error;
    this.responder.send(request, response, { status, headers, body: JSON.stringify(error.toBody()) });
    return false;
  }

  private read(stream: Readable, request: RawRequest): ReturnType<typeof readRawBody> {
    const limits = { bytes: this.limitOf(request), seconds: this.settings.bodySeconds };
    return readRawBody(stream, limits, request.headers['content-length']);
  }

  private limitOf({ method, url = '/' }: RawRequest): number {
    const { bulk, features, bodyBytes } = this.settings;
    const isBulk = method === 'POST' && pathOf(url) === `${this.location.basePath}/Bulk`;
    return isBulk && features.bulk ? bulk.maxPayloadSize : bodyBytes;
  }
}

function hasBody(request: RawRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/**
 * One slash between segments and none at the end: providers send `/Users/` (Microsoft's suite) and `//Users` (a base
 * address that ends in a slash), which Fastify tells from `/Users`. A path that cannot be decoded, is deeper than any
 * endpoint or has a longer segment than the router takes (P-3.4.1-04) names nothing, and is led to where nothing is
 * found, since both adapters would answer it in their own form.
 *
 * @param tidy path of the target: see `Exchange.path`
 */
function tidyTarget(target: string, tidy: string, basePath: string, longest: number): string {
  const query = target.slice(pathOf(target).length);
  if (!isDecodable(tidy) || !fitsRouter(tidy.slice(basePath.length), longest)) {
    return `${basePath}/.nothing${query}`;
  }
  return (tidy === '' ? '/' : tidy) + query;
}

function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** @param path below the base path, with leading slash or empty */
function fitsRouter(path: string, longest: number): boolean {
  let segments = 0;
  for (let start = 0; start >= 0 && start < path.length; segments++) {
    const end = path.indexOf('/', start + 1);
    if ((end < 0 ? path.length : end) - start - 1 > longest) return false;
    start = end;
  }
  return segments <= MAX_SEGMENTS;
}
