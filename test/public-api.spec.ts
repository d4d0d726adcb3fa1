import * as scim from 'nestjs-scim';
import * as protocol from 'nestjs-scim/protocol';
import * as typeorm from 'nestjs-scim/typeorm';
import { describe, expect, it } from 'vitest';

/** Names that exist at run time; types are checked by the compiler in the packed library's consumer. */
describe('the public entry points', () => {
  it('nestjs-scim exports these names and no others', () => {
    expect(Object.keys(scim).sort()).toMatchSnapshot();
  });

  it('nestjs-scim/protocol exports these names and no others', () => {
    expect(Object.keys(protocol).sort()).toMatchSnapshot();
  });

  it('nestjs-scim/typeorm exports these names and no others', () => {
    expect(Object.keys(typeorm).sort()).toMatchSnapshot();
  });
});
