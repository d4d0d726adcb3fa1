import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A customer. Its id is the tenant in everything that SCIM stores. */
@Entity('app_workspace')
export class Workspace {
  /** 1 to 64 characters; see `newWorkspaceId`. */
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'id', primaryKeyConstraintName: 'pk_app_workspace' })
  id!: string;

  @Column({ type: 'varchar', length: 100, name: 'name' })
  name!: string;

  /** Id of the SCIM user who founded it, an administrator before any group makes others. */
  @Column({ type: 'varchar', length: 36, name: 'owner_id', nullable: true })
  ownerId!: string | null;

  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;
}
