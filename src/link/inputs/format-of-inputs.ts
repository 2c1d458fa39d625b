import type { MemberContent, ObjectFormatId } from '../../symbols/object-format.js';
import {
  isSameKind,
  type LinkInfo,
  linkFormat,
  linkKind,
  type Member,
  MixedInputsError,
  type Purpose,
} from './inputs.js';

/**
 * The format of all objects; null without any. COFF objects and the import members among them are one format to a
 * linker.
 * @throws MixedInputsError where a link has objects of different formats or machines
 */
export function formatOfInputs(
  members: readonly Member[],
  contents: readonly MemberContent[],
  purpose: Purpose,
): ObjectFormatId | null {
  let first: { member: Member; info: LinkInfo } | null = null;
  for (const member of members) {
    const content = contents[member.id];
    if (content.kind !== 'object' && content.kind !== 'shared-library') continue;
    const { info } = content;
    first ??= { member, info };
    if (purpose === 'inspect' || isSameKind(info, first.info)) continue;
    throw new MixedInputsError(
      `${member.source.label} is ${linkKind(info)}, but ${first.member.source.label} is ${linkKind(first.info)}: one link has objects of one machine`,
    );
  }
  return first === null ? null : linkFormat(first.info);
}
