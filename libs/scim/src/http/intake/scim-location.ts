import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { rawRequest } from './scim-request.js';

/** Knows where the SCIM endpoints are: their path in the host, and the address that answers carry. */
@Injectable()
export class ScimLocation {
  private resolvedBasePath: string | undefined;

  constructor(
    private readonly application: ApplicationConfig,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** Path of the endpoints with the host's global prefix, without trailing slash: `/api/scim/v2`. */
  get basePath(): string {
    // Asked first when routes are registered or a request comes in: by then the global prefix is known.
    return (this.resolvedBasePath ??= joinPath(this.application.getGlobalPrefix(), this.settings.path));
  }

  /** Whether a request target lies at or below the base path, extra slashes forgiven. */
  covers(target: string): boolean {
    const base = this.basePath;
    const path = target.length > base.length ? collapseSlashes(pathOf(target)) : pathOf(target);
    return path === base || (path.startsWith(base) && path[base.length] === '/') || base === '';
  }

  /**
   * Base of every `meta.location` and `$ref` in an answer, without trailing slash. From configuration, else from
   * the local socket: never from the Host or a forwarded header, which a client can forge (D-08).
   */
  baseUrl(request: unknown): string {
    if (this.settings.publicUrl !== undefined) return this.settings.publicUrl;
    const socket = rawRequest(request).socket as {
      encrypted?: boolean;
      localAddress?: string;
      localPort?: number;
    };
    const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
    const host = address.includes(':') ? `[${address}]` : address;
    const scheme = socket.encrypted ? 'https' : 'http';
    return `${scheme}://${host}${socket.localPort === undefined ? '' : `:${socket.localPort}`}${this.basePath}`;
  }
}

/** The part of a request target before the query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** `//a///b` becomes `/a/b`. */
export function collapseSlashes(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}

/** The path of a target with one slash between segments and none at the end. */
export function tidyPath(target: string): string {
  const path = collapseSlashes(pathOf(target));
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function joinPath(...parts: string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return segments.length === 0 ? '' : `/${segments.join('/')}`;
}
