import { ScimAttribute } from '../scim-attribute.decorator.js';
import { ScimSchema } from '../scim-schema.decorator.js';
import { USER_SCHEMA } from '../schema-urns.js';

const DISPLAY = 'Label meant for people, for example a canonical rendering of the value.';

/** Parts of a person's name. */
export class NameSchema {
  @ScimAttribute({ description: 'Whole name ready to be shown, with titles and suffixes.' })
  formatted?: string;

  @ScimAttribute({ description: 'Family name (surname).' })
  familyName?: string;

  @ScimAttribute({ description: 'Given (first) name.' })
  givenName?: string;

  @ScimAttribute({ description: 'Middle name or names.' })
  middleName?: string;

  @ScimAttribute({ description: 'Title put before the name, such as Dr.' })
  honorificPrefix?: string;

  @ScimAttribute({ description: 'Suffix put after the name, such as III.' })
  honorificSuffix?: string;
}

/** An e-mail address of a user. */
export class EmailSchema {
  @ScimAttribute({ indexed: true, description: 'The e-mail address.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({ canonicalValues: ['work', 'home', 'other'], description: 'Use of the address.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred e-mail address; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A telephone number of a user. */
export class PhoneNumberSchema {
  @ScimAttribute({ description: 'The number, ideally as a tel: URI.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({
    canonicalValues: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    description: 'Use of the number.',
  })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred number; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** An instant messaging address of a user. */
export class InstantMessagingSchema {
  @ScimAttribute({ description: 'The messaging address or handle.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({
    canonicalValues: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other'],
    description: 'Messaging service the address belongs to.',
  })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred messaging address; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A picture of a user. */
export class PhotoSchema {
  @ScimAttribute({
    type: 'reference',
    referenceTypes: ['external'],
    description: 'Web address of an image file.',
  })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({ canonicalValues: ['photo', 'thumbnail'], description: 'Size class of the picture.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred picture; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A postal address of a user. */
export class AddressSchema {
  @ScimAttribute({ description: 'Whole address ready for display or a label; may span several lines.' })
  formatted?: string;

  @ScimAttribute({ description: 'Street line or lines, with house number or P.O. box.' })
  streetAddress?: string;

  @ScimAttribute({ description: 'City or town.' })
  locality?: string;

  @ScimAttribute({ description: 'State, province or region.' })
  region?: string;

  @ScimAttribute({ description: 'Postal or zip code.' })
  postalCode?: string;

  @ScimAttribute({ description: 'Country as an ISO 3166-1 alpha-2 code.' })
  country?: string;

  @ScimAttribute({ canonicalValues: ['work', 'home', 'other'], description: 'Use of the address.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred address; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A group that a user belongs to; computed, see Group.members. */
export class UserGroupSchema {
  @ScimAttribute({ caseExact: true, mutability: 'readOnly', description: 'Identifier of the group.' })
  value?: string;

  @ScimAttribute({
    type: 'reference',
    mutability: 'readOnly',
    referenceTypes: ['Group'],
    description: 'Address of the group resource.',
  })
  $ref?: string;

  @ScimAttribute({ mutability: 'readOnly', description: DISPLAY })
  display?: string;

  @ScimAttribute({
    mutability: 'readOnly',
    canonicalValues: ['direct', 'indirect'],
    description: 'Whether the membership is direct or comes through another group or a rule.',
  })
  type?: string;
}

/** An entitlement of a user. */
export class EntitlementSchema {
  @ScimAttribute({ description: 'The entitlement itself.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({ description: 'Kind of entitlement.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred entitlement; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A role of a user, as the identity provider calls it. */
export class RoleSchema {
  @ScimAttribute({ description: 'The role itself.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({ description: 'Kind of role.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred role; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** A certificate of a user. */
export class CertificateSchema {
  @ScimAttribute({ type: 'binary', description: 'One certificate in DER form, base64 encoded.' })
  value?: string;

  @ScimAttribute({ description: DISPLAY })
  display?: string;

  @ScimAttribute({ description: 'Kind of certificate.' })
  type?: string;

  @ScimAttribute({
    type: 'boolean',
    description:
      'True on the one preferred certificate; at most one element of the list may carry true, and absence means false.',
  })
  primary?: boolean;
}

/** The core schema of users (RFC 7643 §4.1). */
@ScimSchema({ id: USER_SCHEMA, name: 'User', description: "A person's account at the provider." })
export class UserSchema {
  @ScimAttribute({
    required: true,
    uniqueness: 'server',
    description:
      'Login-style name of the account. Mandatory, never empty, and unique among all users of the provider (or tenant), ignoring letter case.',
  })
  userName!: string;

  @ScimAttribute({
    type: () => NameSchema,
    description: "Parts of the person's name, either as one display string, as components, or both.",
  })
  name?: NameSchema;

  @ScimAttribute({
    description: 'Name shown to other people for this account; the full name where it is known.',
  })
  displayName?: string;

  @ScimAttribute({ description: 'Informal name the person is called by; not the login name.' })
  nickName?: string;

  @ScimAttribute({
    type: 'reference',
    referenceTypes: ['external'],
    description: "Web address of the person's online profile page.",
  })
  profileUrl?: string;

  @ScimAttribute({ description: 'Job title or position.' })
  title?: string;

  @ScimAttribute({
    description:
      'Relation between the person and the organisation, for example employee or contractor. Free text.',
  })
  userType?: string;

  @ScimAttribute({
    description: 'Languages the person wants to read or speak, written like an HTTP Accept-Language value.',
  })
  preferredLanguage?: string;

  @ScimAttribute({
    description: 'Language tag that selects regional formats such as dates, numbers and currency.',
  })
  locale?: string;

  @ScimAttribute({ description: 'IANA time zone name, such as Europe/Berlin.' })
  timezone?: string;

  @ScimAttribute({
    type: 'boolean',
    defaultValue: true,
    description: 'Administrative status of the account; false usually means that sign-in is blocked.',
  })
  active?: boolean;

  @ScimAttribute({
    mutability: 'writeOnly',
    returned: 'never',
    description:
      'Clear-text password sent to set or reset the credential. Stored hashed only and never sent back.',
  })
  password?: string;

  @ScimAttribute({
    type: () => EmailSchema,
    multiValued: true,
    description: 'E-mail addresses of the person.',
  })
  emails?: EmailSchema[];

  @ScimAttribute({
    type: () => PhoneNumberSchema,
    multiValued: true,
    description: 'Telephone numbers of the person.',
  })
  phoneNumbers?: PhoneNumberSchema[];

  @ScimAttribute({
    type: () => InstantMessagingSchema,
    multiValued: true,
    description: 'Instant messaging addresses of the person.',
  })
  ims?: InstantMessagingSchema[];

  @ScimAttribute({
    type: () => PhotoSchema,
    multiValued: true,
    description: 'Pictures of the person, by web address.',
  })
  photos?: PhotoSchema[];

  @ScimAttribute({
    type: () => AddressSchema,
    multiValued: true,
    description: 'Postal addresses of the person.',
  })
  addresses?: AddressSchema[];

  @ScimAttribute({
    type: () => UserGroupSchema,
    multiValued: true,
    mutability: 'readOnly',
    computed: true,
    description:
      'Groups the person is in, directly or through other groups. Computed by the provider; change it through the Group resource.',
  })
  groups?: UserGroupSchema[];

  @ScimAttribute({
    type: () => EntitlementSchema,
    multiValued: true,
    description: 'Things the person has been granted.',
  })
  entitlements?: EntitlementSchema[];

  @ScimAttribute({
    type: () => RoleSchema,
    multiValued: true,
    description: 'Roles that describe who the person is.',
  })
  roles?: RoleSchema[];

  @ScimAttribute({
    type: () => CertificateSchema,
    multiValued: true,
    description: 'X.509 certificates of the person.',
  })
  x509Certificates?: CertificateSchema[];
}
