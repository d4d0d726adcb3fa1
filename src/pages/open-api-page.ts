import type { OpenApiDocument } from 'nestjs-scim';
import { escapeHtml } from './html.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly requestBody?: { readonly content?: object };
  readonly responses?: object;
}

/** The operations of an OpenAPI document as one page that loads nothing: no script, no font, no foreign address. */
export function openApiPage({ info, servers = [], paths }: OpenApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as unknown as Readonly<Record<string, Operation | undefined>>)[method];
      return operation ? [row(method, path, operation)] : [];
    }),
  );
  const base = servers.map(({ url }) => `<p>Base: <code>${escapeHtml(url)}</code></p>`).join('');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #ccc; padding: .4rem .6rem; text-align: left; vertical-align: top; }
  .method { font-weight: bold; text-transform: uppercase; }
</style>
<h1>${escapeHtml(info.title)}</h1>
<p>${escapeHtml(info.description ?? '')} The whole description: <a href="openapi.json">openapi.json</a>.</p>
${base}
<table>
<tr><th>Method</th><th>Path</th><th>What it does</th><th>Parameters</th><th>Answers</th></tr>
${rows.join('\n')}
</table>
</html>
`;
}

function row(
  method: string,
  path: string,
  { summary = '', parameters = [], responses = {} }: Operation,
): string {
  const names = parameters.map(({ $ref = '' }) => $ref.slice($ref.lastIndexOf('/') + 1).replace(/^Scim/, ''));
  const cells = [
    `<code>${escapeHtml(path)}</code>`,
    summary,
    names.join(', '),
    Object.keys(responses).join(', '),
  ];
  const rest = cells.map((cell, index) => `<td>${index === 0 ? cell : escapeHtml(cell)}</td>`).join('');
  return `<tr><td class="method">${method}</td>${rest}</tr>`;
}
