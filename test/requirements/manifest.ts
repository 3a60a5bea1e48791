// Every rule of the wire contract that this server keeps, in our own words. A rule's id is R-, its
// section, and a number that is never given to another rule. Tests cite rules at the front of their
// titles; coverage.test.ts fails for a rule that no test cites.

import { sessionRequirements, sessionSections } from './sessions.ts'

/** Titles of the sections. */
export const sections: readonly (readonly [section: string, title: string])[] = [
  ['1', 'Resources and identifiers'],
  ['2.1', 'Requests and answers'],
  ['2.2', 'Query'],
  ['2.3', 'Beta header'],
  ['2.4', 'Version header'],
  ['2.5', 'Credentials, workspaces, actors'],
  ['2.6', 'Headers of answers'],
  ['2.7', 'Retries'],
  ['2.8', 'Parsing'],
  ['2.9', 'Order of checks'],
  ['3.1', 'Error body'],
  ['3.2', 'Statuses'],
  ['3.3', 'Conflicts'],
  ['3.4', 'Limits as errors'],
  ['4.1', 'Pages'],
  ['4.2', 'Size of a page'],
  ['4.3', 'Cursors'],
  ['4.4', 'Time filters'],
  ['4.5', 'Paging while others write'],
  ['5', 'Operations'],
  ['6.1', 'A store'],
  ['6.2', 'Creating a store'],
  ['6.3', 'Listing stores'],
  ['6.4', 'Reading a store'],
  ['6.5', 'Updating a store'],
  ['6.6', 'Archiving a store'],
  ['6.7', 'Deleting a store'],
  ['7.1', 'A memory'],
  ['7.2', 'Creating a memory'],
  ['7.3', 'Reading a memory'],
  ['7.4', 'Listing memories'],
  ['7.5', 'Updating a memory'],
  ['7.6', 'Deleting a memory'],
  ['8.1', 'A version'],
  ['8.2', 'Listing versions'],
  ['8.3', 'Reading a version'],
  ['8.4', 'Actors'],
  ['8.5', 'Redaction'],
  ['8.6', 'Retention'],
  ['8.7', 'Rollback'],
  ['9.1', 'Names, descriptions, metadata'],
  ['9.2', 'Paths'],
  ['9.3', 'Content'],
  ['9.4', 'Hashes'],
  ['10', 'Limits'],
  ['11.3', 'Directory names'],
  ['own', 'Routes of our own'],
  ...sessionSections,
]

