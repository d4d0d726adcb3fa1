import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../protocol/schema/json.js';

/** An event, from the transaction of its change until some days after its delivery. */
@Entity('scim_outbox')
@Index('uq_scim_outbox_stream', ['tenantId', 'stream', 'sequence'], { unique: true })
// What waits is found by it, and only that is in it where the database has partial indexes.
@Index('ix_scim_outbox_waiting', ['settledAt', 'tenantId', 'stream', 'sequence'], {
  where: "settled_at = ''",
})
@Index('ix_scim_outbox_settled', ['settledAt', 'id'], { where: "settled_at <> ''" })
@Index('ix_scim_outbox_dead', ['deadAt', 'id'], { where: 'dead_at IS NOT NULL' })
export class ScimOutbox {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_outbox',
  })
  tenantId!: string;

  /** Id of the event. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_outbox' })
  id!: string;

  /** Whose events are delivered in order, as a rule one resource: `User:0198…`. */
  @Column({ type: 'varchar', length: 128, name: 'stream' })
  stream!: string;

  /** Place in the stream. */
  @Column({ type: 'bigint', name: 'sequence' })
  sequence!: string;

  /** Name of the event. */
  @Column({ type: 'varchar', length: 64, name: 'type' })
  type!: string;

  /** The event. */
  @Column({ type: 'jsonb', name: 'payload' })
  payload!: JsonObject;

  /** When it happened. RFC 3339 in UTC with milliseconds, like all times here. */
  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  /** When it may be tried again; null: at once. By the clock of the database, like the lease. */
  @Column({ type: 'varchar', length: 24, name: 'available_at', nullable: true })
  availableAt!: string | null;

  /** Attempts that were begun. */
  @Column({ type: 'integer', name: 'attempts' })
  attempts!: number;

  /** Until then it belongs to the relay `lockedBy`. */
  @Column({ type: 'varchar', length: 24, name: 'locked_until', nullable: true })
  lockedUntil!: string | null;

  @Column({ type: 'varchar', length: 36, name: 'locked_by', nullable: true })
  lockedBy!: string | null;

  /**
   * Since when it is not in the way of later events of its stream: delivered, or given up and passed over. Empty until
   * then, not null: PostgreSQL knows that rows with an equal first column are in the order of the next one, and does not
   * know it of nulls.
   */
  @Column({ type: 'varchar', length: 24, name: 'settled_at' })
  settledAt!: string;

  /** When it was given up. */
  @Column({ type: 'varchar', length: 24, name: 'dead_at', nullable: true })
  deadAt!: string | null;

  /** Kind of the last error. */
  @Column({ type: 'varchar', length: 128, name: 'last_error', nullable: true })
  lastError!: string | null;

  /** Names of those that have it already while others failed, as a JSON list. */
  @Column({ type: 'text', name: 'accepted_by', nullable: true })
  acceptedBy!: string | null;
}
