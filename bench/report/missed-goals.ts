import type { Bar } from '../bars/bar.js';

/**
 * What is known about goals that are not reached, by the beginning of their bar's name: where the time goes, what was
 * tried, and why it stays. A text is shown only while its goal is missed; the longest beginning that fits counts.
 */
const KNOWN: Readonly<Record<string, string>> = {
  '1 GET by id':
    "the library does what the control leaves out. By CPU profiles of warm servers a quarter of its time is its own code: a third of that the entry of the provisioning log (`log.reads: false` spares it), then the answer with its seven headers, the guard with scopes and tenants, the id of the request and its place in the queue. The rest of the distance is memory to collect and code to compile for all that. Tried and kept: ids from Node's supply of random digits, log entries made without spreading objects, head and body in one write, no second look at a known token, statement texts made once, a user and its groups in one statement; together they took a quarter off. Next would be a leaner entry for reads, and fewer parameters of route handlers, each of which is a promise in Nest.",
  '2 ': 'as goal 1; Express adds more for each header.',
  '3 ': 'as goal 1. The control itself is not far below half of this controller on this machine, where a request is dear for all.',
  '4 token check':
    'the guard also checks scope, endpoint and tenant, which a bare look into a cache does not. passport is asked only for tokens that are not remembered; with it for each request the ratio was higher.',
  '7 ': 'a list has its parameters validated by class-validator, its filter parsed, typed and compiled, and a message around the resource. In the database it is the same look-up, and the groups come in the same statement.',
  '10 half of the members replaced: time':
    "of 217 ms for 10,000 members 94 are the insert of the joining half (a foreign key and two indexes), which neither side is spared; 28 lock who joins, so that nobody becomes a member who is being deleted, 26 delete who leaves, 22 write the event, 21 ask who is there, and the rest is Node's. Deleting all is nearly free in PostgreSQL, so the half that is not inserted is all there is to gain. Reading who is there together with the lock would save some 15 ms more.",
  '16 a new user':
    'the store opens a transaction of TypeORM and takes four round trips; the five tables are written by one connection without a pool. Row, values and event in one statement that commits by itself would reach it, where no `@BeforeScimCommit` method asks for the transaction.',
  '8 emails.value eq on SQLite':
    'sql.js runs in the process and reads a user by id in a fraction of a millisecond, so that what the filter costs in JavaScript (parsing, typing, compiling) weighs most. The look-up itself is one step of an index.',
  '11 GET the largest group':
    'the goal is about 100,000 members; of a small group all is read before streaming can show, and each batch of 2,000 is a query of its own.',
  '19 get-user: requests per second, to written in a hurry':
    "not reached here: the load and the database share a core, and are the limit of the faster servers. Goal 1 tells what is the library's own.",
  '19 filter-': 'as for GET by id.',
  '20 memory after':
    'near the limit and moving with each run: most of it is what V8 keeps for new objects under load; whether it grows over hours was not looked at.',
  '19 create-user: requests per second, to written in a hurry':
    'a server in a hurry validates nothing, keeps no log, tells no event, and its one statement commits by itself. See goal 16.',
  '19 patch-active: requests per second, to written in a hurry':
    'as for creating: no event, no log, no version that is checked.',
  '19 put-user: requests per second, to written in a hurry':
    'as for creating: no event, no log, no version that is checked.',
  '19 list: requests per second, to Polis':
    'Polis has 2,000 users here, our tenant ten times as many and more.',
  '19 list: requests per second, to written in a hurry':
    'its cost grows with the rows of a page, and its total is a count of the tenant: the factor is for a large tenant.',
  '19 add-member-middle':
    'the factor is for a group of 10,000 members, as in the full form: the others load or rewrite the whole group.',
};

/** A list of the goals that a run missed, each with what is known about it. */
export function missedGoals(bars: readonly Bar[]): string {
  const missed = bars.filter(({ holds }) => holds === false);
  if (missed.length === 0) return '';
  const items = missed.map(({ name, value, bar }) => {
    const why = knownAbout(name) ?? 'not looked into yet.';
    return `- **${name}** (${Number(value!.toPrecision(3))}, ${bar}): ${why}`;
  });
  return `## Missed goals\n\n${items.join('\n')}`;
}

function knownAbout(name: string): string | undefined {
  const beginnings = Object.keys(KNOWN).filter((beginning) => name.startsWith(beginning));
  const [longest] = beginnings.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? undefined : KNOWN[longest];
}
