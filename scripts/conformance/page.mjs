// docs/reference/conformance.md, written from verdicts.

const levels = ['MUST', 'SHOULD', 'MAY', 'RULING', 'REGRESSION'];
const states = ['passed', 'failed', 'untested', 'planned'];
const words = { passed: 'passed', failed: '**failed**', untested: 'not yet tested', planned: 'planned' };

const introduction = `# Conformance

Made by \`npm run conformance\` from the results of the test suite; do not edit. Each row is a rule of RFC 7643, RFC 7644
or a standard beside them, in our words. A row is *passed* when tests name its id and all of them pass; *not yet tested*
says nothing about the code, only that no test proves the rule; *planned* parts are not built, or not claimed.

The letter of an id is its source: P RFC 7644, S RFC 7643, C RFC 9865 (cursors), E RFC 9967 (events), H HTTP, OAuth and
JSON, I interoperability profile, L account lifecycle profile, D our decision; A, RM and RP are the rows of the PATCH
table (add, remove, replace). The numbers after the letter are the section. Level RULING marks what the texts leave
open, REGRESSION what broke in other servers.
`;

/** The whole page. Numbers of tests are the only part that changes without meaning anything. */
export function renderPage({ sections }, judged) {
  const parts = [introduction, '## Summary\n', summary(judged), ''];
  for (const { number, title, gate } of sections) {
    const rows = judged.filter(({ section }) => section === number);
    const passed = rows.filter(({ state }) => state === 'passed').length;
    parts.push(
      `## ${title}\n`,
      `${passed} of ${rows.length} passed${gate === 'planned' ? '; planned' : ''}.\n`,
    );
    parts.push('| Id | Level | Rule | Result |', '| --- | --- | --- | --- |', ...rows.map(line), '');
  }
  return parts.join('\n');
}

/** The page without the numbers of tests, to tell whether the committed one is out of date. */
export function withoutCounts(page) {
  return page.replaceAll(/ \(\d+ tests?\)/g, '').trimEnd();
}

function summary(judged) {
  const header = ['Level', 'Rules', 'Passed', 'Failed', 'Not yet tested', 'Planned'];
  const count = (level, state) =>
    judged.filter((row) => (level === 'All' || row.level === level) && (!state || row.state === state))
      .length;
  const rows = [...levels, 'All'].map((level) =>
    row([level, count(level), ...states.map((state) => count(level, state))].map(String)),
  );
  return [row(header), row(header.map(() => '---')), ...rows].join('\n');
}

function line({ id, level, rule, state, tests }) {
  const count = tests > 0 ? ` (${tests} ${tests === 1 ? 'test' : 'tests'})` : '';
  return row([id, level, rule.replaceAll('|', '\\|'), words[state] + count]);
}

function row(cells) {
  return `| ${cells.join(' | ')} |`;
}
