// SCIMMY with scimmy-routers on Express 4 (on 5 the routers lose startIndex and count), over a store as a careful user
// writes it: look-ups by one value and pages are SQL, everything else is left to the library, which has no other way.
import express from 'express';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { answerQuestions } from '../answer-questions.mjs';

const TOKEN = 'bench';
const COLUMNS = { id: 'id', username: 'user_name_key', externalid: 'external_id', displayname: 'name_key' };
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

/** The column and value of a filter that is one equality; undefined for any other. */
function lookUp(filter) {
  const [[name, comparison] = [], ...more] = filter?.length === 1 ? Object.entries(filter[0]) : [];
  if (more.length > 0 || !Array.isArray(comparison) || comparison[0] !== 'eq') return undefined;
  const column = COLUMNS[name?.toLowerCase()];
  const value = column?.endsWith('_key') ? String(comparison[1]).toLowerCase() : comparison[1];
  return column && { column, value };
}

async function membersOf(groupIds) {
  const { rows } = await pool.query(
    'select group_id, user_id as value from peer_member where group_id = any($1)',
    [groupIds],
  );
  const members = new Map(groupIds.map((id) => [id, []]));
  for (const { group_id, value } of rows) members.get(group_id).push({ value });
  return members;
}

function implement(Type, kind) {
  const toResources = async (rows) => {
    const members = kind === 'Group' ? await membersOf(rows.map(({ id }) => id)) : undefined;
    return rows.map(({ id, document, created, modified }) => ({
      ...document,
      ...(members && { members: members.get(id) }),
      id,
      meta: { created, lastModified: modified },
    }));
  };

  Type.egress(async ({ id, filter, constraints = {} }) => {
    if (id) {
      const { rows } = await pool.query('select * from peer_resource where kind = $1 and id = $2', [
        kind,
        id,
      ]);
      if (rows.length === 0) throw new SCIMMY.Types.Error(404, null, `There is no ${id}.`);
      return (await toResources(rows))[0];
    }
    const one = lookUp(filter);
    if ((filter && !one) || constraints.sortBy) {
      const { rows } = await pool.query('select * from peer_resource where kind = $1 order by id', [kind]);
      const all = await toResources(rows);
      return filter ? filter.match(all) : all;
    }
    const where = `kind = $1${one ? ` and ${one.column} = $2` : ''}`;
    const values = [kind, ...(one ? [one.value] : [])];
    const { startIndex = 1, count = 20 } = constraints;
    const {
      rows: [{ total }],
    } = await pool.query(`select count(*)::int as total from peer_resource where ${where}`, values);
    const { rows } = await pool.query(
      `select * from peer_resource where ${where} order by id limit ${Number(count)} offset ${Number(startIndex) - 1}`,
      values,
    );
    // A sparse list is how the library is told the total of a page.
    const page = [];
    page.length = total;
    for (const [i, resource] of (await toResources(rows)).entries()) page[startIndex - 1 + i] = resource;
    return page;
  });

  Type.ingress(async ({ id: known }, instance) => {
    const { id: _, meta: __, schemas: ___, members, ...document } = JSON.parse(JSON.stringify(instance));
    const id = known ?? randomUUID();
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query(
        `insert into peer_resource (kind, id, document, user_name_key, name_key, external_id)
          values ($1, $2, $3, lower($4), lower($5), $6)
          on conflict (id) do update set document = $3, user_name_key = lower($4), name_key = lower($5),
            external_id = $6, modified = now() returning *`,
        [kind, id, document, document.userName, document.displayName, document.externalId],
      );
      if (kind === 'Group' && members) {
        // The library hands over the whole group, whatever the request was.
        await client.query('delete from peer_member where group_id = $1', [id]);
        await client.query('insert into peer_member select $1, unnest($2::text[]) on conflict do nothing', [
          id,
          members.map(({ value }) => value),
        ]);
      }
      await client.query('commit');
      const [{ created, modified }] = rows;
      return { ...document, ...(members && { members }), id, meta: { created, lastModified: modified } };
    } catch (error) {
      await client.query('rollback');
      if (error.code === '23505') throw new SCIMMY.Types.Error(409, 'uniqueness', 'The name is taken.');
      throw error;
    } finally {
      client.release();
    }
  });

  Type.degress(async ({ id }) => {
    await pool.query('delete from peer_resource where id = $1', [id]);
    await pool.query('delete from peer_member where group_id = $1 or user_id = $1', [id]);
  });
}

implement(SCIMMY.Resources.declare(SCIMMY.Resources.User).User ?? SCIMMY.Resources.User, 'User');
implement(SCIMMY.Resources.declare(SCIMMY.Resources.Group).Group ?? SCIMMY.Resources.Group, 'Group');
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

const app = express();
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('Authorization') !== `Bearer ${TOKEN}`) throw new Error('Unknown token.');
      return 'bench';
    },
    baseUri: () => 'https://api.example.com',
  }),
);
const server = app.listen(0, '127.0.0.1', () =>
  answerQuestions({ port: server.address().port, path: '/scim/v2', token: TOKEN }),
);
