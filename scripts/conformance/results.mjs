// From a vitest JSON report to one verdict for each requirement of docs/reference/requirements.json.

/** What an id looks like; brackets that hold anything else are part of the sentence. */
const id = /^(?:[PSCEHIL]-[0-9.]+-\d{2}|D-\d{2}|(?:A|RM|RP)-\d{2}|[A-Z]\d{1,2}[a-z]?)$/;
const brackets = /\[([^[\]]+)\]/g;

/**
 * The ids of a title, in square brackets of their own: `does this [P-3.6-01, RM-10]`.
 * @param {string} title
 * @returns {string[]} nothing for a bracket that holds other words
 */
export function idsOf(title) {
  return [...title.matchAll(brackets)].flatMap(([, text]) => {
    const words = text.split(',').map((word) => word.trim());
    return words.every((word) => id.test(word)) ? words : [];
  });
}

/**
 * Test results for each id. A title of a `describe` block counts for every test in it.
 * @param {{ testResults: { assertionResults: { title: string, ancestorTitles: string[], status: string }[] }[] }} report
 * @returns {Map<string, { passed: number, failed: number, failures: string[] }>}
 */
export function resultsById(report) {
  const results = new Map();
  for (const { assertionResults } of report.testResults) {
    for (const { title, ancestorTitles, status } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') continue;
      for (const name of new Set([...ancestorTitles, title].flatMap(idsOf))) {
        const result = results.get(name) ?? { passed: 0, failed: 0, failures: [] };
        result[status] += 1;
        if (status === 'failed') result.failures.push(title);
        results.set(name, result);
      }
    }
  }
  return results;
}

/**
 * One verdict for each requirement, in the order of the catalogue.
 * - `failed`: a test that names it failed
 * - `passed`: at least one test names it and all of them passed
 * - `planned`: untested, in a section that is not built yet
 * - `untested`: nothing names it
 *
 * A requirement with `provedBy: 'A-'` stands for all rows whose id begins so.
 */
export function verdicts({ sections, requirements }, results) {
  const gates = new Map(sections.map(({ number, gate }) => [number, gate]));
  const judge = (requirement) => {
    const { passed, failed } = results.get(requirement.id) ?? { passed: 0, failed: 0 };
    if (failed > 0) return { state: 'failed', tests: failed };
    if (passed > 0) return { state: 'passed', tests: passed };
    return { state: gates.get(requirement.section) === 'planned' ? 'planned' : 'untested', tests: 0 };
  };
  const own = new Map(requirements.map((requirement) => [requirement.id, judge(requirement)]));
  return requirements.map((requirement) => {
    if (requirement.provedBy === undefined) return { ...requirement, ...own.get(requirement.id) };
    const rows = [...own]
      .filter(([name]) => name.startsWith(requirement.provedBy))
      .map(([, verdict]) => verdict);
    return { ...requirement, ...together(rows) };
  });
}

function together(rows) {
  const tests = rows.reduce((sum, row) => sum + row.tests, 0);
  if (rows.some(({ state }) => state === 'failed')) return { state: 'failed', tests };
  if (rows.length > 0 && rows.every(({ state }) => state === 'passed')) return { state: 'passed', tests };
  return { state: 'untested', tests: 0 };
}

/**
 * Why the project may not be called conformant: sentences, none when all is well.
 * A MUST counts in the sections whose gate is `required`.
 */
export function complaints({ sections, requirements }, results) {
  const required = new Set(sections.filter(({ gate }) => gate === 'required').map(({ number }) => number));
  const known = new Set(requirements.map((requirement) => requirement.id));
  const judged = verdicts({ sections, requirements }, results);
  return [
    ...[...results.keys()]
      .filter((name) => !known.has(name))
      .map((name) => `${name}: named by a test, unknown here`),
    ...judged
      .filter(({ state, provedBy }) => state === 'failed' && provedBy === undefined)
      .map(({ id: name }) => `${name}: failed: ${results.get(name).failures.join('; ')}`),
    ...judged
      .filter(
        ({ level, section, state }) => level === 'MUST' && required.has(section) && state === 'untested',
      )
      .map(({ id: name, rule }) => `${name}: a MUST without a passing test: ${rule}`),
  ];
}
