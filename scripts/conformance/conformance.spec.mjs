import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderPage, withoutCounts } from './page.mjs';
import { complaints, idsOf, resultsById, verdicts } from './results.mjs';

const catalogue = {
  sections: [
    { number: 1, title: 'Built', gate: 'required' },
    { number: 2, title: 'Later', gate: 'planned' },
  ],
  requirements: [
    { id: 'P-3.6-01', level: 'MUST', section: 1, rule: 'One.' },
    { id: 'S-7-01', level: 'MAY', section: 1, rule: 'Two.' },
    { id: 'P-3.5.2.1-01', level: 'MUST', section: 1, rule: 'The add rows.', provedBy: 'A-' },
    { id: 'A-01', level: 'MUST', section: 1, rule: 'Add | one.' },
    { id: 'A-02', level: 'RULING', section: 1, rule: 'Add two.' },
    { id: 'C-2-01', level: 'MUST', section: 2, rule: 'Later.' },
  ],
};
const test = (title, status = 'passed', ...ancestorTitles) => ({ title, status, ancestorTitles });
const reportOf = (...assertionResults) => ({ testResults: [{ assertionResults }] });
const stateOf = (report, id) => verdicts(catalogue, resultsById(report)).find((row) => row.id === id);

describe('ids of a title', () => {
  it('are the ones in a bracket of their own, wherever it stands', () => {
    expect(idsOf('does it [P-3.4.2.2-02, RM-10, P5b]')).toEqual(['P-3.4.2.2-02', 'RM-10', 'P5b']);
    expect(idsOf('does it [H-9110-01]')).toEqual(['H-9110-01']);
    expect(idsOf('does it [A-01] on PostgreSQL [A-02]')).toEqual(['A-01', 'A-02']);
    expect(idsOf('[S-4.1.1-05] is checked')).toEqual(['S-4.1.1-05']);
  });

  it('are none when the bracket belongs to the sentence', () => {
    expect(idsOf('reads emails[type eq "work"]')).toEqual([]);
    expect(idsOf('an empty list is []')).toEqual([]);
    expect(idsOf('mixes [P-3.6-01, words]')).toEqual([]);
  });

  it('match every id of the catalogue of this project', () => {
    const url = new URL('../../docs/reference/requirements.json', import.meta.url);
    const { sections, requirements } = JSON.parse(readFileSync(url, 'utf8'));
    const names = requirements.map(({ id }) => id);
    expect(names.filter((name) => idsOf(`[${name}]`)[0] !== name)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const numbers = new Set(sections.map(({ number }) => number));
    expect(requirements.filter(({ section }) => !numbers.has(section))).toEqual([]);
  });
});

describe('verdicts', () => {
  it('pass when tests name the rule and all pass', () => {
    const report = reportOf(test('a [P-3.6-01]'), test('b [P-3.6-01]'));
    expect(stateOf(report, 'P-3.6-01')).toMatchObject({ state: 'passed', tests: 2 });
  });

  it('fail when one of the tests failed', () => {
    const report = reportOf(test('a [P-3.6-01]'), test('b [P-3.6-01]', 'failed'));
    expect(stateOf(report, 'P-3.6-01')).toMatchObject({ state: 'failed' });
  });

  it('count the title of a describe block once', () => {
    const report = reportOf(test('a [S-7-01]', 'passed', 'all of it [S-7-01]'));
    expect(stateOf(report, 'S-7-01')).toMatchObject({ state: 'passed', tests: 1 });
  });

  it('do not count a skipped test', () => {
    expect(stateOf(reportOf(test('a [P-3.6-01]', 'skipped')), 'P-3.6-01')).toMatchObject({
      state: 'untested',
    });
  });

  it('take a rule that stands for rows as passed only with all of them', () => {
    expect(stateOf(reportOf(test('a [A-01]')), 'P-3.5.2.1-01')).toMatchObject({ state: 'untested' });
    expect(stateOf(reportOf(test('a [A-01, A-02]')), 'P-3.5.2.1-01')).toMatchObject({ state: 'passed' });
  });

  it('are planned in a section that is not built', () => {
    expect(stateOf(reportOf(), 'C-2-01')).toMatchObject({ state: 'planned' });
  });
});

describe('complaints', () => {
  const of = (...tests) => complaints(catalogue, resultsById(reportOf(...tests)));

  it('are none when each MUST that is required has a passing test', () => {
    expect(of(test('a [P-3.6-01]'), test('b [A-01, A-02]'))).toEqual([]);
  });

  it('name a MUST without a test, a failed test and an unknown id', () => {
    const sentences = of(test('a [P-9-99]'), test('b [S-7-01]', 'failed'), test('c [A-01, A-02]'));
    expect(sentences).toHaveLength(3);
    expect(sentences.join('\n')).toMatch(/P-9-99: .*unknown[^]*S-7-01: failed[^]*P-3\.6-01: a MUST/);
  });
});

describe('the page', () => {
  const pageOf = (...tests) => renderPage(catalogue, verdicts(catalogue, resultsById(reportOf(...tests))));

  it('shows each rule with its result', () => {
    const page = pageOf(test('a [P-3.6-01]'), test('b [A-01]', 'failed'));
    expect(page).toContain('| P-3.6-01 | MUST | One. | passed (1 test) |');
    expect(page).toContain('| A-01 | MUST | Add \\| one. | **failed** (1 test) |');
    expect(page).toContain('| C-2-01 | MUST | Later. | planned |');
    expect(page).toContain('| MUST | 4 | 1 | 2 | 0 | 1 |');
  });

  it('is the same without counts when only the number of tests changed', () => {
    const once = pageOf(test('a [P-3.6-01]'));
    const twice = pageOf(test('a [P-3.6-01]'), test('b [P-3.6-01]'));
    expect(once).not.toBe(twice);
    expect(withoutCounts(once)).toBe(withoutCounts(twice));
    expect(withoutCounts(pageOf())).not.toBe(withoutCounts(once));
  });
});
