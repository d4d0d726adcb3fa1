import { ArrayContains, IsArray } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';

/** URN of the search message (RFC 7644 §3.4.3). */
export const SEARCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** Body of POST `.search`. */
export class SearchRequestDto extends ListQueryDto {
  @IsArray({ message: `schemas must hold ${SEARCH_SCHEMA}.` })
  @ArrayContains([SEARCH_SCHEMA], { message: `schemas must hold ${SEARCH_SCHEMA}.` })
  schemas!: string[];
}
