import { person, type Person } from '../data/person.js';

/** Body of a POST, about 1.3 kB. */
export const USER_BODY: Person = person('large.example', 457_601);
