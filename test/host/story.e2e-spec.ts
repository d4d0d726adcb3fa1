import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoryError } from '../../src/story/story-error.js';
import { readStoryOptions } from '../../src/story/story-options.js';
import { tellStory } from '../../src/story/story.js';
import { bootHost, type HostApp } from '../support/host-app.js';

describe("the story of a customer's first week", () => {
  let host: HostApp;
  beforeAll(async () => {
    host = await bootHost();
  });
  afterAll(() => host.close());

  it('happens as it must, and is told side by side', async () => {
    const lines: string[] = [];
    const progress: string[] = [];
    const out = { line: (text: string) => lines.push(text), progress: (text: string) => progress.push(text) };
    await tellStory(host.origin, 20, out);
    const told = lines.filter((line) => /^\d+\. /.test(line)).map((line) => line.split('│')[0]?.trim());
    expect(told).toEqual([
      '1. Connect',
      '2. Hire',
      '3. Group',
      '4. Promote',
      '5. Rename',
      '6. Terminate',
      '7. Rehire',
      '8. Delete',
      '9. Compare',
    ]);
    for (const line of lines) expect(line).toMatch(/[│┼]/);
    expect(progress.at(-1)).toContain('20 of 20');
    const text = lines.map((line) => line.split('│')[1]?.trim()).join(' ');
    expect(text).toMatch(/running session is refused \d+ ms later/);
    expect(text).toContain('20 members, 20 with access.');
  });

  it('stops with a sentence when nobody answers', async () => {
    const told = tellStory('http://127.0.0.1:9', 3, { line: () => undefined, progress: () => undefined });
    await expect(told).rejects.toThrow(StoryError);
    await expect(told).rejects.toThrow(/npm run story -- --start/);
  });

  it('stops with a sentence where sign-up is closed', async () => {
    const closed = await bootHost({ SIGN_UP: 'closed' });
    try {
      const told = tellStory(closed.origin, 3, { line: () => undefined, progress: () => undefined });
      await expect(told).rejects.toThrow(/SIGN_UP/);
    } finally {
      await closed.close();
    }
  });
});

describe('the options of the story', () => {
  it('have defaults', () => {
    expect(readStoryOptions([])).toEqual({ url: 'http://127.0.0.1:3000', hires: 500, start: false });
    expect(readStoryOptions(['--help'])).toBeUndefined();
    expect(readStoryOptions(['--url', 'https://app.example.com/', '--hires', '20'])).toEqual({
      url: 'https://app.example.com',
      hires: 20,
      start: false,
    });
  });

  it.each([
    [['--hires', '2']],
    [['--hires', 'many']],
    [['--url', 'app']],
    [['--start', '--url', 'http://x']],
    [['--fast']],
  ])('are refused: %j', (argv) => {
    expect(() => readStoryOptions(argv)).toThrow(StoryError);
  });
});
