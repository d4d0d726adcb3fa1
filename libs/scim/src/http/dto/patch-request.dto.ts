import { ArrayContains, IsArray, IsObject } from 'class-validator';
import { PATCH_SCHEMA } from '../../protocol/patch/patch-operation.js';

/** Body of PATCH (RFC 7644 §3.5.2): the envelope. What is in the operations is the PATCH engine's to judge. */
export class PatchRequestDto {
  @IsArray({ message: `schemas must hold ${PATCH_SCHEMA}.` })
  @ArrayContains([PATCH_SCHEMA], { message: `schemas must hold ${PATCH_SCHEMA}.` })
  schemas!: string[];

  @IsArray({ message: 'Operations must be a list of operations.' })
  @IsObject({ each: true, message: 'Each of the Operations must be an object.' })
  Operations!: object[];
}