/** Rule id → what the server does. */
export const requirements: Readonly<Record<string, string>> = {
  // 1 Resources and identifiers
  'R-1-1': 'An id is the prefix of its kind, "01", and 22 characters of base58.',
  'R-1-2': 'The byte order of ids is the order in which they were made.',
  'R-1-3': 'A memory or version asked for through another store is not found.',
  'R-1-4': 'What belongs to another workspace is not found, by any operation.',
  'R-1-5': 'A malformed id in a URL is not found.',
  'R-1-6':
    'Times are UTC with three fractional digits and Z; a time that was read is a valid inclusive bound.',
  'R-1-7': 'Every documented field is present, null where it has no value.',

  // 2 Transport
  'R-2.1-1': 'Every success is 200 with a JSON body, creates and deletes too.',
  'R-2.1-2': 'PATCH on a store or a memory does what POST does.',
  'R-2.1-3':
    'Archive and redact take no body, an empty one or {}, and refuse an object with fields.',
  'R-2.1-4': 'Query keys and values may be percent-encoded or literal, a plus sign is a blank.',
  'R-2.2-1': 'beta=true in the query is accepted and ignored.',
  'R-2.3-1': 'The two memory betas together are refused with 400.',
  'R-2.3-2':
    'A request without a memory beta is served; with strict headers it is 404 and names the header.',
  'R-2.3-3':
    'A beta name without a date is refused with 400 and the documented sentence; dated names pass.',
  'R-2.3-4': 'Beta names come in one header with commas or in several, blanks around them ignored.',
  'R-2.4-1': 'anthropic-version is ignored, missing or malformed too.',
  'R-2.5-1': 'One key works as x-api-key and as bearer token.',
  'R-2.5-2': 'No credential, or one that is unknown or revoked, is 401 authentication_error.',
  'R-2.5-3': 'Of two credentials x-api-key counts.',
  'R-2.5-4':
    'anthropic-workspace-id must name the workspace of the key: another is 403, a malformed one 400.',
  'R-2.5-5': 'A write by an API key is recorded as an api_actor with the id of that key.',
  'R-2.5-6':
    'read_only keys read, read_write keys also write, admin keys also redact, delete stores and manage keys; else 403.',
  'R-2.6-1': 'Every response carries request-id, equal to request_id in an error body.',
  'R-2.6-2':
    'Responses name the workspace in anthropic-workspace-id, except where authentication failed.',
  'R-2.7-1': 'A 409 says x-should-retry: false, so that clients send it once.',
  'R-2.7-2': 'An update with precondition that is sent twice succeeds twice and writes once.',
  'R-2.7-3':
    'A create that is sent twice conflicts with its own memory; a delete that is sent twice is 404.',
  'R-2.8-1': 'A body that is no JSON, no object, or has a value of a wrong type is 400.',
  'R-2.8-2': 'A charset other than UTF-8 and an unknown content-encoding are 400.',
  'R-2.8-3':
    'A body above 2 MiB is 413 request_too_large; the largest content fits below it in any escape.',
  'R-2.8-4': 'An unknown field of a body is 400 and named.',
  'R-2.8-5':
    'Unknown query parameters are ignored, of repeated ones the last counts, booleans are true or false.',
  'R-2.8-6': 'Invalid UTF-8 and lone surrogates are 400.',
  'R-2.9-1':
    'Checks run in one order: route, credential, role, beta, size, fields, store, item, archived, precondition, no-op, conflict, capacity.',
  'R-2.9-2':
    'An unknown path is 404; a known one with a wrong method is 405 and names the allowed ones.',

  // 3 Errors
  'R-3.1-1': 'An error is {type: "error", error: {type, message}, request_id}.',
  'R-3.2-1': 'Each refusal has one status and one type.',
  'R-3.3-1': 'A path conflict names the memory in the way and its path, directly in error.',
  'R-3.3-2': 'A failed precondition does not tell the current hash or content.',
  'R-3.4-1': 'A reached limit is 400 with an error_code in details that names the limit.',

  // 4 Pagination
  'R-4.1-1':
    'A page is exactly data and next_page; data is [] when nothing matches, next_page null at the end.',
  'R-4.2-1': 'limit is a whole number from 1 to 100, 20 when not given; anything else is 400.',
  'R-4.2-2': 'With full view a page holds at most 20 items; a larger limit is capped, not refused.',
  'R-4.3-1': 'A cursor begins with page_; an empty one means the first page.',
  'R-4.3-2': 'A cursor that is made up, altered, or of another list, store or workspace is 400.',
  'R-4.3-3':
    'A cursor does not fit another path_prefix or depth; limit, view and filters may change.',
  'R-4.3-4': 'A cursor outlives the row it points at.',
  'R-4.4-1':
    'Time filters are inclusive and take any zone, none (UTC), any precision, and a blank for a plus; anything else is 400.',
  'R-4.5-1': 'Paging neither repeats nor skips what did not change, while other rows come and go.',

  // 5 Endpoints
  'R-5-1': 'All fourteen operations are served at their paths.',
  'R-5-2':
    'view is basic or full: full by default for one memory or version, basic elsewhere; anything else is 400.',

  // 6 Memory stores
  'R-6.1-1': 'A store has exactly its eight documented keys.',
  'R-6.1-2': 'description is "" and metadata {} when unset, archived_at null while active.',
  'R-6.2-1': 'Creating a store needs a valid name, which need not be unique; both times are equal.',
  'R-6.2-2':
    'null for description or metadata is as absent; null for the name or a metadata value is 400.',
  'R-6.3-1':
    'Stores are listed newest first, archived ones only on request, only of the own workspace.',
  'R-6.3-2': 'Stores are filtered by inclusive bounds of their creation time.',
  'R-6.4-1': 'An archived store can be read; a deleted one is not found.',
  'R-6.5-1':
    'metadata is patched: a string sets, null removes, the rest stays; more than 16 pairs after it change nothing.',
  'R-6.5-2':
    'null for name, description or metadata keeps them; description "" clears, name "" is 400.',
  'R-6.5-3': 'A patch that changes nothing leaves updated_at.',
  'R-6.5-4': 'An archived store refuses every update, also one that changes nothing.',
  'R-6.6-1': 'Archiving sets archived_at and updated_at once; archiving again changes nothing.',
  'R-6.6-2':
    'In an archived store reads, deletes of memories, redaction and deletion go on; creates and updates do not.',
  'R-6.7-1': 'Deleting a store is for good, archived or not: everything below it is not found.',

  // 7 Memories
  'R-7.1-1': 'A memory has exactly its ten documented keys.',
  'R-7.1-2':
    'Hash and size are those of the exact UTF-8 bytes and present in every view; content is null in basic view.',
  'R-7.1-3': 'updated_at is the time of the head version.',
  'R-7.1-4': 'A directory item has only path, ending with a slash, and type memory_prefix.',
  'R-7.2-1': 'Creating never overwrites: a path in use or overlapping is a path conflict.',
  'R-7.2-2': 'Creating writes one version, created, which is the head.',
  'R-7.2-3': 'Missing or null content is 400; "" makes an empty memory.',
  'R-7.3-1':
    'A memory is read in its head state, with content by default; a deleted one is not found.',
  'R-7.4-1':
    'Memories are listed in byte order of the path, directories among them by their path with the slash.',
  'R-7.4-2': 'A path_prefix matches whole segments and case, and no character in it is a pattern.',
  'R-7.4-3':
    'A path_prefix begins and ends with a slash and has at most 1,024 bytes, else 400; "/", empty and absent are the whole store.',
  'R-7.4-4':
    'depth 0 or none lists every memory below, 1 the direct children with directories; anything else is 400.',
  'R-7.4-5':
    'A directory appears once per listing, counts towards limit, and exists only while a memory lives in it.',
  'R-7.4-6': 'order and order_by are ignored.',
  'R-7.5-1': 'An omitted or null content or path is kept.',
  'R-7.5-2': 'A new path and new content in one request make one version.',
  'R-7.5-3':
    'A rename keeps id, created_at and hash, may go below the memory itself, and never overwrites.',
  'R-7.5-4': 'With no or a matching precondition a different state is applied.',
  'R-7.5-5': 'A request for the stored state succeeds without a version.',
  'R-7.5-6': 'With a stale precondition a request for the stored state succeeds without a version.',
  'R-7.5-7': 'With a stale precondition any other request is 409 memory_precondition_failed_error.',
  'R-7.5-8': 'A stale precondition with neither content nor path is 409.',
  'R-7.5-9':
    'A precondition of another type, without hash, or with a malformed one is 400; null is as absent.',
  'R-7.5-10': 'The precondition is checked before path conflicts.',
  'R-7.5-11': 'Of simultaneous updates with one hash and different contents exactly one wins.',
  'R-7.5-12': 'A memory of an archived store refuses every update, also one that changes nothing.',
  'R-7.6-1':
    'A delete with another hash than the current one is 409 and deletes nothing; a malformed hash is 400.',
  'R-7.6-2':
    'A delete adds a deleted version and frees the path at once; a second one is not found.',
  'R-7.6-3': 'A delete works in archived and in full stores.',

  // 8 Versions
  'R-8.1-1': 'A version has exactly its twelve documented keys.',
  'R-8.1-2':
    'Each write makes one version that holds path, content, hash and size after it; a deleted one only the path.',
  'R-8.2-1': 'Versions are listed in reverse order of writing.',
  'R-8.2-2':
    'Version filters are joined by AND; unknown ids match nothing, an unknown operation is 400.',
  'R-8.2-3': 'The history of a deleted memory is listed, with its deleted version.',
  'R-8.3-1':
    'A version is read with content by default, a redacted one with nulls; an unknown one is not found.',
  'R-8.4-1': 'A version names its actor for good, also when the key was revoked since.',
  'R-8.5-1':
    'Redaction erases content, path, hash and size, notes when and by whom, and keeps the rest.',
  'R-8.5-2': 'The head of a live memory cannot be redacted.',
  'R-8.5-3': 'Every version of a deleted memory can be redacted, the deleted one too.',
  'R-8.5-4': 'Redacting again succeeds and changes nothing.',
  'R-8.5-5': 'Redaction is no version, and leaves the same content elsewhere.',
  'R-8.5-6': 'Redaction destroys the bytes in the storage.',
  'R-8.6-1':
    'A version is kept until it was superseded for the whole period and is outside the head and the newest ten of a live memory.',
  'R-8.6-2': 'Retention can be forever.',
  'R-8.6-3':
    'A purged version is not found and not listed, and the store says from which sequence its history is complete.',
  'R-8.7-1': 'An old version is restored by writing its content back.',

  // 9 Validation
  'R-9.1-1': 'A name has 1 to 255 characters and no control character, and is kept as it is.',
  'R-9.1-2': 'A description has at most 1,024 characters and no NUL.',
  'R-9.1-3':
    'Metadata is at most 16 pairs of strings, keys of 1 to 64 and values of at most 512 characters, no NUL.',
  'R-9.1-4': 'A character is a code point.',
  'R-9.2-1': 'A path has at most 1,024 bytes of UTF-8.',
  'R-9.2-2': 'A path starts with a slash and has 1 to 20 segments, none empty, "." or "..".',
  'R-9.2-3': 'A path has no control or format character and no line or paragraph separator.',
  'R-9.2-4': 'A path is in NFC; another form is refused, not normalised.',
  'R-9.2-5': 'Anything else may stand in a path, and case counts.',
  'R-9.2-6': 'Two memories never share a path, and none lives below another.',
  'R-9.2-7':
    'Of several memories in the way the first in byte order is named; deleted ones are in nobody\u2019s way.',
  'R-9.2-8': 'Overlapping paths that are created at the same moment never both succeed.',
  'R-9.3-1': 'Content has at most 102,400 bytes of UTF-8, and is never cut.',
  'R-9.3-2': 'Content comes back byte for byte, NUL and every form of Unicode included.',
  'R-9.3-3': 'Content is a string of valid Unicode, else 400.',
  'R-9.4-1': 'A hash in a request is 64 lowercase hexadecimal digits, else 400.',

  // 10 Limits
  'R-10-1':
    'A store at its limit of memories refuses creates and still edits; 2,000 by default, a setting.',
  'R-10-2':
    'A store at its limit of live bytes refuses to grow and always shrinks; 104,857,600 by default.',
  'R-10-3':
    'A store at its limit of versions purges what may go, then refuses all writes but deletes; 250,000 by default.',
  'R-10-4':
    'A workspace at its limit of stores, archived ones counted, refuses another; 1,000 by default.',

  // 11 Attaching
  'R-11.3-1':
    'The directory name of a store is its lower-cased name with a hyphen for each run of other characters.',

  // Own routes
  'R-own-1': 'A batch of writes on one store happens in order, all or none.',
  'R-own-2':
    'The change feed gives every change of a store once, in order, numbered densely, and resumes anywhere.',
  'R-own-3': 'The usage of a store stands beside its limits.',
  'R-own-4': 'The secret of a key is shown once; a revoked key is refused from then on.',
  'R-own-31':
    'Every API key reads what the keys and sessions of its workspace are called, and nothing else of them.',
  'R-own-5': 'Moving a directory keeps the ids of what is in it, all or none.',
  'R-own-21':
    'The activity of a workspace counts what was written lately, and says when it is not all.',
  'R-own-20': 'The feeds of several stores come as one, each with a sequence of its own.',
  'R-own-6':
    'A search finds every acknowledged write at once, and nothing that is not live; as of a moment, exactly what lived then; grep as well.',
  'R-own-7': 'A query is words, phrases, prefixes and exclusions; any other is refused in words.',
  'R-own-8': 'A search reaches what its caller may read: never another workspace or store.',
  'R-own-9': 'A pattern that runs away is stopped, and holds up nobody for long.',
  'R-own-10': 'What was redacted is in no index once the redaction is acknowledged.',
  'R-own-22':
    'An export gives every retained change of a store with its content, in order, and what was redacted is not in it.',
  'R-own-23':
    'An import makes new changes, by the importing admin key, through the door import, now; what the source says stays a claim beside them.',
  'R-own-25':
    'A redaction may have a reason, which stays with its change and repeats neither path nor text.',
  'R-own-24': 'An import happens whole or not at all, and only on the state of the store it names.',

  ...sessionRequirements,
}
