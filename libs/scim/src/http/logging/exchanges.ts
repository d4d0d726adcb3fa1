import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { LOG_SETTINGS, type LogSettings } from '../../log/log-settings.js';
import { LogWriter } from '../../log/log-writer.js';
import { exchangeOf, rawRequest, rawResponse, setExchange } from '../intake/scim-request.js';
import { Exchange } from './exchange.js';
import { ExchangeEntries } from './exchange-entries.js';

/** Begins the account of each request, and hands it to the log when the answer has gone out, whoever answered. */
@Injectable()
export class Exchanges {
  private readonly logger = new Logger('ScimLog');

  /** One listener for all answers: an answer closes only once. */
  private readonly closed: (this: ServerResponse) => void;

  constructor(
    private readonly writer: LogWriter,
    private readonly entries: ExchangeEntries,
    @Inject(LOG_SETTINGS) private readonly settings: LogSettings,
  ) {
    const record = (answer: ServerResponse): void => this.record(answer.req, answer);
    this.closed = function (this: ServerResponse) {
      record(this);
    };
  }

  /** The first call for a request counts; later ones give the same. */
  open(request: unknown, response: unknown): Exchange {
    const raw = rawRequest(request);
    const known = exchangeOf(raw);
    if (known) return known;
    const { enabled } = this.settings;
    const exchange = Exchange.of(raw, enabled);
    setExchange(raw, exchange);
    const answer = rawResponse(response);
    if (!answer.headersSent) answer.setHeader('X-Request-Id', exchange.requestId);
    // Also comes when the client has hung up.
    if (enabled) answer.on('close', this.closed);
    return exchange;
  }

  /** Nothing may come out of here: there is nobody left to catch it. */
  private record(request: object, answer: ServerResponse): void {
    if (exchangeOf(request)?.turnedAway) return;
    try {
      for (const entry of this.entries.of(request, answer)) this.writer.append(entry);
    } catch (error) {
      this.logger.error('An entry of the provisioning log could not be made.', (error as Error).stack);
    }
  }
}
