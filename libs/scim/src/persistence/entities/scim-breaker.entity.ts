import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many users lost access by a connection lately, and whether it was stopped. One row for each connection. */
@Entity('scim_breaker')
export class ScimBreakerState {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_breaker',
  })
  tenantId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'connection_id',
    primaryKeyConstraintName: 'pk_scim_breaker',
  })
  connectionId!: string;

  /** Counts how often it was stopped and released. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  /** JSON: pairs of the number of a slice of time and the users who lost access in it, oldest first. */
  @Column({ type: 'varchar', length: 1024, name: 'losses' })
  losses!: string;

  /** Active users of the tenant at `counted_at`, those of `losses` included. */
  @Column({ type: 'integer', name: 'active_users' })
  activeUsers!: number;

  @Column({ type: 'varchar', length: 24, name: 'counted_at', nullable: true })
  countedAt!: string | null;

  /** Since when further losses are refused. */
  @Column({ type: 'varchar', length: 24, name: 'tripped_at', nullable: true })
  trippedAt!: string | null;

  /** Until when nothing is counted, because somebody said that it is meant. */
  @Column({ type: 'varchar', length: 24, name: 'suspended_until', nullable: true })
  suspendedUntil!: string | null;
}
