// The Node versions this project runs on, checked without any dependency so that an older Node can
// say so.

/** True when `version` (like "24.21.0") satisfies `^22.22.3 || >=24.15`. */
export function isSupportedNode(version) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 3)
  return major > 24 || (major === 24 && minor >= 15)
}
