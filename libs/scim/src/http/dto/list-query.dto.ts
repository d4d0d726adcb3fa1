import { IsArray, IsIn, IsInt, IsOptional, IsString, ValidateIf } from 'class-validator';

/** Orders of `sortOrder` (RFC 7644 §3.4.2.3). */
export const SORT_ORDERS = ['ascending', 'descending'] as const;

/** Parameters of a query, as GET and `.search` share them (RFC 7644 §3.4.2, §3.4.3). */
export class ListQueryDto {
  /** RFC 7644 §3.4.2.2. */
  @IsOptional()
  @IsString({ message: 'filter must be a string.' })
  filter?: string;

  /** Attribute notation. */
  @IsOptional()
  @IsString({ message: 'sortBy must be a string.' })
  sortBy?: string;

  /** Looked at only together with `sortBy`. @default 'ascending' */
  @ValidateIf((query: ListQueryDto) => query.sortBy !== undefined && query.sortOrder !== undefined)
  @IsIn(SORT_ORDERS, { message: 'sortOrder must be ascending or descending.' })
  sortOrder?: (typeof SORT_ORDERS)[number];

  /** 1-based. @default 1 */
  @IsOptional()
  @IsInt({ message: 'startIndex must be an integer.' })
  startIndex?: number;

  @IsOptional()
  @IsInt({ message: 'count must be an integer.' })
  count?: number;

  /** RFC 9865 §2; empty for the first page. */
  @IsOptional()
  @IsString({ message: 'cursor must be a string.' })
  cursor?: string;

  @IsOptional()
  @IsArray({ message: 'attributes must be a list of attribute names.' })
  @IsString({ each: true, message: 'attributes must be a list of attribute names.' })
  attributes?: string[];

  @IsOptional()
  @IsArray({ message: 'excludedAttributes must be a list of attribute names.' })
  @IsString({ each: true, message: 'excludedAttributes must be a list of attribute names.' })
  excludedAttributes?: string[];
}
