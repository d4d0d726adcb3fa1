import { Injectable } from '@nestjs/common';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { ScimLocation } from '../intake/scim-location.js';

/** What a path means, without what it holds of anybody. */
export interface EndpointShape {
  /** For example `/Users/:id`; what names no endpoint has stars for all words that could be data. */
  readonly endpoint: string;
  readonly type?: ResourceType;
  /** Only of the form that this server makes: a provider may put a user's name there. */
  readonly id?: string;
}

/** What may follow below the base address, with its shapes made once. */
interface KnownEndpoint {
  readonly type?: ResourceType;
  readonly alone: EndpointShape;
  readonly search: EndpointShape;
  /** With an id or a name behind it, or with what is none. */
  readonly below: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OTHER_ENDPOINTS = ['/Bulk', '/Me', '/.search', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes'];
const WITH_ID = new Set(['/Schemas', '/ResourceTypes']);
const MOST_SEGMENTS = 8;

/** Reads the shape out of a request's path. */
@Injectable()
export class EndpointShapes {
  /** By the first segment, without slash. */
  private readonly endpoints: ReadonlyMap<string, KnownEndpoint>;
  private words: ReadonlySet<string> | undefined;

  constructor(
    registry: ResourceTypeRegistry,
    private readonly location: ScimLocation,
  ) {
    const types = registry.types.map((type) => knownEndpoint(type.endpoint, type));
    const others = OTHER_ENDPOINTS.map((name) => knownEndpoint(name));
    // A type of the host's takes the place of what is called alike.
    this.endpoints = new Map([...others, ...types].map((known) => [known.alone.endpoint.slice(1), known]));
  }

  /** @param path tidied: see `Exchange.path` */
  of(path: string): EndpointShape {
    const base = this.location.basePath;
    if (path !== base && !path.startsWith(`${base}/`)) return { endpoint: this.starred(path) };
    const below = path.slice(base.length + 1);
    if (below === '') return { endpoint: '/' };
    const slash = below.indexOf('/');
    const known = this.endpoints.get(slash < 0 ? below : below.slice(0, slash));
    if (known && slash < 0) return known.alone;
    const id = below.slice(slash + 1);
    if (!known || id.includes('/')) return { endpoint: this.starred(path.slice(base.length)) };
    const { type } = known;
    if (id === '.search' && type) return known.search;
    return { endpoint: known.below, type, id: type && this.idIn(id) };
  }

  /** The id, when it can be one of ours. */
  idIn(text: string | undefined): string | undefined {
    return text !== undefined && ID.test(text) ? text : undefined;
  }

  /** Words of our own addresses show where a base URL went wrong: `/Users/scim/v2/Users`, `/users`. */
  private starred(path: string): string {
    this.words ??= new Set(
      [...this.endpoints.keys(), ...this.location.basePath.split('/'), 'scim', 'api'].map((word) =>
        word.toLowerCase(),
      ),
    );
    const segments = path.split('/').filter((segment) => segment !== '');
    const shown = segments
      .slice(0, MOST_SEGMENTS)
      .map((segment) => (this.words?.has(segment.toLowerCase()) || /^v\d$/.test(segment) ? segment : '*'));
    return `/${shown.join('/')}`;
  }
}

function knownEndpoint(endpoint: string, type?: ResourceType): KnownEndpoint {
  return {
    type,
    alone: { endpoint, type },
    search: { endpoint: `${endpoint}/.search`, type },
    below: `${endpoint}/${type || WITH_ID.has(endpoint) ? ':id' : '*'}`,
  };
}
