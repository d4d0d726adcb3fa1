import { Injectable } from '@nestjs/common';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { collapseSlashes, pathOf, ScimLocation } from '../intake/scim-location.js';

/** What a path means, without what it holds of anybody. */
export interface EndpointShape {
  /** For example `/Users/:id`; what names no endpoint has stars for all words that could be data. */
  readonly endpoint: string;
  readonly type?: ResourceType;
  /** Only of the form that this server makes: a provider may put a user's name there. */
  readonly id?: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OTHER_ENDPOINTS = ['/Bulk', '/Me', '/.search', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes'];
const WITH_ID = new Set(['/Schemas', '/ResourceTypes']);
const MOST_SEGMENTS = 8;

/** Reads the shape out of a request's path. */
@Injectable()
export class EndpointShapes {
  private readonly types: ReadonlyMap<string, ResourceType>;
  private words: ReadonlySet<string> | undefined;

  constructor(
    registry: ResourceTypeRegistry,
    private readonly location: ScimLocation,
  ) {
    this.types = new Map(registry.types.map((type) => [type.endpoint, type]));
  }

  of(target: string): EndpointShape {
    const path = collapseSlashes(pathOf(target)).replace(/\/$/, '');
    const base = this.location.basePath;
    if (path !== base && !path.startsWith(`${base}/`)) return { endpoint: this.starred(path) };
    const [first, second, ...more] = path.slice(base.length + 1).split('/');
    if (!first) return { endpoint: '/' };
    const name = `/${first}`;
    const type = this.types.get(name);
    if (more.length > 0 || !(type || OTHER_ENDPOINTS.includes(name))) {
      return { endpoint: this.starred(path.slice(base.length)) };
    }
    if (second === undefined) return { endpoint: name, type };
    if (second === '.search' && type) return { endpoint: `${name}/.search`, type };
    if (!type && !WITH_ID.has(name)) return { endpoint: `${name}/*` };
    return { endpoint: `${name}/:id`, type, id: type && this.idIn(second) };
  }

  /** The id, when it can be one of ours. */
  idIn(text: string | undefined): string | undefined {
    return text !== undefined && ID.test(text) ? text : undefined;
  }

  /** Words of our own addresses show where a base URL went wrong: `/Users/scim/v2/Users`, `/users`. */
  private starred(path: string): string {
    this.words ??= new Set(
      [...this.types.keys(), ...OTHER_ENDPOINTS, ...this.location.basePath.split('/'), 'scim', 'api'].map(
        (word) => word.replace('/', '').toLowerCase(),
      ),
    );
    const segments = path.split('/').filter((segment) => segment !== '');
    const shown = segments
      .slice(0, MOST_SEGMENTS)
      .map((segment) => (this.words?.has(segment.toLowerCase()) || /^v\d$/.test(segment) ? segment : '*'));
    return `/${shown.join('/')}`;
  }
}
