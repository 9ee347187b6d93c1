// The environment variables that point a client at an account, and past every proxy.

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/** Return what a child process needs: `spawn(…, { env: { ...process.env, ...account.env } })`. */
export function renderEnvironment(apiKey, url, environment = process.env) {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const bypasses = listBypasses(environment, [...LOOPBACK, host]).join(",");
  return {
    SEGMIND_API_KEY: apiKey,
    SEGMIND_BASE_URL: `${url}/v1`,
    SEGMIND_API_BASE: `${url}/v1`,
    SEGMIND_API_URL: url,
    NO_PROXY: bypasses,
    no_proxy: bypasses,
  };
}

/** Return the hosts of `NO_PROXY`, in either spelling, and these; `*` is every host, alone. */
function listBypasses({ NO_PROXY = "", no_proxy = "" }, hosts) {
  const there = `${NO_PROXY},${no_proxy}`.split(",").map((host) => host.trim());
  return there.includes("*") ? ["*"] : [...new Set([...there, ...hosts].filter(Boolean))];
}
