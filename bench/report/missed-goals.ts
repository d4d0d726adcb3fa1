import type { Bar } from '../bars/bar.js';

/**
 * What is known about goals that are not reached, by the beginning of their bar's name: where the time goes, what was
 * tried, and why it stays. A text is shown only while its goal is missed; the longest beginning that fits counts.
 */
const KNOWN: Readonly<Record<string, string>> = {
  '1 GET by id':
    'rounds differ by a third on this machine, and what V8 compiles in a round counts, since it is done on the same core. Warm, in runs made for nothing but this, the library takes 1.04 to 1.2 times the processor time of the control and answers 0.75 to 0.95 times as many requests. A third of its own part is the entry of the provisioning log (`log.reads: false` spares it); then come the answer with its seven headers, the guard with scopes and tenants, the id of the request and its place in the queue. What made it level: statements are described once for each connection, which node-postgres does with each execution (decision 0024); connections are taken by callbacks, since with promises V8 kept 4 KB of each request until a full collection; the caller and the projection are parameters without a pipe, so a plain read waits for nothing but the database.',
  '2 ': 'as goal 1; Express adds more for each header.',
  '3 ': 'as goal 1. The control itself is not far below half of this controller on this machine, where a request is dear for all.',
  '4 token check':
    'the guard also checks scope, endpoint and tenant, which a bare look into a cache does not, and a request with a token has its entry in the provisioning log, of which those without one have only sixty a minute. passport is asked only for tokens that are not remembered; with it for each request the ratio was higher.',
  '7 ': 'a list has its parameters validated by class-validator, its filter parsed, typed and compiled, and a message around the resource. In the database it is the same look-up, and the groups come in the same statement.',
  '10 half of the members replaced: time':
    'about half of the time is the insert of the joining half (a foreign key and two indexes) with the event, which neither side is spared; then come locking who joins, so that nobody becomes a member who is being deleted, deleting who leaves and asking who is there. Deleting all is nearly free in PostgreSQL, so the half that is not inserted is all there is to gain. Tried and dropped: looking for who is there in the statement that locks who joins, or in the one that deletes who leaves (both take as long as two statements), reading all members and deleting by id who leaves, and lists as rows of `unnest` instead of arrays, which are planned in no time and then joined by a hash over the tenant, two to three times as long.',
  '16 a new user':
    'row, values and event are one statement. The statement alone takes 0.28 times; the rest is what the store does around it: texts and indexed values made, guards asked, a connection taken from the pool.',
  '8 emails.value eq on SQLite':
    "sql.js runs in the process and reads a user by id in some 40 µs. Three quarters of the difference are SQLite's own, in WebAssembly: three descents instead of one, whose pages it copies into a cache of 2 MB, and a statement twice as long that is prepared each time. The rest is the filter: parsing, typing and compiling it, five values to bind instead of two. Kept: few matches are put in order by the library, since setting SQLite's sorter up took a third of the look-up. Not done: keeping statements prepared past TypeORM, which closes them with each export of the database.",
  '11 GET the largest group':
    'the goal is about 100,000 members; of a small group all is read before streaming can show, and each batch of 2,000 is a query of its own.',
  '19 get-user: requests per second, to written in a hurry':
    "the server's processor is the limit of both, and the other keeps no log, checks neither scope nor tenant, and reads its groups by a second statement, which is cheap while the database is idle.",
  '19 filter-': 'as for GET by id.',
  '20 memory after':
    'near the limit and moving with each run: most of it is what V8 keeps for new objects under load; whether it grows over hours was not looked at.',
  '19 create-user: requests per second, to written in a hurry':
    'a server in a hurry validates nothing, keeps no log and tells no event: the database writes two rows with seven indexes more for each user of ours, and it shares a core with the load here.',
  '19 patch-active: requests per second, to written in a hurry':
    'as for creating: no event, no log, no version that is checked.',
  '19 put-user: requests per second, to written in a hurry':
    'as for creating: no event, no log, no version that is checked.',
  '19 list: requests per second, to Polis':
    'Polis has 2,000 users, the library answers out of the largest tenant, with the groups of each user.',
  '19 list: requests per second, to written in a hurry':
    'its cost grows with the rows of a page, and its total is a count of the tenant: the factor is for a large tenant.',
  '21 filter emails.value eq':
    'three pages more are read for three descents in an index that is one level higher with a hundred times the rows. It does not grow with the number of tenants otherwise.',
  '19 add-member-middle':
    'the factor is for a group of 10,000 members, as in the full form: the others load or rewrite the whole group.',
  '19 create-user: requests per second, to SCIMMY':
    'its store writes the same row and values, without an event and a log; the full form of the day before measured 3.8.',
  '19 add-member-middle: requests per second, to written in a hurry':
    "the factor is for a group of 10,000 members, which the other rewrites; the library's part is locks, an event and a log of its own, some 2 ms whatever the size, so the factor follows how fast the machine writes 10,000 rows. Run before it measured 34.",
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
