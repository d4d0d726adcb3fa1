import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Pool, PoolClient } from 'pg';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** How one statement was carried out. */
export interface RecordedPlan {
  readonly text: string;
  /** Kinds of the steps, for example `Index Scan`. */
  readonly steps: readonly string[];
  /** Rows that were taken from tables, and those that were passed over there. */
  readonly rows: number;
  /** Pages of tables and indexes. */
  readonly pages: number;
}

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** Plans with which PostgreSQL really carried statements out, under whatever settings they were sent. */
export class PlanRecorder {
  /** For the DataSource to watch. */
  static readonly options: Partial<DataSourceOptions> = {
    extra: {
      options: Object.entries(SETTINGS)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    },
  };

  plans: RecordedPlan[] = [];

  constructor(dataSource: DataSource) {
    const { master } = dataSource.driver as unknown as { master: Pool };
    const heard = new WeakSet<PoolClient>();
    master.on('acquire', (client) => {
      if (heard.has(client)) return;
      heard.add(client);
      client.on('notice', ({ message }) => this.hear(message ?? ''));
    });
  }

  private hear(message: string): void {
    const json = /plan:\s*(\{.*)$/s.exec(message)?.[1];
    if (json === undefined) return;
    const { 'Query Text': text, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
    const nodes = nodesOf(plan);
    this.plans.push({
      text,
      steps: nodes.map((node) => node['Node Type']),
      rows: nodes
        .filter((node) => node['Relation Name'] !== undefined)
        .reduce((sum, node) => sum + rowsOf(node), 0),
      pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    });
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsOf(node: PlanNode): number {
  const passed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + passed) * node['Actual Loops'];
}
