/** Start one server for all files of a run; returns what stops it. */
export default function setup(): Promise<() => Promise<void>>;
