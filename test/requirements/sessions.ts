// The rules about agents, environments and sessions, in our own words; numbered by the sections of
// the contract of sessions, behind an S.

export const sessionSections: readonly (readonly [section: string, title: string])[] = [
  ['S1.0', 'Headers'],
  ['S1.1', 'Operations and threads'],
  ['S1.2', 'Agents'],
  ['S1.3', 'Environments'],
  ['S1.4', 'Sessions'],
  ['S1.5', 'Events'],
  ['S1.6', 'Work for workers'],
  ['S1.8', 'Turns'],
  ['S2', 'Tools of an agent'],
  ['S3', 'Who runs a session'],
  ['S3.1', 'Calling the model'],
  ['S3.3', 'What the model is told of its memory'],
  ['S4', 'Credentials of workers'],
  ['S11', 'Stores of a session'],
]

export const sessionRequirements: Readonly<Record<string, string>> = {
  // S1.0 Headers
  'R-S1.0-1':
    'A request without the beta of agents is served; with strict headers it is 404 and names it.',
  'R-S1.0-2': 'A beta that is a made-up word is 400.',
  'R-S1.0-3': 'The version header is ignored; with strict headers a missing one is 400.',
  'R-S1.0-4': 'Turns are served without a beta, also with strict headers.',

  // S1.1 Operations and threads
  'R-S1.1-1': 'A session has one thread, which is the session itself under an id of its own.',
  'R-S1.1-2': 'Every operation is at its documented path and method.',
  'R-S1.1-3': 'Lists in a query may be repeated, with brackets or without.',
  'R-S1.1-4': 'Keys of a body are snake_case; any other spelling is an unknown field.',

  // S1.2 Agents
  'R-S1.2-1':
    'An agent is answered with every field; a bare toolset enables every tool without asking.',
  'R-S1.2-2':
    'An update makes a version unless nothing changes; a stale version is 409, and versions are kept.',
  'R-S1.2-3': 'An archived agent is readable, takes no update and no new session.',
  'R-S1.2-4':
    'What is out of scope or malformed in an agent is 400 and names the field, an unserved model too.',
  'R-S1.2-5': 'A malformed agent id is 400, an unknown one 404.',
  'R-S1.2-6':
    'Effort and speed are known words; an update that leaves out the effort keeps it, null clears it.',

  // S1.3 Environments
  'R-S1.3-1': 'An environment without a configuration is cloud: this server runs the tools.',
  'R-S1.3-2': 'Packages and limits of networking that would not be enforced are 400.',
  'R-S1.3-3':
    'The kind of an environment never changes; deleting one with active sessions is 409 unless forced.',

  // S1.4 Sessions
  'R-S1.4-1':
    'A session pins a version of its agent, with overrides; session_ is read as sesn_ in ids.',
  'R-S1.4-2': 'The stores of a session are listed as they were when it was made.',
  'R-S1.4-3': 'A session of what is missing is 404, of what is archived or out of scope 400.',
  'R-S1.4-4': 'Initial events start the session and stand in its log.',
  'R-S1.4-5':
    'Sessions are listed by agent, version, store, status and time; a cursor keeps its order.',
  'R-S1.4-6': 'An update is told in the log, and one that changes nothing is not.',
  'R-S1.4-7': 'A running session is neither archived nor deleted; an archived one takes no events.',
  'R-S1.4-8':
    'A deleted session is gone for all at once; its rows go in slices, others between them.',

  // S1.5 Events
  'R-S1.5-1':
    'A turn is told as running pair, message, request, words, end of the request, idle pair with usage between.',
  'R-S1.5-2':
    'Sent events are answered in their order with ids; those that wait have no place yet.',
  'R-S1.5-3': 'A message that comes while a session runs is read by the next request of that turn.',
  'R-S1.5-4':
    'A session that waits names the calls still open, refuses messages, and goes on by the last answer.',
  'R-S1.5-5': 'The same result again is 200 without an event; another result is 400.',
  'R-S1.5-6': 'A tool to be asked about waits for a confirmation, which is given once.',
  'R-S1.5-7': 'An interrupt ends a wait: open calls get error results, and the turn ends.',
  'R-S1.5-8': 'An interrupt reaches the runner at once; queued messages begin a turn of their own.',
  'R-S1.5-9': 'An interrupt of a resting session changes nothing.',
  'R-S1.5-10': 'A send takes all of its events, or none.',
  'R-S1.5-11': 'A malformed event is 400 and names the field; only text is content.',
  'R-S1.5-12': 'Events are listed in both orders, by type and by time, page by page.',
  'R-S1.5-13': 'A run that fails is told as rescheduled or exhausted, and does not begin again.',
  'R-S1.5-14': 'A stream tells every event once, in the order of the log.',
  'R-S1.5-15': 'A stream begins now, or behind an event that is named.',
  'R-S1.5-16': 'Words of a message are told before it, and only to streams that ask.',
  'R-S1.5-17': 'A stream ends when its session is archived or deleted.',
  'R-S1.5-18': 'The first request of a turn waits a moment for somebody who follows.',

  // S1.6 Work
  'R-S1.6-1':
    'A call of a self-hosted session queues one item, handed out with a secret of its own.',
  'R-S1.6-2':
    'An item that nobody acknowledged is handed out again; the old token hears 412 and stops nothing.',
  'R-S1.6-3':
    'Heartbeats follow each other or are 412 with the current state; the first may be repeated.',
  'R-S1.6-4':
    'An item that stops with calls open is followed by another, after a pause when it did nothing.',
  'R-S1.6-5':
    'A worker with a writable store is let go when its session rests, by a frame only its stream sees.',
  'R-S1.6-6': 'A turn that begins meanwhile waits with its calls for the next item.',
  'R-S1.6-7': 'Items are listed, read and labelled; waiting times out of range are 400.',
  'R-S1.6-8': 'The official worker serves turns, and memory is saved when they are over.',
  'R-S1.6-9': 'An item whose worker was killed before it began is served by another.',
  'R-S1.6-10': 'Archiving ends a worker cleanly, with its memory saved.',
  'R-S1.6-11': 'Edits and deletions by others are kept when a worker saves.',
  'R-S1.6-12':
    'A worker that is killed in a tool loses its lease; another runs the open call again, and no ' +
    'call that was answered.',
  'R-S1.6-13': 'What a worker says after it lost its lease is refused, and disturbs nobody.',
  'R-S1.6-14':
    'A worker whose connections or whose server were gone goes on, with one result for each call.',
  'R-S1.6-15': 'What a worker did to a read-only store stays with it.',

  // S1.8 Turns
  'R-S1.8-1': 'A turn answers with what was said, what was used, and which memories changed.',
  'R-S1.8-2': 'The last output of a turn has a text, if only an empty one.',
  'R-S1.8-3': 'A turn goes on after its time, and is retrieved later.',
  'R-S1.8-4': 'A turn of a session that runs or waits is 409.',
  'R-S1.8-5': 'A turn that needs the client says requires_action, and is completed by the answer.',
  'R-S1.8-6': 'The same idempotency key is the same turn.',
  'R-S1.8-7': 'A turn says whether it failed or was interrupted.',
  'R-S1.8-8': 'A malformed turn is 400 and names the field.',
  'R-S1.8-9': 'The guide runs in the official SDKs with one import line more.',

  // S2 Tools
  'R-S2-1':
    'The file tools answer with the texts of the official toolset, over files and memories alike.',
  'R-S2-2': 'A write of a tool is a version by the session before its result is in the log.',
  'R-S2-3': 'A read-only store refuses writes and says which directory is read-only.',
  'R-S2-4':
    'Nothing outside of scratch space and attached stores is read or written, by whatever path.',
  'R-S2-5':
    'What a store refuses, and an option that a tool does not know, are errors with the reason.',
  'R-S2-6':
    'A command in bash sees the stores as they are before it, and its writes are versions after it.',
  'R-S2-7':
    'Where bash and others changed the same memory, both changes stay, merged or side by side.',
  'R-S2-8': 'bash reaches neither the files of this machine nor a network, and is held to limits.',

  // S3 Who runs a session
  'R-S3-1': 'A session is run by one lease at a time; who lost it writes nothing.',
  'R-S3-2': 'A session whose server died is taken over, with what waits for it.',
  'R-S3-3': 'Servers over one database share sessions: any runs them, any streams them.',

  // S3.1 Calling the model
  'R-S3.1-1':
    'A request has tools, system and messages, marked for a cache, the user speaking last.',
  'R-S3.1-2': 'Calls are answered in one message, in their order, results before text.',
  'R-S3.1-3':
    'Overload, silence and cut streams are retried and told; what keeps failing ends the turn.',
  'R-S3.1-4': 'A request that the model refuses ends the turn at once, without a word of the key.',
  'R-S3.1-5':
    'Tool input that is no JSON, and a tool that does not exist, are answered with the reason.',
  'R-S3.1-6': 'A conversation that nearly fills the context is summarised, and goes on.',
  'R-S3.1-7': 'A loop of requests without end is stopped.',
  'R-S3.1-8': 'After kill -9 a turn goes on from the log, and a finished tool is not run again.',
  'R-S3.1-9': 'The effort and the speed of an agent go along with each request to its model.',

  // S3.3 What the model is told of its memory
  'R-S3.3-1': 'Each store is told with path, access, description and instructions.',
  'R-S3.3-2': 'Names, descriptions and instructions cannot forge a store or a rule.',
  'R-S3.3-3':
    'What one session was told, the next one knows from the store, and from nothing else.',
  'R-S3.3-4': 'A store that was archived or deleted since it was attached is told as such.',

  // S4 Credentials
  'R-S4-1': 'An API key neither polls for work nor sends the result of a tool.',
  'R-S4-2': 'An environment key reaches its queue and the events of its sessions, and no memory.',
  'R-S4-3': 'A sessions token reaches its own session, and its stores with the attached access.',
  'R-S4-4': 'A revoked environment key is refused.',
  'R-S4-5':
    'Nobody sends what only the server says, an API key answers for no tool, and who somebody is ' +
    'comes from the credential.',

  // S11 Stores of a session
  'R-S11-1': 'Stores with the same directory name get -2, -3 and so on, in their order.',
  'R-S11-2': 'At most 8 stores, each once, unarchived, without fields that only answers have.',
}
