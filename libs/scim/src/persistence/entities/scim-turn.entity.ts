import { Entity, PrimaryColumn } from 'typeorm';

/** Rows that exist to be locked, on MySQL: its locks with a name do not end with the transaction. */
@Entity('scim_turn')
export class ScimTurn {
  @PrimaryColumn({ type: 'varchar', length: 255, name: 'name', primaryKeyConstraintName: 'pk_scim_turn' })
  name!: string;
}
