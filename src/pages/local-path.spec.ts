import { describe, expect, it } from 'vitest';
import { localPath } from './local-path.js';

describe('The way back after a sign-in', () => {
  it.each(['/', '/admin', '/admin?page=2&to=//elsewhere.example', '/a//b'])(
    'is kept when it is ours: %s',
    (path) => {
      expect(localPath(path)).toBe(path);
    },
  );

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    '/.//elsewhere.example',
    '/%2e//elsewhere.example',
    '/a/..//elsewhere.example',
    '/a/../.././/elsewhere.example',
    'admin',
    ['/admin'],
    undefined,
  ])('never leads elsewhere: %j', (path) => {
    const target = new URL(localPath(path), 'https://app.example');
    expect(target.href).toBe('https://app.example/');
  });
});
