// The plans that an account can have, and how many requests a window of theirs lets through; null is no limit.

export const PLANS = [
  ["free", 5],
  ["pro", 50],
  ["enterprise", null],
  ["flexible", 60],
  ["pricing-pro", 120],
  ["business", 500],
  ["scale", 1000],
  ["unlimited", null],
];

/** Return what a limit says: `5 requests in 60 s`, or `no limit`. */
export function renderLimit(requests, window_s) {
  return requests === null ? "no limit" : `${requests} requests in ${window_s} s`;
}
